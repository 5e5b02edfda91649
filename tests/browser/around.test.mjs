//! The pages around the flow, without scripts: the reference for developers, the virtual phones, the sample shop. Each is held to
//! all checks, with everything that unfolds closed and open.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { openBrowser, openPage } from './browser.mjs';
import { advance, call, calls, codeOf, describePhone, messages, startDemo } from './demo.mjs';
import { markupErrors } from './markup.mjs';
import { checkPage, kept } from './pages.mjs';
import { slip } from './received.mjs';

const AOI = { e164: '+819012345678', national: '090-1234-5678' };
/** These two compare `Origin` with their own, which browsers leave out under `no-referrer`. */
const OWN_ORIGIN = { referrer: 'same-origin' };

/** All calls are one page for developers, in bytes. */
const REFERENCE_MAX = 61_000;

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

/** A person at an address of the demo. */
async function open(address, lang) {
  const page = await openPage(browser, { language: lang });
  await page.goto(new URL(address, demo.url).href);
  return page;
}

/** Presses or follows something that leads to another page. */
async function press(page, element) {
  await Promise.all([page.waitForEvent('load'), element.click()]);
}

/** Holds a page to all checks, as it is and with everything unfolded. */
async function checkBoth(page, { name, ...rest }) {
  await checkPage(page, { name, ...rest });
  await checkPage(page, { name: `${name}-open`, unfolded: true, ...rest });
}

for (const lang of ['ja', 'en']) {
  test(`the reference of all calls (${lang})`, async () => {
    const page = await open('/docs', lang);
    await checkBoth(page, { name: 'docs', lang, weightMax: REFERENCE_MAX });
    await page.context().close();
  });

  test(`the reference of all problems (${lang})`, async () => {
    const page = await open('/problems', lang);
    await checkPage(page, { name: 'problems', lang });
    await press(page, page.locator('main a').first());
    await checkPage(page, { name: 'problem', lang });
    await page.context().close();
  });

  test(`the virtual phones (${lang})`, async () => {
    const before = await newest();
    const { status } = await call(demo, 'POST', '/v1/verifications', { to: AOI.e164, context: `phones-${lang}` });
    assert.equal(status, 201);
    const message = await newerThan(before);
    const page = await open(`/sim?lang=${lang}`, lang);
    const first = page.locator('main li h2 a').first();
    assert.ok((await page.locator('main li').first().innerText()).includes(codeOf(message)), 'the newest message is on top');
    await checkBoth(page, { name: 'phones', lang, ...OWN_ORIGIN });
    await press(page, first);
    assert.ok((await page.locator('main').innerText()).includes(codeOf(message)));
    await checkPage(page, { name: 'phone', lang, ...OWN_ORIGIN });
    await press(page, page.locator('.way a'));
    await press(page, page.locator('.world a'));
    await checkBoth(page, { name: 'carriers', lang, ...OWN_ORIGIN });
    await page.context().close();
  });

  test(`a virtual phone that is called (${lang})`, async () => {
    const number = lang === 'ja' ? '+817012345678' : '+12025550123';
    const path = `/sim/phones/${encodeURIComponent(number)}`;
    const { body } = await call(demo, 'POST', '/v1/verifications', { to: number, context: 'called', locale: lang });
    for (const [read, silent] of [[true, false], [false, true]]) {
      await describePhone(demo, number, { silences_unknown_callers: silent });
      await advance(demo, 60_000);
      const asked = await call(demo, 'POST', `/v1/verifications/${body.id}/resend`, { channel: 'call' });
      assert.equal(asked.status, 200);
      const [newest] = await calls(demo, number, read ? 1 : 2);
      assert.equal(newest.heard, read);
    }
    const page = await open(`${path}?lang=${lang}`, lang);
    const said = await page.locator('.messages li').first().innerText();
    assert.match(said, lang === 'ja' ? /電話で読み上げた内容[^]*みなとペイ/ : /Read out in a call[^]*Minato Pay/);
    assert.match(await page.locator('.messages strong').first().innerText(), /^\d(\D{1,2}\d){5}$/);
    assert.equal(await page.locator('.note.stopped').count(), 1, 'the call that nobody heard');
    assert.ok(await page.locator('[name=silences_unknown_callers]').isChecked());
    await checkPage(page, { name: 'phone-called', lang, ...OWN_ORIGIN });
    await page.context().close();
  });

  test(`slips at the virtual phones are answered beside the field (${lang})`, async () => {
    const page = await open(`/sim?lang=${lang}`, lang);
    await page.locator('summary').click();
    await page.locator('[name=phone]').fill('hello');
    await press(page, page.locator('.add button'));
    assert.deepEqual(await slip(page, { lang, status: 422 }), []);
    assert.equal(await page.locator('[name=phone]').inputValue(), 'hello');
    await checkPage(page, { name: 'phones-slip', lang, ...OWN_ORIGIN });
    await page.goto(`${demo.sim}/carriers?lang=${lang}`);
    await page.locator('summary').nth(1).click();
    const form = page.locator('details[open] form');
    await form.locator('[name=loss]').fill('2');
    await press(page, form.locator('button'));
    assert.deepEqual(await slip(page, { lang, status: 422 }), []);
    await checkPage(page, { name: 'carriers-slip', lang, ...OWN_ORIGIN });
    await page.context().close();
  });

  test(`settings stop messages without a script (${lang})`, async () => {
    const number = lang === 'ja' ? '+819011110001' : '+819011110002';
    const page = await open(`/sim?lang=${lang}`, lang);
    await page.locator('summary').click();
    await page.locator('[name=phone]').fill(number);
    await press(page, page.locator('.add button'));
    await page.locator('[name=airplane_mode]').check();
    await press(page, page.locator('#settings button'));
    await call(demo, 'POST', '/v1/verifications', { to: number, context: 'asleep' });
    for (let tries = 0; tries < 50 && await page.locator('.note.waiting').count() === 0; tries += 1) {
      await page.waitForTimeout(100);
      await page.reload();
    }
    assert.equal(await page.locator('.note.waiting').count(), 1);
    await checkPage(page, { name: 'phone-waiting', lang, ...OWN_ORIGIN });
    await page.context().close();
  });

  test(`the sample shop, from its front to the membership card (${lang})`, async () => {
    const page = await open(`/shop?lang=${lang}`, lang);
    await checkPage(page, { name: 'shop', lang, ...OWN_ORIGIN });
    await press(page, page.locator('main .primary'));
    const before = await newest();
    await page.locator('[name=number]').fill(AOI.national);
    await press(page, page.locator('form:has([name=number]) button').first());
    await page.locator('[name=code]').fill(codeOf(await newerThan(before)));
    await press(page, page.locator('form:has([name=code]) button').first());
    await press(page, page.locator('main .primary'));
    assert.equal(new URL(page.url()).pathname, '/shop/account');
    assert.ok((await page.locator('main').innerText()).includes(AOI.national));
    await checkPage(page, { name: 'shop-account', lang, ...OWN_ORIGIN });
    await page.goto(`${demo.shop}?lang=${lang}`);
    await checkPage(page, { name: 'shop-registered', lang, ...OWN_ORIGIN });
    await page.goto(`${demo.shop}?canceled&lang=${lang}`);
    await checkPage(page, { name: 'shop-canceled', lang, ...OWN_ORIGIN });
    await page.goto(`${demo.shop}/back?flow=flw_1&state=another&result=res_1&lang=${lang}`);
    await checkPage(page, { name: 'shop-trouble', lang, ...OWN_ORIGIN });
    await page.context().close();
  });
}

for (const lang of ['ja', 'en']) {
  test(`the sample shop, with the number on file (${lang})`, async () => {
    const page = await open(`/shop?lang=${lang}`, lang);
    await press(page, page.locator('.on-file button'));
    assert.equal(await page.locator('[name=number]').count(), 0, 'no number is asked for');
    assert.ok(!(await page.content()).includes(AOI.national), 'the number is masked');
    await checkPage(page, { name: 'send', lang });
    const before = await newest();
    await press(page, page.locator('main .primary'));
    await page.locator('[name=code]').fill(codeOf(await newerThan(before)));
    await press(page, page.locator('form:has([name=code]) button').first());
    await press(page, page.locator('main .primary'));
    assert.equal(new URL(page.url()).pathname, '/shop/account');
    await checkPage(page, { name: 'shop-paid', lang, ...OWN_ORIGIN });
    await page.context().close();
  });
}

/** The newest message on Aoi's phone, if there is one. */
async function newest() {
  return (await messages(demo, AOI.e164, 0))[0];
}

/** The message that comes there after this one. */
async function newerThan(before) {
  for (let tries = 0; tries < 100; tries += 1) {
    const message = await newest();
    if (message && message.id !== before?.id) return message;
    await new Promise((later) => { setTimeout(later, 100); });
  }
  throw new Error('no message came');
}

test('all pages met are valid HTML', () => {
  const errors = markupErrors(kept);
  assert.deepEqual(errors, [], errors.join('\n'));
});
