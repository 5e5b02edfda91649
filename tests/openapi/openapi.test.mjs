//! The OpenAPI document of a running demo: valid, true of the answers, and as strict with bodies as the server is.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { validate } from '@readme/openapi-parser';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

import { call, codeOf, messages, startDemo } from '../browser/demo.mjs';

const AOI = '+819012345678';
const HARUTO = '+818012345678';

let demo;
let document;
let schemas;
before(async () => {
  demo = await startDemo();
  document = await (await fetch(`${demo.url}/openapi.json`)).json();
  schemas = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(schemas);
  // Formats that OpenAPI has and JSON Schema has not.
  for (const format of ['int32', 'int64']) schemas.addFormat(format, { type: 'number', validate: Number.isInteger });
  schemas.addSchema(document, 'document');
});
after(() => demo?.stop());

/** What is wrong with `value` as the schema of this name; nothing if it is sound. */
function wrong(name, value) {
  const sound = schemas.getSchema(`document#/components/schemas/${name}`);
  return sound(value) ? [] : sound.errors.map((error) => `${error.instancePath} ${error.message} (${JSON.stringify(value)})`);
}

/** Calls the API and holds what it answers to a schema. */
async function answered(name, status, method, path, body) {
  const answer = await call(demo, method, path, body);
  assert.equal(answer.status, status, JSON.stringify(answer.body));
  assert.deepEqual(wrong(name, answer.body), []);
  return answer.body;
}

/** The status of a call whose answer has no body. */
async function statusOf(method, path) {
  const headers = { Authorization: `Bearer ${demo.api_key}` };
  return (await fetch(`${demo.url}${path}`, { method, headers })).status;
}

test('it is a valid OpenAPI 3.1 document', async () => {
  const result = await validate(structuredClone(document));
  assert.deepEqual([result.valid, result.errors ?? [], result.warnings], [true, [], []]);
  assert.equal(document.openapi.slice(0, 4), '3.1.');
});

test('the validator finds what is not valid', async () => {
  const broken = structuredClone(document);
  delete broken.info.title;
  assert.equal((await validate(broken)).valid, false);
});

test('a verification is as it says, from the first answer to the last', async () => {
  const { id } = await answered('VerificationView', 201, 'POST', '/v1/verifications', { to: AOI, context: 'a', purpose: 'payment' });
  const [message] = await messages(demo, AOI, 1);
  await answered('VerificationView', 200, 'GET', `/v1/verifications/${id}`);
  await answered('Problem', 429, 'POST', `/v1/verifications/${id}/resend`, {});
  await answered('Problem', 400, 'POST', `/v1/verifications/${id}/check`, { code: '12' });
  const { proof } = await answered('Checked', 200, 'POST', `/v1/verifications/${id}/check`, { code: codeOf(message) });
  await answered('VerificationView', 200, 'POST', `/v1/verifications/${id}/redeem`, { proof });
});

test('flows and refusals are as it says', async () => {
  const flow = { kind: 'verify_phone', return_url: `${demo.shop}/back`, state: 'a-state-of-this-session' };
  const { id } = await answered('FlowView', 201, 'POST', '/v1/flows', flow);
  await answered('FlowView', 200, 'GET', `/v1/flows/${id}`);
  await answered('Problem', 404, 'GET', '/v1/flows/flw_00000000000000000000000000');
  await answered('Problem', 422, 'POST', '/v1/verifications', { to: '050-1234-5678', country: 'JP' });
});

test('a guide is as it says, step by step to a human', async () => {
  const begin = { locale: 'en', user_agent: 'Mozilla/5.0 (iPhone)', told: { carrier: 'docomo' } };
  let session = await answered('GuideSessionView', 201, 'POST', '/v1/guides/sms-not-arriving/sessions', begin);
  const path = `/v1/guides/sms-not-arriving/sessions/${session.id}`;
  await answered('GuideSessionView', 200, 'GET', path);
  await answered('Problem', 400, 'POST', `${path}/answers`, { fact: 'phone', value: 'teapot' });
  const kinds = new Set();
  for (let steps = 0; steps < 60 && session.step.kind !== 'contact'; steps += 1) {
    const { kind, fact, answers, cause } = session.step;
    kinds.add(kind);
    const said = kind === 'question' ? { fact, value: answers.at(-1).value } : { cause, outcome: 'not_helped' };
    session = await answered('GuideSessionView', 200, 'POST', `${path}/answers`, said);
  }
  assert.deepEqual([...kinds].sort(), ['question', 'remedy']);
  assert.equal(session.step.kind, 'contact');
  assert.ok(session.contacts.length > 0 && session.tried.length > 0);
  await answered('GuideSessionView', 200, 'POST', `${path}/answers`, { back: true });
});

test('a service is as it says', async () => {
  const service = await answered('ServiceView', 200, 'GET', `/v1/services/${demo.service}`);
  assert.ok(service.contacts.length > 0 && service.contacts.some((contact) => contact.hours), 'the demo has contacts with hours');
});

test('webhooks are as it says', async () => {
  const asked = { url: 'https://shop.example/tegata', events: ['verification.approved'] };
  const { id, secret } = await answered('WebhookView', 201, 'POST', '/v1/webhooks', asked);
  assert.equal(Buffer.from(secret.replace('whsec_', ''), 'base64').length, 32);
  const { webhooks } = await answered('WebhookList', 200, 'GET', '/v1/webhooks');
  assert.deepEqual([webhooks.length, webhooks[0].secret], [1, undefined]);
  const verification = await answered('VerificationView', 201, 'POST', '/v1/verifications', { to: HARUTO });
  const [message] = await messages(demo, HARUTO, 1);
  await answered('Checked', 200, 'POST', `/v1/verifications/${verification.id}/check`, { code: codeOf(message) });
  const path = `/v1/webhooks/${id}/deliveries`;
  const { deliveries } = await answered('DeliveryList', 200, 'GET', path);
  assert.equal(deliveries[0].verification, verification.id);
  assert.equal(await statusOf('POST', `${path}/${deliveries[0].event}/replay`), 202);
  await answered('Problem', 404, 'POST', `${path}/evt_00000000000000000000000000/replay`);
  assert.equal(await statusOf('DELETE', `/v1/webhooks/${id}`), 204);
});

/** A body, whether the server takes it, and why not. */
const TOO_LONG = 'x'.repeat(201);
const BODIES = [
  ['CreateVerification', '/v1/verifications', { to: '+818012345678', context: 'b' }, true],
  ['CreateVerification', '/v1/verifications', { to: '+818012345678', context: TOO_LONG }, false],
  ['CreateVerification', '/v1/verifications', { to: '+818012345678', context: TOO_LONG.slice(1) }, true],
  ['CreateVerification', '/v1/verifications', { to: '+818012345678', binding: TOO_LONG }, false],
  ['CreateVerification', '/v1/verifications', { to: '+'.padEnd(65, '8') }, false],
  ['CreateVerification', '/v1/verifications', { to: '+818012345678', purpose: 'fun' }, false],
  ['CreateVerification', '/v1/verifications', { to: '+818012345678', channel: 'fax' }, false],
  ['CreateVerification', '/v1/verifications', { to: '+818012345678', locale: 'fr' }, false],
  ['CreateVerification', '/v1/verifications', { to: '+818012345678', context: 'c', locale: 'en-GB' }, true],
  ['CreateVerification', '/v1/verifications', { to: '+818012345678', country: 'JPN' }, false],
  ['CreateVerification', '/v1/verifications', { to: '+818012345678', end_user: { account: TOO_LONG } }, false],
  ['CreateVerification', '/v1/verifications', { to: '+818012345678', extra: 1 }, false],
  ['CreateVerification', '/v1/verifications', {}, false],
  ['CreateFlow', '/v1/flows', { kind: 'verify_phone', return_url: 'SHOP', state: '' }, false],
  ['CreateFlow', '/v1/flows', { kind: 'verify_phone', return_url: 'SHOP', state: 'x'.repeat(501) }, false],
  ['CreateFlow', '/v1/flows', { kind: 'verify_phone', return_url: 'SHOP', state: 'x'.repeat(500), country: 'jp' }, true],
  ['CreateFlow', '/v1/flows', { kind: 'dance', return_url: 'SHOP', state: 'x' }, false],
  ['CreateWebhook', '/v1/webhooks', { url: 'https://shop.example/', events: ['verification.locked'] }, true],
  ['CreateWebhook', '/v1/webhooks', { url: 'https://shop.example/', events: [] }, false],
  ['CreateWebhook', '/v1/webhooks', { url: 'https://shop.example/', events: ['verification.created'] }, false],
  ['CreateWebhook', '/v1/webhooks', { url: 'shop.example', events: ['verification.locked'] }, false],
  ['CreateWebhook', '/v1/webhooks', { url: 'https://shop.example/'.padEnd(501, 'x'), events: ['verification.locked'] }, false],
];

for (const [name, path, given, taken] of BODIES) {
  test(`${name} and the server agree on ${JSON.stringify(given).slice(0, 90)}`, async () => {
    const body = given.return_url ? { ...given, return_url: `${demo.shop}/back` } : given;
    const { status } = await call(demo, 'POST', path, body);
    assert.equal(status < 300, taken, `the server answers ${status}`);
    assert.equal(wrong(name, body).length === 0, taken, wrong(name, body).join('\n'));
  });
}

/** A change of a service, and whether it is one; the demo's key may not make it, so the document is asked alone. */
const CHANGES = [
  [{ color: null }, true],
  [{ brand: null }, false],
  [{ color: 'red' }, false],
  [{ policy: { code_digits: 8 } }, true],
  [{ policy: { code_digits: null, sources: { account_per_day: null } } }, true],
  [{ policy: { code_digits: 5 } }, false],
  [{ policy: { resend_after_ms: [10] } }, false],
  [{ policy: { sources: { address_per_day: -1 } } }, false],
  [{ policy: { nothing: 1 } }, false],
  [{ contacts: [{ kind: 'phone', name_ja: '窓口', name_en: 'Desk', to: '0120-000-000' }] }, true],
  [{ contacts: [{ kind: 'pigeon', name_ja: '窓口', name_en: 'Desk', to: '0120-000-000' }] }, false],
];

for (const [change, sound] of CHANGES) {
  test(`${JSON.stringify(change)} is ${sound ? 'a' : 'no'} change of a service`, () => {
    assert.equal(wrong('ServiceChanges', change).length === 0, sound, wrong('ServiceChanges', change).join('\n'));
  });
}
