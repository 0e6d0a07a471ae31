// Curves over time, in SVG: areas on one another, or one line. Pointing at one, or the arrow keys, reads all of them at a time.

const SVG = 'http://www.w3.org/2000/svg';
const LEFT = 46;
const RIGHT = 10;
const TOP = 8;
const BOTTOM = 20;
const GAP_MILLIS = 6_000;
const MIN_SPAN_MILLIS = 60_000;

function element(name, attributes = {}, ...children) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

// A number to end an axis with, a little above another.
function roundUp(number) {
  const power = 10 ** Math.floor(Math.log10(Math.max(number, 1)));
  return [1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 7, 8, 10].map((step) => step * power).find((step) => step >= number);
}

function shorten(number) {
  if (number >= 1_000_000) return `${+(number / 1_000_000).toPrecision(3)}M`;
  return number >= 1_000 ? `${+(number / 1_000).toPrecision(3)}k` : `${+number.toPrecision(3)}`;
}

export class Chart {
  #figure;
  #svg;
  #cursor = element('line', { class: 'cursor', y1: TOP });
  #data = { times: [], layers: [], paused: [] };
  #describe;
  #onPoint;
  #index = null;

  // `describe(index)` says in words what is there; `onPoint(index or null)` is told where somebody points.
  constructor(figure, describe, onPoint) {
    this.#figure = figure;
    this.#describe = describe;
    this.#onPoint = onPoint;
    this.#svg = element('svg', { role: 'img', tabindex: '0', focusable: 'true' });
    figure.append(this.#svg);
    this.#svg.addEventListener('pointermove', (event) => onPoint(this.#nearest(event.offsetX)));
    this.#svg.addEventListener('pointerleave', () => onPoint(null));
    this.#svg.addEventListener('blur', () => onPoint(null));
    this.#svg.addEventListener('keydown', (event) => this.#key(event));
    new ResizeObserver(() => this.#paint()).observe(this.#svg);
  }

  #key(event) {
    const last = this.#data.times.length - 1;
    const to = {
      ArrowLeft: Math.max(0, (this.#index ?? last + 1) - 1),
      ArrowRight: Math.min(last, (this.#index ?? last) + 1),
      Home: 0,
      End: last,
    }[event.key];
    if (to !== undefined && last >= 0) {
      event.preventDefault();
      this.#onPoint(to);
    } else if (event.key === 'Escape') {
      this.#onPoint(null);
    }
  }

  // `layers` are lists of numbers, one for each of `times`; null where nothing is known. They are piled up.
  draw(data) {
    this.#data = data;
    this.#paint();
    this.point(this.#index);
  }

  // Shows what is at an index; at null, what was last.
  point(index) {
    const { times } = this.#data;
    this.#index = index === null || index < times.length ? index : null;
    const output = this.#figure.querySelector('output');
    const at = this.#index ?? times.length - 1;
    output.setAttribute('aria-live', this.#index === null ? 'off' : 'polite'); // read out where somebody points, not each second
    output.textContent = at < 0 ? '' : this.#describe(at, this.#index !== null);
    if (this.#index === null) {
      this.#cursor.setAttribute('visibility', 'hidden');
    } else {
      const x = this.#x(times[this.#index]);
      this.#cursor.setAttribute('visibility', 'visible');
      this.#cursor.setAttribute('x1', x);
      this.#cursor.setAttribute('x2', x);
    }
  }

  get #size() {
    return { width: Math.max(this.#svg.clientWidth, 120), height: Math.max(this.#svg.clientHeight, 60) };
  }

  get #span() {
    const { times } = this.#data;
    const to = times.at(-1) ?? 0;
    return { from: Math.min(times[0] ?? 0, to - MIN_SPAN_MILLIS), to };
  }

  #x(time) {
    const { from, to } = this.#span;
    return LEFT + ((time - from) / (to - from)) * (this.#size.width - LEFT - RIGHT);
  }

  #nearest(x) {
    const { times } = this.#data;
    let best = null;
    for (let i = 0; i < times.length; i++) {
      if (best === null || Math.abs(this.#x(times[i]) - x) < Math.abs(this.#x(times[best]) - x)) best = i;
    }
    return best;
  }

  #paint() {
    const { width, height } = this.#size;
    const { times, layers, paused, hourAndMinute } = this.#data;
    this.#svg.setAttribute('viewBox', `0 0 ${width} ${height}`);
    this.#cursor.setAttribute('y2', height - BOTTOM);
    if (times.length === 0) {
      this.#svg.replaceChildren();
      return;
    }
    const piled = [];
    layers.forEach((layer, n) => piled.push(layer.map((v, i) => (v === null ? null : v + (n ? piled[n - 1][i] : 0)))));
    const top = roundUp(Math.max(1, ...piled.flatMap((layer) => layer.map((v) => v ?? 0))));
    const y = (value) => TOP + (1 - value / top) * (height - TOP - BOTTOM);
    const drawn = [];
    for (const [from, to] of paused) {
      const x = this.#x(from);
      drawn.push(element('rect', { class: 'paused', x, y: TOP, width: Math.max(1, this.#x(to) - x), height: height - TOP - BOTTOM }));
    }
    for (let n = layers.length - 1; n >= 0; n--) {
      drawn.push(element('path', { class: `area s${n}`, d: this.#area(times, piled[n], n ? piled[n - 1] : null, y) }));
      drawn.push(element('path', { class: `line s${n}`, d: this.#line(times, piled[n], y) }));
    }
    drawn.push(...this.#axes(top, y, width, height, hourAndMinute), this.#cursor);
    this.#svg.replaceChildren(...drawn);
    this.#svg.setAttribute('aria-label', `${this.#figure.querySelector('.title').textContent}: ${this.#describe(times.length - 1)}`);
  }

  // Runs of indexes between which something is known.
  #runs(times, values) {
    const runs = [];
    let run = [];
    values.forEach((value, i) => {
      if (value === null || (i > 0 && times[i] - times[i - 1] > GAP_MILLIS)) {
        if (run.length) runs.push(run);
        run = [];
      }
      if (value !== null) run.push(i);
    });
    if (run.length) runs.push(run);
    return runs;
  }

  #path(times, values, run, y) {
    return run.map((i) => `${this.#x(times[i]).toFixed(1)},${y(values[i]).toFixed(1)}`);
  }

  #line(times, values, y) {
    return this.#runs(times, values).map((run) => `M${this.#path(times, values, run, y).join('L')}`).join('');
  }

  #area(times, values, below, y) {
    return this.#runs(times, values)
      .map((run) => {
        const floor = below ?? values.map(() => 0);
        return `M${this.#path(times, values, run, y).join('L')}L${this.#path(times, floor, [...run].reverse(), y).join('L')}Z`;
      })
      .join('');
  }

  #axes(top, y, width, height, hourAndMinute) {
    const drawn = [];
    for (const value of [0, top / 2, top]) {
      drawn.push(element('line', { class: 'grid', x1: LEFT, x2: width - RIGHT, y1: y(value), y2: y(value) }));
      drawn.push(element('text', { class: 'tick', x: LEFT - 6, y: y(value) + 4, 'text-anchor': 'end' }, shorten(value)));
    }
    const { from, to } = this.#span;
    const fitting = Math.max(1, Math.floor((width - LEFT) / 90));
    const minutes = [1, 2, 5, 10, 15].find((step) => (to - from) / (step * 60_000) <= fitting) ?? 30;
    const step = minutes * 60_000;
    for (let time = Math.ceil(from / step) * step; time <= to; time += step) {
      const x = this.#x(time);
      if (x < LEFT + 14 || x > width - 24) continue;
      drawn.push(element('line', { class: 'mark', x1: x, x2: x, y1: height - BOTTOM, y2: height - BOTTOM + 4 }));
      drawn.push(element('text', { class: 'tick', x, y: height - 4, 'text-anchor': 'middle' }, hourAndMinute(time)));
    }
    return drawn;
  }
}
