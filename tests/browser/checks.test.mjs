//! Shows of each check that it can fail: a small good page passes all of them, and each way to break it is found.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { openBrowser, openPage } from './browser.mjs';
import { markupErrors } from './markup.mjs';
import { ON_COPIES, problemsOf } from './pages.mjs';
import { RECEIVED, slip } from './received.mjs';
import { sample, serveSample } from './sample.mjs';

let browser;
let server;
const served = {};

before(async () => {
  browser = await openBrowser();
  server = await serveSample(served);
});
after(async () => {
  await browser?.close();
  server?.stop();
});

/** The good page with `from` replaced by `to`, or with other headers, style or status. */
async function open({ lang = 'ja', from, to, html = sample(lang), ...rest } = {}) {
  for (const name of Object.keys(served)) delete served[name];
  if (from) assert.ok(html.includes(from), `the sample has no ${from}`);
  Object.assign(served, { html: from ? html.replace(from, to) : html, ...rest });
  const page = await openPage(browser);
  await page.goto(server.url);
  return page;
}

for (const lang of ['ja', 'en']) {
  test(`a good page passes (${lang})`, async () => {
    const page = await open({ lang });
    assert.deepEqual(await problemsOf(page, { lang }), []);
    await page.context().close();
  });

  test(`a good answer to a slip passes (${lang})`, async () => {
    const page = await open({ lang, html: sample(lang, { slipped: true }) });
    assert.deepEqual(await slip(page, { lang }), []);
    assert.deepEqual(await problemsOf(page, { lang }), []);
    await page.context().close();
  });
}

/** Check, what is broken, what is said about it, how it is broken. */
const BROKEN = [
  ['headers', 'inline scripts', 'scripts from anywhere', { headers: { 'content-security-policy': "default-src 'self' 'unsafe-inline'; frame-ancestors 'none'" } }],
  ['headers', 'may be framed', 'frame-ancestors', { headers: { 'content-security-policy': "default-src 'none'; style-src 'self'; img-src data:" } }],
  ['headers', 'moves by itself', 'Refresh', { headers: { refresh: '900' } }],
  ['headers', 'kept by caches', 'no-store', { headers: { 'cache-control': 'private' } }],
  ['headers', 'tells where it was', 'no-referrer', { headers: { 'referrer-policy': 'origin' } }],
  ['headers', 'type guessed', 'nosniff', { headers: { 'x-content-type-options': '' } }],
  ['cookies', 'read by scripts', 'cookie a', { headers: { 'set-cookie': 'a=b; SameSite=Lax' } }],
  ['fragments', 'form', '/check#code', { from: 'action="/check"', to: 'action="/check#code"' }],
  ['thirdParties', 'picture', 'x.png', { from: '<h1>', to: '<img alt="" src="http://127.0.0.1:9/x.png"><h1>' }],
  ['weight', 'heavy', 'bytes of HTML', { style: `/*${'x'.repeat(30_000)}*/` }],
  ['structure', 'two headings', '2 <h1>', { from: '<form', to: '<h1>二つ目</h1><form' }],
  ['structure', 'meta refresh', 'meta refresh', { from: '<link rel="icon"', to: '<meta http-equiv="refresh" content="900"><link rel="icon"' }],
  ['structure', 'style attribute', 'in an attribute', { from: '<h1>', to: '<h1 style="color:red">' }],
  ['language', 'wrong lang', 'lang is en', { from: 'lang="ja"', to: 'lang="en"' }],
  ['language', 'mixed', 'くに', { lang: 'en', from: 'Country', to: 'くに' }],
  ['language', 'raw text', 'code-label', { from: '認証コード</label>', to: 'code-label</label>' }],
  ['language', 'no other language', 'in en', { from: 'hreflang="en"', to: 'hreflang="fr"' }],
  ['fields', 'code is cut', 'code has maxlength', { from: 'inputmode="numeric"', to: 'inputmode="numeric" maxlength="6"' }],
  ['fields', 'code as number', 'type=number', { from: 'type="text"', to: 'type="number"' }],
  ['fields', 'required', 'number has required', { from: 'type="tel"', to: 'type="tel" required' }],
  ['fields', 'placeholder', 'number has placeholder', { from: 'type="tel"', to: 'type="tel" placeholder="090"' }],
  ['fields', 'no autofill', 'instead of one-time-code', { from: 'autocomplete="one-time-code"', to: 'autocomplete="off"' }],
  ['fields', 'browser judges', 'lacks novalidate', { from: ' novalidate', to: '' }],
  ['fields', 'no label', 'number has 0 labels', { from: 'for="number"', to: 'for="code"' }],
  ['fields', 'small text', 'under 16 px', { style: 'input { font-size: 15px }' }],
  ['fields', 'disabled button', 'disabled button', { from: '<button class="primary">', to: '<button class="primary" disabled>' }],
  ['axe', 'contrast', 'light: violates color-contrast', { style: 'p { color: #999 }' }],
  ['axe', 'contrast in the dark', 'dark: violates color-contrast', { style: '@media (prefers-color-scheme: dark) { p { color: #555 } }' }],
  ['axe', 'picture without words', 'image-alt', { from: '<h1>', to: '<img src="data:,"><h1>' }],
  ['keyboard', 'order', 'not the next control', { from: 'id="code"', to: 'id="code" tabindex="1"' }],
  ['keyboard', 'visual order', 'before what came before', { style: 'form { display: flex; flex-direction: column-reverse }' }],
  ['keyboard', 'no outline', 'outline of 0 px', { style: ':focus-visible { outline: none }' }],
  ['keyboard', 'thin outline', 'outline of 2 px', { style: ':focus-visible { outline-width: 2px }' }],
  ['keyboard', 'no skip link', 'not the link that skips', { from: 'class="skip" href="#main"', to: 'class="skip" href="/"' }],
  ['keyboard', 'covered', 'covered', { from: '</body>', to: '<div class="banner"></div></body>', style: '.banner { position: fixed; inset: 0 }' }],
  ['reflow', 'too wide', 'at 320 px: 416 px wide', { style: 'form { width: 400px }' }],
  ['reflow', 'text in pixels', 'does not grow', { style: 'body { font-size: 17px }' }],
  ['reflow', 'too wide with large text', 'at 200 %: ', { style: 'label { display: block; width: 15rem }' }],
  ['reflow', 'squeezed', 'room for ', { style: 'form { padding-inline: 3rem }' }],
  ['reflow', 'cut off', 'at 320 px: cut off', { style: 'label { display: block; overflow: hidden; height: 1rem }' }],
  ['targets', 'low button', '40 px, at least 44', { style: 'button { min-height: 40px }' }],
  ['schemes', 'always light', 'not dark', { style: 'body { background: #fff; color: #000 }' }],
  ['schemes', 'no edge', 'no edge in forced', { style: 'button { border: 0 }' }],
  ['still', 'transition', 'moves: <button', { style: 'button { transition: background .2s }' }],
  ['still', 'animation', 'moves: <h1', { style: '@keyframes a { to { opacity: 0 } } h1 { animation: a 1s }' }],
  ['measure', 'long lines', 'em wide', { style: 'body { max-width: none }', from: 'SMSで6けたの数字を送りました。', to: 'SMSで6けたの数字を送りました。'.repeat(5) }],
];

for (const [check, what, said, how] of BROKEN) {
  test(`${check} finds: ${what}`, async () => {
    const page = await open(how);
    const problems = await problemsOf(page, { lang: how.lang ?? 'ja', only: [check] });
    assert.ok(problems.some((problem) => problem.includes(said)), `found only: ${problems.join('\n')}`);
    await page.context().close();
  });
}

const BROKEN_SLIPS = [
  ['status', 'status 422', { status: 422 }],
  ['title', 'title does not start', { from: '<title>エラー：', to: '<title>' }],
  ['focus', 'focus is not on', { from: ' autofocus', to: '' }],
  ['link to nothing', '#cod is no field', { from: 'href="#code"', to: 'href="#cod"' }],
  ['other words', 'other words', { from: 'エラー： 6けた', to: 'エラー： 7けた' }],
  ['not marked', 'not marked', { from: ' aria-invalid="true"', to: '' }],
];

for (const [what, said, how] of BROKEN_SLIPS) {
  test(`slip finds: ${what}`, async () => {
    const page = await open({ html: sample('ja', { slipped: true }), ...how });
    const problems = await slip(page, { lang: 'ja' });
    assert.ok(problems.some((problem) => problem.includes(said)), `found only: ${problems.join('\n')}`);
    await page.context().close();
  });
}

test('every check has a page that it finds', () => {
  const shown = new Set(BROKEN.map(([check]) => check));
  assert.deepEqual(Object.keys({ ...RECEIVED, ...ON_COPIES }).filter((name) => !shown.has(name)), []);
});

test('the HTML checker finds what is not valid', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tegata-markup-'));
  const file = (name, html) => {
    writeFileSync(join(folder, name), html);
    return join(folder, name);
  };
  const good = file('good.html', sample('ja', { slipped: true }));
  const bad = file('bad.html', sample('ja').replace('</form>', ''));
  assert.deepEqual([...new Set(markupErrors([good, bad]).map((error) => error.split(':')[0]))], ['bad.html']);
  rmSync(folder, { recursive: true });
});
