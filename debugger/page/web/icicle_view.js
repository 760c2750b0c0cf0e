// The second look at a request, for many tasks: time runs to the right, each task lies below the one
// that created it, in the first row that is free.

import {scaleLinear} from 'd3-scale';
import {axisTop} from 'd3-axis';
import {select, event as d3event} from 'd3-selection';
import {zoom, zoomIdentity} from 'd3-zoom';
import {el, svg, prepareCanvas, themeColours, onResize} from './dom.js';
import {duration} from './format.js';
import {paintPhase} from './canvas_states.js';

const kRowHeight = 20, kTop = 24, kSide = 14;
/** Narrower than that, a task is one line with its neighbours. */
const kThinnest = 0.4;

export class IcicleView {
  constructor(model, choose) {
    this.model = model;
    this.choose = choose;
    this.chosen = null;
    this.found = new Set();
    this.internal = false;
    this.canvas = el('canvas', {role: 'img', tabindex: 0, 'aria-label':
        'tasks of the request as bars over time; the list of tasks shows the same tasks'});
    this.axis = svg('svg', {class: 'axis', height: kTop, 'aria-hidden': 'true'});
    this.tip = el('div', {class: 'tip', hidden: true});
    this.node = el('div', {class: 'icicle'}, this.axis, this.canvas, this.tip);
    this.transform = zoomIdentity;
    this.zoom = zoom().scaleExtent([1, 1e6])
        .filter(() => !d3event.button && (d3event.type !== 'wheel' || d3event.ctrlKey || d3event.shiftKey))
        .on('zoom', () => {
          this.transform = d3event.transform;
          this.paint();
        });
    select(this.canvas).call(this.zoom).on('dblclick.zoom', null);
    this.canvas.addEventListener('mousemove', (event) => this.hover(event));
    this.canvas.addEventListener('mouseleave', () => { this.tip.hidden = true; });
    this.canvas.addEventListener('click', (event) => {
      const vertex = this.vertexAt(event);
      if (vertex) this.choose(vertex);
    });
    onResize(this.node, () => this.draw());
  }

  draw() {
    this.pack();
    const width = this.node.clientWidth;
    this.zoom.extent([[0, 0], [width, 100]]).translateExtent([[0, 0], [width, 100]]);
    this.paint();
  }

  /** Rows: below the parent, in the first one that is free while the task lives. */
  pack() {
    this.bars = [];
    const freeFrom = [];
    const row = new Map();
    const list = this.model.vertices
        .filter((vertex) => this.internal || !vertex.internal)
        .sort((a, b) => a.start - b.start || a.row - b.row);
    for (const vertex of list) {
      let above = this.model.vertices[vertex.parent];
      while (above && !row.has(above)) above = this.model.vertices[above.parent];
      let at = above ? row.get(above) + 1 : 0;
      while (freeFrom[at] !== undefined && freeFrom[at] > vertex.start) ++at;
      freeFrom[at] = vertex.end;
      row.set(vertex, at);
      this.bars.push({vertex, row: at});
    }
    this.rows = freeFrom.length;
  }

  scale() {
    const width = this.node.clientWidth;
    return this.transform.rescaleX(
        scaleLinear().domain([0, Math.max(1, this.model.duration)]).range([kSide, width - kSide]));
  }

  paint() {
    const width = this.node.clientWidth;
    if (width === 0 || !this.bars) return;
    const context = prepareCanvas(this.canvas, width, Math.max(60, this.rows * kRowHeight + 6));
    const colour = themeColours();
    const x = this.scale();
    const [from, to] = x.domain();
    this.axis.setAttribute('width', width);
    select(this.axis).selectAll('g').remove();
    select(this.axis).append('g').attr('transform', `translate(0,${kTop - 2})`)
        .call(axisTop(x).ticks(Math.max(2, width / 110)).tickFormat(duration));
    context.font = '11px system-ui, sans-serif';
    context.textBaseline = 'middle';
    const lastThin = new Map();  // by row: the pixel that is painted
    for (const bar of this.bars) {
      const {vertex} = bar;
      if (vertex.end < from || vertex.start > to) continue;
      const left = Math.max(-2, x(vertex.start)), right = Math.min(width + 2, x(vertex.end));
      const y = bar.row * kRowHeight + 2;
      if (right - left < kThinnest) {
        if (lastThin.get(bar.row) === Math.round(left)) continue;
        lastThin.set(bar.row, Math.round(left));
      }
      this.paintBar(context, colour, vertex, left, right, y, x);
    }
  }

  paintBar(context, colour, vertex, left, right, y, x) {
    const height = kRowHeight - 3, wide = Math.max(1, right - left);
    if (wide < 3) {
      const phases = this.model.phases(vertex);  // no room for more than the longest
      const longest = phases.reduce((a, b) => (b.length > a.length ? b : a));
      paintPhase(context, colour, longest, left, y, wide, height);
    } else {
      for (const phase of this.model.phases(vertex)) {
        const a = Math.max(left, x(phase.from)), b = Math.min(right, x(phase.to));
        if (b > a) paintPhase(context, colour, phase, a, y, b - a, height);
      }
    }
    const isChosen = vertex === this.chosen, isFound = this.found.has(vertex);
    if (vertex.critical || isChosen || isFound) {
      context.strokeStyle = isChosen ? colour('focus') : isFound ? colour('found') : colour('critical');
      context.lineWidth = isChosen || isFound ? 3 : 2;
      context.strokeRect(left + 0.5, y + 0.5, wide - 1, height - 1);
    }
    if (wide < 40) return;
    const room = Math.floor((wide - 10) / 6.2);
    const text = (vertex.critical ? '★ ' : '') + vertex.label + '  ' + duration(vertex.end - vertex.start);
    const shown = text.length > room ? text.slice(0, Math.max(0, room - 1)) + '…' : text;
    context.lineWidth = 3;
    context.strokeStyle = colour('halo');
    context.strokeText(shown, left + 5, y + height / 2);
    context.fillStyle = colour('text');
    context.fillText(shown, left + 5, y + height / 2);
  }

  vertexAt(event) {
    const x = this.scale();
    const row = Math.floor((event.offsetY - 2) / kRowHeight);
    const slack = x.invert(2) - x.invert(0);
    const time = x.invert(event.offsetX);
    let best = null;
    for (const {vertex, row: at} of this.bars) {
      if (at !== row || vertex.start - slack > time || vertex.end + slack < time) continue;
      if (!best || vertex.end - vertex.start > best.end - best.start) best = vertex;
    }
    return best;
  }

  hover(event) {
    const vertex = this.vertexAt(event);
    this.tip.hidden = !vertex;
    if (!vertex) return;
    this.tip.textContent = `${vertex.label}  ${duration(vertex.end - vertex.start)}, from ${duration(vertex.start)}`;
    this.tip.style.left = Math.min(event.offsetX + 12, this.node.clientWidth - 260) + 'px';
    this.tip.style.top = event.offsetY + kTop + 14 + 'px';
  }

  fit() { select(this.canvas).call(this.zoom.transform, zoomIdentity); }
  zoomBy(factor) { select(this.canvas).call(this.zoom.scaleBy, factor); }
}
