// Starts the BFF, and stops it gently.

import { createServer } from 'node:http';
import { serve } from './routes.js';
import { Seller } from './seller.js';
import { settings } from './settings.js';

const REQUEST_TIMEOUT_MILLIS = 5000;
const HEADERS_TIMEOUT_MILLIS = 3000;
const MAX_CONNECTIONS = 10_000;

const { host, port, server: address, patienceMillis, drainMillis } = start(() => settings(process.env));
const seller = new Seller(address, patienceMillis);
const server = createServer(
  { requestTimeout: REQUEST_TIMEOUT_MILLIS, headersTimeout: HEADERS_TIMEOUT_MILLIS },
  (request, response) => serve(seller, request, response),
);
server.maxConnections = MAX_CONNECTIONS;
server.on('error', (failure) => fail(failure.message));
server.listen(port, host, () => {
  console.log(`listening on http://${host}:${server.address().port}, selling through ${address}`);
});
process.once('SIGTERM', stop);
process.once('SIGINT', stop);

/** Takes on nothing new, answers what is under way, and is gone. */
function stop() {
  server.close(() => {
    seller.close();
    console.log('stopped');
  });
  server.closeIdleConnections();
  setTimeout(() => server.closeAllConnections(), drainMillis).unref();
}

function start(read) {
  try {
    return read();
  } catch (failure) {
    return fail(failure.message);
  }
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
