// What is known about one task or exchange, and the commands that go there.

import {debugCommand, sources, kStates, kCancelled} from './data.js';
import {el, replace, command} from './dom.js';
import {duration, percent, plural} from './format.js';
import {phaseText} from './states.js';

const kMostRuns = 60;
/** Lines of source before and after a place, as source_lines.cc has them. */
const kAround = 4;

export class TaskPanel {
  /** go(vertex): shows another one. */
  constructor(model, go) {
    this.model = model;
    this.go = go;
    this.node = el('aside', {class: 'panel', 'aria-label': 'the chosen task', 'aria-live': 'polite'});
    this.showNothing();
  }

  showNothing() {
    const {model} = this;
    replace(this.node,
        el('h3', {}, 'Where the time went'),
        model.shares.length === 0 ? el('p', {}, 'Not known for this request.') : this.shares(),
        el('p', {class: 'hint'}, 'Choose a task to see its source, what it waited for, and what woke it.'),
        el('h3', {}, 'Go there'),
        command(debugCommand('request ' + model.number)));
  }

  shares() {
    const list = el('ol', {class: 'shares'});
    const told = this.model.shares.filter(({us}, i) => i === 0 || us * 100 >= this.model.duration);
    for (const {what, us, vertex} of told.slice(0, 8)) {
      const bar = el('span', {class: 'share-bar', 'aria-hidden': 'true'}, el('span', {}));
      bar.firstChild.style.width = Math.min(100, 100 * us / Math.max(1, this.model.duration)) + '%';
      list.append(el('li', {}, bar, el('span', {class: 'share'}, percent(us, this.model.duration)), ' ',
          vertex ? this.link(vertex, what) : what, ' ', el('span', {class: 'dim'}, duration(us))));
    }
    const left = this.model.shares.length - Math.min(8, told.length);
    return [list, left > 0 ? el('p', {class: 'hint'}, plural(left, 'smaller part')) : null];
  }

  link(vertex, text) {
    return el('button', {type: 'button', class: 'link', onclick: () => this.go(vertex)},
        text || vertex.label);
  }

  show(vertex) {
    const {model} = this;
    const parent = model.vertices[vertex.parent];
    replace(this.node,
        el('h3', {}, (vertex.critical ? '★ ' : '') + vertex.label),
        this.facts(vertex, parent),
        this.text(vertex),
        this.sources(vertex),
        this.cancellation(vertex),
        this.notes(vertex),
        this.runs(vertex),
        this.woke(vertex),
        this.children(vertex),
        el('h3', {}, 'Go there'),
        this.commands(vertex),
        el('p', {}, el('button', {type: 'button', class: 'link', onclick: () => {
          this.showNothing();
        }}, 'back to where the time went')));
  }

  facts(vertex, parent) {
    const {model} = this;
    const list = el('dl', {class: 'facts'});
    const add = (name, ...value) => list.append(el('dt', {}, name), el('dd', {}, ...value));
    add('takes', el('strong', {}, duration(vertex.end - vertex.start)), ', from ' +
        duration(vertex.start) + ' to ' + duration(vertex.end) + ' of the request');
    add('kind', (vertex.isExchange ? 'exchange with another process' : vertex.kind) +
        (vertex.internal ? ', of a library' : ''));
    add('ended', vertex.isExchange ? vertex.detail || kStates[vertex.state] : kStates[vertex.state],
        vertex.state !== kCancelled && !vertex.isExchange && vertex.detail ? ': ' + vertex.detail : '');
    if (parent) add(vertex.isExchange ? 'asked by' : 'created by', this.link(parent));
    if (!vertex.isExchange) {
      const times = model.times(vertex);
      const all = Math.max(1, vertex.end - vertex.start);
      const parts = ['running', 'ready', 'waiting', 'unknown'].filter((kind) => times[kind] > 0)
          .map((kind) => `${kind === 'unknown' ? 'not known' : kind} ${duration(times[kind])} (${percent(times[kind], all)})`);
      add('time', parts.join(', '));
      if (times.blocked > 0) add('blocked', 'of its running time, ' + duration(times.blocked) + ' inside system calls');
    }
    if (vertex.created !== null) add('events', vertex.created + (vertex.ended === null ? '' : ' to ' + vertex.ended));
    return list;
  }

  text(vertex) {
    if (!vertex.text) return null;
    return [el('h3', {}, 'What it asked'), el('pre', {class: 'text', tabindex: 0}, vertex.text)];
  }

  /** Where it waited for longest, and where it is. */
  sources(vertex) {
    const own = () => this.source('Its code', vertex.place, vertex.file, vertex.line);
    if (!vertex.waitPlace) return own();
    const near = vertex.waitFile === vertex.file && Math.abs(vertex.waitLine - vertex.line) <= kAround;
    return [this.source('Waited for longest', vertex.waitPlace, vertex.waitFile, vertex.waitLine), near ? null : own()];
  }

  source(title, place, file, here) {
    if (!place) return null;
    const head = el('h3', {}, title, ' ', el('span', {class: 'dim'}, place));
    const known = sources()[file];
    if (!known || known.state !== 'read') {
      const why = known && known.state === 'changed' ? 'The file has changed since the recording.' :
        known && known.state === 'redacted' ? 'Left out by --redact.' : 'Its source was not read: the file is not there or cannot be read, is larger than 4 MB, or is not named like source code.';
      return [head, el('p', {class: 'hint'}, why)];
    }
    const list = el('ol', {class: 'source', tabindex: 0, 'aria-label': 'source lines'});
    for (let line = here - kAround; line <= here + kAround; ++line) {
      const text = known.lines[line];
      if (text === undefined) continue;
      list.append(el('li', {value: line, class: line === here ? 'here' : null}, text || ' '));
    }
    return [head, list];
  }

  cancellation(vertex) {
    if (vertex.state !== kCancelled || vertex.isExchange) return null;
    const by = this.model.vertices[vertex.cancelledBy];
    return [el('h3', {}, 'Cancelled'), el('p', {}, vertex.detail || 'What cancelled it is not known.'),
      by ? el('p', {}, 'by ', this.link(by)) : null];
  }

  notes(vertex) {
    if (vertex.notes.length === 0) return null;
    const list = el('dl', {class: 'facts'});
    for (const note of vertex.notes) list.append(el('dt', {}, note.key), el('dd', {}, note.value));
    return [el('h3', {}, 'Notes of the program'), list];
  }

  runs(vertex) {
    if (vertex.segments.length === 0) return null;
    const body = el('tbody', {});
    for (const segment of vertex.segments.slice(0, kMostRuns)) {
      const ready = segment.ready < 0 ? 0 : segment.start - segment.ready;
      const then = segment.wait === 'something' && !segment.place ? '' :
        phaseText({kind: 'waiting', wait: segment.wait}) + (segment.place ? ' at ' + segment.place : '');
      body.append(el('tr', {},
          el('td', {class: 'number'}, duration(segment.start)),
          el('td', {}, segment.by && segment.by !== vertex ? this.link(segment.by) : segment.byText,
              el('span', {class: 'dim'}, ' ' + segment.cause)),
          el('td', {class: 'number'}, ready > 0 ? duration(ready) : ''),
          el('td', {class: 'number'}, duration(segment.end - segment.start)),
          el('td', {}, then),
          el('td', {class: 'number'}, segment.event)));
    }
    const left = vertex.segments.length - kMostRuns;
    return [el('h3', {}, 'Its runs'), el('div', {class: 'runs'}, el('table', {class: 'small'},
        el('thead', {}, el('tr', {}, ...['at', 'woken by', 'was ready', 'ran', 'then', 'event']
            .map((text) => el('th', {scope: 'col'}, text)))), body)),
    left > 0 ? el('p', {class: 'hint'}, (this.model.cut.has(vertex.row) ? 'at least ' : '') +
        plural(left, 'later run') + ' not listed') : null];
  }

  woke(vertex) {
    const woken = this.model.wokenBy(vertex);
    if (woken.length === 0) return null;
    const shown = [...new Set(woken.map((segment) => segment.vertex))];
    return [el('h3', {}, 'It woke'), el('ul', {class: 'plain'},
        ...shown.slice(0, 20).map((other) => el('li', {}, this.link(other)))),
    shown.length > 20 ? el('p', {class: 'hint'}, `and ${shown.length - 20} more`) : null];
  }

  children(vertex) {
    if (vertex.children.length === 0) return null;
    const longest = [...vertex.children].sort((a, b) => b.end - b.start - a.end + a.start).slice(0, 12);
    const left = vertex.children.length - longest.length;
    return [el('h3', {}, 'It created'), el('ul', {class: 'plain'},
        ...longest.map((child) => el('li', {}, this.link(child), ' ',
            el('span', {class: 'dim'}, duration(child.end - child.start))))),
    left > 0 ? el('p', {class: 'hint'}, `and ${left} shorter ones`) : null];
  }

  commands(vertex) {
    const list = el('div', {class: 'commands'});
    const last = vertex.segments[vertex.segments.length - 1];
    if (vertex.created !== null) list.append(el('p', {}, 'where it begins', command(debugCommand(vertex.created))));
    if (last && last.event !== null) list.append(el('p', {}, this.model.cut.has(vertex.row) ? 'the last run that is in the page' : 'its last run', command(debugCommand(last.event))));
    if (vertex.ended !== null) list.append(el('p', {}, 'where it ends', command(debugCommand(vertex.ended))));
    return list;
  }
}
