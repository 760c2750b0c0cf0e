// Threads as lanes over the time of the recording: which task ran where, which calls kept a thread
// waiting, which tasks were ready and did not run; above them, how much went on at the same time.

import {scaleLinear} from 'd3-scale';
import {axisTop} from 'd3-axis';
import {select, event as d3event} from 'd3-selection';
import {zoom, zoomIdentity} from 'd3-zoom';
import {time, hasRequest, debugCommand, withId} from './data.js';
import {el, svg, replace, prepareCanvas, themeColours, onResize, command} from './dom.js';
import {duration, startTime, plural} from './format.js';
import {fillOf} from './canvas_states.js';
import {concurrencyChart} from './concurrency.js';

const kAxis = 24, kRow = 16, kGap = 10, kName = 120;
const kMostDepth = 6;

export class TimeView {
  constructor(navigate) {
    this.navigate = navigate;
    this.data = time();
    this.lanes = this.data.lanes.map((lane) => this.readLane(lane));
    this.canvas = el('canvas', {role: 'img', tabindex: 0, 'aria-label':
        'threads as lanes over time. Keys: arrows move, plus and minus zoom, 0 shows all'});
    this.axis = svg('svg', {class: 'axis', height: kAxis, 'aria-hidden': 'true'});
    this.chart = concurrencyChart(this.data.concurrency, kName);
    this.tip = el('div', {class: 'tip', hidden: true});
    this.detail = el('div', {class: 'card time-detail', 'aria-live': 'polite'},
        el('p', {class: 'hint'}, 'Choose a run, a call or a ready task to see what it is. The wheel with ctrl zooms, dragging moves.'));
    this.plot = el('div', {class: 'time-plot'}, this.axis, this.canvas, this.tip);
    this.node = el('div', {class: 'time-view'}, el('section', {class: 'card'},
        el('h3', {}, 'At the same time'), this.chart.node),
    el('section', {class: 'card'}, el('h3', {}, 'Threads'), this.tools(), this.plot, this.key(), this.leftOut()), this.detail);
    this.transform = zoomIdentity;
    this.zoom = zoom().scaleExtent([1, 1e7])
        .filter(() => !d3event.button && (d3event.type !== 'wheel' || d3event.ctrlKey || d3event.shiftKey))
        .on('zoom', () => {
          this.transform = d3event.transform;
          this.paint();
        });
    select(this.canvas).call(this.zoom).on('dblclick.zoom', null);
    this.canvas.addEventListener('mousemove', (event) => this.hover(event));
    this.canvas.addEventListener('mouseleave', () => { this.tip.hidden = true; });
    this.canvas.addEventListener('click', (event) => this.choose(this.itemAt(event)));
    this.canvas.addEventListener('keydown', (event) => this.onKey(event));
    onResize(this.plot, () => this.resize());
  }

  /** words: a part of the time, from and to. */
  show(words) {
    this.resize();
    const [from, to] = words.map(Number);
    if (!(to > from) || this.plot.clientWidth < 100) return;
    const margin = (to - from) / 20;
    const width = this.plot.clientWidth - 8 - kName;
    const perMicrosecond = width / Math.max(1, this.data.span);
    const k = width / ((to - from + 2 * margin) * perMicrosecond);
    const left = kName + (from - margin) * perMicrosecond;
    select(this.canvas).call(this.zoom.transform, zoomIdentity.translate(kName - k * left, 0).scale(k));
  }

  readLane(lane) {
    const {strings, calls} = this.data;
    const items = lane.start.map((start, i) => ({
      kind: 'run', start, end: start + lane.duration[i], depth: Math.min(kMostDepth, lane.depth[i]),
      name: withId(strings[lane.name[i]], lane.task[i]), request: lane.request[i], event: lane.event[i],
    }));
    const blocked = lane.blocked.start.map((start, i) => ({
      kind: 'blocked', inside: lane.blocked.inside[i] === 1, start, end: start + lane.blocked.duration[i], depth: 0,
      name: calls[lane.blocked.call[i]], event: lane.blocked.event[i], request: 0,
    }));
    const ready = lane.ready.start.map((start, i) => ({
      kind: 'ready', start, end: start + lane.ready.duration[i], depth: 0,
      name: withId(strings[lane.ready.name[i]], lane.ready.task[i]), request: lane.ready.request[i], event: lane.ready.event[i],
    }));
    const depth = items.reduce((most, item) => Math.max(most, item.depth), 0);
    const inside = blocked.filter((item) => item.inside);
    return {name: lane.title, items, blocked: blocked.filter((item) => !item.inside), inside, ready, busy: lane.busy, rows: depth + 1,
      hasReady: ready.length > 0};
  }

  tools() {
    const button = (text, label, onclick) => el('button', {type: 'button', 'aria-label': label, onclick}, text);
    return el('div', {class: 'tools', role: 'toolbar', 'aria-label': 'zoom'},
        button('−', 'smaller', () => this.zoomBy(1 / 1.6)), button('+', 'larger', () => this.zoomBy(1.6)),
        button('all', 'show the whole recording', () => this.fit()));
  }

  key() {
    return el('p', {class: 'key'}, el('span', {class: 'key-run'}, '■ a task runs'),
        el('span', {class: 'key-blocked'}, '▨ a system call blocks inside of a task'),
        el('span', {}, '▨ the thread waits, with no task to run'),
        el('span', {class: 'key-ready'}, '▤ a task is ready and does not run'));
  }

  leftOut() {
    const {segments, blocked, ready} = this.data.left_out;
    const parts = [];
    if (segments > 0) parts.push(`${plural(segments, 'shorter run')} are shown only as how busy a thread was`);
    if (blocked > 0) parts.push(`${plural(blocked, 'shorter blocking call')} left out`);
    if (ready > 0) parts.push(`${plural(ready, 'shorter delay')} of ready tasks left out`);
    return parts.length > 0 ? el('p', {class: 'folded'}, parts.join('; ') + '.') : null;
  }

  resize() {
    const width = this.plot.clientWidth;
    if (width < 100) return;
    this.zoom.extent([[kName, 0], [width, 100]]).translateExtent([[kName, 0], [width, 100]]);
    let y = 4;
    for (const lane of this.lanes) {
      lane.y = y;
      lane.readyY = y + lane.rows * kRow;
      y = lane.readyY + (lane.hasReady ? 10 : 0) + kGap;
    }
    this.height = Math.max(40, y);
    this.paint();
  }

  scale() {
    const width = this.plot.clientWidth;
    return this.transform.rescaleX(scaleLinear().domain([0, Math.max(1, this.data.span)]).range([kName, width - 8]));
  }

  paint() {
    const width = this.plot.clientWidth;
    if (width < 100) return;
    const context = prepareCanvas(this.canvas, width, this.height);
    const colour = themeColours();
    const x = this.scale();
    this.axis.setAttribute('width', width);
    select(this.axis).selectAll('g').remove();
    const [from, to] = x.domain();
    const narrow = (to - from) < 2e4;
    select(this.axis).append('g').attr('transform', `translate(0,${kAxis - 2})`)
        .call(axisTop(x).ticks(Math.max(2, width / 130)).tickFormat((us) =>
          narrow ? '+' + (us / 1e3).toFixed(3) + ' ms' : startTime(us)));
    this.chart.draw(x, width);
    context.save();
    context.beginPath();
    context.rect(kName, 0, width - kName, this.height);
    context.clip();
    for (const lane of this.lanes) this.paintLane(context, colour, lane, x, from, to);
    context.restore();
    context.font = '12px system-ui, sans-serif';
    context.textBaseline = 'middle';
    context.fillStyle = colour('text');
    for (const lane of this.lanes) context.fillText(lane.name.slice(0, 18), 2, lane.y + kRow / 2);
  }

  paintLane(context, colour, lane, x, from, to) {
    context.fillStyle = colour('lane');
    context.fillRect(kName, lane.y, 1e5, lane.rows * kRow);
    this.paintBusy(context, colour, lane, x);
    for (const list of [lane.blocked, lane.items, lane.inside, lane.ready]) this.paintItems(context, colour, lane, list, x, from, to);
  }

  /** Where single runs are not in the page: how much of the time was spent in any. */
  paintBusy(context, colour, lane, x) {
    if (!lane.busy) return;
    const step = this.data.span / lane.busy.length;
    context.fillStyle = colour('busy');
    lane.busy.forEach((share, i) => {
      if (share <= 0) return;
      const left = x(i * step), wide = Math.max(1, x((i + 1) * step) - left);
      const height = Math.max(1, kRow * share / 100);
      context.fillRect(left, lane.y + kRow - height, wide, height);
    });
  }

  paintItems(context, colour, lane, list, x, from, to) {
    context.font = '11px system-ui, sans-serif';
    context.textBaseline = 'middle';
    let lastPixel = -1, lastDepth = -1;
    for (const item of list) {
      if (item.end < from || item.start > to) continue;
      const left = Math.max(kName - 2, x(item.start)), wide = Math.max(1, x(item.end) - left);
      if (wide <= 1 && Math.round(left) === lastPixel && item.depth === lastDepth) continue;
      lastPixel = Math.round(left);
      lastDepth = item.depth;
      const isReady = item.kind === 'ready';
      // A call inside of a task is a strip on it.
      const y = isReady ? lane.readyY + 1 : lane.y + item.depth * kRow + (item.inside ? kRow - 7 : 0);
      const height = isReady ? 7 : item.inside ? 5 : kRow - 2;
      context.fillStyle = fillOf(context, colour, fillKind(item), '');
      context.fillRect(left, y, wide, height);
      if (item === this.chosen) {
        context.strokeStyle = colour('focus');
        context.lineWidth = 2;
        context.strokeRect(left, y, wide, height);
      }
      if (item.kind === 'run' && wide > 40) {
        const room = Math.floor((wide - 8) / 6.2);
        context.fillStyle = colour('on-running');
        context.fillText(item.name.length > room ? item.name.slice(0, room - 1) + '…' : item.name, left + 4, y + height / 2);
      } else if (item.kind === 'blocked' && !item.inside && wide > 60) {
        context.strokeStyle = colour('halo');
        context.lineWidth = 3;
        context.strokeText(item.name.slice(0, Math.floor(wide / 7)), left + 4, y + height / 2);
        context.fillStyle = colour('text');
        context.fillText(item.name.slice(0, Math.floor(wide / 7)), left + 4, y + height / 2);
      }
    }
  }

  itemAt(event) {
    if (event.offsetX < kName) return null;
    const x = this.scale();
    const at = x.invert(event.offsetX), slack = x.invert(2) - x.invert(0), y = event.offsetY;
    for (const lane of this.lanes) {
      if (y < lane.y || y > lane.readyY + 10) continue;
      const depth = Math.floor((y - lane.y) / kRow);
      const lists = y >= lane.readyY ? [lane.ready] : [lane.items, lane.blocked, lane.inside];
      for (const list of lists) {
        let best = null;
        for (const item of list) {
          if (item.start - slack > at || item.end + slack < at) continue;
          if (item.kind !== 'ready' && item.depth !== depth) continue;
          if (!best || item.end - item.start < best.end - best.start) best = item;
        }
        if (best) return best;
      }
    }
    return null;
  }

  hover(event) {
    const item = this.itemAt(event);
    this.tip.hidden = !item;
    if (!item) return;
    this.tip.textContent = describe(item);
    this.tip.style.left = Math.min(event.offsetX + 12, this.plot.clientWidth - 300) + 'px';
    this.tip.style.top = event.offsetY + kAxis + 14 + 'px';
  }

  choose(item) {
    this.chosen = item;
    this.paint();
    if (!item) return;
    const request = item.request;
    replace(this.detail, el('h3', {}, describe(item)), el('p', {}, `from ${startTime(item.start)} to ${startTime(item.end)}`),
        request > 0 ? el('p', {}, el('button', {type: 'button', class: 'link',
          onclick: () => this.navigate('request', request)}, `open request ${request}`),
        hasRequest(request) ? '' : ' (its graph is not in the page)') : null,
        item.event === null ? null : command(debugCommand(item.event)));
  }

  onKey(event) {
    const width = this.plot.clientWidth;
    const keys = {
      ArrowLeft: () => this.move(width / 5), ArrowRight: () => this.move(-width / 5),
      '+': () => this.zoomBy(1.6), '-': () => this.zoomBy(1 / 1.6), 0: () => this.fit(),
    };
    if (!keys[event.key] || event.ctrlKey) return;
    event.preventDefault();
    keys[event.key]();
  }

  move(pixels) { select(this.canvas).call(this.zoom.translateBy, pixels / this.transform.k, 0); }
  zoomBy(factor) { select(this.canvas).call(this.zoom.scaleBy, factor); }
  fit() { select(this.canvas).call(this.zoom.transform, zoomIdentity); }
}

/** Waiting without a task is what idle threads do. */
function fillKind(item) {
  return item.kind === 'run' ? 'running' : item.kind === 'blocked' && !item.inside ? 'idle' : item.kind;
}

function describe(item) {
  const took = duration(item.end - item.start);
  if (item.kind === 'run') return `${item.name} runs for ${took}`;
  if (item.kind === 'ready') return `${item.name} is ready for ${took} and does not run`;
  return `${item.name} keeps the thread waiting for ${took}`;
}
