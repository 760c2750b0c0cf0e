// The states of states.js on a canvas.

const patterns = new Map();

/** Lines over a ground, as the pattern of a canvas; made once for each theme. */
function pattern(context, colour, name, lines) {
  const ground = colour('wait-' + name) || colour(name), ink = colour('ink-' + name) || colour('ink');
  const key = name + ground + ink;
  if (patterns.has(key)) return patterns.get(key);
  const tile = document.createElement('canvas');
  tile.width = tile.height = 6;
  const inside = tile.getContext('2d');
  inside.fillStyle = ground;
  inside.fillRect(0, 0, 6, 6);
  inside.strokeStyle = ink;
  inside.lineWidth = 1;
  inside.beginPath();
  for (const [x0, y0, x1, y1] of lines) {
    inside.moveTo(x0, y0);
    inside.lineTo(x1, y1);
  }
  inside.stroke();
  const made = context.createPattern(tile, 'repeat');
  patterns.set(key, made);
  return made;
}

const kLines = {
  ready: [[-1, 1, 1, -1], [0, 6, 6, 0], [5, 7, 7, 5]],
  lock: [[0, 3, 6, 3]],
  io: [[3, 3, 4, 3]],
  channel: [[0, 0, 6, 6]],
  timer: [[3, 0, 3, 6]],
  unknown: [[0, 0, 6, 6], [6, 0, 0, 6]],
  idle: [[0, 6, 6, 0], [-1, 1, 1, -1], [5, 7, 7, 5]],
  blocked: [[0, 0, 6, 6], [6, 0, 0, 6]],
};
const kWaits = {'I/O': 'io', timer: 'timer', lock: 'lock', channel: 'channel'};

export function fillOf(context, colour, kind, wait) {
  if (kind === 'running') return colour('running');
  const name = kind === 'waiting' ? (wait === 'task' || wait === 'start' || wait === 'turn' ? 'task' :
    kWaits[wait] || 'unknown') : kind;
  return kLines[name] ? pattern(context, colour, name, kLines[name]) : colour('wait-' + name);
}

export function paintPhase(context, colour, phase, x, y, width, height) {
  context.fillStyle = fillOf(context, colour, phase.kind, phase.wait);
  context.fillRect(x, y, Math.max(1, width), height);
}
