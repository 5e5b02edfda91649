//! The W3C's HTML checker over all pages that were kept, in one run of Java.

import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';

const VNU = createRequire(import.meta.url).resolve('vnu-jar/build/dist/vnu.jar');

/** The errors in `files`, as `file:line: message`. */
export function markupErrors(files) {
  if (files.length === 0) throw new Error('no page was kept to be checked');
  const ran = spawnSync('java', ['-Xss1m', '-jar', VNU, '--format', 'json', '--errors-only', ...files], { encoding: 'utf8', maxBuffer: 1 << 26 });
  if (ran.error) throw ran.error;
  const { messages } = JSON.parse(ran.stderr);
  return messages.map((found) => `${found.url.split('/').at(-1)}:${found.lastLine}: ${found.message}`);
}
