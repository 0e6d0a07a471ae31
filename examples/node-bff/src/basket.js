// What a browser sends, checked for its form. What it may ask for is checked by the server, in one place.

import { Problem } from './http.js';

const LARGEST_ID = 2n ** 63n - 1n;
const LARGEST_QUANTITY = 2 ** 31 - 1;
const MAX_REPORTED = 20;
const MAX_SHOWN = 60;

/** An id as a string of digits; also a number that JavaScript has not rounded. Undefined if it is neither. */
export function id(value) {
  const text = Number.isSafeInteger(value) ? String(value) : value;
  return typeof text === 'string' && /^[1-9]\d{0,18}$/.test(text) && BigInt(text) <= LARGEST_ID ? text : undefined;
}

/** The items of a body `{"items": [{"productId": "1001", "quantity": 1}]}`, or a Problem that names what is wrong. */
export function items(body) {
  const fields = [];
  const add = (field, value, expected) =>
    fields.length < MAX_REPORTED && fields.push({ field, description: `${shown(value)} (expected: ${expected})` });

  if (!isObject(body)) {
    add('body', body, '{"items": [...]}');
    throw badRequest(fields);
  }
  refuseOthers(body, ['items'], '', add);
  if (!Array.isArray(body.items)) {
    add('items', body.items, 'a list');
    throw badRequest(fields);
  }
  const found = body.items.map((item, i) => {
    if (!isObject(item)) {
      add(`items[${i}]`, item, '{"productId": "1001", "quantity": 1}');
      return {};
    }
    refuseOthers(item, ['productId', 'quantity'], `items[${i}].`, add);
    const productId = id(item.productId);
    if (productId === undefined) {
      add(`items[${i}].productId`, item.productId, `a string of digits, 1..${LARGEST_ID}`);
    }
    if (!Number.isInteger(item.quantity) || item.quantity < 1 || item.quantity > LARGEST_QUANTITY) {
      add(`items[${i}].quantity`, item.quantity, 'a whole number > 0');
    }
    return { productId, quantity: item.quantity };
  });
  if (fields.length > 0) {
    throw badRequest(fields);
  }
  return found;
}

function refuseOthers(object, known, path, add) {
  for (const name of Object.keys(object)) {
    if (!known.includes(name)) {
      add(`${path}${name.slice(0, MAX_SHOWN)}`, object[name], 'nothing of this name');
    }
  }
}

function isObject(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function shown(value) {
  const text = value === undefined ? 'missing' : JSON.stringify(value);
  return text.length <= MAX_SHOWN ? text : `${text.slice(0, MAX_SHOWN)}…`;
}

function badRequest(fields) {
  return new Problem(400, { error: 'INVALID_REQUEST', fields });
}
