// What the page is, its keys, and the licences of what is in it.

import licences from './licences.txt';
import {overview} from './data.js';
import {el} from './dom.js';

const kKeys = [
  ['1 2 3 4', 'go to Requests, One request, Time, Stuck'],
  ['/', 'go to the search or filter of the view'],
  ['arrows', 'in the graph: up and down go to the previous and next task by start, left folds or goes to the parent, right unfolds or goes to a child; in the table: go from row to row'],
  ['Enter', 'in the table: open the request'],
  ['f, space', 'in the graph: fold and unfold'],
  ['w', 'in the graph: go to the task that woke this one'],
  ['+ - 0', 'zoom in, zoom out, show all'],
  ['?', 'show this help'],
];

export function aboutDialog() {
  const {weft, left_out: leftOut, redacted} = overview();
  const dialog = el('dialog', {class: 'about', 'aria-label': 'help'},
      el('h2', {}, 'Keys'),
      el('dl', {class: 'keys'}, ...kKeys.flatMap(([key, text]) => [el('dt', {}, el('kbd', {}, key)), el('dd', {}, text)])),
      el('h2', {}, 'What is in this page'),
      el('p', {}, `Made by weft ${weft}. It holds a part of the recording` +
          (redacted ? '. Values are left out (--redact).' : '; treat it like the recording itself.')),
      leftOut.length > 0 ? el('ul', {}, ...leftOut.map((text) => el('li', {}, text))) : el('p', {}, 'Nothing was left out.'),
      el('h2', {}, 'Licences'), el('pre', {class: 'licences', tabindex: 0}, licences),
      el('form', {method: 'dialog'}, el('button', {type: 'submit', autofocus: true}, 'close')));
  return dialog;
}
