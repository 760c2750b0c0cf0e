// How states look: a colour, a pattern and a word each, so that none of them is needed alone.

import {svg, el} from './dom.js';

const kWaits = {'I/O': 'io', timer: 'timer', lock: 'lock', channel: 'channel', task: 'task',
  start: 'start', turn: 'turn'};

export function phaseClass(phase) {
  if (phase.kind !== 'waiting') return phase.kind;
  return 'waiting wait-' + (kWaits[phase.wait] || 'unknown');
}

export function phaseText(phase) {
  if (phase.kind === 'running') return 'running';
  if (phase.kind === 'ready') return 'ready, not run';
  if (phase.kind === 'unknown') return 'not known';
  if (phase.wait === 'start') return 'not started';
  if (phase.wait === 'something') return 'waits for something unknown';
  return 'waits for ' + (phase.wait === 'task' ? 'a task' : phase.wait);
}

/** Patterns of SVG; the style sheet names them. */
export function definePatterns() {
  const stripes = (id, d, size) => svg('pattern', {id, width: size, height: size,
    patternUnits: 'userSpaceOnUse'}, svg('rect', {width: size, height: size, class: id + '-ground'}),
  svg('path', {d, class: id + '-line'}));
  const arrow = (id) => svg('marker', {id, viewBox: '0 0 10 10', refX: 8, refY: 5, markerWidth: 7,
    markerHeight: 7, orient: 'auto-start-reverse'}, svg('path', {d: 'M0,0L10,5L0,10z', class: id}));
  return svg('defs', {},
      stripes('pattern-ready', 'M-1,1l2,-2M0,6l6,-6M5,7l2,-2', 6),
      stripes('pattern-lock', 'M0,3h6', 6),
      stripes('pattern-io', 'M3,3h1', 6),
      stripes('pattern-channel', 'M0,0l6,6M-1,5l2,2M5,-1l2,2', 6),
      stripes('pattern-timer', 'M3,0v6', 6),
      stripes('pattern-unknown', 'M0,0l6,6M6,0l-6,6', 6),
      arrow('arrow-wake'), arrow('arrow-cancel'));
}

const kLegend = [
  ['running', 'running'], ['ready', 'ready, not run'], ['waiting wait-io', 'waits for I/O'],
  ['waiting wait-timer', 'timer'], ['waiting wait-lock', 'lock'], ['waiting wait-channel', 'channel'],
  ['waiting wait-task', 'another task'], ['waiting wait-unknown', 'something unknown'],
];

export function legend() {
  const list = el('ul', {class: 'legend', 'aria-label': 'what colours and patterns mean'});
  for (const [name, text] of kLegend) {
    list.append(el('li', {}, sample(svg('rect', {class: 'phase ' + name, x: 1, y: 1, width: 12, height: 16})),
        text));
  }
  const end = (name, d, text) => list.append(
      el('li', {}, sample(svg('path', {class: 'end ' + name, d})), text));
  end('cancelled', 'M2,4l10,10m0,-10l-10,10', 'cancelled');
  end('failed', 'M1,15h12M7,2v8m0,2v1', 'failed');
  end('unfinished', 'M2,6l5,6l5,-6', 'not ended');
  list.append(el('li', {}, sample(svg('rect', {class: 'critical-step', x: 2, y: 2, width: 10, height: 14, rx: 2})),
      '★ critical path: what determined the end'));
  return list;
}

function sample(shape) {
  return svg('svg', {class: 'sample', width: 14, height: 18, 'aria-hidden': 'true'}, shape);
}
