// What a status other than OK says: whether the outcome is known, why, and when to ask again.

import grpc from '@grpc/grpc-js';
import { typeOf } from './api.js';

const { status } = grpc;

// The server refused for good. Everything else may hide an order that was sold before the answer was lost.
const REFUSALS = new Set([
  status.INVALID_ARGUMENT,
  status.NOT_FOUND,
  status.FAILED_PRECONDITION,
  status.OUT_OF_RANGE,
  status.UNIMPLEMENTED,
  status.UNAUTHENTICATED,
  status.PERMISSION_DENIED,
]);

/** True if asking again would give the same, and nothing was sold. */
export function isRefusal(failure) {
  return REFUSALS.has(failure.code);
}

/** True if the server has more to do than it can; asking again at once makes that worse. */
export function isOverload(failure) {
  return failure.code === status.RESOURCE_EXHAUSTED;
}

/** The details that come with a failure: `reason`, `fields` at fault, and `retryMillis`, each if there. */
export function explain(failure) {
  const explained = { reason: status[failure.code], message: failure.details, fields: [], retryMillis: 0 };
  for (const detail of detailsOf(failure)) {
    switch (detail.type) {
      case 'google.rpc.ErrorInfo':
        explained.reason = detail.value.reason;
        break;
      case 'google.rpc.BadRequest':
        explained.fields = detail.value.fieldViolations.map(({ field, description }) => ({
          field: camelCase(field),
          description,
        }));
        break;
      case 'google.rpc.RetryInfo':
        explained.retryMillis = millis(detail.value.retryDelay);
        break;
    }
  }
  return explained;
}

/** A google.protobuf.Duration in milliseconds, rounded up. */
export function millis(duration) {
  return duration ? Number(duration.seconds) * 1000 + Math.ceil(duration.nanos / 1_000_000) : 0;
}

function detailsOf(failure) {
  const [bytes] = failure.metadata?.get('grpc-status-details-bin') ?? [];
  if (!bytes) {
    return [];
  }
  const known = [];
  for (const any of typeOf('google.rpc.Status').deserialize(bytes).details) {
    const url = any.type_url;
    const type = url.slice(url.lastIndexOf('/') + 1);
    const definition = typeOf(type);
    if (definition) {
      known.push({ type, value: definition.deserialize(any.value) });
    }
  }
  return known;
}

function camelCase(path) {
  return path.replace(/_([a-z])/g, (match, letter) => letter.toUpperCase());
}
