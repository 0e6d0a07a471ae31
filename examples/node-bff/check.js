// Tries the BFF from outside against the server at SECKILL_SERVER, and fails if one answer is not as the README says.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import grpc from '@grpc/grpc-js';
import { ActivityService, call, connect, SeckillService } from './src/api.js';

const SERVER = process.env.SECKILL_SERVER;
const MAIN = fileURLToPath(new URL('src/main.js', import.meta.url));
const LARGEST_ID = '9223372036854775807';
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const CALL_MILLIS = 5000;
const SCARCE = 2;

let activityId;
let bff;
let front;
const clients = [];
const processes = [];

function client(Service) {
  const made = connect(Service, SERVER);
  clients.push(made);
  return made;
}

before(async () => {
  assert.ok(SERVER, 'SECKILL_SERVER: missing (expected: HOST:PORT of a server)');
  const operator = client(ActivityService);
  const now = Math.floor(Date.now() / 1000);
  const activity = {
    name: 'sale of the BFF',
    startTime: { seconds: now - 60 },
    endTime: { seconds: now + 3600 },
    maxQuantityPerLine: 2,
    products: [
      { productId: '1001', stock: String(SCARCE), unitPrice: '9900' },
      { productId: '1002', stock: '1000' },
      { productId: LARGEST_ID, stock: '10', unitPrice: '1000000000000' },
    ],
  };
  ({ activityId } = (await call(operator, 'CreateActivity', { activity }, CALL_MILLIS)).activity);
  await call(operator, 'PreheatActivity', { activityId }, CALL_MILLIS);
  bff = await start(SERVER);
  front = await startFront();
});

after(async () => {
  clients.forEach((made) => made.close());
  processes.forEach((child) => child.kill('SIGKILL'));
  front?.server.forceShutdown();
});

/** A BFF that sells through an address, on any free port. */
async function start(address) {
  const child = spawn(process.execPath, [MAIN], {
    env: { ...process.env, BFF_PORT: '0', SECKILL_SERVER: address, BFF_PATIENCE_MILLIS: '2500' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  processes.push(child);
  for await (const line of createInterface({ input: child.stdout })) {
    const [, url] = /^listening on (http:\S+),/.exec(line);
    return { child, url };
  }
  throw new Error('the BFF did not start');
}

/** A server between a BFF and the real one, which loses the first `toLose` answers, and takes `millis` for each. */
async function startFront() {
  const real = client(SeckillService);
  const state = { toLose: 0, millis: 0, seen: [] };
  state.server = new grpc.Server();
  state.server.addService(SeckillService.service, {
    Seckill({ request }, answer) {
      state.seen.push(request.requestId);
      call(real, 'Seckill', request, CALL_MILLIS).then(
        (response) =>
          setTimeout(
            () =>
              state.seen.length <= state.toLose
                ? answer({ code: grpc.status.UNAVAILABLE, details: 'the answer was lost' })
                : answer(null, response),
            state.millis,
          ),
        answer,
      );
    },
  });
  const port = await new Promise((resolve, reject) =>
    state.server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (failure, bound) =>
      failure ? reject(failure) : resolve(bound),
    ),
  );
  state.address = `127.0.0.1:${port}`;
  return state;
}

/** Buys; `body` may be text that is no JSON. */
async function buy({ user = '1', key, body = { items: [{ productId: '1002', quantity: 1 }] }, at = bff, id = activityId, type }) {
  const headers = { 'Content-Type': type ?? 'application/json', 'X-Demo-User': user };
  if (key !== undefined) {
    headers['Idempotency-Key'] = key;
  }
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return answerOf(await fetch(`${at.url}/seckill/${id}`, { method: 'POST', headers, body: text }));
}

async function get(path, user = '1') {
  return answerOf(await fetch(`${bff.url}${path}`, { headers: { 'X-Demo-User': user } }));
}

async function answerOf(response) {
  return { status: response.status, headers: response.headers, body: await response.json() };
}

function one(productId, quantity = 1) {
  return { items: [{ productId, quantity }] };
}

test('it is healthy', async () => {
  const { status, body } = await get('/healthz');
  assert.deepEqual([status, body], [200, { status: 'ok' }]);
});

test('a repeat with the same key gets the same order', async () => {
  const first = await buy({ user: '10', key: 'k1', body: one('1001') });
  const again = await buy({ user: '10', key: 'k1', body: one('1001') });

  assert.equal(first.status, 201);
  assert.match(first.body.orderId, UUID);
  assert.equal(first.headers.get('location'), `/orders/${activityId}/${first.body.orderId}`);
  assert.deepEqual(first.body, {
    outcome: 'ACCEPTED',
    requestId: 'k1',
    orderId: first.body.orderId,
    replayed: false,
    productIds: ['1001'],
  });
  assert.equal(again.status, 200);
  assert.deepEqual(again.body, { ...first.body, replayed: true });
});

test('the key is for one basket', async () => {
  await buy({ user: '11', key: 'k1' });
  const other = await buy({ user: '11', key: 'k1', body: one('1002', 2) });
  assert.deepEqual([other.status, other.body.error], [422, 'REQUEST_ID_REUSED']);
});

test('who sends no key is told the one that was made', async () => {
  const first = await buy({ user: '12' });
  const key = first.headers.get('idempotency-key');
  const again = await buy({ user: '12', key });
  const another = await buy({ user: '12' });

  assert.equal(first.status, 201);
  assert.match(key, UUID);
  assert.equal(first.body.requestId, key);
  assert.deepEqual([again.status, again.body.orderId], [200, first.body.orderId]);
  assert.deepEqual([another.status, another.body.outcome, another.body.orderId], [409, 'LIMIT_REACHED', first.body.orderId]);
});

test('it sells out', async () => {
  const outcomes = [];
  for (let user = 20; user < 20 + SCARCE + 1; user++) {
    outcomes.push(await buy({ user: String(user), body: one('1001') }));
  }
  const last = outcomes.at(-1);
  assert.deepEqual([last.status, last.body.outcome, last.body.productId], [409, 'SOLD_OUT', '1001']);
  // The first unit went to user 10.
  assert.equal(outcomes.filter(({ status }) => status === 201).length, SCARCE - 1);
});

test('an order is seen by its buyer alone, with ids that are not rounded', async () => {
  const { body } = await buy({ user: LARGEST_ID, body: one(LARGEST_ID, 2) });
  const path = `/orders/${activityId}/${body.orderId}`;
  const own = await get(path, LARGEST_ID);
  const other = await get(path, '1');

  assert.equal(own.status, 200);
  assert.ok(['ACCEPTED', 'PENDING_PAYMENT'].includes(own.body.status), own.body.status);
  assert.deepEqual([own.body.lines[0].productId, own.body.amount], [LARGEST_ID, '2000000000000']);
  assert.deepEqual([other.status, other.body.error], [404, 'ORDER_NOT_FOUND']);
});

for (const [body, field] of [
  ['', 'body'],
  ['{"items":', 'body'],
  ['\ud800', 'body'],
  ['[]', 'body'],
  ['null', 'body'],
  [{}, 'items'],
  [{ items: 'all' }, 'items'],
  [{ items: [] }, 'items'],
  [{ items: Array(21).fill({ productId: '1', quantity: 1 }) }, 'items'],
  [{ items: [7] }, 'items[0]'],
  [{ items: [{ quantity: 1 }] }, 'items[0].productId'],
  [one('one'), 'items[0].productId'],
  [one('0'), 'items[0].productId'],
  [one(-1), 'items[0].productId'],
  [one(2 ** 53), 'items[0].productId'],
  [one('9223372036854775808'), 'items[0].productId'],
  [one('7777'), 'items[0].productId'],
  [one('1002', '1'), 'items[0].quantity'],
  [one('1002', 0), 'items[0].quantity'],
  [one('1002', 1.5), 'items[0].quantity'],
  [one('1002', 2 ** 31), 'items[0].quantity'],
  [one('1002', 3), 'items[0].quantity'],
  [{ items: [{ productId: '1002', quantity: 1, price: 0 }] }, 'items[0].price'],
  [{ ...one('1002'), user: 7 }, 'user'],
  [{ items: [...one('1002').items, ...one('1002').items] }, 'items[1].productId'],
]) {
  test(`${JSON.stringify(body).slice(0, 60)} is refused for ${field}`, async () => {
    const answer = await buy({ user: '30', body });
    assert.deepEqual([answer.status, answer.body.error], [400, 'INVALID_REQUEST']);
    assert.ok(
      answer.body.fields.some((fault) => fault.field === field && fault.description.includes('(expected: ')),
      JSON.stringify(answer.body),
    );
  });
}

test('what is no such request is refused', async () => {
  assert.equal((await buy({ type: 'text/plain' })).status, 415);
  assert.equal((await buy({ body: ' '.repeat(16 * 1024 + 1) })).status, 413);
  assert.equal((await buy({ user: 'me' })).status, 401);
  assert.equal((await buy({ key: 'k'.repeat(65) })).body.fields[0].field, 'Idempotency-Key');
  assert.equal((await buy({ id: 'first' })).body.fields[0].field, 'activityId');
  assert.equal((await buy({ id: LARGEST_ID })).body.error, 'ACTIVITY_NOT_FOUND');
  assert.equal((await get(`/seckill/${activityId}`)).status, 405);
  assert.equal((await get(`/orders/${activityId}/mine`)).body.fields[0].field, 'orderId');
  assert.equal((await get('/admin')).status, 404);
});

test('answers that are lost are asked for again, with the same request id', async () => {
  const at = await start(front.address);
  Object.assign(front, { toLose: 5, seen: [] });
  const answer = await buy({ user: '40', key: 'lost', at });

  assert.deepEqual([answer.status, answer.body.outcome, answer.body.replayed], [200, 'ACCEPTED', true]);
  assert.ok(front.seen.length > front.toLose, `${front.seen.length} attempts`);
  assert.deepEqual([...new Set(front.seen)], ['lost']);
});

test('an outcome that stays unknown is never told as a failure', async () => {
  const at = await start(front.address);
  Object.assign(front, { toLose: Infinity, seen: [] });
  const answer = await buy({ user: '41', at });
  const key = answer.headers.get('idempotency-key');
  const repeated = await buy({ user: '41', key });

  assert.deepEqual([answer.status, answer.body.outcome, answer.body.requestId], [503, 'UNKNOWN', key]);
  assert.match(answer.headers.get('retry-after'), /^[1-9]\d*$/);
  assert.deepEqual([repeated.status, repeated.body.outcome], [200, 'ACCEPTED']);
});

test('SIGTERM lets calls under way end', async () => {
  const at = await start(front.address);
  Object.assign(front, { toLose: 0, millis: 500, seen: [] });
  const underWay = buy({ user: '42', at });
  while (front.seen.length === 0) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  at.child.kill('SIGTERM');

  assert.equal((await underWay).status, 201);
  const [code] = await once(at.child, 'exit');
  assert.equal(code, 0);
});
