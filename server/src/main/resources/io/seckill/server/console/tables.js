// The tables below the curves. Rows are kept and changed in place, so that nobody loses the button that has the focus.

import { count, outcome, rate, seconds, span } from './words.js';

const cell = (text, className = '', name = 'td') => {
  const made = document.createElement(name);
  made.textContent = text;
  made.className = className;
  return made;
};

// Brings the rows of a table to a list: `make(item)` gives the cells of a new one, `update(cells, item)` its texts.
function rows(table, items, key, make, update) {
  const body = table.tBodies[0];
  const known = new Map([...body.rows].map((row) => [row.dataset.key, row]));
  items.forEach((item, i) => {
    let row = known.get(String(key(item)));
    known.delete(String(key(item)));
    if (!row) {
      row = document.createElement('tr');
      row.dataset.key = key(item);
      row.append(...make(item));
    }
    update([...row.cells], item);
    if (body.rows[i] !== row) body.insertBefore(row, body.rows[i] ?? null);
  });
  known.forEach((row) => row.remove());
  table.hidden = items.length === 0;
}

export function products(table, state, mayAdd, add) {
  const stock = state.stock.value;
  const waiting = state.streams.value?.waiting ?? {};
  const books = state.books.value;
  const series = state.series;
  rows(
    table,
    stock?.products ?? [],
    (product) => product.id,
    (product) => {
      const name = cell('', '', 'th');
      name.scope = 'row';
      const swatch = document.createElement('i');
      name.append(swatch, product.id);
      const share = cell('', 'share');
      share.append(document.createElement('i'));
      share.firstChild.append(document.createElement('i'));
      const button = document.createElement('button');
      button.type = 'button';
      button.className = 'plain';
      button.textContent = 'Add…';
      button.setAttribute('aria-label', `Add stock of product ${product.id}`);
      button.addEventListener('click', () => add(product.id));
      const action = cell('', 'action');
      action.append(button);
      return [name, cell('', 'number'), cell('', 'number quiet'), share, cell('', 'number'), cell('', 'number less'), action];
    },
    ([name, left, total, share, wait, book, action], product) => {
      const place = series.indexOf(product.id);
      const color = `s${place < 0 ? Math.max(0, series.length - 1) : place}`;
      name.firstChild.className = `swatch ${color}`;
      left.textContent = count(product.remaining);
      total.textContent = count(product.total);
      share.firstChild.className = 'bar';
      share.firstChild.firstChild.className = `swatch ${color}`;
      share.firstChild.firstChild.style.width = `${(100 * product.remaining) / Math.max(1, product.total)}%`;
      wait.textContent = count(waiting[product.id] ?? 0);
      const difference = books?.differences[product.id] ?? 0;
      book.textContent = books ? count(difference) : '–';
      book.classList.toggle('wrong', difference !== 0);
      action.firstChild.hidden = !mayAdd;
    },
  );
  document.getElementById('more-products').textContent = stock?.moreProducts ? `and ${count(stock.moreProducts)} products more` : '';
}

export function outcomes(table, counts, perSecond) {
  const seen = Object.keys(counts).filter((name) => counts[name] > 0 || name === 'ACCEPTED');
  seen.sort((one, other) => counts[other] - counts[one] || one.localeCompare(other));
  rows(
    table,
    seen,
    (name) => name,
    (name) => {
      const title = cell(outcome(name), '', 'th');
      title.scope = 'row';
      return [title, cell('', 'number'), cell('', 'number quiet')];
    },
    ([, now, all], name) => {
      now.textContent = rate(perSecond[name] ?? null);
      all.textContent = count(counts[name]);
    },
  );
}

export function workers(table, streams) {
  const found = streams.value?.workers ?? [];
  rows(
    table,
    found,
    (worker) => worker.name,
    (worker) => {
      const name = cell(worker.name, 'text', 'th');
      name.scope = 'row';
      return [name, cell('', 'number'), cell('', 'number quiet')];
    },
    ([, pending, idle], worker) => {
      pending.textContent = count(worker.pending);
      idle.textContent = `${seconds(worker.idleMillis)} ago`;
    },
  );
  const more = streams.value?.moreWorkers ? `and ${count(streams.value.moreWorkers)} more` : '';
  document.getElementById('no-workers').textContent =
    streams.value && found.length === 0 ? 'No worker has read anything of this sale yet.' : more;
}

export function letters(table, part, inAll, now) {
  const found = inAll === 0 ? [] : part.value ?? [];
  rows(
    table,
    found,
    (letter) => letter.id,
    (letter) => {
      const reason = cell(letter.reason, 'wrong', 'th');
      reason.scope = 'row';
      return [reason, cell(`${letter.entry} of ${letter.stream}`, 'less text'), cell('', 'number less'), cell('', 'number'), cell(letter.detail, 'text')];
    },
    ([, , tries, age], letter) => {
      tries.textContent = count(letter.attempts);
      age.textContent = span(now - letter.at);
    },
  );
  document.getElementById('no-letters').textContent =
    inAll > found.length ? `${count(inAll)} in all.` : inAll === 0 && part.value ? 'No dead letters.' : '';
}

export function findings(section, books) {
  const found = books.value?.findings ?? [];
  const more = books.value?.moreFindings ? [`and ${books.value.moreFindings} more: seckill reconcile has them all`] : [];
  section.hidden = found.length === 0;
  section.querySelector('ul').replaceChildren(
    ...[...found, ...more].map((text) => {
      const line = document.createElement('li');
      line.textContent = text;
      return line;
    }),
  );
}
