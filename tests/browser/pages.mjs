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

/** Holds `page` to all checks; the rest of what it takes is that of `problemsOf`. */
export async function checkPage(page, { name, lang, ...rest }) {
  const problems = await problemsOf(page, { lang, keep: `${name}.${lang}`, ...rest });
  assert.deepEqual(problems, [], `${name} (${lang})\n${problems.join('\n')}`);
}

/**
 * The problems of `page` that the checks named in `only` find (all, unless told), as `check: problem`. With `keep`, its source
 * is kept as `shots/KEEP.html`, and each of `views` as `shots/KEEP.VIEW.png`. `unfolded` looks at it with all details open;
 * `referrer` is the policy that its answer must have, where that is not `no-referrer`; `weightMax`, in bytes, is for a page that
 * is not a person's in a hurry.
 */
export async function problemsOf(page, { lang, only, keep, unfolded = false, referrer, weightMax, views = Object.keys(VIEWS) }) {
  const problems = [];
  const wanted = ([name]) => !only || only.includes(name);
  for (const [name, check] of Object.entries(RECEIVED).filter(wanted)) {
    problems.push(...(await check(page, { lang, referrer, weightMax })).map((problem) => `${name}: ${problem}`));
  }
  const browser = page.context().browser();
  const copy = await openCopy(browser, page, { unfolded });
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
