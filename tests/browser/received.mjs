//! What must hold of a page as it was received: headers, addresses, weight. Each check returns its problems in words.

import { sourceOf } from './browser.mjs';

/** HTML and style sheets of one page, in bytes, where a person waits for it. */
const WEIGHT_MAX = 30_000;

/** Headers that keep a page with a person's number out of caches, frames, referrers and scripts' hands. */
export async function headers(page, { referrer = 'no-referrer' } = {}) {
  const { headers: got } = page.received;
  const policy = new Map((got['content-security-policy'] ?? '').split(';').map((part) => {
    const [name, ...values] = part.trim().split(/\s+/);
    return [name, values];
  }));
  const scripts = policy.get('script-src') ?? policy.get('default-src') ?? ['*'];
  const problems = [];
  if (!policy.has('default-src')) problems.push('no Content-Security-Policy with default-src');
  if (scripts.some((value) => /unsafe|^\*$|^https?:$/.test(value))) problems.push(`scripts from anywhere: ${scripts.join(' ')}`);
  if (policy.get('frame-ancestors')?.join() !== "'none'") problems.push("frame-ancestors is not 'none'");
  if (!got['cache-control']?.includes('no-store')) problems.push('Cache-Control is not no-store');
  if (got['referrer-policy'] !== referrer) problems.push(`Referrer-Policy is not ${referrer}`);
  if (got['x-content-type-options'] !== 'nosniff') problems.push('X-Content-Type-Options is not nosniff');
  if ('refresh' in got) problems.push('a Refresh header');
  return problems;
}

/** Cookies that scripts cannot read and other sites cannot make the browser send with a form. */
export async function cookies(page) {
  const found = await page.context().cookies();
  const open = found.filter((cookie) => !cookie.httpOnly || cookie.sameSite === 'None');
  return open.map((cookie) => `cookie ${cookie.name} is not HttpOnly and SameSite`);
}

/** A fragment cancels autofocus, so no page, form or language link carries one. */
export async function fragments(page) {
  const addresses = await page.evaluate(() => [
    location.href,
    ...[...document.forms].map((form) => form.getAttribute('action') ?? ''),
    ...[...document.querySelectorAll('[formaction]')].map((button) => button.getAttribute('formaction')),
    ...[...document.querySelectorAll('a[hreflang]')].map((link) => link.getAttribute('href')),
  ]);
  return addresses.filter((address) => address.includes('#')).map((address) => `a fragment in ${address}`);
}

/** Nothing from elsewhere. */
export async function thirdParties(page) {
  const { origin } = new URL(page.received.url);
  const foreign = page.requested.filter((address) => !address.startsWith('data:') && new URL(address).origin !== origin);
  const links = await page.evaluate(() => [...document.querySelectorAll('link[href], script[src], img[src]')]
    .map((element) => element.href || element.src));
  const named = links.filter((address) => !address.startsWith('data:') && new URL(address).origin !== origin);
  return [...new Set([...foreign, ...named])].map((address) => `loads ${address}`);
}

/** Small enough for an old phone on a bad line. */
export async function weight(page, { weightMax = WEIGHT_MAX } = {}) {
  const sheets = await page.evaluate(() => [...document.querySelectorAll('link[rel=stylesheet]')].map((link) => link.href));
  let bytes = Buffer.byteLength(await sourceOf(page));
  for (const sheet of sheets) bytes += (await (await page.request.get(sheet)).body()).length;
  return bytes > weightMax ? [`${bytes} bytes of HTML and CSS, at most ${weightMax}`] : [];
}

/**
 * A page that answers a slip: the word in the title, focus on a summary whose links lead to the fields, the same words beside
 * each field. Asked of the live page, because focus at load is what counts.
 */
export async function slip(page, { lang, status = 200 }) {
  const problems = [];
  if (page.received.status !== status) problems.push(`status ${page.received.status} instead of ${status}`);
  const prefix = lang === 'ja' ? 'エラー：' : 'Error: ';
  if (!(await page.title()).startsWith(prefix)) problems.push(`the title does not start with ${prefix}`);
  return problems.concat(await page.evaluate(() => {
    const found = [];
    const summary = document.activeElement;
    const links = [...summary.querySelectorAll('a[href^="#"]')];
    if (summary === document.body || links.length === 0) return ['focus is not on a summary with links'];
    if (summary.compareDocumentPosition(document.querySelector('h1')) !== Node.DOCUMENT_POSITION_FOLLOWING) found.push('the summary is not above the heading');
    for (const link of links) {
      const field = document.getElementById(link.hash.slice(1));
      if (!field?.matches('input, select, textarea, button')) {
        found.push(`${link.hash} is no field`);
        continue;
      }
      // Radio buttons are one field: their group is marked.
      const marked = field.type === 'radio' ? field.closest('fieldset') : field;
      if (marked.getAttribute('aria-invalid') !== 'true') found.push(`${link.hash} is not marked aria-invalid`);
      const ids = (marked.getAttribute('aria-describedby') ?? '').split(/\s+/).filter(Boolean);
      const texts = ids.map((id) => document.getElementById(id)?.textContent.trim());
      if (texts.includes(undefined)) found.push(`${link.hash} is described by what does not exist`);
      if (!texts.some((text) => text?.endsWith(link.textContent.trim()))) found.push(`beside ${link.hash} stand other words than in the summary`);
    }
    return found;
  }));
}

export const RECEIVED = { headers, cookies, fragments, thirdParties, weight };
