// What browsers can ask for.

import { randomUUID } from 'node:crypto';
import { id, items } from './basket.js';
import { Problem, readJson, send } from './http.js';

const MAX_KEY_LENGTH = 64;
const KEY = new RegExp(`^[\\x21-\\x7e]{1,${MAX_KEY_LENGTH}}$`);
const SECKILL = /^\/seckill\/([^/]+)$/;
const ORDER = /^\/orders\/([^/]+)\/([^/]+)$/;

/** Serves one request. */
export async function serve(seller, request, response) {
  try {
    const { status, body, headers } = await answer(seller, request);
    send(response, status, body, headers);
  } catch (failure) {
    if (failure instanceof Problem) {
      send(response, failure.status, failure.body, failure.headers);
    } else {
      console.error(failure);
      send(response, 500, { error: 'INTERNAL' });
    }
  }
}

async function answer(seller, request) {
  const path = request.url.split('?', 1)[0];
  if (path === '/healthz') {
    require(request, 'GET');
    const ready = await seller.isReady();
    return { status: ready ? 200 : 503, body: { status: ready ? 'ok' : 'no server' }, headers: {} };
  }
  const sale = SECKILL.exec(path);
  if (sale) {
    require(request, 'POST');
    const activityId = checkedId('activityId', sale[1]);
    const userId = user(request);
    const requestId = key(request);
    return seller.buy({ activityId, userId, requestId, items: items(await readJson(request)) });
  }
  const order = ORDER.exec(path);
  if (order) {
    require(request, 'GET');
    return seller.order({ activityId: checkedId('activityId', order[1]), orderId: order[2], userId: user(request) });
  }
  throw new Problem(404, { error: 'NO_SUCH_PATH' });
}

function require(request, method) {
  if (request.method !== method) {
    throw new Problem(405, { error: 'METHOD_NOT_ALLOWED' }, { Allow: method });
  }
}

/** For this example only: everybody could claim to be anybody. Take the user from your session or its token instead. */
function user(request) {
  const userId = id(request.headers['x-demo-user']);
  if (userId === undefined) {
    throw new Problem(401, { error: 'NO_USER', message: 'X-Demo-User (expected: the number of a user)' });
  }
  return userId;
}

/** The browser's name for its click, or one that is made here and told in the answer. */
function key(request) {
  const given = request.headers['idempotency-key'];
  if (given === undefined) {
    return randomUUID();
  }
  if (!KEY.test(given)) {
    throw badField('Idempotency-Key', `1..${MAX_KEY_LENGTH} visible ASCII characters`);
  }
  return given;
}

function checkedId(field, text) {
  const checked = id(text);
  if (checked === undefined) {
    throw badField(field, 'a number, 1..9223372036854775807');
  }
  return checked;
}

function badField(field, expected) {
  return new Problem(400, {
    error: 'INVALID_REQUEST',
    fields: [{ field, description: `not understood (expected: ${expected})` }],
  });
}
