//! A small page that passes every check, served with the headers it should have, and a way to break it in one place.

import { createServer } from 'node:http';

const STYLE = `
:root { color-scheme: light dark; --ink: #1c2026; --paper: #fff; --edge: #666e7a; --action: #0a4f9c; --on-action: #fff; --ring: #14171c }
@media (prefers-color-scheme: dark) { :root { --ink: #e9edf2; --paper: #14181e; --edge: #8c96a4; --action: #8fbcff; --on-action: #0c1626; --ring: #fc3 } }
* { box-sizing: border-box }
body { margin: 0 auto; padding: 1rem; max-width: 36em; background: var(--paper); color: var(--ink); font: 1.0625rem/1.75 sans-serif; overflow-wrap: anywhere }
h1 { font-size: 1.4em }
nav ul { display: flex; flex-wrap: wrap; gap: .5rem; list-style: none; padding: 0 }
a { color: var(--action) }
li a, .skip { display: inline-flex; align-items: center; min-height: 44px; min-width: 44px }
.skip:not(:focus) { position: absolute; left: -999px }
input, select { display: block; font: inherit; min-height: 48px; max-width: 100%; border: 2px solid var(--edge); background: var(--paper); color: inherit }
button { font: inherit; min-height: 48px; padding: 0 1rem; border: 2px solid transparent; background: var(--action); color: var(--on-action) }
:focus-visible { outline: 3px solid var(--ring); outline-offset: 3px }
`;

const TEXTS = {
  ja: { title: '認証コードの入力', lead: 'SMSで6けたの数字を送りました。', code: '認証コード', send: '確かめる', skip: '本文へ', to: '電話番号', country: '国と地域', slip: '6けたの数字を入れてください。', error: 'エラー：' },
  en: { title: 'Enter the code', lead: 'We sent you an SMS with six digits.', code: 'Code', send: 'Check', skip: 'Skip to the main part', to: 'Phone number', country: 'Country', slip: 'Enter six digits.', error: 'Error: ' },
};

/** The page in `lang`; with `slipped`, as the answer to a code that was too short. */
export function sample(lang, { slipped = false } = {}) {
  const t = TEXTS[lang];
  const summary = slipped ? `<div role="group" aria-labelledby="summary" tabindex="-1" autofocus><h2 id="summary">${t.error}</h2><ul><li><a href="#code">${t.slip}</a></li></ul></div>` : '';
  const beside = slipped ? `<p id="code-slip">${t.error} ${t.slip}</p>` : '';
  const marks = slipped ? ' aria-invalid="true" aria-describedby="code-slip"' : '';
  const link = (to, name) => `<li><a href="/${to}" lang="${to}" hreflang="${to}" rel="alternate"${to === lang ? ' aria-current="true"' : ''}>${name}</a></li>`;
  return `<!doctype html>
<html lang="${lang}">
<head>
<meta charset="utf-8">
<title>${slipped ? t.error : ''}${t.title} – Tegata</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/style.css">
</head>
<body>
<a class="skip" href="#main">${t.skip}</a>
<header><nav aria-label="Language"><ul>${link('ja', '日本語')}${link('en', 'English')}</ul></nav></header>
<main id="main" tabindex="-1">
${summary}<h1>${t.title}</h1>
<p>${t.lead}</p>
<form method="post" action="/check" novalidate>
<label for="country">${t.country}</label>
<select id="country" name="country" autocomplete="country"><option value="JP">+81</option></select>
<label for="number">${t.to}</label>
<input id="number" name="number" type="tel" autocomplete="tel">
<label for="code">${t.code}</label>
${beside}<input id="code" name="code" type="text" inputmode="numeric" autocomplete="one-time-code"${marks}>
<button class="primary">${t.send}</button>
</form>
</main>
</body>
</html>
`;
}

const HEADERS = {
  'content-security-policy': "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/**
 * Serves what `served` holds at the time: `{html, status, headers, style}`, each of which may be left out. Returns the address and
 * a way to stop.
 */
export async function serveSample(served) {
  const server = createServer((request, response) => {
    const [type, body] = request.url === '/style.css' ? ['text/css', STYLE + (served.style ?? '')] : ['text/html; charset=utf-8', served.html ?? sample('ja')];
    response.writeHead(type === 'text/css' ? 200 : served.status ?? 200, { ...HEADERS, ...served.headers, 'content-type': type }).end(body);
  });
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
  return { url: `http://127.0.0.1:${server.address().port}/`, stop: () => server.close() };
}
