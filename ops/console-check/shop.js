// A shop that has a sale: its operator, and buyers who come at a rate.

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import grpc from '@grpc/grpc-js';
import protoLoader from '@grpc/proto-loader';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const IMPORTED = `${ROOT}proto/target/imported-protos`;
const FILES = ['seckill', 'activity', 'operations'].map((name) => `seckill/v1/${name}_service.proto`);
const CALL_MILLIS = 10_000;
const EACH_MILLIS = 50;

if (!existsSync(IMPORTED)) throw new Error(`${IMPORTED} is not there; './seckill up' makes it`);

const definitions = protoLoader.loadSync(FILES, {
  includeDirs: [`${ROOT}proto/src/main/protobuf`, IMPORTED],
  longs: Number,
  enums: String,
  defaults: true,
});
const { SeckillService, ActivityService, OperationsService } = grpc.loadPackageDefinition(definitions).seckill.v1;

export class Shop {
  #clients;
  #user = 0;

  /** What buyers were told, by outcome or status. */
  told = {};

  constructor(address) {
    this.#clients = [SeckillService, ActivityService, OperationsService].map(
      (Service) => new Service(address, grpc.credentials.createInsecure()),
    );
  }

  call(method, request) {
    const client = this.#clients.find((each) => typeof each[method] === 'function');
    return new Promise((resolve, reject) => {
      client[method](request, { deadline: Date.now() + CALL_MILLIS }, (failure, response) =>
        failure ? reject(failure) : resolve(response),
      );
    });
  }

  /** Makes a sale that is open; the id of its activity. */
  async open(name, stocks) {
    const now = Math.floor(Date.now() / 1000);
    const products = stocks.map((stock, i) => ({ productId: 1001 + i, stock, unitPrice: 9900 }));
    const activity = { name, startTime: { seconds: now - 1 }, endTime: { seconds: now + 2520 }, products };
    const { activityId } = (await this.call('CreateActivity', { activity })).activity;
    await this.call('PreheatActivity', { activityId });
    return activityId;
  }

  async state(activityId) {
    return (await this.call('GetActivity', { activityId })).activity.state;
  }

  async stock(activityId) {
    return (await this.call('GetStock', { activityId })).products;
  }

  /** A new buyer asks; resolves with what he is told. */
  async buy(activityId, productIds) {
    const request = {
      activityId,
      userId: ++this.#user,
      requestId: `r${this.#user}`,
      items: productIds.map((productId) => ({ productId, quantity: 1 })),
    };
    const outcome = await this.call('Seckill', request).then(
      (response) => response.outcome,
      (failure) => grpc.status[failure.code],
    );
    this.told[outcome] = (this.told[outcome] ?? 0) + 1;
    return outcome;
  }

  /**
   * Buyers come, `rate(seconds since the first)` of them a second, each for `basket(his number)`, until the answer is called; it
   * waits for the last of them.
   */
  crowd(activityId, basket, rate) {
    const began = Date.now();
    const waiting = new Set();
    let due = 0;
    let left = 0;
    const timer = setInterval(() => {
      due += (rate((Date.now() - began) / 1000) * EACH_MILLIS) / 1000;
      for (; left < due; left++) {
        const buying = this.buy(activityId, basket(left)).finally(() => waiting.delete(buying));
        waiting.add(buying);
      }
    }, EACH_MILLIS);
    return async () => {
      clearInterval(timer);
      await Promise.all(waiting);
    };
  }

  close() {
    this.#clients.forEach((client) => client.close());
  }
}
