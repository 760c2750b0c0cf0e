// One request: its tasks and exchanges as vertices, their runs, and which of them are shown.

import {overview, requestBlock, texts, withId} from './data.js';

const kInternal = 1, kCritical = 2, kExchange = 4, kWasThere = 8;

/** What a vertex does between two of its times. */
export class Phase {
  constructor(kind, from, to, wait = '') {
    this.kind = kind;  // running, ready, waiting, unknown
    this.from = from;
    this.to = to;
    this.wait = wait;  // for what: "I/O", "timer", ...
  }
  get length() { return this.to - this.from; }
}

export function loadRequest(number) {
  const block = requestBlock(number);
  return block === null ? null : new RequestModel(block);
}

export class RequestModel {
  constructor(block) {
    this.block = block;
    this.number = block.number;
    this.duration = block.duration;
    this.cut = new Set(block.cut);  // what they did later is not in the page
    const text = (index) => texts()[index];
    const v = block.vertices;
    this.vertices = v.task.map((task, row) => ({
      row,
      task,
      parent: v.parent[row],
      label: withId(text(v.name[row]), (v.flags[row] & kExchange) === 0 ? task : 0),
      place: text(v.place[row]),
      file: text(v.file[row]),
      line: v.line[row],
      waitPlace: text(v.wait_place[row]),
      waitFile: text(v.wait_file[row]),
      waitLine: v.wait_line[row],
      kind: text(v.kind[row]),
      state: v.state[row],
      text: text(v.text[row]),
      detail: text(v.detail[row]),
      start: v.start[row],
      end: v.end[row],
      created: v.created[row],
      ended: v.ended[row],
      thread: v.thread[row],
      cancelledBy: v.cancelled_by[row],
      internal: (v.flags[row] & kInternal) !== 0,
      critical: (v.flags[row] & kCritical) !== 0,
      wasThere: (v.flags[row] & kWasThere) !== 0,
      isExchange: (v.flags[row] & kExchange) !== 0,
      children: [],
      segments: [],
      notes: [],
      depth: 0,
    }));
    this.roots = [];
    for (const vertex of this.vertices) {
      const parent = this.vertices[vertex.parent];
      if (parent) {
        parent.children.push(vertex);
        vertex.depth = parent.depth + 1;
      } else {
        this.roots.push(vertex);
      }
    }
    this.readSegments(text);
    this.readNotes(text);
    this.logs = this.readLogs(text);
    this.path = block.path.vertex.map((row, i) => ({
      vertex: this.vertices[row],
      kind: text(block.path.kind[i]),
      what: text(block.path.what[i]),
      from: block.path.from[i],
      to: block.path.to[i],
    }));
    this.shares = block.shares.map(([what, us, row]) => ({what: text(what), us, vertex: this.vertices[row]}));
  }

  readSegments(text) {
    const s = this.block.segments;
    const {waits, causes} = overview();
    s.vertex.forEach((row, i) => {
      this.vertices[row].segments.push({
        vertex: this.vertices[row],
        ready: s.ready[i],
        start: s.start[i],
        end: s.end[i],
        blocked: s.blocked[i],
        wait: waits[s.wait[i]],
        place: text(s.place[i]),
        cause: causes[s.cause[i]],
        by: this.vertices[s.by[i]],
        byText: text(s.by_text[i]),
        event: s.event[i],
        causeEvent: s.cause_event[i],
        thread: s.thread[i],
      });
    });
  }

  /** The lines that were written for the request. */
  readLogs(text) {
    const l = this.block.logs;
    if (!l) return [];
    return l.event.map((event, i) => ({
      event,
      time: l.time[i],
      vertex: this.vertices[l.vertex[i]],
      thread: l.thread[i],
      stream: text(l.stream[i]),
      text: text(l.text[i]),
      missing: l.missing[i],
    }));
  }

  readNotes(text) {
    const n = this.block.notes;
    n.vertex.forEach((row, i) => {
      this.vertices[row].notes.push({key: text(n.key[i]), value: text(n.value[i]), event: n.event[i]});
    });
  }

  /** Without gaps from its start to its end. */
  phases(vertex) {
    if (vertex.isExchange) return [new Phase('waiting', vertex.start, vertex.end, 'I/O')];
    const phases = [];
    let at = vertex.start, wait = vertex.wasThere ? 'something' : 'start';
    const add = (kind, to, what) => {
      if (to > at) phases.push(new Phase(kind, at, to, what));
      at = Math.max(at, to);
    };
    for (const segment of vertex.segments) {
      const ready = segment.ready < 0 ? segment.start : Math.max(segment.ready, at);
      add('waiting', ready, wait);
      add('ready', segment.start, '');
      add('running', segment.end, '');
      wait = segment.wait;
    }
    if (at < vertex.end) {
      add(this.cut.has(vertex.row) ? 'unknown' : 'waiting', vertex.end, wait);
    }
    if (phases.length === 0) phases.push(new Phase('running', vertex.start, vertex.end));
    return phases;
  }

  /** Adds up what a vertex did. */
  times(vertex) {
    const sums = {running: 0, ready: 0, waiting: 0, blocked: 0, unknown: 0};
    for (const phase of this.phases(vertex)) sums[phase.kind] += phase.length;
    for (const segment of vertex.segments) sums.blocked += segment.blocked;
    return sums;
  }

  /** Runs that somebody else's task made possible. */
  wakes(vertex) {
    return vertex.segments.filter((segment) => segment.by && segment.by !== vertex);
  }
  wokenBy(vertex) {
    if (!this.woken) {
      this.woken = new Map();
      for (const other of this.vertices) {
        for (const segment of this.wakes(other)) {
          if (!this.woken.has(segment.by)) this.woken.set(segment.by, []);
          this.woken.get(segment.by).push(segment);
        }
      }
    }
    return this.woken.get(vertex) || [];
  }
}

/**
 * The vertices that are shown, each with the next one upwards that is shown, too.
 * options: internal (show library tasks), folded (a set of vertices), limit.
 */
export function visible(model, options) {
  const list = [];
  let internal = 0, folded = 0;
  const walk = (vertex, shownParent, hidden) => {
    const stack = [[vertex, shownParent, hidden]];
    while (stack.length > 0) {
      const [one, above, inFold] = stack.pop();
      let parent = above, hide = inFold;
      if (hide) {
        ++folded;
      } else if (one.internal && !options.internal) {
        ++internal;
      } else {
        list.push({vertex: one, parent: above});
        parent = one;
        hide = options.folded.has(one);
      }
      for (let i = one.children.length - 1; i >= 0; --i) {
        stack.push([one.children[i], parent, hide]);
      }
    }
  };
  for (const root of model.roots) walk(root, null, false);
  const dropped = list.length > options.limit ? cutTo(list, options.limit) : 0;
  list.sort((a, b) => a.vertex.start - b.vertex.start || a.vertex.row - b.vertex.row);
  return {list, internal, folded, dropped};
}

/** Keeps the longest, those on the critical path, and what is above them. Returns how many went. */
function cutTo(list, limit) {
  const before = list.length;
  const byVertex = new Map(list.map((entry) => [entry.vertex, entry]));
  const keep = new Set();
  const rank = (entry) => (entry.vertex.critical ? 1e15 : 0) + entry.vertex.end - entry.vertex.start;
  for (const entry of [...list].sort((a, b) => rank(b) - rank(a))) {
    if (keep.size >= limit) break;
    for (let at = entry; at && !keep.has(at); at = byVertex.get(at.parent)) keep.add(at);
  }
  const kept = list.filter((entry) => keep.has(entry));
  list.length = 0;
  list.push(...kept);
  return before - list.length;
}
