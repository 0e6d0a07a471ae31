// Buys for one browser's request: attempts that all carry its one request id, until there is a decision or no time left.

import { setTimeout as sleep } from 'node:timers/promises';
import { call, connect, SeckillService } from './api.js';
import { explain, isOverload, isRefusal } from './failures.js';
import { decided, refused, unavailable, unknown } from './outcomes.js';

const MAX_ATTEMPTS = 4;
const ATTEMPT_MILLIS = 1000;
const READ_MILLIS = 2000;
const FIRST_PAUSE_MILLIS = 100;
const LARGEST_PAUSE_MILLIS = 1000;
const READY_MILLIS = 500;

/** A connection to the server, and what browsers do with it. Every method gives status, body and headers. */
export class Seller {
  constructor(address, patienceMillis) {
    this.client = connect(SeckillService, address);
    this.patienceMillis = patienceMillis;
  }

  /** Decides a basket. The channel repeats a lost call by itself; this goes on where it gives up. */
  async buy(request) {
    const until = Date.now() + this.patienceMillis;
    for (let attempt = 1; ; attempt++) {
      try {
        const millisLeft = Math.max(1, Math.min(ATTEMPT_MILLIS, until - Date.now()));
        return decided(request.activityId, await call(this.client, 'Seckill', request, millisLeft));
      } catch (failure) {
        if (isRefusal(failure)) {
          return refused(failure);
        }
        const pause = Math.max(explain(failure).retryMillis, backOff(attempt));
        const isLast = attempt === MAX_ATTEMPTS || Date.now() + pause >= until;
        if (isLast || isOverload(failure)) {
          console.error(`request ${JSON.stringify(request.requestId)}: not known after ${attempt} attempts: ${failure.message}`);
          return unknown(request.requestId, pause);
        }
        await sleep(pause);
      }
    }
  }

  /** One order of one user. */
  async order(request) {
    try {
      const { order } = await call(this.client, 'GetOrder', request, READ_MILLIS);
      return { status: 200, body: visible(order), headers: {} };
    } catch (failure) {
      return isRefusal(failure) ? refused(failure) : unavailable(failure);
    }
  }

  /** True if the server can be reached. */
  isReady() {
    return new Promise((resolve) => {
      this.client.waitForReady(Date.now() + READY_MILLIS, (failure) => resolve(!failure));
    });
  }

  close() {
    this.client.close();
  }
}

/** Grows with each attempt, and differs between browsers, which else would all come back at once. */
function backOff(attempt) {
  const most = Math.min(LARGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS * 2 ** (attempt - 1));
  return Math.ceil(most * (0.5 + Math.random() / 2));
}

function visible(order) {
  return {
    orderId: order.orderId,
    activityId: order.activityId,
    requestId: order.requestId,
    status: order.status,
    amount: order.amount,
    currencyCode: order.currencyCode,
    expireTime: order.expireTime ? new Date(Number(order.expireTime.seconds) * 1000).toISOString() : null,
    lines: order.lines.map(({ productId, quantity, unitPrice, status }) => ({ productId, quantity, unitPrice, status })),
  };
}
