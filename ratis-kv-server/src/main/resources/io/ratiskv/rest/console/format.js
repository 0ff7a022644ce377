// Figures as people read them.

const whole = new Intl.NumberFormat('en', {maximumFractionDigits: 0});
const clockTime = new Intl.DateTimeFormat('en', {hour: '2-digit', minute: '2-digit', hourCycle: 'h23'});
const clockSeconds = new Intl.DateTimeFormat('en', {hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23'});
const monthAndDay = new Intl.DateTimeFormat('en', {month: 'short', day: 'numeric'});

export const count = value => whole.format(value);
export const clock = millis => clockTime.format(millis);
export const clockWithSeconds = millis => clockSeconds.format(millis);

/** The day too where it is not today. */
export function dateTime(millis) {
  const today = new Date(millis).toDateString() === new Date().toDateString();
  return (today ? '' : monthAndDay.format(millis) + ', ') + clockSeconds.format(millis);
}

/** Three digits at most. */
const short = value => (value >= 100 || Number.isInteger(value) ? value.toFixed(0) : value.toPrecision(value < 1 ? 2 : 3).replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, ''));

export function compact(value) {
  if (value < 10_000) return value < 100 && !Number.isInteger(value) ? short(value) : whole.format(value);
  return value < 1e6 ? short(value / 1e3) + 'k' : value < 1e9 ? short(value / 1e6) + 'M' : short(value / 1e9) + 'G';
}

export function duration(millis) {
  if (millis === 0) return '0';
  if (millis < 1) return short(millis * 1000) + ' µs';
  return millis < 1000 ? short(millis) + ' ms' : short(millis / 1000) + ' s';
}

export function bytes(value) {
  let unit = 0;
  while (value >= 1024 && unit < 4) {
    value /= 1024;
    unit++;
  }
  return short(value) + ' ' + ['B', 'KiB', 'MiB', 'GiB', 'TiB'][unit];
}

/** A length of time in its two largest units. */
export function span(seconds) {
  const parts = [[86400, 'd'], [3600, 'h'], [60, 'min'], [1, 's']];
  const first = parts.findIndex(([size]) => seconds >= size);
  if (first < 0) return '0 s';
  const shown = [];
  for (const [size, unit] of parts.slice(first, first + 2)) {
    const n = Math.floor(seconds / size);
    seconds -= n * size;
    if (n > 0) shown.push(`${n} ${unit}`);
  }
  return shown.join(' ');
}
