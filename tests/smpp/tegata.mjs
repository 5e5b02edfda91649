//! The program under test: `tegata demo` with its simulator, or `tegata serve` with a route to a given SMSC.

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const BINARY = fileURLToPath(new URL('../../target/debug/tegata', import.meta.url));
const READY_MS = 30_000;
const STOP_MS = 30_000;
const SHOWN_OF_LOG = 8_000;
/** The host in messages: the origin that phones bind the code to. */
export const HOST = 'verify.example.jp';

/** Starts the demo. Returns what it printed (`sim`, `smpp` …), the SMPP account, `simulator(method, path, body)` and `stop()`. */
export async function startDemo() {
  const folder = newFolder();
  const running = start(['demo', '--json', '--listen', '127.0.0.1:0', '--data', folder], folder);
  const line = await Promise.race([
    once(createInterface(running.child.stdout), 'line').then(([text]) => text),
    running.ended,
    sleep(READY_MS, undefined, { ref: false }),
  ]);
  if (typeof line !== 'string') {
    await running.stop();
    throw new Error(`the demo did not get ready\n${running.log()}`);
  }
  const ready = JSON.parse(line);
  const kept = readFileSync(join(folder, 'demo.toml'), 'utf8');
  const value = (key) => new RegExp(`^${key} = "(.*)"$`, 'm').exec(kept)[1];
  const account = { system_id: value('smpp_system_id'), password: value('smpp_password') };
  const simulator = (method, path, body) => call(`${ready.sim}${path}`, method, {}, body);
  return { ...ready, account, simulator, stop: running.stop };
}

/**
 * Sets a server up by the commands that an operator uses, and starts it with one route, `route` being its lines.
 * Returns `api(method, path, body)`, `log()` and `stop()`.
 */
export async function startServer(route) {
  const folder = newFolder();
  const url = `http://127.0.0.1:${await freePort()}`;
  writeFileSync(join(folder, 'tegata.toml'), [
    `public_url = "https://${HOST}"`,
    '[http]', `listen = "${new URL(url).host}"`, 'admin_listen = "127.0.0.1:0"',
    '[[routes]]', 'kind = "smpp"', 'name = "foreign"', ...route, '',
  ].join('\n'));
  command(['secrets', 'init'], folder);
  command(['migrate'], folder);
  const service = command(['service', 'create', '--brand', 'みなとペイ', '--brand-en', 'Minato Pay'], folder);
  const key = command(['key', 'create', '--service', service], folder);
  const running = start(['serve'], folder);
  const until = Date.now() + READY_MS;
  while (!(await fetch(`${url}/healthz`).then((answer) => answer.ok, () => false))) {
    if (running.child.exitCode !== null || Date.now() > until) {
      await running.stop();
      throw new Error(`the server did not get ready\n${running.log()}`);
    }
    await sleep(50);
  }
  const headers = () => ({ authorization: `Bearer ${key}`, 'idempotency-key': crypto.randomUUID() });
  return { api: (method, path, body) => call(`${url}${path}`, method, headers(), body), log: running.log, stop: running.stop };
}

function newFolder() {
  return mkdtempSync(join(tmpdir(), 'tegata-smpp-'));
}

/** Runs a command to its end and returns what it printed. */
function command(args, cwd) {
  const done = spawnSync(BINARY, args, { cwd, encoding: 'utf8', timeout: READY_MS });
  if (done.status !== 0) throw new Error(`tegata ${args.join(' ')}: ${done.error ?? done.stderr}`);
  return done.stdout.trim();
}

/** Starts a process whose folder goes with it. `stop()` fails if it ended by itself or does not end when asked. */
function start(args, cwd) {
  const child = spawn(BINARY, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  const keep = (text) => { log = (log + text).slice(-SHOWN_OF_LOG); };
  child.stderr.setEncoding('utf8').on('data', keep);
  if (args[0] === 'serve') child.stdout.setEncoding('utf8').on('data', keep);
  const ended = once(child, 'exit').then(() => undefined);
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill); // a test that fell over leaves nothing running
  const stop = async () => {
    const early = child.exitCode ?? child.signalCode;
    child.kill('SIGTERM');
    const late = setTimeout(kill, STOP_MS);
    await ended;
    clearTimeout(late);
    process.off('exit', kill);
    rmSync(cwd, { recursive: true, force: true });
    if (early !== null || child.exitCode !== 0) throw new Error(`tegata ended with ${early ?? child.signalCode ?? child.exitCode}\n${log}`);
  };
  return { child, ended, stop, log: () => log };
}

/** A port that was free a moment ago: `tegata serve` tells nobody which one it took. */
async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

async function call(url, method, headers, body) {
  const answer = await fetch(url, {
    method,
    headers: { ...headers, 'content-type': 'application/json' },
    body: body && JSON.stringify(body),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status} ${text}`);
  return text && JSON.parse(text);
}
