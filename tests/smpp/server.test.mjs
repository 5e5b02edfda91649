//! Our server binds to a foreign message centre: what it sends, and what it makes of every answer, seen through its API.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import smpp from 'smpp';

import { ACCOUNT, openSmsc } from './smsc.mjs';
import { HOST, startServer } from './tegata.mjs';
import { seen, submit, verify } from './verification.mjs';

const RESPONSE_TIMEOUT_MS = 2_000;
const ENQUIRE_LINK_MS = 1_000;
const TEN_MINUTES_MS = 600_000;

let smsc;
let server;
before(async () => {
  smsc = await openSmsc();
  server = await startServer([
    `address = "${smsc.address}"`, 'tls = false', 'sender = "Minato"', 'system_type = "otp"',
    `system_id = "${ACCOUNT.system_id}"`, `password = "${ACCOUNT.password}"`,
    `response_timeout_ms = ${RESPONSE_TIMEOUT_MS}`, `enquire_link_ms = ${ENQUIRE_LINK_MS}`,
  ]);
});
after(async () => {
  await server?.stop();
  await smsc?.close();
});

/** A new verification whose message the centre has, not yet answered. */
const submitted = (fields) => submit(server, smsc, fields);

test('it binds as a transceiver of version 3.4, with its account', async () => {
  const bind = await smsc.next('bind_transceiver');
  assert.deepEqual([bind.system_id, bind.password, bind.system_type], [ACCOUNT.system_id, ACCOUNT.password, 'otp']);
  assert.equal(bind.interface_version, 0x34);
});

const LANGUAGES = {
  ja: { data_coding: smpp.ENCODING.UCS2, brand: /^みなとペイ/ },
  en: { data_coding: smpp.ENCODING.SMSC_DEFAULT, brand: /Minato Pay/ },
};
for (const [locale, { data_coding, brand }] of Object.entries(LANGUAGES)) {
  test(`a message in ${locale} can be read, and its code is the right one`, async () => {
    const { phone, id, message } = await submitted({ locale });
    const { pdu, text } = message;
    assert.deepEqual([pdu.source_addr_ton, pdu.source_addr], [smpp.TON.ALPHANUMERIC, 'Minato']);
    assert.deepEqual([pdu.dest_addr_ton, pdu.dest_addr_npi], [smpp.TON.INTERNATIONAL, smpp.NPI.ISDN]);
    assert.equal(`+${pdu.destination_addr}`, phone);
    assert.equal(pdu.registered_delivery, smpp.REGISTERED_DELIVERY.FINAL);
    assert.deepEqual([pdu.data_coding, pdu.esm_class], [data_coding, 0]);
    const validMs = pdu.validity_period - Date.now(); // the library counts it from when it came
    assert.ok(validMs > TEN_MINUTES_MS - 30_000 && validMs <= TEN_MINUTES_MS + 1_000, `${validMs} ms`);
    assert.match(text, brand);
    const [, code] = new RegExp(`\\n@${HOST} #(\\d{6})$`).exec(text);
    assert.equal(text.split(code).length, 3, text); // once for people, once for the phone
    message.accept(`lang-${locale}`);
    await seen(server, id, 'submitted');
    const approved = await server.api('POST', `/v1/verifications/${id}/check`, { code });
    assert.equal(approved.status, 'approved');
  });
}

const RECEIPTS = {
  'by text': { id: 'text_1@centre', state: 'DELIVRD', then: 'delivered' },
  'by parameters only': { parameter: 'tlv-1', state: 'DELIVRD', then: 'delivered' },
  'by both': { id: 'both-1', parameter: 'both-1', state: 'DELIVRD', then: 'delivered' },
  'of failure by text': { id: 'text-2', state: 'UNDELIV', then: 'undelivered' },
  'of failure by parameters only': { parameter: 'tlv-2', state: 'UNDELIV', then: 'undelivered' },
};
for (const [name, { then, ...receipt }] of Object.entries(RECEIPTS)) {
  test(`a receipt ${name} is understood and accepted`, async () => {
    const { id, message } = await submitted();
    message.accept(receipt.parameter ?? receipt.id);
    assert.equal((await seen(server, id, 'submitted')).reason, undefined);
    assert.equal(await message.receipt(receipt), smpp.ESME_ROK);
    await seen(server, id, then);
  });
}

test('a receipt may come before the response', async () => {
  const { id, message } = await submitted();
  assert.equal(await message.receipt({ id: 'early', parameter: 'early', state: 'DELIVRD' }), smpp.ESME_ROK);
  message.accept('early');
  await seen(server, id, 'delivered');
});

test('a receipt that comes twice, or that nobody waits for, is accepted', async () => {
  const { id, message } = await submitted();
  message.accept('twice');
  for (const state of ['UNDELIV', 'DELIVRD', 'DELIVRD']) {
    assert.equal(await message.receipt({ id: 'twice', state }), smpp.ESME_ROK);
  }
  await seen(server, id, 'delivered');
  assert.equal(await message.receipt({ id: 'never-seen', state: 'DELIVRD' }), smpp.ESME_ROK);
});

// Ids come round again. Were it taken, "delivered" would stand, and the other would change nothing (rule D1).
test('a receipt that names another phone than its message is dropped', async () => {
  const { id, message } = await submitted();
  message.accept('round-again');
  await seen(server, id, 'submitted');
  assert.equal(await message.receipt({ id: 'round-again', state: 'DELIVRD', phone: '818099999999' }), smpp.ESME_ROK);
  assert.equal(await message.receipt({ id: 'round-again', state: 'UNDELIV' }), smpp.ESME_ROK);
  await seen(server, id, 'undelivered');
  await sleep(300);
  await seen(server, id, 'undelivered');
});

test('a message from a phone is refused: there is nobody to read it', async () => {
  const answer = await smsc.ask('deliver_sm', { source_addr: '819012345678', destination_addr: 'Minato', short_message: 'STOP' });
  assert.equal(answer.command_status, smpp.ESME_RX_R_APPN);
});

test('a command that it does not know is answered with a generic_nack', async () => {
  const answer = await smsc.ask('query_sm', { message_id: '1' });
  assert.deepEqual([answer.command, answer.command_status], ['generic_nack', smpp.ESME_RINVCMDID]);
});

test('a message whose answer never comes is unconfirmed, and is not sent again', async () => {
  const { phone, id } = await submitted();
  assert.equal((await seen(server, id, 'submitted')).reason, 'unconfirmed');
  await sleep(2 * RESPONSE_TIMEOUT_MS);
  assert.equal(smsc.messages(phone), 0);
});

test('a throttled message is sent again', async () => {
  const { phone, id, message } = await submitted();
  message.refuse(smpp.ESME_RTHROTTLED);
  const again = await smsc.message(phone);
  assert.equal(again.text, message.text);
  again.accept('after-throttling');
  await seen(server, id, 'submitted');
});

const REFUSALS = {
  ESME_RINVDSTADR: 'no_such_subscriber',
  ESME_RX_P_APPN: 'rejected_by_carrier',
};
for (const [status, reason] of Object.entries(REFUSALS)) {
  test(`after ${status} the message counts as undelivered: ${reason}`, async () => {
    const { id, message } = await submitted();
    message.refuse(smpp[status]);
    assert.equal((await seen(server, id, 'undelivered')).reason, reason);
  });
}

test('each side asks whether the other is there', async () => {
  assert.equal((await smsc.ask('enquire_link')).command_status, smpp.ESME_ROK);
  await smsc.next('enquire_link');
});

/** The centre hears of a bind after this. */
async function rebound(lose) {
  const { session } = smsc;
  await lose(session);
  await smsc.next('bind_transceiver', (pdu) => pdu.session !== session);
}

/** A message goes through. */
async function works() {
  const { id, message } = await submitted();
  message.accept(`works-${id}`);
  await seen(server, id, 'submitted');
}

test('a cut connection is made again', async () => {
  await rebound(() => smsc.cut());
  await works();
});

test('an unbind is answered, and it binds again', async () => {
  await rebound(() => smsc.ask('unbind'));
  await works();
});

test('a centre that does not answer any more is given up, and bound to again', async () => {
  await rebound(async (session) => {
    smsc.isSilent = true;
    await session.closed;
    smsc.isSilent = false;
  });
  await works();
});

test('a bind that is refused for now is tried again soon', async () => {
  smsc.bindRefusals.push(smpp.ESME_RSYSERR);
  await rebound(() => smsc.cut());
  await smsc.next('bind_transceiver');
  await works();
});

test('what was asked for while the centre was away is sent when it is back', async () => {
  await smsc.close();
  const { phone, id } = await verify(server);
  const waiting = await seen(server, id, 'queued');
  assert.equal(waiting.carrier_reachable, false);
  await smsc.open();
  (await smsc.message(phone)).accept('after-outage');
  await seen(server, id, 'submitted');
});

test('a message that was under way when the connection was cut is unconfirmed', async () => {
  const { id } = await submitted();
  smsc.cut();
  assert.equal((await seen(server, id, 'submitted')).reason, 'unconfirmed');
});

test('it unbinds when it is stopped', async () => {
  await works();
  const stopped = server.stop();
  server = undefined;
  await smsc.next('unbind');
  await stopped;
});
