// Start against duration, a point a request: slow clusters are seen at a glance. What ran in the
// background when the slow ones were slow is drawn as bands behind them.

import {scaleLinear, scaleLog} from 'd3-scale';
import {axisBottom, axisLeft} from 'd3-axis';
import {brush} from 'd3-brush';
import {quadtree} from 'd3-quadtree';
import {select, event as d3event} from 'd3-selection';
import {overview, kFailed, kUnfinished, kCancelled} from './data.js';
import {el, svg, prepareCanvas, themeColours, onResize} from './dom.js';
import {duration, startTime} from './format.js';

const kHeight = 300, kLeft = 62, kRight = 12, kTop = 10, kBottom = 34;
const kReach = 10;

export class Scatter {
  constructor(onBrush, onOpen) {
    this.onBrush = onBrush;
    this.onOpen = onOpen;
    this.rows = [];
    this.canvas = el('canvas', {role: 'img', 'aria-label':
        'scatter plot of start against duration; the table below shows the same requests'});
    this.svg = svg('svg', {height: kHeight});
    this.tip = el('div', {class: 'tip', hidden: true});
    this.key = el('p', {class: 'key'});
    this.plot = el('div', {class: 'scatter'}, this.canvas, this.svg, this.tip);
    this.node = el('div', {}, this.plot, this.key);
    this.brush = brush().on('end', () => this.brushed());
    this.svg.addEventListener('mousemove', (event) => this.hover(event));
    this.svg.addEventListener('mouseleave', () => { this.tip.hidden = true; });
    this.svg.addEventListener('click', (event) => {
      const row = this.nearest(event);
      if (row && !this.dragged) this.onOpen(row);
    });
    onResize(this.plot, () => this.draw());
  }

  set(rows, selected, isFiltered) {
    this.rows = rows;
    this.selected = selected;
    this.isFiltered = isFiltered;
    this.draw();
  }

  clear() {
    this.quiet = true;
    if (this.brushGroup) select(this.brushGroup).call(this.brush.move, null);
    this.quiet = false;
  }

  draw() {
    const width = this.plot.clientWidth;
    if (width < 50) return;
    if (width !== this.width) this.makeAxes(width);
    this.paint();
  }

  makeAxes(width) {
    this.width = width;
    const all = this.rows;
    let least = Infinity, most = 1, last = 1, first = Infinity;
    for (const row of all) {
      if (row.duration > 0) least = Math.min(least, row.duration);
      most = Math.max(most, row.duration);
      last = Math.max(last, row.start + row.duration);
      first = Math.min(first, row.start);
    }
    if (!(least < Infinity)) least = 1;
    if (!(first < Infinity)) first = 0;
    this.floor = least * 0.8;
    this.x = scaleLinear().domain([first - (last - first) * 0.01, last + (last - first) * 0.01])
        .range([kLeft, width - kRight]);
    this.y = scaleLog().domain([this.floor, Math.max(most * 1.3, this.floor * 10)]).range([kHeight - kBottom, kTop]);
    this.svg.setAttribute('width', width);
    this.svg.replaceChildren();
    const draw = (name, x, y, axis) => select(this.svg).append('g').attr('class', name)
        .attr('transform', `translate(${x},${y})`).call(axis);
    draw('axis', 0, kHeight - kBottom, axisBottom(this.x).ticks(Math.max(2, width / 110)).tickFormat(startTime));
    draw('axis', kLeft, 0, axisLeft(this.y).ticks(5, duration).tickFormat((value) => {
      const digit = value / 10 ** Math.floor(Math.log10(value) + 1e-9);
      return Math.abs(digit - 1) < 1e-6 || Math.abs(digit - 3) < 1e-6 ? duration(value) : '';
    }));
    this.brush.extent([[kLeft, kTop], [width - kRight, kHeight - kBottom]]);
    this.brushGroup = svg('g', {class: 'brush', 'aria-hidden': 'true'});
    this.svg.append(this.brushGroup);
    select(this.brushGroup).call(this.brush);
  }

  place(row) { return [this.x(row.start), this.y(Math.max(row.duration, this.floor))]; }

  paint() {
    const context = prepareCanvas(this.canvas, this.width, kHeight);
    const colour = themeColours();
    this.paintBands(context, colour);
    const tree = quadtree().x((row) => this.place(row)[0]).y((row) => this.place(row)[1]);
    const kinds = new Set();
    const dim = this.isFiltered ? 0.18 : 0.75;
    for (const pass of ['others', 'marked']) {
      for (const row of this.rows) {
        const mark = markOf(row);
        if ((mark === 'usual') !== (pass === 'others')) continue;
        kinds.add(mark);
        const chosen = this.selected.has(row);
        context.globalAlpha = chosen ? (mark === 'usual' ? 0.7 : 1) : dim * 0.4;
        paintMark(context, colour, mark, ...this.place(row));
      }
    }
    context.globalAlpha = 1;
    this.tree = tree.addAll(this.rows);
    this.writeKey(kinds);
  }

  paintBands(context, colour) {
    const {slow} = overview();
    this.bandText = '';
    if (!slow) return;
    const band = slow.in_common.find((one) => one.runs && one.runs.length > 0);
    if (!band) return;
    this.bandText = band.name;
    context.fillStyle = colour('band');
    for (const [from, to] of band.runs) {
      const left = Math.max(kLeft, this.x(from)), right = Math.min(this.width - kRight, this.x(to));
      if (right >= left) context.fillRect(left, kTop, Math.max(1.5, right - left), kHeight - kTop - kBottom);
    }
  }

  writeKey(kinds) {
    const texts = {usual: '● request', slow: '▲ slow', failed: '✕ failed', cancelled: '◇ cancelled', unfinished: '○ not ended'};
    this.key.replaceChildren(...['usual', 'slow', 'failed', 'cancelled', 'unfinished'].filter((kind) => kinds.has(kind))
        .map((kind) => el('span', {class: 'mark-' + kind}, texts[kind])));
    if (this.bandText) this.key.append(el('span', {class: 'mark-band'}, '▮ ' + this.bandText));
  }

  nearest(event) {
    if (!this.tree) return null;
    const box = this.svg.getBoundingClientRect();
    return this.tree.find(event.clientX - box.left, event.clientY - box.top, kReach) || null;
  }

  hover(event) {
    const row = this.nearest(event);
    this.tip.hidden = !row;
    this.svg.classList.toggle('over-point', Boolean(row));
    if (!row) return;
    const [x, y] = this.place(row);
    this.tip.textContent = `${row.number}  ${row.what}  ${row.outcome}  ${duration(row.duration)}` +
        (row.where ? `, ${row.where}` : '');
    this.tip.style.left = Math.min(x + 12, this.width - 300) + 'px';
    this.tip.style.top = y + 8 + 'px';
  }

  brushed() {
    if (this.quiet || !d3event.sourceEvent) return;
    const area = d3event.selection;
    this.dragged = Boolean(area);
    setTimeout(() => { this.dragged = false; }, 50);
    if (!area) return this.onBrush(null);
    const [[x0, y0], [x1, y1]] = area;
    this.onBrush({from: this.x.invert(x0), to: this.x.invert(x1),
      least: y1 >= kHeight - kBottom - 1 ? 0 : this.y.invert(y1), most: this.y.invert(y0)});
  }
}

function markOf(row) {
  if (row.state === kFailed) return 'failed';
  if (row.state === kCancelled) return 'cancelled';
  if (row.state === kUnfinished) return 'unfinished';
  return row.slow ? 'slow' : 'usual';
}

function paintMark(context, colour, mark, x, y) {
  context.beginPath();
  context.lineWidth = 1.8;
  if (mark === 'usual') {
    context.fillStyle = colour('point');
    context.arc(x, y, 2.6, 0, 7);
    context.fill();
  } else if (mark === 'slow') {
    context.fillStyle = colour('slow');
    context.strokeStyle = colour('ground');
    context.lineWidth = 1;
    context.moveTo(x, y - 6);
    context.lineTo(x + 5.5, y + 4);
    context.lineTo(x - 5.5, y + 4);
    context.closePath();
    context.fill();
    context.stroke();
  } else {
    context.strokeStyle = colour(mark === 'unfinished' ? 'text' : mark);
    if (mark === 'unfinished') context.arc(x, y, 4, 0, 7);
    else if (mark === 'cancelled') {
      context.moveTo(x, y - 5);
      context.lineTo(x + 5, y);
      context.lineTo(x, y + 5);
      context.lineTo(x - 5, y);
      context.closePath();
    } else {
      context.moveTo(x - 4, y - 4);
      context.lineTo(x + 4, y + 4);
      context.moveTo(x + 4, y - 4);
      context.lineTo(x - 4, y + 4);
    }
    context.stroke();
  }
}
