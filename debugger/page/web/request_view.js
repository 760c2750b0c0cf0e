// One request: its graph, the icicle as the second look, a search, and what is known of a task.

import {debugCommand, hasRequest, isServed, overview, requests, servedPage} from './data.js';
import {el, replace, command} from './dom.js';
import {duration, startTime, count, plural} from './format.js';
import {loadRequest} from './request_model.js';
import {GraphView, kMostVertices} from './graph_view.js';
import {IcicleView} from './icicle_view.js';
import {LogList} from './log_list.js';
import {TaskPanel} from './task_panel.js';
import {legend} from './states.js';

/** From so many tasks on, the icicle is the first look. */
const kManyTasks = 4000;

export class RequestView {
  constructor(navigate) {
    this.navigate = navigate;
    this.node = el('div', {class: 'request-view'});
    this.number = null;
  }

  show(words) {
    const number = words.length > 0 ? Number(words[0]) : this.number || firstNumber();
    if (number !== this.number) this.open(number);
    const task = words[1] === 'vertex' ? Number(words[2]) : NaN;
    if (this.model && this.model.vertices[task]) this.choose(this.model.vertices[task]);
  }

  open(number) {
    this.number = number;
    this.model = hasRequest(number) ? loadRequest(number) : null;
    const row = requests().find((one) => one.number === number);
    if (!row) {
      replace(this.node, el('p', {class: 'empty'}, 'Choose a request in the list of requests.'));
      return;
    }
    if (!this.model) {
      if (row.tasks === 0 && !overview().left_out.some((text) => text.startsWith('Graphs'))) {
        replace(this.node, this.head(row), el('p', {class: 'empty'}, 'No task worked for this request that weft ' +
            'knows of, and it asked no other process. Tasks are seen in programs that are built with the tracing flag.'));
        return;
      }
      if (isServed()) {
        replace(this.node, this.head(row), el('p', {class: 'empty'},
            el('a', {href: servedPage(number)}, `Open the graph of request ${number}`)));
        return;
      }
      replace(this.node, this.head(row), el('p', {class: 'empty'},
          'The graph of this request is not in the page: it holds those of the slowest requests, and of ' +
          'some of the others. This makes a page that has it:'),
      command(`weft report --request ${number} -o ${number}.html ${overview().file_in_shell}`));
      return;
    }
    this.panel = new TaskPanel(this.model, (vertex) => this.choose(vertex));
    this.graph = new GraphView(this.model, (vertex) => this.chosen(vertex));
    this.graph.onDrawn = () => this.sayFolded();
    this.icicle = new IcicleView(this.model, (vertex) => this.choose(vertex));
    this.canvas = el('div', {class: 'drawing'}, this.graph.node, this.icicle.node);
    this.folded = el('p', {class: 'folded', 'aria-live': 'polite'});
    this.log = new LogList(this.model, (line) => this.goToLine(line));
    replace(this.node, this.head(row), this.tools(), el('div', {class: 'split'},
        el('div', {class: 'main-part'}, this.canvas, this.folded, legend(), this.log.node), this.panel.node));
    this.graph.draw();
    this.graph.fitBoxes();
    this.graph.fit();
    this.look(this.model.vertices.length > kManyTasks ? 'icicle' : 'graph');
    this.sayFolded();
  }

  head(row) {
    const rows = requests();
    const at = rows.indexOf(row);
    const step = (to, text, label) => el('button', {type: 'button', 'aria-label': label,
      disabled: !rows[to], onclick: () => this.navigate('request', rows[to].number)}, text);
    return el('header', {class: 'request-head'},
        el('h2', {}, `Request ${row.number}: ${row.what}`, el('span', {class: 'outcome'}, ' → ' + row.outcome)),
        el('p', {}, 'starts at ', startTime(row.start), ', takes ', el('strong', {}, duration(row.duration)),
            ', ', plural(row.tasks, 'task'), row.slow ? el('span', {class: 'badge slow'}, '▲ slow') : null),
        el('div', {class: 'row'}, command(debugCommand('request ' + row.number)),
            el('button', {type: 'button', onclick: () => this.navigate('time', row.start, row.start + row.duration)},
                'what the threads did meanwhile'),
            step(at - 1, '← previous', 'previous request'), step(at + 1, 'next →', 'next request')));
  }

  tools() {
    const box = (text, checked, onchange) => el('label', {class: 'check'},
        el('input', {type: 'checkbox', checked, onchange: (event) => onchange(event.target.checked)}), text);
    const internal = this.model.vertices.filter((vertex) => vertex.internal).length;
    this.search = el('input', {type: 'search', placeholder: 'find a task, SQL, file  ( / )',
      'aria-label': 'find tasks', class: 'search', oninput: () => this.find(),
      onkeydown: (event) => { if (event.key === 'Enter') this.nextFound(event.shiftKey ? -1 : 1); }});
    this.foundText = el('span', {class: 'dim', role: 'status'});
    this.looks = {};
    for (const [name, text] of [['graph', 'Graph'], ['icicle', 'Icicle']]) {
      this.looks[name] = el('button', {type: 'button', 'aria-pressed': 'false',
        onclick: () => this.look(name)}, text);
    }
    this.internalBox = box(`library tasks (${count(internal)})`, false, (on) => this.showInternal(on));
    const wakes = el('select', {'aria-label': 'which wake edges are drawn', onchange: (event) => {
      this.graph.wakes = event.target.value;
      this.graph.drawWakes();
    }}, ...[['chosen', 'wakes of the chosen task'], ['all', 'all wakes'], ['none', 'no wakes']]
        .map(([value, text]) => el('option', {value}, text)));
    const current = () => this.looks.icicle.getAttribute('aria-pressed') === 'true' ? this.icicle : this.graph;
    const button = (text, label, onclick) => el('button', {type: 'button', 'aria-label': label, title: label, onclick}, text);
    return el('div', {class: 'tools', role: 'toolbar', 'aria-label': 'the graph'},
        el('span', {class: 'group'}, this.looks.graph, this.looks.icicle),
        this.search, this.foundText, wakes,
        box('cancelled by', true, (on) => { this.graph.cancels = on; this.graph.drawWakes(); }),
        internal > 0 ? this.internalBox : null,
        el('span', {class: 'group'},
            button('−', 'smaller', () => current().zoomBy(1 / 1.4)), button('+', 'larger', () => current().zoomBy(1.4)),
            button('fit', 'all of it', () => current().fit())));
  }

  showInternal(on) {
    this.graph.options.internal = this.icicle.internal = on;
    this.graph.redraw();
    this.icicle.draw();
  }

  look(name) {
    for (const [other, button] of Object.entries(this.looks)) {
      button.setAttribute('aria-pressed', String(other === name));
    }
    this.graph.node.toggleAttribute('hidden', name !== 'graph');
    this.graph.node.style.display = name === 'graph' ? '' : 'none';
    this.icicle.node.hidden = name !== 'icicle';
    if (name === 'icicle') this.icicle.draw();
  }

  /** From elsewhere than the graph. */
  choose(vertex) {
    this.graph.reveal(vertex);
    this.chosen(vertex);
  }

  /** The task that wrote it, and its moment in the graph. */
  goToLine(line) {
    this.look('graph');
    if (line.vertex) this.choose(line.vertex);
    this.graph.showMoment(line.time);
  }

  chosen(vertex) {
    this.panel.show(vertex);
    this.icicle.chosen = vertex;
    this.icicle.paint();
    history.replaceState(null, '', `#request/${this.number}/vertex/${vertex.row}`);
  }

  find() {
    const text = this.search.value.trim().toLowerCase();
    this.list = text === '' ? [] : this.model.vertices.filter((vertex) =>
      `${vertex.label} ${vertex.place} ${vertex.text} ${vertex.detail}`.toLowerCase().includes(text));
    this.graph.found = this.icicle.found = new Set(this.list);
    this.graph.mark();
    this.icicle.paint();
    this.at = -1;
    this.foundText.textContent = text === '' ? '' : `${count(this.list.length)} found` +
        (this.list.length > 0 ? ', Enter goes to the next' : '');
  }

  nextFound(step) {
    if (!this.list || this.list.length === 0) return;
    this.at = (this.at + step + this.list.length) % this.list.length;
    this.choose(this.list[this.at]);
    this.foundText.textContent = `${this.at + 1} of ${count(this.list.length)}`;
  }

  focusSearch() { if (this.search) this.search.focus(); }

  sayFolded() {
    this.internalBox.firstChild.checked = this.icicle.internal = this.graph.options.internal;
    const {internal, folded, dropped} = this.graph.shown;
    const block = this.model.block;
    const parts = [];
    if (internal > 0) parts.push(`${plural(internal, 'library task')} folded`);
    if (folded > 0) parts.push(`${plural(folded, 'task')} folded by you`);
    if (dropped > 0) parts.push(`the graph draws the ${count(kMostVertices)} longest tasks and those above them, ${count(dropped)} shorter ones are left out (the icicle has them)`);
    if (block.left_out > 0) parts.push(`${plural(block.left_out, 'shorter task')} not in the page: weft report --request ${this.number} has more`);
    if (block.segments_left_out > 0) parts.push(`${plural(block.segments_left_out, 'run')} not in the page`);
    if (block.unknown_causes > 0) parts.push(`of ${plural(block.unknown_causes, 'run')} it is not known what woke the task`);
    this.folded.textContent = parts.length > 0 ? parts.join('; ') + '.' : '';
  }
}

/** The one that the page was made for, or the slowest that it has. */
function firstNumber() {
  if (overview().opened_request) return overview().opened_request;
  const known = requests().filter((row) => hasRequest(row.number));
  const asked = known.filter((row) => row.kind !== 'root-task');
  const best = (asked.length > 0 ? asked : known).sort((a, b) => b.duration - a.duration)[0];
  return best ? best.number : null;
}
