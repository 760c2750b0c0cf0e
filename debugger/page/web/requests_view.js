// All requests: what the slow ones have in common, a scatter of start and duration, a histogram, a
// table. What is brushed or typed in one of them filters the others.

import {overview, requests} from './data.js';
import {el, replace, command} from './dom.js';
import {duration, count, plural} from './format.js';
import {Scatter} from './scatter.js';
import {Histogram} from './histogram.js';
import {RequestTable} from './request_table.js';
import {findings} from './findings.js';

const kFewer = 6;

export class RequestsView {
  constructor(navigate) {
    this.filter = {text: '', slow: false, roots: false, box: null, range: null};
    this.rows = requests();
    this.hasOthers = this.rows.some((row) => row.kind !== 'root-task');
    this.scatter = new Scatter((box) => { this.filter.box = box; this.update(); },
        (row) => navigate('request', row.number));
    this.histogram = new Histogram((range) => { this.filter.range = range; this.update(); });
    this.table = new RequestTable((row) => navigate('request', row.number));
    this.told = el('p', {class: 'told', role: 'status'});
    this.selection = el('div', {class: 'comparison'});
    this.node = el('div', {class: 'requests-view'},
        this.summary(),
        el('div', {class: 'charts'},
            el('section', {class: 'card', 'aria-label': 'start and duration of each request'},
                el('h3', {}, 'Each request: when it started, how long it took ',
                    el('span', {class: 'dim'}, 'drag to select, click to open')), this.scatter.node),
            el('section', {class: 'card narrow', 'aria-label': 'how many requests took how long'},
                el('h3', {}, 'How many took how long ', el('span', {class: 'dim'}, 'drag to select')),
                this.histogram.node)),
        this.tools(), this.told, this.selection, this.table.node,
        el('p', {class: 'folded'}, overview().left_out.join(' ')));
    this.update();
  }

  show() {}

  summary() {
    const {slow} = overview();
    const others = findings();
    const box = el('div', {class: 'summary'});
    if (slow && slow.slow > 0) box.append(this.slowText(slow));
    if (others) box.append(others);
    return box;
  }

  slowText(slow) {
    const file = overview().file_in_shell;
    const section = el('section', {class: 'card slow-card', 'aria-label': 'slow requests'},
        el('h2', {}, el('span', {class: 'big'}, count(slow.slow)), ` of ${count(slow.slow + slow.others)} requests are slow`),
        el('p', {}, `${duration(slow.threshold)} and more, where the median is ${duration(slow.median)}.`));
    if (slow.in_common.length > 0) {
      const list = el('ul', {class: 'in-common'});
      for (const one of slow.in_common.slice(0, kFewer)) {
        list.append(el('li', {}, el('strong', {}, one.text), ' ',
            el('span', {class: 'dim'}, `${count(one.slow)} of ${count(slow.slow)} slow, ` +
                `${count(one.others)} of ${count(slow.others)} others`)));
      }
      section.append(el('p', {}, 'In common, and rare among the others:'), list);
    } else {
      section.append(el('p', {}, slow.slow === 1 ? 'A single slow request has nothing to be compared with.' :
        'weft found nothing that only the slow ones have in common.'));
    }
    const slowest = this.rows.filter((row) => row.slow).sort((a, b) => b.duration - a.duration)[0];
    if (slowest) section.append(el('p', {}, `go to the slowest, request ${slowest.number}`,
        command(`weft debug ${file} -c 'goto request ${slowest.number}'`)));
    return section;
  }

  tools() {
    const box = (text, name) => el('label', {class: 'check'}, el('input', {type: 'checkbox',
      onchange: (event) => { this.filter[name] = event.target.checked; this.update(); }}), text);
    this.search = el('input', {type: 'search', class: 'search', 'aria-label': 'filter requests',
      placeholder: 'filter: GET /cart, 500, orders  ( / )',
      oninput: () => { this.filter.text = this.search.value.trim().toLowerCase(); this.update(); }});
    const roots = this.rows.filter((row) => row.kind === 'root-task').length;
    const anySlow = this.rows.some((row) => row.slow);
    const least = el('input', {type: 'number', class: 'least', min: 0, step: 'any',
      'aria-label': 'minimum duration in milliseconds', placeholder: 'ms', oninput: () => {
        this.filter.range = least.value === '' ? null : [Number(least.value) * 1e3, Infinity];
        this.histogram.clear();
        this.update();
      }});
    this.clear = el('button', {type: 'button', onclick: () => this.clearAll(least)}, 'show all');
    return el('div', {class: 'tools', role: 'toolbar', 'aria-label': 'filter requests'}, this.search,
        el('label', {class: 'check'}, 'at least', least),
        anySlow ? box('slow ones only', 'slow') : null,
        this.hasOthers && roots > 0 ? box(`root tasks too (${count(roots)})`, 'roots') : null, this.clear);
  }

  clearAll(least) {
    Object.assign(this.filter, {text: '', slow: false, box: null, range: null});
    this.search.value = least.value = '';
    for (const input of this.node.querySelectorAll('.tools input[type=checkbox]')) input.checked = false;
    this.filter.roots = false;
    this.scatter.clear();
    this.histogram.clear();
    this.update();
  }

  focusSearch() { this.search.focus(); }

  /** What the charts show, and of that what passes their own selections, too. */
  update() {
    const {filter} = this;
    const base = this.rows.filter((row) =>
      (!this.hasOthers || filter.roots || row.kind !== 'root-task') && (!filter.slow || row.slow) &&
      (filter.text === '' || `${row.number} ${row.what} ${row.outcome} ${row.where}`.toLowerCase().includes(filter.text)));
    const inBox = (row) => !filter.box || (row.start >= filter.box.from && row.start <= filter.box.to &&
        row.duration >= filter.box.least && row.duration <= filter.box.most);
    const inRange = (row) => !filter.range || (row.duration >= filter.range[0] && row.duration <= filter.range[1]);
    const selected = base.filter((row) => inBox(row) && inRange(row));
    this.scatter.set(base, new Set(selected), selected.length < base.length);
    this.histogram.set(base);
    this.table.set(selected);
    this.told.textContent = `${plural(selected.length, 'request')}` +
        (selected.length < this.rows.length ? ` of ${count(this.rows.length)}` : '') + leftOut(this.rows.length);
    this.clear.disabled = selected.length === this.rows.length;
    replace(this.selection, filter.box || filter.range ? comparison(selected, base) : null);
  }
}

function leftOut(shown) {
  const all = overview().counts.requests;
  return all > shown ? `; the page holds ${count(shown)} of the recording's ${count(all)}` : '';
}

/** What the selected ones do more often than the others: counts, as weft tells them. */
function comparison(selected, base) {
  const others = base.length - selected.length;
  if (selected.length === 0 || others === 0) return null;
  const tally = new Map();
  const chosen = new Set(selected);
  for (const row of base) {
    for (const text of [row.what, row.where.replace(/^[<\d ]+% /, '') && 'time went to ' + row.where.replace(/^[<\d ]+% /, '')]) {
      if (!text) continue;
      const counts = tally.get(text) || [0, 0];
      ++counts[chosen.has(row) ? 0 : 1];
      tally.set(text, counts);
    }
  }
  const best = [...tally].map(([text, [a, b]]) => ({text, a, b, gain: a / selected.length - b / others}))
      .filter((one) => one.gain > 0.3 && one.a > 1).sort((x, y) => y.gain - x.gain).slice(0, 4);
  if (best.length === 0) return null;
  return [el('p', {}, 'More often among the selected:'), el('ul', {class: 'in-common'},
      ...best.map((one) => el('li', {}, el('strong', {}, one.text), ' ', el('span', {class: 'dim'},
          `${count(one.a)} of ${count(selected.length)} selected, ${count(one.b)} of ${count(others)} others`))))];
}
