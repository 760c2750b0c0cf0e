// What weft put into the page: JSON in script elements that are no scripts. The blocks of single
// requests are parsed when they are looked at.

const parsed = new Map();

function read(id) {
  if (parsed.has(id)) return parsed.get(id);
  const block = document.getElementById(id);
  const value = block === null ? null : JSON.parse(block.textContent);
  parsed.set(id, value);
  return value;
}

export const overview = () => read('weft-overview');
export const time = () => read('weft-time');
export const stuck = () => read('weft-stuck');
export const texts = () => read('weft-texts');
export const sources = () => read('weft-sources') || {};
export const requestBlock = (number) => read('weft-request-' + number);
export const hasRequest = (number) => document.getElementById('weft-request-' + number) !== null;

/** Outcomes in columns `state`. */
export const kStates = ['done', 'failed', 'cancelled', 'unfinished'];
export const kDone = 0, kFailed = 1, kCancelled = 2, kUnfinished = 3;

/** The requests as objects, made once. */
let rows = null;
export function requests() {
  if (rows) return rows;
  const {requests: columns, strings} = overview();
  rows = columns.number.map((number, i) => ({
    number,
    start: columns.start[i],
    duration: columns.duration[i],
    what: strings[columns.what[i]],
    outcome: strings[columns.outcome[i]],
    where: strings[columns.where[i]],
    kind: overview().request_kinds[columns.kind[i]],
    tasks: columns.tasks[i],
    state: columns.state[i],
    slow: columns.slow[i] === 1,
    event: columns.event[i],
  }));
  return rows;
}

/** "fetch #12"; threads and exchanges have no ID. */
export function withId(name, id) { return id > 0 ? `${name} #${id}` : name; }

/** "weft debug FILE -c 'goto 123'" */
export function debugCommand(moment) {
  return `weft debug ${overview().file_in_shell} -c 'goto ${moment}'`;
}

/** weft serve makes a page with the graph of any request; a page from a file cannot. */
export const isServed = () => location.protocol === 'http:';
export const servedPage = (number) =>
  location.pathname.replace(/(request\/[^/]*)?$/, '') + 'request/' + number;
