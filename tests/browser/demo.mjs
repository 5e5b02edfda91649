//! The demo as a program drives it: one line of JSON when it is ready, flows by its API, phones by its simulator.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const BINARY = fileURLToPath(new URL('../../target/debug/tegata', import.meta.url));
const READY_MS = 30_000;
const SHOWN_OF_LOG = 4_000;

/**
 * Starts a demo on a free port with a folder of its own. Returns what it printed (`url`, `api_key`, `sim`, `shop` …) and `stop()`.
 * Fails with the end of its log when it does not get ready.
 */
export async function startDemo() {
  const data = mkdtempSync(join(tmpdir(), 'tegata-pages-'));
  const child = spawn(BINARY, ['demo', '--json', '--listen', '127.0.0.1:0', '--data', data], { stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text) => { log = (log + text).slice(-SHOWN_OF_LOG); });
  const ended = once(child, 'exit');
  const stop = async () => {
    const early = child.exitCode ?? child.signalCode;
    child.kill('SIGTERM');
    await ended;
    rmSync(data, { recursive: true, force: true });
    if (early !== null) throw new Error(`the demo ended by itself with ${early}\n${log}`);
  };
  process.once('exit', () => child.kill('SIGKILL')); // a test that fell over leaves nothing running
  const line = await Promise.race([
    once(createInterface(child.stdout), 'line').then(([text]) => text),
    ended.then(() => undefined),
    new Promise((late) => { setTimeout(late, READY_MS).unref(); }),
  ]);
  if (line === undefined) {
    await stop();
    throw new Error(`the demo did not get ready in ${READY_MS} ms\n${log}`);
  }
  return { ...JSON.parse(line), stop };
}

/** Calls the demo's API and returns `{status, body}`. */
export async function call(demo, method, path, body) {
  const response = await fetch(new URL(path, demo.url), {
    method,
    headers: { authorization: `Bearer ${demo.api_key}`, 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() },
    body: body && JSON.stringify(body),
  });
  return { status: response.status, body: await response.json() };
}

/** A flow that verifies a number and returns to the demo's own shop: `{id, url, state}`. */
export async function createFlow(demo, { locale }) {
  const state = crypto.randomUUID();
  const flow = { kind: 'verify_phone', return_url: `${demo.shop}/back`, state, locale };
  const { status, body } = await call(demo, 'POST', '/v1/flows', flow);
  if (status !== 201) throw new Error(`no flow: ${status} ${JSON.stringify(body)}`);
  return { ...body, state };
}

/** The messages that the phone shows or hides, newest first; waits up to `waitMs` until there are `count`. */
export function messages(demo, phone, count, waitMs = 10_000) {
  return come(demo, phone, 'messages', count, waitMs);
}

/** The phone's calls, heard or not, newest first; waits up to `waitMs` until there are `count`. */
export function calls(demo, phone, count, waitMs = 10_000) {
  return come(demo, phone, 'calls', count, waitMs);
}

async function come(demo, phone, what, count, waitMs) {
  const until = Date.now() + waitMs;
  for (;;) {
    const response = await fetch(`${demo.sim}/v1/phones/${encodeURIComponent(phone)}/${what}?wait_ms=500`);
    const found = await response.json();
    if (found.length >= count || Date.now() >= until) return found;
    await new Promise((later) => { setTimeout(later, 50); });
  }
}

/** Moves the clock of server and simulator. */
export async function advance(demo, advanceMs) {
  const response = await fetch(`${demo.sim}/v1/clock`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ advance_ms: advanceMs }),
  });
  if (!response.ok) throw new Error(`the clock did not move: ${response.status}`);
}

/** Waits until the server has nothing left to send. */
export async function queueEmpty(demo) {
  for (let tries = 0; tries < 200; tries += 1) {
    const text = await (await fetch(`${demo.admin}/metrics`)).text();
    if (/^tegata_queue_messages 0$/m.test(text)) return;
    await new Promise((later) => { setTimeout(later, 50); });
  }
  throw new Error('the queue does not get empty');
}

/** Describes a phone that nobody has used yet: its system, its carrier. */
export async function describePhone(demo, phone, settings) {
  const response = await fetch(`${demo.sim}/v1/phones/${encodeURIComponent(phone)}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(settings),
  });
  if (!response.ok) throw new Error(`the phone is not described: ${response.status} ${await response.text()}`);
}

/** The code in a message, from the line that browsers read: `@host #123456`. */
export function codeOf(message) {
  const found = /^@\S+ #(\d+)$/m.exec(message.text);
  if (!found) throw new Error(`no code in: ${message.text}`);
  return found[1];
}

/** The code that a call reads out, digit by digit and twice. */
export function spokenCode(heard) {
  const digits = heard.text.replace(/\D/g, '');
  return digits.slice(0, digits.length / 2);
}

/** A code of the same length that is not this one. */
export function wrong(code) {
  return code.replace(/\d$/, (last) => String((Number(last) + 1) % 10));
}
