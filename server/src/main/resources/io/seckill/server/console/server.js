// What the page asks of the server it came from, and how that can go wrong.

const PATIENCE_MILLIS = 5_000;
const ACTION_PATIENCE_MILLIS = 10_000;
const TOKEN = 'seckill-token';

// The server said no, in words.
export class Refused extends Error {
  constructor(status, reason, message) {
    super(message);
    this.status = status;
    this.reason = reason;
  }

  // Whether what was asked for may have been done all the same.
  get unknown() {
    return this.status >= 500;
  }
}

// There was no answer.
export class Lost extends Error {
  unknown = true;
}

export const token = {
  get: () => sessionStorage.getItem(TOKEN),
  set: (text) => sessionStorage.setItem(TOKEN, text.trim().replace(/^bearer\s+/i, '')),
  forget: () => sessionStorage.removeItem(TOKEN),
};

async function ask(path, options, patience) {
  const headers = { ...options.headers };
  if (token.get()) headers.Authorization = `Bearer ${token.get()}`;
  let answer;
  let body;
  try {
    answer = await fetch(path, {
      ...options,
      headers,
      cache: 'no-store',
      credentials: 'omit',
      redirect: 'error',
      signal: AbortSignal.timeout(patience),
    });
    body = await answer.json();
  } catch (e) {
    throw new Lost(e.name === 'TimeoutError' ? `no answer for ${patience / 1000} s` : 'the server cannot be reached');
  }
  if (!answer.ok) throw new Refused(answer.status, body.error, body.message);
  return body;
}

export const activities = () => ask('activities', {}, PATIENCE_MILLIS);

export const state = (activity, after) => ask(`state?activity=${activity}&after=${after}`, {}, PATIENCE_MILLIS);

export const change = (action, fields) =>
  ask(
    action,
    { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(fields) },
    ACTION_PATIENCE_MILLIS,
  );

// Made once for each confirmation, so that confirming again after a lost answer adds nothing twice.
export function requestId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
