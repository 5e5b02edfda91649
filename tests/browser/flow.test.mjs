//! People on the hosted pages of a running demo, without scripts unless said; every page that they meet is held to all checks.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { openBrowser, openPage } from './browser.mjs';
import { advance, call, calls, codeOf, createFlow, messages, spokenCode, startDemo, wrong } from './demo.mjs';
import { markupErrors } from './markup.mjs';
import { checkPage, kept } from './pages.mjs';
import { slip } from './received.mjs';

const MINUTE_MS = 60_000;
/** How long a second message would need to show itself: a carrier of the demo delivers within 300 ms. */
const QUIET_MS = 1_500;

let browser;
let demo;
before(async () => {
  demo = await startDemo();
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await demo?.stop();
});

let phones = 0;
/** A mobile number of Japan that nobody used before. */
function newPhone() {
  phones += 1;
  const last = String(phones).padStart(4, '0');
  return { e164: `+819012340${last.slice(1)}`, national: `090-1234-0${last.slice(1)}` };
}

/** A person at the first page of a new flow. */
async function begin(lang, options = {}) {
  const flow = await createFlow(demo, { locale: lang });
  const page = await openPage(browser, { language: lang, ...options });
  await page.goto(flow.url);
  return { page, flow };
}

/** A person at the code page, whose phone has received its message. */
async function sent(lang, options) {
  const phone = newPhone();
  const person = await begin(lang, options);
  await fill(person.page, 'number', phone.national);
  const [message] = await messages(demo, phone.e164, 1);
  return { ...person, phone, message, code: codeOf(message) };
}

/** Fills in a field and presses the first button of its form. */
async function fill(page, field, text) {
  await page.locator(`[name=${field}]:not([type=hidden])`).fill(text);
  await press(page, page.locator(`form:has([name=${field}]) button`).first());
}

/** Presses or follows something that leads to another page. */
async function press(page, element) {
  await Promise.all([page.waitForEvent('load'), element.click()]);
}

/** What a page says to a person. */
function text(page) {
  return page.locator('body').innerText();
}

const other = (lang) => (lang === 'ja' ? 'en' : 'ja');
const A_TIME = { ja: /\d+時\u2060?\d+分/, en: /\d{1,2}:\d{2}/ };

for (const lang of ['ja', 'en']) {
  test(`a number is verified (${lang})`, async () => {
    const { page, flow } = await begin(lang);
    await checkPage(page, { name: 'number', lang });
    const phone = newPhone();
    await fill(page, 'number', phone.national);
    const [message] = await messages(demo, phone.e164, 1);
    await page.reload();
    await checkPage(page, { name: 'code', lang });
    assert.ok((await text(page)).includes(phone.national), 'the number is shown in full to the browser that typed it');

    const code = codeOf(message);
    await fill(page, 'code', wrong(code));
    assert.deepEqual(await slip(page, { lang }), []);
    assert.equal(await page.locator('[name=code]').inputValue(), '');
    assert.match(await text(page), /4/, 'tries left');
    await checkPage(page, { name: 'code-wrong', lang });

    await page.locator('[name=code]').fill(`${code.slice(0, 3)} ${code.slice(3)}`);
    await Promise.all([page.waitForEvent('load'), page.keyboard.press('Enter')]);
    assert.equal(page.received.status, 200);
    await checkPage(page, { name: 'done', lang });

    await press(page, page.locator('main .primary'));
    const back = new URL(page.url());
    assert.equal(back.searchParams.get('state'), flow.state);
    const result = back.searchParams.get('result');
    const redeemed = await call(demo, 'POST', `/v1/flows/${flow.id}/redeem`, { result });
    assert.equal(redeemed.status, 200, JSON.stringify(redeemed.body));
    assert.ok(JSON.stringify(redeemed.body).includes(phone.e164));
    assert.ok((await call(demo, 'POST', `/v1/flows/${flow.id}/redeem`, { result })).status >= 400, 'a result works once');
    await page.context().close();
  });

  test(`a fixed line is called (${lang})`, async () => {
    const { page } = await begin(lang);
    const line = { national: lang === 'ja' ? '03-5550-8101' : '03-5550-8102', e164: lang === 'ja' ? '+81355508101' : '+81355508102' };
    await checkPage(page, { name: 'number-for-calls', lang });
    await fill(page, 'number', line.national);
    const [heard] = await calls(demo, line.e164, 1);
    await checkPage(page, { name: 'code-fixed-line', lang });
    assert.equal(await page.locator('.again form').count(), 1, 'another call, and no SMS');
    await advance(demo, 30_000);
    await press(page, page.locator('.again form button'));
    const [again] = await calls(demo, line.e164, 2);
    assert.notEqual(spokenCode(again), spokenCode(heard));
    assert.equal(await page.locator('.again form').count(), 0, 'called as often as may be');
    await checkPage(page, { name: 'code-fixed-line-never', lang });
    await fill(page, 'code', spokenCode(again));
    assert.equal(await page.locator('[name=code]').count(), 0);
    assert.equal((await messages(demo, line.e164, 0, 0)).length, 0);
    await page.context().close();
  });

  test(`slips are answered beside the field (${lang})`, async () => {
    const { page } = await begin(lang);
    for (const [name, typed] of [['number-empty', ''], ['number-voip', '050-1234-5678'], ['number-short', '090-12']]) {
      await fill(page, 'number', typed);
      assert.deepEqual(await slip(page, { lang }), [], name);
      assert.equal(await page.locator('[name=number]').inputValue(), typed);
      await checkPage(page, { name, lang });
    }
    const coded = await sent(lang);
    await fill(coded.page, 'code', '123');
    assert.deepEqual(await slip(coded.page, { lang }), []);
    assert.equal(await coded.page.locator('[name=code]').inputValue(), '123');
    for (const one of [page, coded.page]) await one.context().close();
  });

  test(`another language keeps the step (${lang})`, async () => {
    const { page, phone } = await sent(lang);
    await press(page, page.locator(`a[hreflang=${other(lang)}]`));
    assert.equal(await page.locator('html').getAttribute('lang'), other(lang));
    assert.equal(await page.locator('[name=code]').count(), 1);
    assert.equal((await messages(demo, phone.e164, 2, QUIET_MS)).length, 1);
    await page.context().close();
  });

  test(`a code is sent again when it is time (${lang})`, async () => {
    const { page, phone, code } = await sent(lang);
    const again = page.locator('form[action*=resend] [aria-describedby=resend-hint]');
    await press(page, again);
    assert.match(await text(page), A_TIME[lang], 'it says from when');
    await checkPage(page, { name: 'code-too-early', lang });
    assert.equal((await messages(demo, phone.e164, 2, QUIET_MS)).length, 1);

    await advance(demo, 31_000);
    await press(page, again);
    await checkPage(page, { name: 'code-resent', lang });
    const [newest] = await messages(demo, phone.e164, 2);
    assert.notEqual(codeOf(newest), code);
    await fill(page, 'code', code);
    assert.deepEqual(await slip(page, { lang }), []);
    await checkPage(page, { name: 'code-superseded', lang });
    await fill(page, 'code', codeOf(newest));
    assert.equal(await page.locator('[name=code]').count(), 0, await text(page));
    await page.context().close();
  });

  test(`five wrong codes end it, with a time and a way (${lang})`, async () => {
    const { page, code } = await sent(lang);
    for (let i = 0; i < 5; i += 1) await fill(page, 'code', wrong(code));
    assert.equal(page.received.status, 429);
    assert.ok(page.received.headers['retry-after']);
    assert.match(await text(page), A_TIME[lang]);
    await checkPage(page, { name: 'locked', lang });
    await page.context().close();
  });

  test(`an expired code says so and how to go on (${lang})`, async () => {
    const { page, code } = await sent(lang);
    await advance(demo, 10 * MINUTE_MS + 1_000);
    await fill(page, 'code', code);
    assert.equal(page.received.status, 410);
    assert.notEqual(await page.locator('main .primary').count(), 0);
    await checkPage(page, { name: 'expired', lang });
    await page.context().close();
  });

  test(`the ways out of the code page work (${lang})`, async () => {
    const { page } = await sent(lang);
    const address = page.url();
    for (const [name, link] of [['correct', page.locator('main dl a').first()], ['help', page.locator('main section a').last()]]) {
      await press(page, link);
      assert.equal(page.received.status, 200, name);
      await checkPage(page, { name, lang });
      await page.goto(address);
    }
    await page.context().close();
  });

  test(`a second browser learns nothing (${lang})`, async () => {
    const { page, flow, phone } = await sent(lang);
    const stranger = await openPage(browser, { language: lang });
    await stranger.goto(flow.url);
    assert.equal(await stranger.locator('input:not([type=hidden]), select').count(), 0);
    const shown = await stranger.content();
    assert.ok(!shown.includes(phone.national) && !shown.includes(phone.e164) && !shown.includes(phone.national.slice(-2) + '<'));
    await checkPage(stranger, { name: 'elsewhere', lang });
    await stranger.goto(flow.url.replace(/.{6}$/, 'aaaaaa'));
    assert.equal(stranger.received.status, 404);
    await checkPage(stranger, { name: 'not-found', lang });
    for (const one of [page, stranger]) await one.context().close();
  });

  test(`with scripts the page follows its message (${lang})`, async () => {
    const { page } = await begin(lang, { script: true });
    const complaints = [];
    page.on('console', (line) => line.type() === 'error' && complaints.push(line.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    const phone = newPhone();
    await fill(page, 'number', phone.national);
    await page.locator('[data-state=submitted]').waitFor({ timeout: 10_000 });
    const wait = await page.locator('#resend-hint').innerText();
    assert.match(wait, lang === 'ja' ? /あと\d+秒/ : /in \d+ seconds/, 'the wait is counted down');
    assert.doesNotMatch(wait, A_TIME[lang], 'in place of the time, not beside it');
    const [message] = await messages(demo, phone.e164, 1);
    // Rule V5: whoever has proved nothing learns of the arrival at the next half minute after its receipt came.
    const delivered = page.locator('[data-state=delivered]');
    for (let halves = 0; halves < 8 && (await delivered.count()) === 0; halves++) {
      await advance(demo, 31_000);
      await delivered.waitFor({ timeout: 5_000 }).catch(() => {});
    }
    assert.equal(await delivered.count(), 1);
    await fill(page, 'code', codeOf(message));
    assert.equal(await page.locator('[name=code]').count(), 0);
    assert.deepEqual(complaints, []);
    await page.context().close();
  });
}

test('a notice that something goes out later is gone once it went', async () => {
  const { page } = await begin('en', { script: true });
  const phone = newPhone();
  const outage = (down) => call(demo, 'PUT', `${demo.sim}/v1/carriers/smsc`, { outage: down });
  try {
    await outage(true);
    await fill(page, 'number', phone.national);
    await page.locator('[data-state=link-down]').waitFor({ timeout: 20_000 });
    await advance(demo, 31_000);
    await page.locator('.again form:first-of-type button').click();
    await page.locator('.notice[data-waits]').waitFor();
  } finally {
    await outage(false);
  }
  await page.locator('#state:not([data-state=link-down])').waitFor({ timeout: 30_000 });
  assert.equal(await page.locator('.notice').count(), 0);
  await page.context().close();
});

test('reload and Back send nothing again', async () => {
  const { page, phone } = await sent('ja');
  await page.reload();
  await page.goBack();
  await page.goForward();
  assert.equal(await page.locator('[name=code]').count(), 1);
  assert.equal((await messages(demo, phone.e164, 2, QUIET_MS)).length, 1);
  await page.context().close();
});

test('reload and Back after a slip ask nothing and count nothing', async () => {
  const { page, code } = await sent('en');
  await fill(page, 'code', wrong(code));
  assert.deepEqual(await slip(page, { lang: 'en' }), []);
  const left = await page.locator('#code-left').innerText();
  for (const move of [() => page.reload(), () => page.reload(), () => page.goBack(), () => page.goForward()]) {
    await move();
    assert.equal(page.received.status, 200);
    assert.equal(await page.locator('#code-left').innerText(), left);
    assert.equal(await page.locator('[name=code]').count(), 1);
  }
  await page.context().close();

  const { page: first } = await begin('ja');
  await fill(first, 'number', '090-12');
  assert.deepEqual(await slip(first, { lang: 'ja' }), []);
  for (const move of [() => first.reload(), () => first.goBack()]) {
    await move();
    assert.equal(await first.locator('[name=number]:not([type=hidden])').count(), 1);
    assert.equal(await first.locator('[aria-invalid]').count(), 0, 'it was said once');
  }
  await first.context().close();
});

const fullWidth = (digits) => digits.replace(/\d/g, (digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0));
const WAYS_TO_TYPE = [
  ['in full-width digits', (local) => fullWidth(local.replaceAll('-', ''))],
  ...[...'‐–—−ーｰ －'].map((dash) => [`with U+${dash.codePointAt(0).toString(16)}`, (local) => local.replaceAll('-', dash)]),
  ['with brackets', (local) => local.replace(/^(\d+)-/, '($1) ')],
  ['with +81', (local) => local.replace(/^0/, '+81 ')],
  ['with 0081', (local) => local.replace(/^0/, '0081')],
  ['with +81 and a stray 0', (local) => local.replace(/^0/, '+81 (0)')],
];

for (const [how, typed] of WAYS_TO_TYPE) {
  test(`a number is understood ${how}`, async () => {
    const phone = newPhone();
    const { page } = await begin('ja');
    await fill(page, 'number', typed(phone.national));
    assert.equal(await page.locator('[name=code]').count(), 1, await text(page));
    assert.equal((await messages(demo, phone.e164, 1)).length, 1);
    await page.context().close();
  });
}

for (const [how, typed] of [['in full-width digits', ({ code }) => fullWidth(code)], ['as the whole message', ({ message }) => message.text]]) {
  test(`a code is understood ${how}`, async () => {
    const person = await sent('ja');
    await fill(person.page, 'code', typed(person));
    assert.equal(await person.page.locator('[name=code]').count(), 0, await text(person.page));
    await person.page.context().close();
  });
}

test('all pages met are valid HTML', () => {
  const errors = markupErrors(kept);
  assert.deepEqual(errors, [], errors.join('\n'));
});
