//! One call that holds a page to all checks, and keeps its source and its screenshots to be looked at.

import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { openCopy, reset, sourceOf } from './browser.mjs';
import { CONTENT } from './content.mjs';
import { LAYOUT } from './layout.mjs';
import { RECEIVED } from './received.mjs';

const SHOTS = fileURLToPath(new URL('shots/', import.meta.url));
export const ON_COPIES = { ...CONTENT, ...LAYOUT };

/** The kept sources of all pages checked so far, for the HTML checker. */
export const kept = [];

/** The problems of `page` that the checks named in `only` find (all, unless told), as `check: problem`. */
export async function problemsOf(page, { lang, only }) {
  const problems = [];
  const wanted = ([name]) => !only || only.includes(name);
  for (const [name, check] of Object.entries(RECEIVED).filter(wanted)) {
    problems.push(...(await check(page, { lang })).map((problem) => `${name}: ${problem}`));
  }
  const copy = await openCopy(page.context().browser(), page);
  for (const [name, check] of Object.entries(ON_COPIES).filter(wanted)) {
    await reset(copy);
    problems.push(...(await check(copy, { lang })).map((problem) => `${name}: ${problem}`));
  }
  await copy.context().close();
  return problems;
}

/** Holds `page` to all checks; `name` names its screenshots, `shots/NAME.LANG.375.png` and so on. */
export async function checkPage(page, { name, lang }) {
  await keep(page, `${name}.${lang}`);
  const problems = await problemsOf(page, { lang });
  assert.deepEqual(problems, [], `${name} (${lang})\n${problems.join('\n')}`);
}

/** Keeps the source and the screenshots of `page` under `name`. */
export async function keep(page, name) {
  mkdirSync(SHOTS, { recursive: true });
  const source = `${SHOTS}${name}.html`;
  writeFileSync(source, await sourceOf(page));
  kept.push(source);
  const copy = await openCopy(page.context().browser(), page);
  for (const [width, colorScheme, end] of [[375, 'light', '375'], [1280, 'light', '1280'], [375, 'dark', '375.dark']]) {
    await copy.setViewportSize({ width, height: 812 });
    await copy.emulateMedia({ colorScheme });
    await copy.screenshot({ path: `${SHOTS}${name}.${end}.png`, fullPage: true });
  }
  await copy.context().close();
}
