//! A route over TLS to a foreign message centre that writes ids in hexadecimal in responses and in decimal in receipts.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import smpp from 'smpp';

import { ACCOUNT, openSmsc } from './smsc.mjs';
import { startServer } from './tegata.mjs';
import { seen, submit, verify } from './verification.mjs';

const folder = mkdtempSync(join(tmpdir(), 'tegata-smpp-'));
let smsc;
before(async () => { smsc = await openSmsc(certificate('known')); });
after(async () => {
  await smsc?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A certificate for 127.0.0.1 that nobody signed but itself, valid for a day. */
function certificate(name) {
  const [key, cert] = [join(folder, `${name}.key`), join(folder, `${name}.pem`)];
  execFileSync('openssl', [
    'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1', '-subj', '/CN=smsc',
    '-addext', 'subjectAltName=IP:127.0.0.1', '-addext', 'basicConstraints=critical,CA:FALSE', '-keyout', key, '-out', cert,
  ], { stdio: 'pipe' });
  return { key: readFileSync(key), cert: readFileSync(cert) };
}

/** A server that trusts what signed `trusted`. */
async function serve(t, trusted) {
  const server = await startServer([
    `address = "${smsc.address}"`, `ca_file = "${join(folder, `${trusted}.pem`)}"`, 'message_ids = "hex_in_response"',
    `system_id = "${ACCOUNT.system_id}"`, `password = "${ACCOUNT.password}"`,
  ]);
  t.after(() => server.stop());
  return server;
}

const FORMS = {
  'in the text': ['1A2B3C', { id: '0001715004' }],
  'in the parameter': ['1a2b3d', { parameter: '1715005' }],
  'in the text, and the response\'s form in the parameter': ['1A2B3E', { id: '1715006', parameter: '1A2B3E' }],
  'before the response': ['00000000001A2B3F', { id: '1715007' }],
};
test('over TLS, decimal receipts find their hexadecimal responses', async (t) => {
  const server = await serve(t, 'known');
  for (const [name, [response, receipt]] of Object.entries(FORMS)) {
    await t.test(name, async () => {
      const { id, message } = await submit(server, smsc);
      const isEarly = name.startsWith('before');
      if (!isEarly) message.accept(response);
      assert.equal(await message.receipt({ ...receipt, state: 'DELIVRD' }), smpp.ESME_ROK);
      if (isEarly) message.accept(response);
      await seen(server, id, 'delivered');
    });
  }
});

test('no account is shown to a centre whose certificate is not trusted', async (t) => {
  certificate('other');
  const server = await serve(t, 'other');
  const { id } = await verify(server);
  await sleep(2_000); // time for several attempts
  assert.match(server.log(), /no bind/);
  assert.equal(smsc.count('bind_transceiver'), 1); // the first test's
  assert.equal((await seen(server, id, 'queued')).carrier_reachable, false);
});
