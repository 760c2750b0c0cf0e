// Where the vertices of a request's graph stand: time runs down, each vertex has a row of its own.
//
//   0 us   [session 41.0 ms]              a row a vertex, in the order in which they started
//          ┃  23 us  ├─[respond 40.9 ms]   its life runs down from its row to its end
//          ┃         ┃  ├─[route ...]      an edge leaves the parent's life at the child's row
//
// Rows are at least kRow apart, whatever the time between them; the rest of the height shows time as
// it is. So what happens at once can be read, and what takes long is long.

export const kRow = 34, kLane = 30;
/** Height that shows time; between these, what the rows leave free of the window. */
const kLeastTimeHeight = 220, kMostTimeHeight = 420;

/** entries: [{vertex, parent}] in the order of start. Adds x, y, yEnd, lane to each. */
export function layOut(entries, span, room) {
  const timeHeight = Math.min(kMostTimeHeight, Math.max(kLeastTimeHeight, room - entries.length * kRow));
  const marks = makeMarks(entries, span, timeHeight);
  const rows = new Map();
  entries.forEach((entry, i) => {
    entry.y = marks.y[i];
    rows.set(entry.vertex, entry);
  });
  const toY = (time) => yOf(marks, time);
  for (const entry of entries) {
    entry.yEnd = Math.max(entry.y + 8, toY(entry.vertex.end));
    entry.above = rows.get(entry.parent) || null;
  }
  const lanes = assignLanes(entries);
  return {entries, rows, toY, height: marks.bottom, lanes};
}

function makeMarks(entries, span, timeHeight) {
  const times = entries.map((entry) => Math.max(0, entry.vertex.start));
  const end = Math.max(span, ...lastTimes(entries));
  const perMicrosecond = end > 0 ? timeHeight / end : 0;
  const y = [];
  let at = 0;
  times.forEach((time, i) => {
    if (i > 0) at += kRow + (time - times[i - 1]) * perMicrosecond;
    y.push(at);
  });
  const last = times.length > 0 ? times[times.length - 1] : 0;
  const bottom = at + kRow + (end - last) * perMicrosecond;
  return {times, y, end, bottom};
}

function lastTimes(entries) {
  let last = 0;
  for (const entry of entries) last = Math.max(last, entry.vertex.end);
  return [last];
}

/** Of several rows of one time, the last. */
function yOf(marks, time) {
  const {times, y, end, bottom} = marks;
  let low = 0, high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle] <= time) low = middle + 1;
    else high = middle;
  }
  if (low === 0) return 0;
  const from = times[low - 1], to = low < times.length ? times[low] : end;
  const top = y[low - 1], below = low < times.length ? y[low] : bottom;
  if (to <= from) return top;
  // The row itself takes its height first.
  return top + (below - top) * Math.min(1, (time - from) / (to - from));
}

/** A child right of its parent, in the first lane that is free while it lives. */
function assignLanes(entries) {
  const freeFrom = [];  // by lane: the y from which on it is free
  let most = 0;
  for (const entry of entries) {
    let lane = entry.above ? entry.above.lane + 1 : 0;
    while (freeFrom[lane] !== undefined && freeFrom[lane] > entry.y) ++lane;
    freeFrom[lane] = entry.yEnd + 6;
    entry.lane = lane;
    entry.x = lane * kLane;
    most = Math.max(most, lane);
  }
  return most + 1;
}
