// The system that is looked at: ./seckill up on a folder of its own, and a second server on the same stores that asks who calls.

import { spawn } from 'node:child_process';
import { createSign, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const SECKILL = fileURLToPath(new URL('../../seckill', import.meta.url));
const START_MILLIS = 120_000;
const ISSUER = 'https://issuer.test';
const AUDIENCE = 'seckill';

/** Starts a command, and resolves with what its output matches once all of it is there. */
function start(args, patterns) {
  const child = spawn(SECKILL, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, JAVA_OPTS: '-Xmx512m' } });
  const said = [];
  const found = {};
  return new Promise((resolve, reject) => {
    const failed = (why) => reject(new Error(`seckill ${args[0]} ${why}:\n${said.join('\n')}`));
    const timer = setTimeout(() => failed('did not start'), START_MILLIS);
    child.once('exit', () => failed('ended'));
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        said.push(line);
        for (const [name, pattern] of Object.entries(patterns)) {
          const match = pattern.exec(line);
          if (match) found[name] ??= match[1];
        }
        if (Object.keys(found).length === Object.keys(patterns).length) {
          clearTimeout(timer);
          resolve({ ...found, child, said });
        }
      });
    }
  });
}

/** Ends a process that was started here, and waits until it has. */
export async function stop({ child }, signal = 'SIGTERM') {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  await gone;
}

/** Whoever issues tokens to the server that asks for them. */
function issuer(folder) {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const keys = join(folder, 'keys.json');
  writeFileSync(keys, JSON.stringify({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'one', alg: 'RS256', use: 'sig' }] }));
  const encode = (json) => Buffer.from(JSON.stringify(json)).toString('base64url');
  const token = (subject, ...roles) => {
    const claims = { iss: ISSUER, aud: AUDIENCE, sub: subject, roles, exp: Math.floor(Date.now() / 1000) + 600 };
    const text = `${encode({ alg: 'RS256', kid: 'one' })}.${encode(claims)}`;
    return `${text}.${createSign('RSA-SHA256').update(text).sign(privateKey).toString('base64url')}`;
  };
  return { keys, token };
}

export async function startSystem() {
  const folder = mkdtempSync(join(tmpdir(), 'seckill-console-check-'));
  const { keys, token } = issuer(folder);
  const up = await start(['up', '--data-dir', join(folder, 'data'), '--grpc-port', '0', '--admin-port', '0'], {
    grpc: /^ {2}gRPC +(\S+)/,
    redis: /^ {2}Redis +(\S+)/,
    jdbc: /^ {2}PostgreSQL +([^\s,]+)/,
    console: /^ {2}console +(\S+)/,
  });
  const asking = await start(
    ['server', '--grpc-port', '0', '--admin-port', '0', '--jdbc-url', up.jdbc, '--redis-url', up.redis]
      .concat(['--jwt-jwks', keys, '--jwt-issuer', ISSUER, '--jwt-audience', AUDIENCE]),
    { console: /console on (\S+)/ },
  ).catch(async (failure) => {
    await stop(up);
    throw failure;
  });
  const close = async () => {
    await stop(asking);
    await stop(up);
    rmSync(folder, { recursive: true, force: true });
  };
  return { up, asking, token, close };
}

/** Sends one command to Redis, in words without spaces. */
export function redis(url, ...words) {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(`${words.join(' ')}\r\n`));
    socket.once('error', reject);
    socket.once('data', (answer) => {
      socket.destroy();
      resolve(String(answer));
    });
  });
}
