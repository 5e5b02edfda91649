//! One call that holds a page to all checks, and keeps its source and its screenshots to be looked at.

import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { closeCopy, openCopy, reset, sourceOf } from './browser.mjs';
import { CONTENT } from './content.mjs';
import { LAYOUT } from './layout.mjs';
import { RECEIVED } from './received.mjs';

const SHOTS = fileURLToPath(new URL('shots/', import.meta.url));
/** How a screenshot's name ends, with its width and scheme. */
const VIEWS = { 375: [375, 'light'], 1280: [1280, 'light'], '375.dark': [375, 'dark'] };

export const ON_COPIES = { ...CONTENT, ...LAYOUT };

/** The kept sources of all pages checked so far, for the HTML checker. */
export const kept = [];

/** Holds `page` to all checks. */
export async function checkPage(page, { name, lang }) {
  const problems = await problemsOf(page, { lang, keep: `${name}.${lang}` });
  assert.deepEqual(problems, [], `${name} (${lang})\n${problems.join('\n')}`);
}

/**
 * The problems of `page` that the checks named in `only` find (all, unless told), as `check: problem`. With `keep`, its source
 * is kept as `shots/KEEP.html`, and each of `views` as `shots/KEEP.VIEW.png`.
 */
export async function problemsOf(page, { lang, only, keep, views = Object.keys(VIEWS) }) {
  const problems = [];
  const wanted = ([name]) => !only || only.includes(name);
  for (const [name, check] of Object.entries(RECEIVED).filter(wanted)) {
    problems.push(...(await check(page, { lang })).map((problem) => `${name}: ${problem}`));
  }
  const browser = page.context().browser();
  const copy = await openCopy(browser, page);
  if (keep) await keepPage(page, copy, keep, views);
  for (const [name, check] of Object.entries(ON_COPIES).filter(wanted)) {
    await reset(copy);
    problems.push(...(await check(copy, { lang })).map((problem) => `${name}: ${problem}`));
  }
  closeCopy(browser, copy);
  return problems;
}

async function keepPage(page, copy, name, views) {
  mkdirSync(SHOTS, { recursive: true });
  const source = `${SHOTS}${name}.html`;
  writeFileSync(source, await sourceOf(page));
  kept.push(source);
  for (const view of views) {
    const [width, colorScheme] = VIEWS[view];
    await copy.setViewportSize({ width, height: 812 });
    await copy.emulateMedia({ colorScheme });
    await copy.screenshot({ path: `${SHOTS}${name}.${view}.png`, fullPage: true });
  }
}
