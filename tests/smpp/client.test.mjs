//! A foreign client binds to the simulated message centre, sends to phones and reads its receipts.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import smpp from 'smpp';

import { addressed, bind, connect } from './esme.mjs';
import { startDemo } from './tegata.mjs';

const RECEIPT = /^id:(\S+) sub:001 dlvrd:(\d{3}) submit date:(\d{10}) done date:(\d{10}) stat:(\w{7}) err:(\d{3}) text:/;
/** The message centre asks after 30 seconds of silence. */
const SILENCE_MS = 45_000;

let demo;
let esme;
/** Says nothing from the beginning, until the last test. */
let quiet;
before(async () => {
  demo = await startDemo();
  quiet = await bind(demo);
  esme = await bind(demo);
});
after(async () => {
  quiet?.destroy();
  esme?.destroy();
  await demo?.stop();
});

let phones = 0;
/** A mobile number of Japan that nobody used before. */
function newPhone() {
  phones += 1;
  return `+8190${String(20_000_000 + phones)}`;
}

async function shown(phone) {
  const [message] = await demo.simulator('GET', `/v1/phones/${encodeURIComponent(phone)}/messages?wait_ms=10000`);
  assert.ok(message, `nothing came to ${phone}`);
  assert.equal(message.from, 'Shop');
  return message.text;
}

const set = (path, fields) => demo.simulator('PUT', `/v1/${path}`, fields);
const advance = (advance_ms) => demo.simulator('POST', '/v1/clock', { advance_ms });

const TEXTS = {
  'the default alphabet with its extensions': { data_coding: 0, short_message: '@£$ñÜ^{}\\[~]|€_ Your code is 482913\n@shop.example #482913' },
  'ASCII, as the library calls the default alphabet': { short_message: 'Your code is 482913\n@shop_1.example #482913' },
  'Latin-1': { data_coding: smpp.ENCODING.LATIN1, short_message: 'Señor Müller: 482913' },
  'UCS-2 with an emoji': { data_coding: smpp.ENCODING.UCS2, short_message: '認証コードは482913です。🔑' },
  'a text in message_payload': { data_coding: 0, short_message: '', message_payload: 'Your code is 482913' },
};
for (const [name, fields] of Object.entries(TEXTS)) {
  test(`a phone shows ${name}`, async () => {
    const phone = newPhone();
    const id = await esme.submit(phone, fields);
    assert.equal(await shown(phone), fields.message_payload ?? fields.short_message);
    await esme.receipt(id);
  });
}

test('a phone joins a long message in two parts with user data headers', async () => {
  const phone = newPhone();
  const parts = ['長い文です。'.repeat(11), 'そして終わりです。482913'];
  for (const at of [1, 0]) { // out of order
    const udh = Buffer.from([5, 0, 3, 0x2a, 2, at + 1]);
    await esme.submit(phone, { data_coding: smpp.ENCODING.UCS2, short_message: { udh, message: parts[at] } });
  }
  assert.equal(await shown(phone), parts.join(''));
});

test('a phone joins a long message in two parts with sar_ parameters', async () => {
  const phone = newPhone();
  const parts = ['A long text. '.repeat(11), 'And its end: 482913'];
  for (const [at, short_message] of parts.entries()) {
    const sar = { sar_msg_ref_num: 0x1234, sar_total_segments: 2, sar_segment_seqnum: at + 1 };
    await esme.submit(phone, { data_coding: 0, short_message, ...sar });
  }
  assert.equal(await shown(phone), parts.join(''));
});

test('a receipt says by text and by parameters that the message arrived', async () => {
  const phone = newPhone();
  const id = await esme.submit(phone, { short_message: 'code 482913' });
  const receipt = await esme.receipt(id);
  assert.equal(receipt.esm_class, smpp.ESM_CLASS.MC_DELIVERY_RECEIPT);
  assert.deepEqual([receipt.source_addr_ton, `+${receipt.source_addr}`], [smpp.TON.INTERNATIONAL, phone]);
  assert.deepEqual([receipt.dest_addr_ton, receipt.destination_addr], [smpp.TON.ALPHANUMERIC, 'Shop']);
  const [, textId, delivered, submitDate, doneDate, state, error] = RECEIPT.exec(receipt.short_message.message);
  assert.deepEqual([textId, delivered, state, error], [id, '001', 'DELIVRD', '000']);
  assert.ok(submitDate <= doneDate, `${submitDate} ${doneDate}`);
  assert.equal(receipt.message_state, smpp.MESSAGE_STATE.DELIVERED);
});

test('a receipt says why the message was refused', async () => {
  const phone = newPhone();
  await set(`phones/${phone}`, { overseas_rejection: true });
  const id = await esme.submit(phone, { short_message: 'code 482913' });
  const receipt = await esme.receipt(id);
  assert.deepEqual(RECEIPT.exec(receipt.short_message.message).slice(5), ['REJECTD', '013']);
  assert.equal(receipt.message_state, smpp.MESSAGE_STATE.REJECTED);
  assert.deepEqual([...receipt.network_error_code], [3, 0, 13]);
});

test('a message that stays undelivered for its validity expires', async () => {
  const phone = newPhone();
  await set(`phones/${phone}`, { airplane_mode: true });
  const id = await esme.submit(phone, { short_message: 'code 482913', validity_period: '000000000100000R' });
  await advance(61_000);
  assert.equal(RECEIPT.exec((await esme.receipt(id)).short_message.message)[5], 'EXPIRED');
});

test('receipts come only if they were asked for', async () => {
  const phone = newPhone();
  await esme.submit(phone, { short_message: 'no receipt', registered_delivery: 0 });
  await esme.submit(phone, { short_message: 'only failures', registered_delivery: smpp.REGISTERED_DELIVERY.FAILURE });
  for (const short_message of ['a receipt', 'another, by when all others would have come']) {
    await esme.receipt(await esme.submit(phone, { short_message }));
  }
  assert.equal(esme.count('deliver_sm', (pdu) => `+${pdu.source_addr}` === phone), 0);
});

test('a receipt that the client cannot take now is offered again', async () => {
  const session = await bind(demo);
  session.refusals.push(smpp.ESME_RX_T_APPN);
  const id = await session.submit(newPhone(), { short_message: 'code 482913' });
  await session.receipt(id);
  await session.receipt(id);
  await session.ask('unbind');
});

test('two sessions get the receipts of their own messages', async () => {
  const sessions = [esme, await bind(demo)];
  const sent = await Promise.all(sessions.flatMap((session) => [1, 2, 3, 4].map(async () =>
    ({ session, id: await session.submit(newPhone(), { short_message: 'code 482913' }) }))));
  await Promise.all(sent.map(({ session, id }) => session.receipt(id)));
  await sessions[1].ask('unbind');
  await sessions[1].closed;
  const id = await esme.submit(newPhone(), { short_message: 'code 482913' });
  await esme.receipt(id);
});

test('a transmitter sends, and takes no receipts', async () => {
  const session = await bind(demo, 'bind_transmitter');
  const phone = newPhone();
  await session.submit(phone, { short_message: 'code 482913' });
  assert.equal(await shown(phone), 'code 482913');
  await session.ask('unbind');
  assert.equal(session.count('deliver_sm'), 0);
});

test('a receiver may not send', async () => {
  const session = await bind(demo, 'bind_receiver');
  const answer = await session.ask('submit_sm', addressed(newPhone(), { short_message: 'code 482913' }));
  assert.equal(answer.command_status, smpp.ESME_RINVBNDSTS);
  await session.ask('unbind');
});

const WRONG_BINDS = {
  'a wrong password': [{ password: 'wrong' }, smpp.ESME_RINVPASWD],
  'an unknown name': [{ system_id: 'nobody' }, smpp.ESME_RINVSYSID],
};
for (const [name, [wrong, status]] of Object.entries(WRONG_BINDS)) {
  test(`${name} does not bind`, async () => {
    const session = await connect(demo.smpp);
    const answer = await session.ask('bind_transceiver', { ...demo.account, ...wrong });
    assert.equal(answer.command_status, status);
    await session.closed;
  });
}

test('nothing is sent before the bind', async () => {
  const session = await connect(demo.smpp);
  const answer = await session.ask('submit_sm', addressed(newPhone(), { short_message: 'code 482913' }));
  assert.equal(answer.command_status, smpp.ESME_RINVBNDSTS);
  assert.equal((await session.ask('bind_transceiver', demo.account)).command_status, smpp.ESME_ROK);
  await session.ask('unbind');
});

const REFUSED = {
  'a number that is none': [{ destination_addr: 'abc' }, smpp.ESME_RINVDSTADR],
  'a coding that no phone shows': [{ data_coding: 4, short_message: Buffer.from([1, 2, 3]) }, 0x104],
};
for (const [name, [fields, status]] of Object.entries(REFUSED)) {
  test(`${name} is refused`, async () => {
    const answer = await esme.ask('submit_sm', addressed(newPhone(), { short_message: 'code', ...fields }));
    assert.equal(answer.command_status, status);
  });
}

test('a command that the centre does not know is answered with a generic_nack', async () => {
  const answer = await esme.ask('query_sm', { message_id: '1' });
  assert.deepEqual([answer.command, answer.command_status], ['generic_nack', smpp.ESME_RINVCMDID]);
});

test('more than a station takes is throttled, and goes later', async (t) => {
  t.after(() => set('carriers/smsc', { throttle_per_second: null }));
  await set('carriers/smsc', { throttle_per_second: 1 });
  await advance(1_000); // earlier tests' messages are not of this second
  const phone = newPhone();
  const submit = () => esme.ask('submit_sm', addressed(phone, { short_message: 'code 482913' }));
  // Two neighbouring seconds take one each.
  const answers = await Promise.all([1, 2, 3, 4, 5].map(submit));
  const statuses = answers.map((answer) => answer.command_status);
  const throttled = statuses.filter((status) => status === smpp.ESME_RTHROTTLED).length;
  assert.ok([3, 4].includes(throttled), statuses);
  assert.equal(statuses.filter((status) => status === smpp.ESME_ROK).length, 5 - throttled);
  await advance(1_000);
  assert.equal((await submit()).command_status, smpp.ESME_ROK);
});

test('an unbind is answered, then the connection ends', async () => {
  const session = await bind(demo);
  assert.equal((await session.ask('unbind')).command_status, smpp.ESME_ROK);
  await session.closed;
});

test('each side asks whether the other is there', async () => {
  assert.equal((await esme.ask('enquire_link')).command_status, smpp.ESME_ROK);
  await quiet.next('enquire_link', undefined, SILENCE_MS);
  const phone = newPhone();
  await quiet.submit(phone, { short_message: 'still here' });
  assert.equal(await shown(phone), 'still here');
});

test('an outage drops the session and takes no new one until it is over', async (t) => {
  t.after(() => set('carriers/smsc', { outage: false }));
  const session = await bind(demo);
  await set('carriers/smsc', { outage: true });
  await session.closed;
  await assert.rejects(bind(demo));
  await set('carriers/smsc', { outage: false });
  await (await bind(demo)).ask('unbind');
});
