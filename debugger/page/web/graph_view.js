// Draws a request's graph: lives of tasks from top to bottom, with their edges. Keyboard: the graph is
// a tree of which one vertex has the focus.

import {select, event as d3event} from 'd3-selection';
import {zoom, zoomIdentity, zoomTransform} from 'd3-zoom';
import {layOut, kRow} from './graph_layout.js';
import {visible} from './request_model.js';
import {kCancelled, kFailed, kUnfinished, kStates} from './data.js';
import {svg} from './dom.js';
import {duration} from './format.js';
import {phaseClass, phaseText} from './states.js';

const kGutter = 84, kTop = 26, kBar = 12, kLeastGap = 18;
/** More vertices than anybody reads: the longest of them are drawn. */
export const kMostVertices = 1500;
const kMostWakes = 2000;

export class GraphView {
  /** choose(vertex): somebody looks at it. */
  constructor(model, choose) {
    this.model = model;
    this.choose = choose;
    this.options = {internal: false, folded: new Set(), limit: kMostVertices};
    this.wakes = 'chosen';
    this.cancels = true;
    this.chosen = null;
    this.found = new Set();
    this.moment = null;
    this.node = svg('svg', {class: 'graph', role: 'tree', 'aria-label': 'tasks of request ' +
        model.number + ', in the order in which they started', 'aria-multiselectable': 'false'});
    this.stage = svg('g', {});
    this.node.append(this.stage);
    this.zoom = zoom().scaleExtent([0.02, 4])
        .filter(() => !d3event.button && (d3event.type !== 'wheel' || d3event.ctrlKey))
        .on('zoom', () => this.stage.setAttribute('transform', d3event.transform.toString()));
    select(this.node).call(this.zoom).on('dblclick.zoom', null);
    // Without ctrl, the wheel moves.
    this.node.addEventListener('wheel', (event) => {
      if (event.ctrlKey) return;
      event.preventDefault();
      const {k} = zoomTransform(this.node);
      select(this.node).call(this.zoom.translateBy, -event.deltaX / k, -event.deltaY / k);
    }, {passive: false});
    this.node.addEventListener('keydown', (event) => this.onKey(event));
  }

  draw() {
    this.shown = visible(this.model, this.options);
    this.layout = layOut(this.shown.list, this.model.duration,
        (this.node.getBoundingClientRect().height || 560) - kTop - 30);
    this.width = kGutter + this.layout.lanes * 30 + 460;
    this.stage.replaceChildren();
    this.groups = new Map();
    this.layers = {};
    for (const name of ['rows', 'edges', 'lives', 'labels', 'path', 'wakes', 'vertices', 'moment']) {
      this.layers[name] = svg('g', {class: 'layer-' + name});
      this.stage.append(this.layers[name]);
    }
    this.findGaps();
    for (const entry of this.layout.entries) {
      this.drawEdge(entry);
      this.drawLife(entry);
      this.drawVertex(entry);
    }
    this.drawPath();
    this.drawWakes();
    this.drawMoment();
    this.mark();
  }

  /** Marks a time of the request, and moves it onto the screen. */
  showMoment(time) {
    this.moment = time;
    this.drawMoment();
    const y = kTop + this.layout.toY(time);
    const {k, x: moved, y: movedY} = zoomTransform(this.node);
    const box = this.node.getBoundingClientRect();
    const onScreen = y * k + movedY;
    if (onScreen > 20 && onScreen < box.height - 20) return;
    select(this.node).call(this.zoom.translateTo, (box.width / 2 - moved) / k, y);
  }

  drawMoment() {
    this.layers.moment.replaceChildren();
    if (this.moment === null) return;
    const y = kTop + clamp(this.layout.toY(this.moment), 0, this.layout.height);
    this.layers.moment.append(
        svg('path', {class: 'moment', d: `M0,${y}H${this.width}`}),
        svg('text', {class: 'time moment-time', x: kGutter - 14, y: y - 3}, duration(this.moment)));
  }

  at(entry) { return {x: kGutter + entry.x, y: kTop + entry.y}; }

  drawEdge(entry) {
    const {x, y} = this.at(entry);
    const {vertex} = entry;
    this.layers.rows.append(svg('text', {class: 'time', x: kGutter - 14, y: y + 4}, duration(vertex.start)));
    if (!entry.above) return;
    const from = this.at(entry.above);
    const classes = 'edge' + (vertex.critical && entry.above.vertex.critical ? ' critical' : '');
    this.layers.edges.append(svg('path', {class: classes, d: `M${from.x + kBar / 2},${y}H${x}`}));
  }

  drawLife(entry) {
    const {x, y} = this.at(entry);
    let from = y;
    const {vertex} = entry;
    const phases = this.model.phases(vertex);
    phases.forEach((phase, i) => {
      const end = i + 1 === phases.length ? kTop + entry.yEnd : kTop + this.layout.toY(phase.to);
      const to = Math.max(end, from);
      const height = to - from;
      if (height < 0.5 && phases.length > 1) return;
      const bar = svg('rect', {class: 'phase ' + phaseClass(phase), x: x - kBar / 2, y: from,
        width: kBar, height: Math.max(1, height)});
      bar.append(svg('title', {}, `${vertex.label}: ${phaseText(phase)}, ${duration(phase.length)}`));
      this.layers.lives.append(bar);
      if (phase.kind !== 'running' && phase.wait !== 'task' && phase.wait !== 'start') {
        this.labelPhase(phase, x + kBar, from, to);
      }
      from = to;
    });
    this.drawEnd(entry, x, kTop + entry.yEnd);
  }

  /** In the widest gap between rows that the phase goes through, if there is room for words. */
  labelPhase(phase, x, from, to) {
    let best = null;
    for (const gap of this.gaps) {
      const top = Math.max(gap.top, from), room = Math.min(gap.bottom, to) - top;
      if (room > kLeastGap && (!best || room > best.room)) best = {gap, top, room};
    }
    if (!best) return;
    const y = Math.max(best.top, best.gap.next) + 4;
    if (y > best.top + best.room - 6) return;
    best.gap.next = y + 12;
    this.layers.labels.append(svg('text', {class: 'phase-label', x, y: y + 4},
        `${phaseText(phase)} ${duration(phase.length)}`));
  }

  /** Between the boxes of neighbouring rows. */
  findGaps() {
    const {entries, height} = this.layout;
    this.gaps = [];
    for (let i = 0; i < entries.length; ++i) {
      const top = kTop + entries[i].y + 16;
      const bottom = kTop + (i + 1 < entries.length ? entries[i + 1].y - 12 : height);
      if (bottom - top > kLeastGap) this.gaps.push({top, bottom, next: top});
    }
  }

  /** How a life ends has a shape of its own. */
  drawEnd(entry, x, y) {
    const shapes = {
      [kCancelled]: `M${x - 6},${y - 6}l12,12m0,-12l-12,12`,
      [kFailed]: `M${x - 7},${y}h14M${x},${y - 12}v7m0,3v1`,
      [kUnfinished]: `M${x - 6},${y}l6,7l6,-7`,
    };
    const state = entry.vertex.state;
    const d = shapes[state] || `M${x - 6},${y}h12`;
    this.layers.lives.append(svg('path', {class: 'end ' + kStates[state], d}));
  }

  drawVertex(entry) {
    const {vertex} = entry;
    const {x, y} = this.at(entry);
    const hidden = this.options.folded.has(vertex) ? count(vertex) : 0;
    const name = (vertex.critical ? '★ ' : '') + (vertex.isExchange ? '⇢ ' : '') + vertex.label +
        (hidden > 0 ? `  (+${hidden})` : '');
    const mark = vertex.state === kCancelled ? ' ✕ cancelled' :
        vertex.state === kFailed ? ' ! failed' : vertex.state === kUnfinished ? ' … not ended' : '';
    const group = svg('g', {
      class: 'vertex ' + kStates[vertex.state] + (vertex.isExchange ? ' exchange' : '') +
          (vertex.critical ? ' critical' : '') + (vertex.internal ? ' internal' : ''),
      transform: `translate(${x + kBar / 2 + 5},${y - 11})`,
      role: 'treeitem', tabindex: -1, 'data-row': vertex.row,
      'aria-level': vertex.depth + 1,
      'aria-expanded': vertex.children.length > 0 ? String(!this.options.folded.has(vertex)) : null,
      'aria-label': `${vertex.label}, starts at ${duration(vertex.start)}, takes ` +
          `${duration(vertex.end - vertex.start)}, ${kStates[vertex.state]}` +
          (vertex.critical ? ', on the critical path' : ''),
      onclick: () => this.select(vertex),
      ondblclick: () => this.toggle(vertex),
      onfocus: () => this.select(vertex),
    });
    const text = svg('text', {x: 8, y: 15}, svg('tspan', {class: 'name'}, name.slice(0, 90)),
        svg('tspan', {class: 'took', dx: 8}, duration(vertex.end - vertex.start)),
        svg('tspan', {class: 'mark'}, mark),
        svg('tspan', {class: 'place', dx: 8}, vertex.place || vertex.detail.slice(0, 40)));
    const box = svg('rect', {height: 22, rx: vertex.isExchange ? 11 : 4, width: 10});
    group.append(box, text);
    this.layers.vertices.append(group);
    this.groups.set(vertex, group);
    entry.box = box;
    entry.letters = name.length + mark.length + 9 + (vertex.place || vertex.detail.slice(0, 40)).length;
    box.setAttribute('width', 24 + entry.letters * 6.4);
  }

  /** Boxes as wide as their texts; needs the graph to be on the page. */
  fitBoxes() {
    const widths = this.layout.entries.map((entry) => {
      const text = this.groups.get(entry.vertex).querySelector('text');
      return text.getComputedTextLength();
    });
    let right = 0;
    this.layout.entries.forEach((entry, i) => {
      if (!(widths[i] > 0)) return;
      entry.box.setAttribute('width', widths[i] + 34);  // and the distances between its parts
      right = Math.max(right, this.at(entry).x + widths[i] + 60);
    });
    if (right > 0) this.width = right;
  }

  drawPath() {
    for (const step of this.model.path) {
      const entry = this.layout.rows.get(step.vertex);
      if (!entry) continue;
      const {x, y} = this.at(entry);
      const from = Math.max(y, kTop + this.layout.toY(step.from));
      const to = Math.min(kTop + entry.yEnd, kTop + this.layout.toY(step.to));
      if (to - from < 0.5) continue;
      this.layers.path.append(svg('rect', {class: 'critical-step', x: x - kBar / 2 - 2.5, y: from,
        width: kBar + 5, height: to - from, rx: 2}));
    }
  }

  drawWakes() {
    const layer = this.layers.wakes;
    layer.replaceChildren();
    let drawn = 0;
    const draw = (segment) => {
      const from = this.layout.rows.get(this.shownOf(segment.by));
      const to = this.layout.rows.get(segment.vertex);
      if (!from || !to || from === to || drawn++ > kMostWakes) return;
      const time = segment.ready >= 0 ? segment.ready : segment.start;
      const y0 = clamp(kTop + this.layout.toY(time), kTop + from.y, kTop + from.yEnd);
      const y1 = clamp(kTop + this.layout.toY(segment.start), kTop + to.y, kTop + to.yEnd);
      this.drawArrow('wake', this.at(from).x, y0, this.at(to).x, y1,
          `${segment.by.label} made ${segment.vertex.label} ready: ${segment.cause}`);
    };
    for (const entry of this.layout.entries) {
      const {vertex} = entry;
      const isChosen = vertex === this.chosen;
      if (this.wakes === 'all' || (this.wakes === 'chosen' && isChosen)) {
        this.model.wakes(vertex).forEach(draw);
      }
      if (this.wakes === 'chosen' && isChosen) this.model.wokenBy(vertex).forEach(draw);
      if (this.cancels && vertex.cancelledBy >= 0) this.drawCancel(entry);
    }
  }

  drawCancel(entry) {
    const by = this.layout.rows.get(this.shownOf(this.model.vertices[entry.vertex.cancelledBy]));
    if (!by || by === entry) return;
    const y = kTop + entry.yEnd;
    this.drawArrow('cancel', this.at(by).x, clamp(y, kTop + by.y, kTop + by.yEnd), this.at(entry).x, y,
        `${by.vertex.label} cancelled ${entry.vertex.label}`);
  }

  drawArrow(kind, x0, y0, x1, y1, title) {
    const bend = Math.max(18, Math.abs(x1 - x0) / 2);
    const side = x1 >= x0 ? -1 : 1;
    const path = svg('path', {class: kind, 'marker-end': `url(#arrow-${kind})`,
      d: `M${x0},${y0}C${x0 - side * bend},${y0} ${x1 + side * bend},${y1} ${x1 + side * 6},${y1}`});
    path.append(svg('title', {}, title));
    this.layers.wakes.append(path);
  }

  /** The vertex itself, or the one that stands for it. */
  shownOf(vertex) {
    while (vertex && !this.layout.rows.has(vertex)) vertex = this.model.vertices[vertex.parent];
    return vertex;
  }

  select(vertex) {
    if (vertex === this.chosen) return;
    this.chosen = vertex;
    this.mark();
    this.drawWakes();
    this.choose(vertex);
  }

  /** Shows it, whatever is folded, and moves it into the middle. */
  reveal(vertex) {
    let hidden = vertex.internal && !this.options.internal;
    if (hidden) this.options.internal = true;
    for (let at = this.model.vertices[vertex.parent]; at; at = this.model.vertices[at.parent]) {
      hidden = this.options.folded.delete(at) || hidden;
    }
    if (hidden) this.redraw();
    this.select(vertex);
    const entry = this.layout.rows.get(vertex);
    if (!entry) return;
    const {x, y} = this.at(entry);
    const {k, x: moved, y: movedY} = zoomTransform(this.node);
    const box = this.node.getBoundingClientRect();
    const onScreen = {x: x * k + moved, y: y * k + movedY};
    if (onScreen.x > 20 && onScreen.x < box.width - 200 && onScreen.y > 20 && onScreen.y < box.height - 40) return;
    select(this.node).call(this.zoom.translateTo, x + 150, y);
  }

  redraw() {
    this.draw();
    this.fitBoxes();
    if (this.onDrawn) this.onDrawn();
  }

  toggle(vertex) {
    if (vertex.children.length === 0) return;
    if (!this.options.folded.delete(vertex)) this.options.folded.add(vertex);
    this.redraw();
    this.focus(vertex);
  }

  mark() {
    for (const [vertex, group] of this.groups) {
      const isChosen = vertex === this.chosen;
      group.classList.toggle('chosen', isChosen);
      group.classList.toggle('found', this.found.has(vertex));
      group.setAttribute('aria-selected', String(isChosen));
      group.setAttribute('tabindex', isChosen ? 0 : -1);
    }
    if (!this.groups.has(this.chosen) && this.layout.entries.length > 0) {
      this.groups.get(this.layout.entries[0].vertex).setAttribute('tabindex', 0);
    }
  }

  focus(vertex) {
    const group = this.groups.get(vertex);
    if (!group) return;
    this.reveal(vertex);
    this.groups.get(vertex).focus({preventScroll: true});
  }

  fit() {
    const box = this.node.getBoundingClientRect();
    if (box.width === 0) return;
    const k = Math.min(1, Math.max(0.8, (box.height - 10) / (kTop + this.layout.height + 20)),
        Math.max(0.35, box.width / (this.width + 20)));
    select(this.node).call(this.zoom.transform, zoomIdentity.translate(4, 6).scale(k));
  }

  zoomBy(factor) { select(this.node).call(this.zoom.scaleBy, factor); }

  onKey(event) {
    const list = this.layout.entries;
    const at = list.findIndex((entry) => entry.vertex === this.chosen);
    const entry = list[at];
    const go = (other) => { if (other) this.focus(other.vertex); };
    const keys = {
      ArrowDown: () => go(list[at + 1]),
      ArrowUp: () => go(list[at - 1]),
      Home: () => go(list[0]),
      End: () => go(list[list.length - 1]),
      ArrowLeft: () => this.foldOrUp(entry),
      ArrowRight: () => this.unfoldOrDown(entry),
      ' ': () => entry && this.toggle(entry.vertex),
      f: () => entry && this.toggle(entry.vertex),
      w: () => this.followWake(entry),
      '+': () => this.zoomBy(1.3),
      '-': () => this.zoomBy(1 / 1.3),
      0: () => this.fit(),
    };
    if (event.ctrlKey || event.metaKey || event.altKey || !keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  }

  foldOrUp(entry) {
    if (!entry) return;
    const {vertex} = entry;
    if (vertex.children.length > 0 && !this.options.folded.has(vertex)) this.toggle(vertex);
    else if (entry.above) this.focus(entry.above.vertex);
  }

  unfoldOrDown(entry) {
    if (!entry) return;
    if (this.options.folded.has(entry.vertex)) return this.toggle(entry.vertex);
    const child = this.layout.entries.find((other) => other.above === entry);
    if (child) this.focus(child.vertex);
  }

  /** To the task that made the last run of this one possible. */
  followWake(entry) {
    if (!entry) return;
    const wakes = this.model.wakes(entry.vertex);
    const last = wakes[wakes.length - 1];
    if (!last) return;
    this.reveal(last.by);
    this.focus(last.by);
  }
}

function count(vertex) {
  let sum = 0;
  const stack = [...vertex.children];
  while (stack.length > 0) {
    const one = stack.pop();
    ++sum;
    stack.push(...one.children);
  }
  return sum;
}

function clamp(value, low, high) { return Math.min(Math.max(value, low), high); }
