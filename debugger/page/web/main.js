// The page: a head with the facts, four views as tabs, and the address that says what is shown.

import {overview, time, stuck, requests} from './data.js';
import {el, replace, svg} from './dom.js';
import {count, duration} from './format.js';
import {RequestsView} from './requests_view.js';
import {RequestView} from './request_view.js';
import {TimeView} from './time_view.js';
import {StuckView} from './stuck_view.js';
import {aboutDialog} from './about.js';
import {definePatterns} from './states.js';

const kViews = [
  {name: 'requests', title: 'Requests', make: (navigate) => new RequestsView(navigate), has: () => requests().length > 0},
  {name: 'request', title: 'One request', make: (navigate) => new RequestView(navigate), has: () => requests().length > 0},
  {name: 'time', title: 'Time', make: (navigate) => new TimeView(navigate), has: () => time() !== null},
  {name: 'stuck', title: 'Stuck', make: (navigate) => new StuckView(navigate), has: () => stuck() !== null},
];

class Page {
  constructor() {
    this.views = new Map();
    this.tabs = new Map();
    this.main = el('main', {id: 'view', role: 'tabpanel', tabindex: -1});
    this.about = aboutDialog();
    const tablist = el('div', {class: 'tabs', role: 'tablist', 'aria-label': 'views',
      onkeydown: (event) => this.onTabKey(event)});
    kViews.forEach((view, i) => {
      const mark = view.name === 'stuck' && stuck() && stuck().cycles.length > 0 ? ' ■' : '';
      const tab = el('button', {type: 'button', role: 'tab', id: 'tab-' + view.name, 'aria-controls': 'view',
        disabled: !view.has(), title: view.has() ? null : 'weft found no requests in this recording', onclick: () => this.navigate(view.name)}, view.title + mark,
      el('kbd', {'aria-hidden': 'true'}, i + 1));
      this.tabs.set(view.name, tab);
      tablist.append(tab);
    });
    // In a picture of its own: patterns of a hidden one are not drawn.
    document.body.append(svg('svg', {class: 'patterns', width: 0, height: 0, 'aria-hidden': 'true'}, definePatterns()));
    document.body.prepend(header(tablist, () => this.about.showModal()), this.main, this.about);
    window.addEventListener('hashchange', () => this.follow());
    document.addEventListener('keydown', (event) => this.onKey(event));
    this.follow();
  }

  navigate(name, ...words) {
    const hash = '#' + [name, ...words].join('/');
    location.hash = hash;
    this.follow();  // the event comes later
  }

  follow() {
    const [name, ...words] = location.hash.slice(1).split('/');
    const known = kViews.find((view) => view.name === name && view.has());
    this.show(known || firstView(), known ? words : []);
  }

  show(view, words) {
    if (!this.views.has(view.name)) this.views.set(view.name, view.make((...to) => this.navigate(...to)));
    this.current = this.views.get(view.name);
    for (const [name, tab] of this.tabs) {
      tab.setAttribute('aria-selected', String(name === view.name));
      tab.setAttribute('tabindex', name === view.name ? 0 : -1);
    }
    this.main.setAttribute('aria-labelledby', 'tab-' + view.name);
    if (this.main.firstChild !== this.current.node) replace(this.main, this.current.node);
    this.current.show(words);
  }

  onTabKey(event) {
    const step = {ArrowRight: 1, ArrowLeft: -1}[event.key];
    if (!step) return;
    const names = [...this.tabs].filter(([, tab]) => !tab.disabled).map(([name]) => name);
    const at = names.findIndex((name) => this.tabs.get(name).getAttribute('aria-selected') === 'true');
    const next = names[(at + step + names.length) % names.length];
    this.navigate(next);
    this.tabs.get(next).focus();
  }

  onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || this.about.open) return;
    const isTyping = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
    if (isTyping) {
      if (event.key === 'Escape') event.target.blur();
      return;
    }
    const view = kViews[Number(event.key) - 1];
    if (view && view.has()) this.navigate(view.name);
    else if (event.key === '/' && this.current.focusSearch) {
      event.preventDefault();
      this.current.focusSearch();
    } else if (event.key === '?') {
      this.about.showModal();
    }
  }
}

/** What is worth seeing first. */
function firstView() {
  const cycles = stuck() && stuck().cycles.length > 0;
  const byName = (name) => kViews.find((view) => view.name === name);
  if (overview().opened_request) return byName('request');
  if (cycles) return byName('stuck');
  if (byName('requests').has()) return byName('requests');
  return stuck() && stuck().nodes.length > 0 ? byName('stuck') : byName('time');
}

function header(tablist, help) {
  const {file, program, recorded, counts, seconds, damage, redacted} = overview();
  const facts = [program, 'recorded ' + recorded, duration(seconds * 1e6)];
  for (const [name, number] of Object.entries(counts)) {
    if (number > 0) facts.push(`${count(number)} ${number === 1 ? name.replace(/s$/, '') : name}`);
  }
  return el('header', {class: 'page-head'},
      el('div', {class: 'title'}, logo(), el('h1', {}, file), el('p', {}, facts.join(' · '))),
      damage ? el('p', {class: 'damage', role: 'alert'}, '! The recording is damaged or unfinished: ' + damage +
          ' The page shows what is readable.') : null,
      redacted ? el('p', {class: 'redacted'}, 'Values are left out (--redact).') : null,
      el('div', {class: 'bar'}, tablist, el('button', {type: 'button', class: 'help', 'aria-label': 'help, keys, licences', onclick: help}, '?')));
}

function logo() {
  return svg('svg', {class: 'logo', viewBox: '0 0 24 24', width: 26, height: 26, 'aria-hidden': 'true'},
      svg('path', {d: 'M4,2v20M12,2v20M20,2v20', class: 'warp'}),
      svg('path', {d: 'M2,7h4M10,7h4M18,7h4M6,13h4M14,13h4M2,19h4M10,19h4M18,19h4', class: 'weft'}));
}

new Page();
