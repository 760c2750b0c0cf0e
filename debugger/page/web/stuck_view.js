// What waits for what at the end: cycles first, then all others by what they wait for, and the graph.

import {forceSimulation, forceLink, forceManyBody, forceX, forceY, forceCollide} from 'd3-force';
import {zoom} from 'd3-zoom';
import {select, event as d3event} from 'd3-selection';
import {overview, stuck} from './data.js';
import {el, svg, command} from './dom.js';
import {duration, plural} from './format.js';
import {findings} from './findings.js';

/** More than can be told apart; those in cycles and on their edges come first. */
const kMostDrawn = 150;

export class StuckView {
  constructor(navigate) {
    this.navigate = navigate;
    this.data = stuck();
    this.node = el('div', {class: 'stuck-view'}, this.cycles(), findings(), this.graph(), this.list());
  }

  show() {}

  cycles() {
    const {cycles, edges, nodes, folded, left_out: leftOut, unknown_owners: unknown, note} = this.data;
    const file = overview().file_in_shell;
    const box = el('section', {class: 'card', 'aria-label': 'cycles'});
    for (const cycle of cycles) {
      box.append(el('h2', {class: 'stuck'}, `■ ${cycle.length === 1 ? 'A task that waits for itself' :
        `A cycle of ${cycle.length}`}: nothing in it can go on by itself`),
      el('ol', {}, ...cycle.map((number) => el('li', {}, edges[number].text, ', for ',
          duration(nodes[edges[number].from].age)))));
    }
    if (cycles.length === 0) {
      box.append(el('h2', {}, 'No cycle was found'), el('p', {}, unknown > 0 ?
        `${unknown === 1 ? '1 task or thread waits' : `${unknown} tasks or threads wait`} for something whose owner is not known, so they may wait for each other.` :
        !note && nodes.length + folded + leftOut === 0 ? 'Nothing waits at the end.' : ''));
    }
    if (note) box.append(el('p', {class: 'hint'}, note));
    box.append(el('p', {}, command(`weft tasks --stuck ${file}`)));
    return box;
  }

  graph() {
    const {nodes, edges, cycles} = this.data;
    const inCycle = new Set(cycles.flat());
    const picked = new Set();
    for (const number of inCycle) picked.add(edges[number].from).add(edges[number].to);
    for (const edge of edges) {
      if (picked.size >= kMostDrawn) break;
      picked.add(edge.from).add(edge.to);
    }
    if (picked.size === 0) return null;
    const points = [...picked].map((index) => ({index0: index, ...nodes[index],
      stuck: [...inCycle].some((number) => edges[number].from === index)}));
    const byIndex = new Map(points.map((point) => [point.index0, point]));
    const links = edges.map((edge, i) => ({...edge, cycle: inCycle.has(i)}))
        .filter((edge) => byIndex.has(edge.from) && byIndex.has(edge.to))
        .map((edge) => ({...edge, source: byIndex.get(edge.from), target: byIndex.get(edge.to)}));
    const hidden = edges.length - links.length;
    return el('section', {class: 'card', 'aria-label': 'what waits for what'},
        el('h3', {}, 'What waits for what'), drawForce(points, links),
        hidden > 0 ? el('p', {class: 'folded'}, `${plural(hidden, 'edge')} not drawn; the list below has all that wait.`) : null);
  }

  list() {
    const {nodes} = this.data;
    if (nodes.length === 0) return null;
    const groups = new Map();
    for (const node of nodes) {
      if (!node.waits) continue;
      const key = node.group;
      if (!groups.has(key)) groups.set(key, []);
      groups.get(key).push(node);
    }
    const sorted = [...groups.values()].sort((a, b) => b.length - a.length);
    const rows = sorted.map((members) => {
      const oldest = members.reduce((a, b) => (a.age >= b.age ? a : b));
      return el('tr', {}, el('td', {class: 'number'}, members.length),
          el('td', {}, oldest.label, oldest.request > 0 ? [' ', el('button', {type: 'button', class: 'link',
            onclick: () => this.navigate('request', oldest.request)}, `request ${oldest.request}`)] : null), el('td', {}, oldest.state),
          el('td', {class: 'number'}, duration(oldest.age)), el('td', {}, oldest.waiting_for),
          el('td', {class: 'stack'}, oldest.stack));
    });
    const {folded, left_out: leftOut} = this.data;
    return el('section', {class: 'card', 'aria-label': 'what waits'},
        el('h3', {}, 'All that wait at the end, by place'),
        el('div', {class: 'scroll'}, el('table', {class: 'small'}, el('thead', {}, el('tr', {},
            ...['how many', 'the oldest', 'state', 'for', 'waits for', 'stack'].map((text) => el('th', {scope: 'col'}, text)))),
        el('tbody', {}, ...rows))),
        folded + leftOut > 0 ? el('p', {class: 'folded'}, [
          folded > 0 ? plural(folded, 'handler or library task') + ' folded' : '',
          leftOut > 0 ? plural(leftOut, 'task') + ' left out' : ''].filter(Boolean).join('; ') + '.') : null);
  }
}

function drawForce(points, links) {
  const width = 900, height = Math.min(640, 220 + points.length * 14);
  const picture = svg('svg', {class: 'wait-graph', viewBox: `0 0 ${width} ${height}`, role: 'img',
    'aria-label': 'wait-for graph; the list below shows the same'});
  const marker = (id) => svg('marker', {id, viewBox: '0 0 10 10', refX: 9, refY: 5, markerWidth: 8,
    markerHeight: 8, orient: 'auto'}, svg('path', {d: 'M0,0L10,5L0,10z', class: id}));
  const stage = svg('g', {});
  picture.append(svg('defs', {}, marker('arrow-wait'), marker('arrow-cycle')), stage);
  const boxOf = (point) => Math.max(90, 8.2 * (point.label.length + (point.stuck ? 2 : 0)) + 22, 7.4 * (point.place || point.state).length + 22);
  const simulation = forceSimulation(points)
      .force('link', forceLink(links).distance((link) => 80 + (boxOf(link.source) + boxOf(link.target)) / 3))
      .force('charge', forceManyBody().strength(-500))
      .force('x', forceX(width / 2).strength(0.06)).force('y', forceY(height / 2).strength(0.12))
      .force('room', forceCollide((point) => boxOf(point) / 2.2)).stop();
  for (let i = 0; i < 300; ++i) simulation.tick();
  const pairs = new Set(links.map((link) => `${link.from} ${link.to}`));
  for (const link of links) {
    const twoWays = pairs.has(`${link.to} ${link.from}`) && link.from !== link.to;
    stage.append(linkShape(link, boxOf, twoWays));
  }
  for (const point of points) {
    const wide = boxOf(point);
    stage.append(svg('g', {class: 'wait-node' + (point.stuck ? ' stuck' : ''), transform: `translate(${point.x - wide / 2},${point.y - 20})`},
        svg('rect', {width: wide, height: 40, rx: 6}),
        svg('text', {x: 10, y: 17, class: 'name'}, (point.stuck ? '■ ' : '') + point.label),
        svg('text', {x: 10, y: 32, class: 'place'}, point.place || point.state),
        svg('title', {}, `${point.label}: ${point.waiting_for}`)));
  }
  select(picture).call(zoom().scaleExtent([0.2, 4]).filter(() => !d3event.button && (d3event.type !== 'wheel' || d3event.ctrlKey))
      .on('zoom', () => stage.setAttribute('transform', d3event.transform.toString())));
  return picture;
}

/** From border to border of the two boxes. */
function linkShape(link, boxOf, twoWays) {
  const {source, target} = link;
  const name = link.cycle ? 'wait-edge cycle' : 'wait-edge';
  const marker = `url(#${link.cycle ? 'arrow-cycle' : 'arrow-wait'})`;
  if (source === target) {
    const x = source.x, y = source.y - 20;
    return svg('path', {class: name, 'marker-end': marker, d: `M${x - 20},${y}C${x - 40},${y - 50} ${x + 40},${y - 50} ${x + 20},${y}`});
  }
  const [x0, y0] = border(source, target, boxOf), [x1, y1] = border(target, source, boxOf);
  const bend = twoWays ? 26 : 0;
  const length = Math.hypot(x1 - x0, y1 - y0) || 1;
  const mx = (x0 + x1) / 2 - (y1 - y0) / length * bend, my = (y0 + y1) / 2 + (x1 - x0) / length * bend;
  return svg('g', {}, svg('path', {class: name, 'marker-end': marker, d: `M${x0},${y0}Q${mx},${my} ${x1},${y1}`},
      svg('title', {}, link.text)),
  svg('text', {class: 'edge-label', x: mx, y: my - 4}, link.reason));
}

function border(from, to, boxOf) {
  const dx = to.x - from.x, dy = to.y - from.y;
  const half = boxOf(from) / 2 + 2;
  const scale = Math.min(Math.abs(dx) > 0 ? half / Math.abs(dx) : Infinity, Math.abs(dy) > 0 ? 22 / Math.abs(dy) : Infinity);
  return [from.x + dx * scale, from.y + dy * scale];
}
