// What `weft why` says of the recording.

import {overview} from './data.js';
import {el, command} from './dom.js';

const kShown = 5;
const kMarks = {hang: '■', lost: '✕', unusual: '◆', delay: '▲', whole: '●'};

export function findings() {
  const found = overview().findings;
  if (found.length === 0) return null;
  const list = el('ol', {class: 'findings'});
  for (const one of found.slice(0, kShown)) {
    list.append(el('li', {}, el('span', {class: 'kind', 'aria-hidden': 'true'}, kMarks[one.kind] || '●'),
        el('div', {}, el('strong', {}, one.what), one.evidence ? el('p', {}, one.evidence) : null,
            command('weft ' + one.next))));
  }
  return el('section', {class: 'card', 'aria-label': 'what stands out'}, el('h2', {}, 'What stands out'), list,
      found.length > kShown ? el('p', {class: 'hint'}, `${found.length - kShown} more: `,
          command('weft why ' + overview().file_in_shell)) : null);
}
