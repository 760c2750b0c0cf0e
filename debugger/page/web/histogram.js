// How many requests took how long; durations on a logarithmic scale, slow ones hatched.

import {scaleLinear, scaleLog} from 'd3-scale';
import {axisBottom, axisLeft} from 'd3-axis';
import {brushX} from 'd3-brush';
import {select, event as d3event} from 'd3-selection';
import {svg, el, onResize} from './dom.js';
import {duration, count} from './format.js';

const kHeight = 300, kLeft = 44, kRight = 10, kTop = 10, kBottom = 34, kBins = 36;

export class Histogram {
  constructor(onBrush) {
    this.onBrush = onBrush;
    this.rows = [];
    this.svg = svg('svg', {height: kHeight, role: 'img', 'aria-label': 'histogram of durations'});
    this.node = el('div', {class: 'histogram'}, this.svg);
    this.brush = brushX().on('end', () => {
      if (!this.quiet && d3event.sourceEvent) {
        this.onBrush(d3event.selection ? d3event.selection.map(this.x.invert) : null);
      }
    });
    onResize(this.node, () => this.draw(true));
  }

  set(rows) {
    this.rows = rows;
    this.draw(false);
  }

  clear() {
    this.quiet = true;
    if (this.group) select(this.group).call(this.brush.move, null);
    this.quiet = false;
  }

  draw(anew) {
    const width = this.node.clientWidth;
    if (width < 50) return;
    if (anew || !this.x) this.makeAxes(width);
    const bins = this.fill();
    const most = Math.max(1, ...bins.map((bin) => bin.usual + bin.slow));
    const y = scaleLinear().domain([0, most]).range([kHeight - kBottom, kTop]);
    this.bars.replaceChildren();
    for (const bin of bins) {
      const x = this.x(bin.from) + 0.5, wide = Math.max(1, this.x(bin.to) - this.x(bin.from) - 1);
      const all = bin.usual + bin.slow;
      if (all === 0) continue;
      const bar = (number, top, name) => number > 0 && this.bars.append(svg('rect', {class: name, x,
        y: y(top), width: wide, height: Math.max(1, y(0) - y(number))},
      svg('title', {}, `${duration(bin.from)} to ${duration(bin.to)}: ${count(all)}`)));
      bar(bin.usual, bin.usual, 'bar');
      bar(bin.slow, all, 'bar slow');
    }
    select(this.counts).call(axisLeft(y).ticks(5, '~s'));
  }

  makeAxes(width) {
    let least = Infinity, most = 1;
    for (const row of this.rows) {
      if (row.duration > 0) least = Math.min(least, row.duration);
      most = Math.max(most, row.duration);
    }
    if (!(least < Infinity)) least = 1;
    this.x = scaleLog().domain([least, Math.max(most, least * 10)]).range([kLeft, width - kRight]).nice();
    this.svg.setAttribute('width', width);
    this.svg.replaceChildren(svg('defs', {}, svg('pattern', {id: 'pattern-slow', width: 5, height: 5,
      patternUnits: 'userSpaceOnUse'}, svg('rect', {width: 5, height: 5, class: 'pattern-slow-ground'}),
    svg('path', {d: 'M-1,1l2,-2M0,5l5,-5M4,6l2,-2', class: 'pattern-slow-line'}))));
    this.bars = svg('g', {});
    this.counts = svg('g', {class: 'axis', transform: `translate(${kLeft},0)`});
    const axis = svg('g', {class: 'axis', transform: `translate(0,${kHeight - kBottom})`});
    select(axis).call(axisBottom(this.x).ticks(5).tickFormat((value) => {
      const digit = value / 10 ** Math.floor(Math.log10(value) + 1e-9);
      return Math.abs(digit - 1) < 1e-6 ? duration(value) : '';
    }));
    this.group = svg('g', {class: 'brush', 'aria-hidden': 'true'});
    this.svg.append(this.bars, axis, this.counts, this.group);
    this.brush.extent([[kLeft, kTop], [width - kRight, kHeight - kBottom]]);
    select(this.group).call(this.brush);
  }

  fill() {
    const [low, high] = this.x.domain();
    const ratio = Math.log(high / low) / kBins;
    const bins = [];
    for (let i = 0; i < kBins; ++i) {
      bins.push({from: low * Math.exp(i * ratio), to: low * Math.exp((i + 1) * ratio), usual: 0, slow: 0});
    }
    for (const row of this.rows) {
      const at = Math.floor(Math.log(Math.max(row.duration, low) / low) / ratio);
      ++bins[Math.min(kBins - 1, Math.max(0, at))][row.slow ? 'slow' : 'usual'];
    }
    return bins;
  }
}
