//! Every sample of every page, in both languages, held to the checks that need no running server: the first of each shape to all
//! of them, those that differ from it in words only to the checks that words can fail.

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
import { ON_COPIES, kept, problemsOf } from './pages.mjs';
import { slip } from './received.mjs';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const CHECKS = [...Object.keys(ON_COPIES), 'fragments', 'thirdParties', 'weight'];
const CHECKS_OF_WORDS = ['language', 'reflow', 'measure'];
/** The operator's pages carry charts and a style sheet of their own, in bytes. */
const CONSOLE_MAX = 60_000;
const TYPES = { '.html': 'text/html; charset=utf-8', '.css': 'text/css', '.svg': 'image/svg+xml', '.js': 'text/javascript' };
const SLIPPED = /<title>\s*(エラー：|Error: )/;

const folder = mkdtempSync(join(tmpdir(), 'tegata-samples-'));
const written = spawnSync('cargo', ['run', '-q', '-p', 'server', '--example', 'pages', '--', folder], { cwd: ROOT, encoding: 'utf8' });

const server = createServer((request, response) => {
  const path = join(folder, new URL(request.url, 'http://localhost').pathname);
  try {
    const body = readFileSync(path);
    response.writeHead(200, { 'content-type': TYPES[extname(path)] ?? 'application/octet-stream' }).end(body);
  } catch {
    response.writeHead(404).end();
  }
});

let browser;
let page;
before(async () => {
  assert.equal(written.status, 0, written.stderr);
  await new Promise((ready) => { server.listen(0, '127.0.0.1', ready); });
  browser = await openBrowser();
  page = await openPage(browser);
});
after(async () => {
  await browser?.close();
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

for (const lang of ['ja', 'en']) {
  const names = written.status === 0 ? readdirSync(join(folder, lang)).filter((name) => name.endsWith('.html')) : [];
  for (const file of names) test(`${lang}/${file}`, () => checkSample(lang, file));
}

/**
 * Tags with their classes and states, without words. A guide has a hundred remedies and questions: of its pages only which tags there
 * are counts, not how many steps or answers.
 */
function shapeOf(file, html) {
  const shape = html.replace(/>[^<]+/g, '>').replace(/<\/?option[^>]*>/g, '').replace(/ (?!class|data-state)[\w-]+="[^"]*"/g, '');
  return file.startsWith('guide-') ? [...new Set(shape.match(/<[^>]+>/g))].sort().join('') : shape;
}

const shapes = new Set();

async function checkSample(lang, file) {
  const html = readFileSync(join(folder, lang, file), 'utf8');
  const shape = lang + shapeOf(file, html);
  const only = shapes.has(shape) ? CHECKS_OF_WORDS : CHECKS;
  shapes.add(shape);
  await page.goto(`http://127.0.0.1:${server.address().port}/${lang}/${file}`);
  const problems = await problemsOf(page, { lang, only, weightMax: file.startsWith('console-') ? CONSOLE_MAX : undefined, keep: `sample.${file.replace('.html', '')}.${lang}`, views: only === CHECKS ? ['375'] : [] });
  if (SLIPPED.test(html)) problems.push(...await slip(page, { lang }));
  assert.deepEqual(problems, [], problems.join('\n'));
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
