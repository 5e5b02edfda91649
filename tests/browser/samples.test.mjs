//! Every sample of every page, in both languages, held to all checks that need no running server.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { openBrowser, openPage } from './browser.mjs';
import { markupErrors } from './markup.mjs';
import { ON_COPIES, keep, kept, problemsOf } from './pages.mjs';
import { slip } from './received.mjs';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const CHECKS = [...Object.keys(ON_COPIES), 'fragments', 'thirdParties', 'weight'];
const TYPES = { '.html': 'text/html; charset=utf-8', '.css': 'text/css', '.svg': 'image/svg+xml', '.js': 'text/javascript' };
const SLIPPED = /<title>\s*(エラー：|Error: )/;

const folder = mkdtempSync(join(tmpdir(), 'tegata-samples-'));
const written = spawnSync('cargo', ['run', '-q', '-p', 'server', '--example', 'pages', '--', folder], { cwd: ROOT, encoding: 'utf8' });

/** Answers a slip as the server does, so that the check of slips can be asked. */
const server = createServer((request, response) => {
  const path = join(folder, new URL(request.url, 'http://localhost').pathname);
  try {
    const body = readFileSync(path);
    const status = SLIPPED.test(body) ? 422 : 200;
    response.writeHead(status, { 'content-type': TYPES[extname(path)] ?? 'application/octet-stream' }).end(body);
  } catch {
    response.writeHead(404).end();
  }
});

let browser;
before(async () => {
  assert.equal(written.status, 0, written.stderr);
  await new Promise((ready) => { server.listen(0, '127.0.0.1', ready); });
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

for (const lang of ['ja', 'en']) {
  const names = written.status === 0 ? readdirSync(join(folder, lang)).filter((name) => name.endsWith('.html')) : [];
  for (const file of names) {
    test(`${lang}/${file}`, async () => {
      const page = await openPage(browser, { language: lang });
      await page.goto(`http://127.0.0.1:${server.address().port}/${lang}/${file}`);
      await keep(page, `sample.${file.replace('.html', '')}.${lang}`);
      const problems = await problemsOf(page, { lang, only: CHECKS });
      if (SLIPPED.test(await page.content())) problems.push(...await slip(page, { lang }));
      await page.context().close();
      assert.deepEqual(problems, [], problems.join('\n'));
    });
  }
}

test('there are samples in both languages, the same ones', () => {
  const [ja, en] = ['ja', 'en'].map((lang) => readdirSync(join(folder, lang)).sort());
  assert.deepEqual(ja, en);
  assert.notEqual(ja.length, 0);
});

test('all samples are valid HTML', () => {
  const errors = markupErrors(kept);
  assert.deepEqual(errors, [], errors.join('\n'));
});
