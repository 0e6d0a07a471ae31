// The tiles at the top: each has a number, what it is of, and a tone that says whether it is as it must be.

import { count, rate, seconds, share, span } from './words.js';

const QUEUE_DELAY_MILLIS = 1_000;
const RECORD_DELAY_MILLIS = 5_000;
const OLD_MILLIS = 3_500;
const OLD_BOOKS_MILLIS = 60_000;
const TONES = { good: '', warn: 'attention: ', bad: 'wrong: ' };

class Figure {
  constructor(name) {
    this.box = document.createElement('div');
    this.box.className = 'figure';
    const title = document.createElement('dt');
    title.textContent = name;
    this.value = document.createElement('strong');
    this.note = document.createElement('span');
    this.tone = document.createElement('span');
    this.tone.className = 'hidden';
    const text = document.createElement('dd');
    text.append(this.tone, this.value, this.note);
    this.box.append(title, text);
  }

  show(value, note, tone = 'good') {
    this.value.textContent = value;
    this.note.textContent = note;
    this.tone.textContent = TONES[tone];
    this.box.dataset.tone = tone;
  }

  // A part that could not be read lately says so in place of its note; one that never could has no number.
  of(part, show, old = OLD_MILLIS) {
    if (!part.value) {
      this.show('–', part.message ?? 'not known yet', part.message ? 'warn' : 'good');
    } else {
      show(part.value);
      if (part.error || part.ageMillis > old) this.show(this.value.textContent, `as of ${span(part.ageMillis)} ago`, 'warn');
    }
  }
}

export class Figures {
  #left = new Figure('Left to sell');
  #accepted = new Figure('Accepted');
  #refused = new Figure('Refused');
  #queue = new Figure('Queue delay');
  #record = new Figure('Record delay');
  #letters = new Figure('Dead letters');
  #books = new Figure('Books difference');
  #epoch = new Figure('Epoch');

  constructor(list) {
    const all = [this.#left, this.#accepted, this.#refused, this.#queue, this.#record, this.#letters, this.#books, this.#epoch];
    list.append(...all.map((figure) => figure.box));
  }

  // `rates` are of the last seconds, a second each; null where there are none yet.
  show(state, rates) {
    const loaded = state.activity.value?.preheated && !state.activity.value?.closed;
    const none = { value: null, message: undefined };
    this.#left.of(loaded ? state.stock : none, (stock) => this.#left.show(count(stock.remaining), leftNote(stock, rates)));
    this.#accepted.show(`${rate(rates.accepted)}/s`, `this server · ${count(state.counts.ACCEPTED ?? 0)} in all`);
    const failing = rates.failed > 0;
    this.#refused.show(
      `${rate(rates.refused)}/s`,
      failing ? `and ${rate(rates.failed)}/s could not be served` : `this server · ${count(rates.refusedInAll)} in all`,
      failing ? 'bad' : 'good',
    );
    const streams = loaded ? state.streams : none;
    const old = state.large ? OLD_MILLIS * 2 : OLD_MILLIS;
    this.#queue.of(streams, (now) => this.#queue.show(...delay(now.queueMillis, QUEUE_DELAY_MILLIS, `${count(now.unread)} not read`)), old);
    this.#record.of(
      streams,
      (now) => this.#record.show(...delay(now.recordMillis, RECORD_DELAY_MILLIS, `${count(now.unread + now.pending)} not recorded`)),
      old,
    );
    this.#letters.of(
      streams,
      ({ letters }) => this.#letters.show(count(letters), letters ? 'could not be recorded' : 'all could be recorded', letters ? 'bad' : 'good'),
      old,
    );
    this.#books.of(state.books, (books) => this.#books.show(...difference(books, state.books.ageMillis)), OLD_BOOKS_MILLIS);
    this.#epoch.show(...epoch(state.epochs, state.activity.value));
  }
}

function leftNote(stock, rates) {
  const part = `${share(stock.remaining, stock.total)} of ${count(stock.total)}`;
  if (stock.remaining === 0 || !(rates.selling > 0)) return part;
  return `${part} · ${rate(rates.selling)}/s, gone in ${span((1000 * stock.remaining) / rates.selling)}`;
}

function delay(millis, bound, note) {
  return [seconds(millis), note, millis >= 10 * bound ? 'bad' : millis >= bound ? 'warn' : 'good'];
}

function difference(books, age) {
  const checked = `added up ${span(age)} ago`;
  const note = books.quarantined > 0 ? `${count(books.quarantined)} quarantined · ${checked}` : checked;
  const found = books.findings.length > 0;
  return [count(books.difference), found ? `something else is wrong · ${checked}` : note, books.difference || found ? 'bad' : 'good'];
}

function epoch(epochs, sale) {
  if (epochs.length === 0) return ['–', sale?.preheated ? 'not known' : 'not preheated'];
  const shards = epochs.length === 1 ? '1 shard' : `${epochs.length} shards`;
  const replaced = epochs.filter((number) => number === 0).length;
  const value = Math.min(...epochs) === Math.max(...epochs) ? `${epochs[0]}` : `${Math.min(...epochs.filter(Boolean))}–${Math.max(...epochs)}`;
  if (replaced > 0) return [replaced === epochs.length ? '–' : value, `${replaced} of ${shards} being replaced`, 'bad'];
  return [value, Math.max(...epochs) > 1 ? `${shards} · Redis lost something before` : shards];
}
