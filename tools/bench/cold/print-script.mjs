// SPDX-License-Identifier: Apache-2.0
// `node tools/bench/cold/print-script.mjs FOLDER`: lays out in FOLDER what the plain script reads, and prints the script.
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { ROOT } from '../workspace.mjs';
import { coldScript } from './script.mjs';

const [place] = process.argv.slice(2);
mkdirSync(place, { recursive: true });
const { lines, lists, copies } = await coldScript(ROOT, place);
for (const [from, to] of copies) cpSync(from, to, { recursive: true });
for (const [file, text] of Object.entries(lists)) writeFileSync(file, text);
console.log(lines.join('\n'));
