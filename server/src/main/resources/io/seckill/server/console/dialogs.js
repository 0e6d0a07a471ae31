// What changes a sale: each is confirmed in words first, and told when it is done.

import * as server from './server.js';
import { count, time } from './words.js';

const MAX_UNITS = 1_000_000_000_000;
const $ = (id) => document.getElementById(id);

const ACTIONS = {
  pause: {
    title: (sale) => `Pause “${sale.name}”?`,
    effect: (sale) =>
      `Activity ${sale.id} sells nothing from now on, on every server; buyers are told PAUSED. Orders that were accepted stand, and are recorded. It can be resumed at any time.`,
    agree: () => 'Pause the sale',
    done: (sale) => `Activity ${sale.id} is paused`,
  },
  resume: {
    title: (sale) => `Resume “${sale.name}”?`,
    effect: (sale) => `Activity ${sale.id} sells again what it has left, on every server.`,
    agree: () => 'Resume the sale',
    done: (sale) => `Activity ${sale.id} sells again`,
  },
  'add-stock': {
    title: (sale) => `Add stock to “${sale.name}”?`,
    effect: (sale, units, product) =>
      units
        ? `Product ${product.id} of activity ${sale.id} then has ${count(product.total + units)} units in all, ${count(units)} more than now. They are for sale at once, and cannot be taken back here.`
        : `Units of a product of activity ${sale.id}, for sale at once.`,
    agree: (units) => (units ? `Add ${count(units)} ${units === 1 ? 'unit' : 'units'}` : 'Add units'),
    done: (sale, units, product) => `${count(units)} units of product ${product.id} were added to activity ${sale.id}`,
  },
};

export class Dialogs {
  #dialog = $('confirm');
  #done;
  #asked = null;

  // `done(sentence)` is told what was done.
  constructor(done) {
    this.#done = done;
    $('cancel').addEventListener('click', () => this.#dialog.close());
    $('units').addEventListener('input', () => this.#describe());
    $('product').addEventListener('change', () => this.#describe());
    this.#dialog.querySelector('form').addEventListener('submit', (event) => {
      event.preventDefault();
      this.#agree();
    });
  }

  open(action, sale, products = [], product = null) {
    this.#asked = { action, sale, products, requestId: server.requestId() };
    $('confirm-fields').hidden = action !== 'add-stock';
    $('product').replaceChildren(...products.map(({ id }) => new Option(id, id)));
    $('product').value = product ?? products[0]?.id ?? '';
    $('units').value = '';
    this.#lock(false);
    $('confirm-error').textContent = '';
    $('confirm-title').textContent = ACTIONS[action].title(sale);
    this.#describe();
    this.#dialog.showModal();
    (action === 'add-stock' ? $('units') : $('cancel')).focus();
  }

  get #units() {
    const units = /^[0-9]{1,13}$/.test($('units').value) ? Number($('units').value) : 0;
    return units >= 1 && units <= MAX_UNITS ? units : 0;
  }

  get #product() {
    return this.#asked.products.find(({ id }) => id === $('product').value) ?? { id: '', total: 0 };
  }

  #describe() {
    const { action, sale } = this.#asked;
    $('confirm-effect').textContent = ACTIONS[action].effect(sale, this.#units, this.#product);
    $('agree').textContent = ACTIONS[action].agree(this.#units);
  }

  // While it is not known what became of a call, only the same call may be made again.
  #lock(locked) {
    $('product').disabled = locked;
    $('units').disabled = locked;
  }

  async #agree() {
    const asked = this.#asked;
    const { action, sale, requestId } = asked;
    const [units, product] = [this.#units, this.#product];
    if (action === 'add-stock' && !units) {
      $('confirm-error').textContent = `Units: a whole number, 1 to ${count(MAX_UNITS)}.`;
      $('units').focus();
      return;
    }
    const fields = { activityId: sale.id };
    if (action === 'add-stock') Object.assign(fields, { productId: product.id, quantity: units, requestId });
    $('agree').disabled = true;
    try {
      await server.change(action, fields);
      if (this.#asked === asked) this.#dialog.close();
      this.#done(`${ACTIONS[action].done(sale, units, product)}, at ${time(Date.now())}.`);
    } catch (e) {
      if (!(e instanceof server.Refused || e instanceof server.Lost)) throw e;
      this.#failed(asked, e);
    } finally {
      $('agree').disabled = false;
    }
  }

  #failed(asked, failure) {
    const sentence = failure.unknown
      ? `It is not known whether that was done: ${failure.message}. Confirming again is safe, it is done once.`
      : `Refused: ${failure.message} (${failure.reason}).`;
    if (this.#asked === asked && this.#dialog.open) {
      this.#lock(failure.unknown);
      $('confirm-error').textContent = sentence;
      $('agree').disabled = false;
      $('agree').focus();
    } else {
      this.#done(sentence);
    }
  }
}
