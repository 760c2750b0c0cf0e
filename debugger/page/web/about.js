// What the page is, its keys, and the licences of what is in it.

import licences from './licences.txt';
import {overview} from './data.js';
import {el} from './dom.js';

const kKeys = [
  ['1 2 3 4', 'requests, one request, time, stuck'],
  ['/', 'to the search or filter of the view'],
  ['arrows', 'in the graph: next and previous by start, fold or to the parent, unfold or to a child; in the table: rows'],
  ['Enter', 'in the table: open the request'],
  ['f, space', 'in the graph: fold and unfold'],
  ['w', 'in the graph: to the task that woke this one'],
  ['+ - 0', 'larger, smaller, all of it'],
  ['?', 'this page of help'],
];

export function aboutDialog() {
  const {weft, left_out: leftOut, redacted} = overview();
  const dialog = el('dialog', {class: 'about', 'aria-label': 'help'},
      el('h2', {}, 'Keys'),
      el('dl', {class: 'keys'}, ...kKeys.flatMap(([key, text]) => [el('dt', {}, el('kbd', {}, key)), el('dd', {}, text)])),
      el('h2', {}, 'What is in this page'),
      el('p', {}, `Made by weft ${weft}. It holds a part of what the recording holds` +
          (redacted ? ', without values: --redact.' : '; treat it like the recording itself.')),
      leftOut.length > 0 ? el('ul', {}, ...leftOut.map((text) => el('li', {}, text))) : el('p', {}, 'Nothing was left out.'),
      el('h2', {}, 'Licences'), el('pre', {class: 'licences', tabindex: 0}, licences),
      el('form', {method: 'dialog'}, el('button', {type: 'submit', autofocus: true}, 'close')));
  return dialog;
}
