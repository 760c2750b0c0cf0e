// The lines that the program wrote for a request: a click on one goes to its moment.

import {debugCommand} from './data.js';
import {el, replace, command} from './dom.js';
import {duration, plural} from './format.js';

export class LogList {
  /** go(line): shows its moment elsewhere. */
  constructor(model, go) {
    this.go = go;
    this.there = el('div', {class: 'log-there', 'aria-live': 'polite'});
    this.rows = new Map();
    const list = el('ol', {class: 'log', 'aria-label': 'log lines of the request'});
    for (const line of model.logs) {
      const row = el('button', {type: 'button', class: 'log-line', onclick: () => this.choose(line)},
          el('span', {class: 'number'}, duration(line.time)), el('span', {class: 'dim'}, line.stream),
          el('span', {class: 'log-text'}, line.text || ' '),
          line.missing > 0 ? el('span', {class: 'dim'}, `… ${plural(line.missing, 'more byte')}`) : null);
      this.rows.set(line, row);
      list.append(el('li', {}, row));
    }
    const left = model.block.logs_left_out || 0;
    this.node = el('section', {class: 'log-part', 'aria-label': 'what the program wrote'},
        el('h3', {}, 'What the program wrote ', el('span', {class: 'dim'}, plural(model.logs.length + left, 'line'))),
        list, left > 0 ? el('p', {class: 'hint'}, `${plural(left, 'later line')} not in the page: weft logs has them`) : null,
        this.there);
    this.node.hidden = model.logs.length === 0;
  }

  choose(line) {
    for (const [other, row] of this.rows) row.setAttribute('aria-pressed', String(other === line));
    replace(this.there, `event ${line.event}, thread T${line.thread}`,
        line.vertex ? `, ${line.vertex.label}` : '', ': ', command(debugCommand(line.event)));
    this.go(line);
  }
}
