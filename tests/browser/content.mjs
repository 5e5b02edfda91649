//! What must hold of a page's content: language, structure, fields, and what axe knows. Run on a copy; each returns problems.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** How a problem begins that axe could not decide. */
const OPEN = 'leaves open';
const AXE_TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** One heading of the first level, one main, one title; nothing that moves the page by itself. */
export async function structure(copy) {
  return copy.evaluate(() => {
    const problems = [];
    for (const name of ['h1', 'main', 'title']) {
      const count = document.querySelectorAll(name === 'title' ? 'head > title' : name).length;
      if (count !== 1) problems.push(`${count} <${name}>`);
    }
    if (document.querySelector('meta[http-equiv=refresh i]')) problems.push('a meta refresh');
    if (document.querySelector('[onclick], [onsubmit], [onload], [style]')) problems.push('a handler or style in an attribute');
    return problems;
  });
}

/** The page is in the language that was asked for, all of it, and leads to the other one. */
export async function language(copy, { lang }) {
  return copy.evaluate((wanted) => {
    const problems = [];
    const japanese = /[\p{Script=Hiragana}\p{Script=Katakana}]/u;
    if (document.documentElement.lang !== wanted) problems.push(`lang is ${document.documentElement.lang}`);
    const links = [...document.querySelectorAll('a[hreflang]')];
    for (const other of ['ja', 'en']) {
      if (!links.some((link) => link.hreflang === other && link.lang === other)) problems.push(`no link to the page in ${other}`);
    }
    if (!links.some((link) => link.hreflang === wanted && link.ariaCurrent === 'true')) problems.push('the current language is not marked');
    const brand = document.querySelector('header strong')?.textContent.trim(); // a name of its own, in whatever language
    const texts = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const text = texts.currentNode.data.trim().replaceAll(brand || '\u0000', '');
      const spoken = texts.currentNode.parentElement.closest('[lang]').lang;
      if (spoken === 'en' && japanese.test(text)) problems.push(`Japanese in the English page: ${text}`);
      const isKey = !texts.currentNode.parentElement.closest('code') && /^[a-z]+(-[a-z]+)+$/.test(text); // in code, a name is meant
      if (isKey || /\{ ?[$-]|\{\{|\bundefined\b/.test(text)) problems.push(`a raw text: ${text}`);
    }
    const heading = document.querySelector('h1')?.textContent ?? '';
    if (wanted === 'ja' && !/[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u.test(heading)) problems.push(`the heading is not Japanese: ${heading}`);
    return problems;
  }, lang);
}

/** What a browser, a phone's keyboard and a password keeper need to know of a field; nothing that judges before the server. */
export async function fields(copy) {
  return copy.evaluate(() => {
    const wanted = {
      number: { type: ['tel'], autocomplete: ['tel', 'tel-national'] },
      country: { autocomplete: ['country'] },
      code: { type: ['text'], inputmode: ['numeric'], autocomplete: ['one-time-code'] },
    };
    const problems = [];
    const shown = [...document.querySelectorAll('input, select, textarea')].filter((field) => field.type !== 'hidden' && field.type !== 'submit');
    for (const field of shown) {
      for (const [name, values] of Object.entries(wanted[field.name] ?? {})) {
        if (!values.includes(field.getAttribute(name))) problems.push(`${field.name}: ${name}="${field.getAttribute(name)}" instead of ${values.join(' or ')}`);
      }
      for (const name of ['maxlength', 'minlength', 'required', 'placeholder', 'disabled', 'readonly']) {
        if (field.hasAttribute(name)) problems.push(`${field.name} has ${name}`);
      }
      if (field.type === 'number') problems.push(`${field.name} is type=number`);
      if (field.labels.length !== 1) problems.push(`${field.name} has ${field.labels.length} labels`);
      if (!field.form?.noValidate) problems.push(`the form of ${field.name} lacks novalidate`);
      if (parseFloat(getComputedStyle(field).fontSize) < 16) problems.push(`${field.name} is under 16 px: phones zoom in`);
    }
    if (document.querySelector('button[disabled]')) problems.push('a disabled button');
    return problems;
  });
}

/** No violation, and nothing that axe could not decide; in the dark the colours once more. */
export async function axe(copy) {
  await copy.evaluate(AXE);
  const light = await decided(copy, { type: 'tag', values: AXE_TAGS });
  await copy.emulateMedia({ colorScheme: 'dark' });
  const dark = await decided(copy, { type: 'rule', values: ['color-contrast'] });
  return [...light.map((problem) => `light: ${problem}`), ...dark.map((problem) => `dark: ${problem}`)];
}

/** What axe says at a phone's width. It cannot decide on what is scrolled out of a wide table there: that is asked at 1280 px. */
async function decided(copy, runOnly) {
  const narrow = await copy.evaluate(runAxe, runOnly);
  if (!narrow.some((problem) => problem.startsWith(OPEN))) return narrow;
  const { width, height } = copy.viewportSize();
  await copy.setViewportSize({ width: 1280, height });
  const wide = await copy.evaluate(runAxe, runOnly);
  await copy.setViewportSize({ width, height });
  return [...new Set([...narrow.filter((problem) => !problem.startsWith(OPEN)), ...wide])];
}

/** Runs in the page. */
async function runAxe(runOnly) {
  const result = await window.axe.run(document, { runOnly, resultTypes: ['violations', 'incomplete'] });
  // A chart's words have no box of their own that axe could look behind; the palette's test has their colours.
  const drawn = ({ html }) => html.startsWith('<text');
  for (const rule of result.incomplete) rule.nodes = rule.nodes.filter((node) => !drawn(node));
  const tell = (kind) => (rule) => rule.nodes.map((node) => `${kind} ${rule.id}: ${node.html.slice(0, 120)} ${node.any.map((check) => check.message).join('; ')}`);
  return [...result.violations.flatMap(tell('violates')), ...result.incomplete.flatMap(tell('leaves open'))];
}

export const CONTENT = { structure, language, fields, axe };
