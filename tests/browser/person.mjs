//! A person whose SMS does not arrive: a phone with something in the way, the sample shop, the guide. All of it by hand, in two
//! browsers: the one that the person uses, and the one that shows the phone.

import { readFileSync } from 'node:fs';

import { openPage } from './browser.mjs';
import { advance, codeOf, describePhone, messages, queueEmpty } from './demo.mjs';

const GUIDE = readFileSync(new URL('../../crates/server/guides/sms-not-arriving/guide.toml', import.meta.url), 'utf8');
/** More steps than any way through the guide has. */
const STEPS_MAX = 60;
/** How long a carrier of the demo needs at most to bring a message to a phone that is there. */
const CARRIER_MS = 700;
/** How long a person waits for a page. */
const PATIENCE_MS = 10_000;
/** What a message that was handed over looks like to a stranger (rule V5) changes at the half minute. */
const HALF_MINUTE_MS = 30_000;

/** What each cause's remedy mends, by the names of the simulator's switches, from the guide's own file. */
const MENDED = new Map(GUIDE.split('[[causes]]').slice(1).map((cause) => [
  /^id = "([^"]+)"/m.exec(cause)[1],
  [...(/^fixes = \[([^\]]*)\]/m.exec(cause)?.[1] ?? '').matchAll(/"([^"]+)"/g)].map(([, name]) => name),
]));

/** Whether the cause's remedy mends what is named so in the simulator. */
export function mends(cause, what) {
  return MENDED.get(cause).includes(what);
}

/** Presses or follows something that leads to another page. */
export async function press(page, element) {
  await Promise.all([page.waitForEvent('load'), element.click()]);
}

/** What the guide shows: `{fact}` it asks for, `{cause}` whose remedy it is, or neither where it ends at humans. */
export function seen(page) {
  return page.evaluate(() => {
    const hidden = (form, field) => document.querySelector(`form[action*="/${form}"] [name=${field}]`)?.value;
    return { fact: hidden('answer', 'fact'), cause: hidden('outcome', 'cause') };
  });
}

let phones = 0;

export class Person {
  /**
   * Somebody whose phone has this `system` and `carrier`, and who answers questions by `truth`; `options` are those of `openPage`.
   */
  static async open(demo, browser, { lang, system, carrier, truth = {}, ...options }) {
    phones += 1;
    const last = String(phones).padStart(4, '0');
    const person = new Person();
    Object.assign(person, { demo, lang, number: `+81905555${last}`, national: `090-5555-${last}`, shown: [], asked: [] });
    const line = /^mvno-(.*)$/.exec(carrier)?.[1];
    person.truth = {
      phone: system === 'ios' ? 'iphone' : 'android', carrier: line ? 'mvno' : carrier, mvno_line: line,
      number_right: 'yes', on_screen: 'nothing', where: 'home', change: 'nothing', ...truth,
    };
    await describePhone(demo, person.number, { system, carrier });
    person.page = await openPage(browser, { language: lang, ...options });
    person.phone = await openPage(browser, { language: lang, script: true });
    for (const page of [person.page, person.phone]) page.setDefaultTimeout(PATIENCE_MS);
    await person.phone.goto(`${demo.sim}/phones/${encodeURIComponent(person.number)}?lang=${lang}`);
    return person;
  }

  async leave() {
    for (const page of [this.page, this.phone]) await page.context().close();
  }

  /** Turns a switch of the phone, or writes its block list, and sees that it stays so. */
  async set(what, value) {
    const field = this.phone.locator(`#settings [name=${what}]`);
    if (typeof value === 'string') {
      await field.fill(value);
      await press(this.phone, this.phone.locator('#settings button'));
      return;
    }
    if ((await field.isChecked()) === value) throw new Error(`${what} was ${value} before`);
    const saved = this.phone.waitForResponse((response) => response.request().method() === 'POST');
    await field.click();
    await saved;
  }

  /** From the shop's front to its number page, the code page, and a while later to the guide. */
  async waitInVain() {
    await this.toCodePage();
    for (let halves = 0; halves < 3; halves += 1) await advance(this.demo, HALF_MINUTE_MS - 2_000);
    await press(this.page, this.page.locator('a[href$="/help"]'));
  }

  async toCodePage() {
    const { page } = this;
    await page.goto(`${this.demo.shop}?lang=${this.lang}`);
    await press(page, page.locator('main .primary'));
    await page.locator('[name=number]').fill(this.national);
    await press(page, page.locator('form:has([name=number]) .primary'));
    await queueEmpty(this.demo);
  }

  /** Answers what the guide asks. */
  async answer(fact, value = this.truth[fact]) {
    if (value === undefined) throw new Error(`asked for ${fact}, after ${this.shown}`);
    this.asked.push(fact);
    await this.page.locator(`[name=value][value=${value}]`).check();
    await press(this.page, this.page.locator('form[action*="/answer"] .primary'));
  }

  /** Presses one of a remedy's buttons. */
  async came(outcome) {
    await press(this.page, this.page.locator(`[name=outcome][value=${outcome}]`));
  }

  /** Presses the button that leads on to the next step. */
  async passOver(page = this.page) {
    await press(page, page.locator('[name=outcome]:is([value=not_helped], [value=passed_over], [value=cannot_do])').first());
  }

  /** Answers, and leaves behind what does not help, until a remedy is the one that is meant; gives its name. */
  async until(isMeant, look = async () => {}) {
    for (let steps = 0; steps < STEPS_MAX; steps += 1) {
      const { fact, cause } = await seen(this.page);
      await look(fact ?? cause ?? 'contact');
      if (fact) {
        await this.answer(fact);
      } else if (cause) {
        this.shown.push(cause);
        if (isMeant(cause)) return cause;
        await this.passOver();
      } else {
        throw new Error(`only humans are left after ${this.shown}`);
      }
    }
    throw new Error(`no end: ${this.shown}`);
  }

  /** The newest message on the phone, wherever it lies there; newer than the message `after` if that is told. */
  async newest(after) {
    for (let tries = 0; tries < 100; tries += 1) {
      const [message] = await messages(this.demo, this.number, 1);
      if (message && message.id !== after?.id) return message;
      await this.page.waitForTimeout(100);
    }
    throw new Error(`nothing new on the phone ${this.number}`);
  }

  /** Does what a remedy's page says first, now that the phone is mended, and types the code that is there then. */
  async finish() {
    const { page } = this;
    await page.waitForTimeout(CARRIER_MS);
    const [before] = await messages(this.demo, this.number, 0);
    const has = async (selector) => await page.locator(selector).count() === 1;
    const turnsToHumans = await has('main a.primary[href$="/message"]');
    const sends = turnsToHumans || await has('.outcome .primary[value=done]');
    await press(page, page.locator('main .primary').first());
    if (turnsToHumans) { // who mend the contract; then the person asks for a new code
      await page.goto(page.url().replace(/\/message.*$/, ''));
      await press(page, page.locator('form[action*=resend] [aria-describedby=resend-hint]'));
    }
    if (sends) await queueEmpty(this.demo);
    await this.typeCode(codeOf(await this.newest(sends ? before : undefined)));
  }

  async typeCode(code) {
    await this.page.locator('[name=code]').fill(code);
    await press(this.page, this.page.locator('form:has([name=code]) .primary').first());
  }
}
