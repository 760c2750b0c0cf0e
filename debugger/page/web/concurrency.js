// How many requests were open, tasks ready and threads busy, over time.

import {scaleLinear} from 'd3-scale';
import {area, curveStepAfter} from 'd3-shape';
import {el, svg} from './dom.js';

const kHeight = 52;
const kSeries = [
  ['requests', 'requests in flight'],
  ['running', 'threads that run tasks'],
  ['ready', 'tasks ready and not run'],
];

/** Drawn on the x scale of the lanes below. */
export function concurrencyChart(data, left) {
  const shown = kSeries.filter(([name]) => Math.max(0, ...data[name]) > 0);
  const charts = shown.map(([name, title]) => {
    const most = Math.max(...data[name]);
    const picture = svg('svg', {height: kHeight, class: 'concurrency ' + name, role: 'img',
      'aria-label': `${title} over time, at most ${round(most)}`});
    return {name, title, most, picture};
  });
  const node = el('div', {}, ...(charts.length > 0 ? charts.map((chart) => chart.picture) :
    [el('p', {class: 'hint'}, 'No task and no request was seen in this recording.')]));

  function draw(x, width) {
    for (const {name, title, most, picture} of charts) {
      const values = data[name];
      const step = data.bucket;
      const y = scaleLinear().domain([0, most]).range([kHeight - 6, 6]);
      const shape = area().x((value, i) => x(Math.min(i, values.length) * step))
          .y0(y(0)).y1((value) => y(value)).curve(curveStepAfter);
      picture.setAttribute('width', width);
      picture.replaceChildren(
          svg('clipPath', {id: 'clip-' + name}, svg('rect', {x: left, y: 0, width: Math.max(0, width - left - 8), height: kHeight})),
          svg('path', {d: shape([...values, values[values.length - 1] || 0]), 'clip-path': `url(#clip-${name})`}),
          svg('text', {x: 2, y: 18, class: 'series'}, ...wrapped(title)),
          svg('text', {x: left - 8, y: 14, class: 'most', 'text-anchor': 'end'}, round(most)));
    }
  }
  return {node, draw};
}

function wrapped(title) {
  const words = title.split(' ');
  const middle = Math.ceil(words.length / 2);
  return [words.slice(0, middle), words.slice(middle)].map((part, i) =>
    svg('tspan', {x: 2, dy: i === 0 ? 0 : 14}, part.join(' ')));
}

/** Averages over a part of the time need no more digits. */
function round(value) { return value >= 10 ? String(Math.round(value)) : String(Math.round(value * 10) / 10); }
