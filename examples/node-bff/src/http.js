// HTTP as far as the BFF needs it: JSON bodies of a bounded size, JSON answers, and problems that become answers.

const MAX_BODY_BYTES = 16 * 1024;

// A longer body is read to here before it is refused: whoever is still sending may not see an answer.
const MAX_DROPPED_BYTES = 1024 * 1024;

/** Why a request is not served: an HTTP status, a JSON body, and headers. */
export class Problem extends Error {
  constructor(status, body, headers = {}) {
    super(`${status} ${body.error}`);
    this.status = status;
    this.body = body;
    this.headers = headers;
  }
}

/** The JSON body of a request. */
export async function readJson(request) {
  const [type] = (request.headers['content-type'] ?? '').split(';');
  if (type.trim().toLowerCase() !== 'application/json') {
    throw new Problem(415, { error: 'UNSUPPORTED_MEDIA_TYPE', message: 'content-type (expected: application/json)' });
  }
  const bytes = await readBody(request);
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new Problem(400, {
      error: 'INVALID_REQUEST',
      fields: [{ field: 'body', description: 'not JSON (expected: {"items": [...]})' }],
    });
  }
}

function readBody(request) {
  return new Promise((resolve, reject) => {
    const chunks = [];
    let length = 0;
    const refuse = () =>
      reject(
        new Problem(
          413,
          { error: 'BODY_TOO_LARGE', message: `body (expected: at most ${MAX_BODY_BYTES} bytes)` },
          { Connection: 'close' },
        ),
      );
    request.on('data', (chunk) => {
      length += chunk.length;
      if (length <= MAX_BODY_BYTES) {
        chunks.push(chunk);
      } else if (length > MAX_DROPPED_BYTES) {
        refuse();
      }
    });
    request.on('end', () => (length > MAX_BODY_BYTES ? refuse() : resolve(Buffer.concat(chunks))));
    request.on('error', () => reject(new Problem(400, { error: 'BODY_INCOMPLETE' })));
  });
}

/** Answers with JSON; a response that nobody waits for any more is dropped. */
export function send(response, status, body, headers = {}) {
  if (response.destroyed || response.headersSent) {
    return;
  }
  const text = `${JSON.stringify(body)}\n`;
  response.writeHead(status, {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(text),
    'Cache-Control': 'no-store',
    ...headers,
  });
  response.end(text);
}
