// The requests as a table of any length: only the rows in sight are on the page.

import {kStates, hasRequest} from './data.js';
import {el} from './dom.js';
import {duration, startTime, count} from './format.js';

const kRowHeight = 28, kMore = 8;
const kColumns = [
  {name: 'number', title: 'Request', numeric: true, text: (row) => String(row.number)},
  {name: 'start', title: 'Start', numeric: true, text: (row) => startTime(row.start)},
  {name: 'duration', title: 'Duration', numeric: true, text: (row) => duration(row.duration)},
  {name: 'what', title: 'What', text: (row) => row.what},
  {name: 'outcome', title: 'Outcome', text: (row) => row.outcome},
  {name: 'tasks', title: 'Tasks', numeric: true, text: (row) => count(row.tasks)},
  {name: 'where', title: 'Where the time went', text: (row) => row.where},
];

export class RequestTable {
  constructor(open) {
    this.open = open;
    this.rows = [];
    this.sort = {name: 'duration', down: true};
    this.at = 0;
    this.heads = kColumns.map((column) => el('th', {scope: 'col', role: 'columnheader', class: column.numeric ? 'number' : null},
        el('button', {type: 'button', onclick: () => this.sortBy(column.name)}, column.title)));
    this.above = el('tr', {'aria-hidden': 'true'}, el('td', {colspan: kColumns.length}));
    this.below = el('tr', {'aria-hidden': 'true'}, el('td', {colspan: kColumns.length}));
    this.body = el('tbody', {});
    this.table = el('table', {class: 'requests', role: 'grid', 'aria-label': 'requests'},
        el('thead', {}, el('tr', {role: 'row'}, ...this.heads)), this.body);
    this.node = el('div', {class: 'table-box', onscroll: () => this.render()}, this.table);
    this.table.addEventListener('keydown', (event) => this.onKey(event));
    new ResizeObserver(() => this.render()).observe(this.node);
  }

  set(rows) {
    this.rows = [...rows];
    this.longest = rows.reduce((most, row) => Math.max(most, row.duration), 1);
    this.at = 0;
    this.order();
  }

  sortBy(name) {
    const column = kColumns.find((one) => one.name === name);
    this.sort = {name, down: this.sort.name === name ? !this.sort.down : Boolean(column.numeric && name !== 'number' && name !== 'start')};
    this.order();
  }

  order() {
    const {name, down} = this.sort;
    const sign = down ? -1 : 1;
    const compare = typeof (this.rows[0] || {})[name] === 'string' ?
      (a, b) => (a[name] < b[name] ? -1 : a[name] > b[name] ? 1 : 0) : (a, b) => a[name] - b[name];
    this.rows.sort((a, b) => sign * compare(a, b) || a.number - b.number);
    kColumns.forEach((column, i) => {
      const sorted = column.name === name;
      this.heads[i].setAttribute('aria-sort', sorted ? (down ? 'descending' : 'ascending') : 'none');
      this.heads[i].firstChild.dataset.order = sorted ? (down ? '▼' : '▲') : '';
    });
    this.table.setAttribute('aria-rowcount', this.rows.length + 1);
    this.node.scrollTop = 0;
    this.render();
  }

  render() {
    const height = this.node.clientHeight || 400;
    const first = Math.max(0, Math.floor(this.node.scrollTop / kRowHeight) - kMore);
    const last = Math.min(this.rows.length, first + Math.ceil(height / kRowHeight) + 2 * kMore);
    const shown = [];
    for (let i = first; i < last; ++i) shown.push(this.rowNode(i));
    this.above.firstChild.style.height = first * kRowHeight + 'px';
    this.below.firstChild.style.height = (this.rows.length - last) * kRowHeight + 'px';
    this.body.replaceChildren(...(first > 0 ? [this.above] : []), ...shown,
        ...(last < this.rows.length ? [this.below] : []));
  }

  rowNode(i) {
    const row = this.rows[i];
    const name = row.slow ? 'slow' : kStates[row.state];
    const node = el('tr', {role: 'row', 'aria-rowindex': i + 2, tabindex: i === this.at ? 0 : -1,
      'data-number': row.number, class: name + (hasRequest(row.number) ? '' : ' no-graph'),
      'aria-label': `request ${row.number}, ${row.what}, ${duration(row.duration)}, ${row.outcome}${row.slow ? ', slow' : ''}`,
      onclick: () => this.open(row), onfocus: () => { this.at = i; }},
    ...kColumns.map((column) => el('td', {role: 'gridcell', class: column.numeric ? 'number' : null, title: column.numeric ? null : column.text(row)},
        column.name === 'number' && row.slow ? el('span', {class: 'slow-mark', 'aria-hidden': 'true'}, '▲ ') : null,
        column.text(row), column.name === 'duration' ? this.bar(row) : null)));
    return node;
  }

  bar(row) {
    const bar = el('span', {class: 'cell-bar', 'aria-hidden': 'true'});
    bar.style.width = (100 * row.duration / this.longest).toFixed(1) + '%';
    return bar;
  }

  onKey(event) {
    if (event.target.tagName !== 'TR') return;
    const page = Math.floor(this.node.clientHeight / kRowHeight) - 2;
    const steps = {ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity};
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      this.open(this.rows[this.at]);
    } else if (steps[event.key] !== undefined) {
      event.preventDefault();
      this.moveTo(Math.min(Math.max(this.at + steps[event.key], 0), this.rows.length - 1));
    }
  }

  moveTo(i) {
    this.at = i;
    const top = i * kRowHeight, bottom = top + kRowHeight, room = this.node.clientHeight - 2 * kRowHeight;
    if (top < this.node.scrollTop) this.node.scrollTop = top;
    else if (bottom > this.node.scrollTop + room) this.node.scrollTop = bottom - room;
    this.render();
    const row = this.body.querySelector(`tr[aria-rowindex="${i + 2}"]`);
    if (row) row.focus({preventScroll: true});
  }
}
