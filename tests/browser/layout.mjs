//! What must hold of a page's shape: keyboard, reflow, targets, schemes, stillness. Run on a copy; each returns problems.

const CONTROLS = 'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]';
const TARGET_MIN = 44;
const OUTLINE_MIN = 3;
/** How much of a line words have at least on the narrowest screen with the largest text, in widths of a full-width character. */
const ROOM_MIN_EM = 4.5;

/** Everything is reached by Tab, from top to bottom, seen where it is, and left again; the skip link comes first. */
export async function keyboard(copy) {
  await copy.setViewportSize({ width: 320, height: 568 });
  const count = await copy.evaluate((controls) => {
    const seen = new Set();
    const reached = [...document.querySelectorAll(controls)].filter((control) => {
      const group = control.type === 'radio' ? control.name : '';
      const again = group && seen.has(group);
      seen.add(group);
      return !again && control.checkVisibility({ visibilityProperty: true }) && !control.disabled;
    });
    reached.forEach((control, i) => { control.dataset.walk = i; });
    return reached.length;
  }, CONTROLS);
  const problems = [];
  let before;
  for (let i = 0; i < count; i += 1) {
    await copy.keyboard.press('Tab');
    const here = await copy.evaluate(focused);
    const name = `Tab ${i + 1} (${here.text})`;
    if (here.walk !== String(i)) return [...problems, `${name}: not the next control of the page`];
    if (i === 0 && !here.skips) problems.push(`${name}: not the link that skips to the main part`);
    if (here.outline < OUTLINE_MIN) problems.push(`${name}: focus is an outline of ${here.outline} px, at least ${OUTLINE_MIN}`);
    if (!here.seen) problems.push(`${name}: outside of the screen, or covered`);
    if (i > 1 && (here.bottom <= before.top || (here.top < before.bottom && here.bottom > before.top && here.left < before.left))) {
      problems.push(`${name}: stands before what came before it`);
    }
    before = here;
  }
  await copy.keyboard.press('Tab');
  if (count > 1 && (await copy.evaluate(focused)).walk === String(count - 1)) problems.push('the last control keeps the focus');
  return problems;
}

/** Runs in the page: the focused control. */
function focused() {
  const control = document.activeElement;
  const style = getComputedStyle(control);
  const box = control.getBoundingClientRect();
  // Browsers bring the line that one writes on into sight, not the whole field.
  if (control.matches('textarea')) box.height = Math.min(box.height, parseFloat(style.paddingTop) + parseFloat(style.lineHeight));
  // A part that scrolls by itself may be larger than the screen: what is in sight of it counts.
  if (control.matches('[role=group][tabindex="0"]') && box.height > innerHeight / 2) {
    const top = Math.max(box.top, 0);
    box.height = Math.min(box.bottom, innerHeight) - top;
    box.y = top;
  }
  const middle = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
  return {
    walk: control.dataset.walk,
    text: (control.textContent.trim() || control.name || control.tagName).slice(0, 20),
    skips: Boolean(control.hash) && document.querySelector('main')?.id === control.hash.slice(1),
    outline: style.outlineStyle === 'none' ? 0 : parseFloat(style.outlineWidth),
    seen: box.top >= -1 && box.bottom <= innerHeight + 1 && box.left >= -1 && box.right <= innerWidth + 1
      && Boolean(middle && (control.contains(middle) || middle.contains(control))),
    top: box.top + scrollY,
    bottom: box.bottom + scrollY,
    left: box.left,
  };
}

/** Nothing is cut off, squeezed or needs sideways scrolling at 320 px, there with text twice as large, and with wide spacing. */
export async function reflow(copy) {
  await copy.setViewportSize({ width: 320, height: 568 });
  const problems = [];
  const look = async (when) => problems.push(...(await copy.evaluate(overflowing)).map((problem) => `${when}: ${problem}`));
  await look('at 320 px');
  const size = () => copy.evaluate(() => parseFloat(getComputedStyle(document.querySelector('main p, main')).fontSize));
  const plain = await size();
  await copy.evaluate(() => { document.documentElement.style.fontSize = '200%'; });
  if ((await size()) < plain * 1.9) problems.push('text does not grow with the reader\'s setting');
  await look('with text at 200 %');
  problems.push(...(await copy.evaluate(squeezed, ROOM_MIN_EM)).map((problem) => `with text at 200 %: ${problem}`));
  await copy.evaluate(() => { document.documentElement.style.fontSize = ''; });
  await copy.addStyleTag({ content: '* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important } p { margin-bottom: 2em !important }' });
  await look('with wide spacing');
  return problems;
}

/** Runs in the page: what is wider than the screen or cuts its own text. */
function overflowing() {
  const problems = [];
  const wide = document.documentElement.scrollWidth;
  if (wide > innerWidth) {
    const worst = [...document.body.querySelectorAll('*')].filter((element) => element.getBoundingClientRect().right > innerWidth + 1).at(-1);
    problems.push(`${wide} px wide: ${worst?.outerHTML.slice(0, 80)}`);
  }
  for (const element of document.body.querySelectorAll('*')) {
    const style = getComputedStyle(element);
    const cuts = ['hidden', 'clip'].includes(style.overflowX) && element.clientWidth > 1 && element.textContent.trim();
    if (cuts && (element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 1)) {
      problems.push(`cut off: ${element.outerHTML.slice(0, 80)}`);
    }
  }
  return problems;
}

/** Runs in the page: sentences that break within words, since margins have taken the room. */
function squeezed(least) {
  return [...document.querySelectorAll('main :is(h1, h2, h3, p, li, dd, label, button, a.primary)')].flatMap((element) => {
    // A number breaks where it has its hyphens.
    const says = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && /\p{L}/u.test(node.textContent));
    if (!says || !element.checkVisibility() || element.closest('table, .unseen')) return [];
    const style = getComputedStyle(element);
    const of = (...names) => names.reduce((sum, name) => sum + parseFloat(style[name]), 0);
    const box = element.getBoundingClientRect();
    const room = (box.width - of('paddingLeft', 'paddingRight', 'borderLeftWidth', 'borderRightWidth')) / parseFloat(style.fontSize);
    const lines = (box.height - of('paddingTop', 'paddingBottom', 'borderTopWidth', 'borderBottomWidth')) / parseFloat(style.lineHeight);
    return lines > 1.5 && room < least ? [`room for ${room.toFixed(1)} em: ${element.outerHTML.slice(0, 80)}`] : [];
  });
}

/** Large enough for a thumb; a link within a sentence is as large as its words. */
export async function targets(copy) {
  return copy.evaluate(([controls, least]) => [...document.querySelectorAll(controls)].flatMap((control) => {
    const style = getComputedStyle(control);
    const inSentence = control.matches('a') && style.display === 'inline' && control.parentElement.textContent.trim().length > control.textContent.trim().length;
    const scrolls = control.matches('[role=group][tabindex="0"]'); // is pressed nowhere
    if (!control.checkVisibility() || inSentence || scrolls) return [];
    control.focus(); // the skip link has its size when it is seen
    const boxes = [control, ...(/radio|checkbox/.test(control.type) ? control.labels : [])].map((part) => part.getBoundingClientRect());
    const width = Math.max(...boxes.map((box) => box.right)) - Math.min(...boxes.map((box) => box.left));
    const height = Math.max(...boxes.map((box) => box.bottom)) - Math.min(...boxes.map((box) => box.top));
    const name = (control.textContent.trim() || control.name || control.tagName).slice(0, 20);
    return width < least - 0.5 || height < least - 0.5 ? [`${name}: ${Math.round(width)} × ${Math.round(height)} px, at least ${least}`] : [];
  }), [CONTROLS, TARGET_MIN]);
}

/** A dark page where the person wants one; with the system's own colours, controls keep an edge. */
export async function schemes(copy) {
  const problems = [];
  await copy.emulateMedia({ colorScheme: 'dark' });
  const light = await copy.evaluate(() => {
    const colours = [document.body, document.documentElement].map((element) => getComputedStyle(element).backgroundColor);
    const painted = colours.find((colour) => !colour.endsWith(', 0)')) ?? 'rgb(255, 255, 255)';
    return painted.match(/[\d.]+/g).slice(0, 3).map(Number).reduce((sum, part) => sum + part) / 3;
  });
  if (light > 80) problems.push('dark is not dark');
  await copy.emulateMedia({ colorScheme: 'light', forcedColors: 'active' });
  problems.push(...await copy.evaluate(() => [...document.querySelectorAll('button, input:not([type=hidden]), select, textarea')].flatMap((control) => {
    const style = getComputedStyle(control);
    const edge = style.borderTopStyle !== 'none' && parseFloat(style.borderTopWidth) >= 1 && style.forcedColorAdjust === 'auto';
    return edge || control.type === 'radio' || control.type === 'checkbox' ? [] : [`no edge in forced colours: ${control.outerHTML.slice(0, 80)}`];
  })));
  await copy.keyboard.press('Tab');
  if ((await copy.evaluate(focused)).outline < OUTLINE_MIN) problems.push('no focus to be seen in forced colours');
  return problems;
}

/** Nothing moves. */
export async function still(copy) {
  return copy.evaluate(() => [...document.querySelectorAll('*')].flatMap((element) => {
    const style = getComputedStyle(element);
    const moves = style.animationName !== 'none' || style.transitionDuration.split(',').some((time) => parseFloat(time) > 0);
    return moves ? [`moves: ${element.outerHTML.slice(0, 80)}`] : [];
  }));
}

/** Lines short enough to find the next one: 40 full-width characters, or as much English. */
export async function measure(copy) {
  await copy.setViewportSize({ width: 1280, height: 800 });
  return copy.evaluate(() => [...document.querySelectorAll('main p, main li, main dd')].flatMap((element) => {
    const range = document.createRange();
    range.selectNodeContents(element);
    const width = Math.max(0, ...[...range.getClientRects()].map((box) => box.width)) / parseFloat(getComputedStyle(element).fontSize);
    return width > 40.5 ? [`${Math.round(width)} em wide: ${element.textContent.trim().slice(0, 40)}`] : [];
  }));
}

export const LAYOUT = { keyboard, reflow, targets, schemes, still, measure };
