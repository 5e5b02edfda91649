//! Verifications by the API of a server under test.

import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

const SEEN_MS = 10_000;

let phones = 0;
/** A mobile number of Japan that no test of this file used before. */
function newPhone() {
  phones += 1;
  return `+8190${String(30_000_000 + phones)}`;
}

/** A new verification: `{phone, id}`. */
export async function verify(server, fields = {}) {
  const phone = newPhone();
  const { id } = await server.api('POST', '/v1/verifications', { to: phone, ...fields });
  return { phone, id };
}

/** A new verification whose message the centre has, not yet answered. */
export async function submit(server, smsc, fields) {
  const { phone, id } = await verify(server, fields);
  return { phone, id, message: await smsc.message(phone) };
}

/** Waits until the API says that the message is in this state, and returns what it says. */
export async function seen(server, id, state) {
  const until = Date.now() + SEEN_MS;
  for (;;) {
    const { message } = await server.api('GET', `/v1/verifications/${id}`);
    if (message.state === state) return message;
    assert.ok(Date.now() < until, `${JSON.stringify(message)} instead of ${state}\n${server.log()}`);
    await sleep(50);
  }
}
