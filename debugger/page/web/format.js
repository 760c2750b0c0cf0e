// Times and numbers as weft's reports print them. All times of the page are microseconds.

export function duration(us) {
  if (us < 0) us = 0;
  if (us < 999.5) return us.toFixed(0) + ' us';
  if (us < 999950) return (us / 1e3).toFixed(1) + ' ms';
  return (us / 1e6).toFixed(2) + ' s';
}

/** Since the start of the recording. */
export function startTime(us) {
  return '+' + (us / 1e6).toFixed(3) + ' s';
}

/** 80626 -> "80,626" */
export function count(number) {
  return number.toLocaleString('en-US');
}

export function plural(number, what) {
  return count(number) + ' ' + what + (number === 1 ? '' : 's');
}

export function percent(part, whole) {
  if (whole <= 0) return '0 %';
  const share = 100 * part / whole;
  return (share > 0 && share < 1 ? '< 1' : Math.round(share)) + ' %';
}
