// A line chart over time: axes with units, the latest values in the legend, values under the pointer or the arrow keys.

import {el, svg} from './dom.js';
import {clock, clockWithSeconds} from './format.js';

const HEIGHT = 188;
const EDGE = {left: 52, right: 14, top: 12, bottom: 24};
const SPAN_MAX_MILLIS = 5 * 60_000;
const SPAN_MIN_MILLIS = 60_000;

export class Chart {
  /**
   * @param unit what the axis counts
   * @param format a value as text, with its unit
   * @param least the axis reaches at least so far
   * @param empty said while there is no value
   */
  constructor({title, unit, format, least, empty}) {
    this.title = title;
    this.format = format;
    this.least = least;
    this.series = [];
    this.points = [];
    this.at = null;
    this.legend = el('dl', {class: 'legend'});
    this.plot = svg('svg', {
      class: 'plot', height: HEIGHT, tabindex: 0, role: 'img',
      pointermove: event => this.point(event), pointerleave: () => this.mark(null),
      keydown: event => this.step(event), blur: () => this.mark(null),
    });
    this.tip = el('div', {class: 'tip', hidden: true});
    this.unit = el('p', {class: 'aside'}, unit);
    this.empty = el('p', {class: 'empty'}, empty);
    this.element = el('section', {class: 'panel chart', 'aria-label': title},
        el('div', {class: 'panel-head'}, el('h2', {}, title), this.unit, this.legend),
        el('div', {class: 'plot-box'}, this.plot, this.tip, this.empty));
    new ResizeObserver(() => this.draw()).observe(this.element);
  }

  /**
   * @param series [{name, kind, of}]: {@code of} gives a point's value, null where there is none
   * @param points by time, with {@code at} in milliseconds; null where nothing is known for a while
   */
  show(series, points) {
    this.series = series;
    this.points = points;
    this.draw();
  }

  /** What the axis counts. */
  about(unit) {
    this.unit.textContent = unit;
  }

  draw() {
    const width = this.plot.parentElement.clientWidth;
    const known = this.points.filter(point => point !== null);
    if (width === 0) return;
    this.empty.hidden = known.some(point => this.series.some(({of}) => of(point) !== null));
    const last = known.length === 0 ? Date.now() : known.at(-1).at;
    const first = known.length === 0 ? last : known[0].at;
    const span = Math.min(SPAN_MAX_MILLIS, Math.max(SPAN_MIN_MILLIS, last - first));
    const from = last - span;
    const highest = Math.max(this.least, ...known.flatMap(point => this.series.map(({of}) => of(point) ?? 0)));
    const ticks = niceTicks(highest);
    const top = ticks.at(-1);
    const inner = {width: width - EDGE.left - EDGE.right, height: HEIGHT - EDGE.top - EDGE.bottom};
    this.x = at => EDGE.left + (at - from) / span * inner.width;
    this.y = value => EDGE.top + inner.height * (1 - value / top);
    this.bottom = EDGE.top + inner.height;

    this.plot.setAttribute('width', width);
    this.plot.setAttribute('viewBox', `0 0 ${width} ${HEIGHT}`);
    this.plot.replaceChildren(
        ...ticks.map(value => svg('g', {class: value === 0 ? 'base' : 'grid'},
            svg('line', {x1: EDGE.left, x2: width - EDGE.right, y1: this.y(value), y2: this.y(value)}),
            svg('text', {x: EDGE.left - 8, y: this.y(value), dy: '0.32em', 'text-anchor': 'end'}, this.format(value)))),
        ...this.timeTicks(from, last, width),
        ...this.series.flatMap(one => this.lines(one, from)));
    this.cursor = svg('g', {class: 'cursor'});
    this.plot.append(this.cursor);
    this.describe(known.at(-1));
    this.drawMark();
  }

  timeTicks(from, last, width) {
    const room = Math.max(1, Math.floor((width - EDGE.left - EDGE.right) / 70));
    const step = [15_000, 30_000, 60_000, 120_000, 300_000].find(millis => (last - from) / millis <= room) ?? 300_000;
    const ticks = [];
    for (let at = Math.ceil(from / step) * step; at <= last; at += step) {
      const x = this.x(at);
      if (x < EDGE.left + 12 || x > width - EDGE.right - 12) continue;
      ticks.push(svg('g', {class: 'time'},
          svg('line', {x1: x, x2: x, y1: this.bottom, y2: this.bottom + 4}),
          svg('text', {x, y: this.bottom + 17, 'text-anchor': 'middle'}, step < 60_000 ? clockWithSeconds(at) : clock(at))));
    }
    return ticks;
  }

  /** A run of points in a row is one line; a point that stands alone is a dot. */
  lines({kind, of}, from) {
    const runs = [[]];
    for (const point of this.points) {
      const value = point === null || point.at < from ? null : of(point);
      if (value === null) runs.push([]);
      else runs.at(-1).push([this.x(point.at), this.y(value)]);
    }
    return runs.filter(run => run.length > 0).map(run => {
      const d = 'M' + run.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join('L');
      return svg('path', {class: `line ${kind}`, d: run.length > 1 ? d : d + 'h0'});
    });
  }

  describe(point) {
    const values = this.series.map(one => ({...one, text: this.text(one, point)}));
    this.legend.replaceChildren(...values.map(({name, kind, text}) =>
      el('div', {}, el('dt', {class: kind}, name), el('dd', {}, text))));
    this.plot.setAttribute('aria-label', `${this.title}: ${values.map(({name, text}) => `${name} ${text}`).join(', ')}`);
  }

  text({of}, point) {
    const value = point ? of(point) : null;
    return value === null ? '–' : this.format(value);
  }

  point(event) {
    const at = this.plot.getBoundingClientRect();
    const x = event.clientX - at.left;
    const near = this.points.filter(point => point !== null)
        .reduce((best, point) => (best === null || Math.abs(this.x(point.at) - x) < Math.abs(this.x(best.at) - x) ? point : best), null);
    this.mark(near);
  }

  step(event) {
    const moves = {ArrowLeft: -1, ArrowRight: 1}[event.key];
    if (event.key === 'Escape') this.mark(null);
    if (!moves) return;
    event.preventDefault();
    const known = this.points.filter(point => point !== null);
    const at = known.findIndex(point => point.at === this.at);
    this.mark(known[Math.max(0, Math.min(known.length - 1, (at < 0 ? known.length : at) + moves))] ?? null);
  }

  mark(point) {
    this.at = point?.at ?? null;
    this.drawMark();
  }

  drawMark() {
    const point = this.at === null ? null : this.points.find(one => one?.at === this.at) ?? null;
    this.tip.hidden = point === null;
    if (!this.cursor) return;
    this.cursor.replaceChildren();
    if (point === null) return;
    const x = this.x(point.at);
    this.cursor.append(
        svg('line', {x1: x, x2: x, y1: EDGE.top, y2: this.bottom}),
        ...this.series.filter(({of}) => of(point) !== null)
            .map(({kind, of}) => svg('circle', {class: kind, cx: x, cy: this.y(of(point)), r: 3.5})));
    this.tip.replaceChildren(
        el('p', {}, clockWithSeconds(point.at)),
        el('dl', {}, this.series.map(one => [el('dt', {class: one.kind}, one.name), el('dd', {}, this.text(one, point))])));
    const width = this.plot.parentElement.clientWidth;
    const left = x + 14 + this.tip.offsetWidth > width ? x - 14 - this.tip.offsetWidth : x + 14;
    this.tip.style.left = `${Math.max(0, left)}px`;
  }
}

/** 0 and three to five steps of 1, 2 or 5 times a power of ten, up to what is at least {@code highest}. */
function niceTicks(highest) {
  const rough = highest / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map(factor => factor * power).find(size => size >= rough * 0.999);
  const ticks = [];
  for (let i = 0; (i - 1) * step < highest * 0.999; i++) ticks.push(i * step);
  return ticks;
}
