// Decisions and failures as HTTP. The README has this as a table.

import { explain, millis } from './failures.js';

const STATUS_OF_OUTCOME = {
  SOLD_OUT: 409,
  LIMIT_REACHED: 409,
  NOT_STARTED: 409,
  PAUSED: 409,
  ENDED: 410,
  RATE_LIMITED: 429,
  TRY_AGAIN: 503,
};

const STATUS_OF_REASON = {
  REQUEST_ID_REUSED: 422,
  INVALID_REQUEST: 400,
  ACTIVITY_NOT_FOUND: 404,
  ORDER_NOT_FOUND: 404,
};

const SOON_MILLIS = 1000;

/** The answer to a decision: HTTP status, body, headers. */
export function decided(activityId, response) {
  const { outcome, requestId, orderId, replayed } = response;
  const headers = { 'Idempotency-Key': requestId };
  if (outcome === 'ACCEPTED') {
    headers.Location = `/orders/${activityId}/${orderId}`;
    const body = { outcome, requestId, orderId, replayed, productIds: response.entries.map((entry) => entry.productId) };
    return { status: replayed ? 200 : 201, body, headers };
  }
  const body = { outcome, requestId };
  if (outcome === 'LIMIT_REACHED') {
    body.orderId = orderId;
  }
  if (response.productId !== '0') {
    body.productId = response.productId;
  }
  if (response.retryAfter) {
    body.retryAfterMillis = millis(response.retryAfter);
    headers['Retry-After'] = seconds(body.retryAfterMillis);
  }
  return { status: STATUS_OF_OUTCOME[outcome] ?? 500, body, headers };
}

/** The answer where nobody knows whether it was sold: the browser is to repeat it, with the same key. */
export function unknown(requestId, waitMillis) {
  const retryAfterMillis = waitMillis || SOON_MILLIS;
  return {
    status: 503,
    body: { outcome: 'UNKNOWN', requestId, retryAfterMillis },
    headers: { 'Idempotency-Key': requestId, 'Retry-After': seconds(retryAfterMillis) },
  };
}

/** The answer to a request that the server refused. */
export function refused(failure) {
  const { reason, message, fields } = explain(failure);
  const body = { error: reason, message };
  if (fields.length > 0) {
    body.fields = fields;
  }
  return { status: STATUS_OF_REASON[reason] ?? 500, body, headers: {} };
}

/** The answer where something could not be read; reading it again is always safe. */
export function unavailable(failure) {
  const retryAfterMillis = explain(failure).retryMillis || SOON_MILLIS;
  return {
    status: 503,
    body: { error: 'UNAVAILABLE', retryAfterMillis },
    headers: { 'Retry-After': seconds(retryAfterMillis) },
  };
}

function seconds(waitMillis) {
  return String(Math.max(1, Math.ceil(waitMillis / 1000)));
}
