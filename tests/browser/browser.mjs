//! A real Chromium, what a page received, and copies of pages that can be turned over without touching the live one.

import { chromium } from 'playwright-core';

/** Chromium as Debian installs it, and quiet: it calls nobody. */
export function openBrowser() {
  return chromium.launch({
    executablePath: process.env.TEGATA_CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync'],
  });
}

/**
 * A fresh browser of one person, as wide as a phone, without scripts unless asked for; `userAgent` is what it says of itself, a
 * computer's unless told.
 * `page.received` is what the last navigation brought: `{url, status, headers, html}`; `page.requested` are the addresses
 * of everything loaded since.
 */
export async function openPage(browser, { script = false, language = 'ja', userAgent } = {}) {
  const context = await browser.newContext({
    userAgent,
    javaScriptEnabled: script,
    locale: language,
    viewport: { width: 375, height: 812 },
    serviceWorkers: 'block',
  });
  const page = await context.newPage();
  page.requested = [];
  page.on('request', (request) => {
    if (request.isNavigationRequest() && !request.redirectedFrom()) page.requested = [];
    page.requested.push(request.url());
  });
  page.on('response', (response) => {
    const request = response.request();
    const moved = response.status() >= 300 && response.status() < 400;
    if (!request.isNavigationRequest() || moved) return;
    const body = response.text();
    body.catch(() => {}); // a navigation that goes on at once takes its body with it; whoever needs it awaits it
    page.received = { url: response.url(), status: response.status(), headers: response.headers(), body };
  });
  return page;
}

/** The source of the page as it came over the wire. */
export async function sourceOf(page) {
  return await page.received.body;
}

/** Copies that are not in use, by browser: opening one costs more than all checks of a page. */
const idle = new WeakMap();

/**
 * The same page in a browser of its own, for checks that press keys, change sizes and run axe: same text, same style sheets,
 * no scripts of the page, what is in `noscript` shown, focus not moved at load; all details open if `unfolded`. Give it back by
 * `closeCopy`.
 */
export async function openCopy(browser, page, { unfolded = false } = {}) {
  const shown = (await sourceOf(page)).replace(/<\/?noscript>/g, '').replace(/ autofocus(?=[\s>])/g, '');
  const html = unfolded ? shown.replace(/<details(?![^>]*\sopen[\s>])/g, '<details open') : shown;
  const copy = idle.get(browser)?.pop() ?? await newCopy(browser);
  copy.shows = { url: page.received.url, html };
  await reset(copy);
  return copy;
}

async function newCopy(browser) {
  const copy = await (await browser.newContext()).newPage();
  await copy.route((address) => address.href === copy.shows.url, (route) => route.fulfill({
    contentType: 'text/html; charset=utf-8',
    headers: { 'content-security-policy': "script-src 'none'" },
    body: copy.shows.html,
  }));
  return copy;
}

/** Lets the next page be shown in it. */
export function closeCopy(browser, copy) {
  idle.set(browser, [...(idle.get(browser) ?? []), copy]);
}

/** The copy as it was when it was opened. */
export async function reset(copy) {
  await copy.emulateMedia({ colorScheme: 'light', forcedColors: 'none', reducedMotion: 'no-preference' });
  await copy.setViewportSize({ width: 375, height: 812 });
  await copy.goto(copy.shows.url);
}
