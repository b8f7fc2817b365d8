// SPDX-License-Identifier: Apache-2.0
// What a tutorial has its reader do, and what it says one sees, out of its markdown:
//
//   ```sh                                      commands
//   ```text                                    lines that the commands before it print; `…` is any text
//   In `file`, replace `this` by `that`.       an edit
//   In `file`, put below `line`:               an edit; the next block is what is put there (`above` likewise)
//
// A block that is none of these would be text that nothing tests, and is refused.

const STEP = new RegExp(
  [
    /^```(?<language>\w*)\n(?<body>[^]*?)^```$/,
    /In\s`(?<edited>[^`]+)`,\sreplace\s`(?<from>[^`]+)`\sby\s`(?<to>[^`]+)`/,
    /In\s`(?<grown>[^`]+)`,\sput\s(?<side>above|below)\s`(?<line>[^`]+)`:/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'gm',
);

/** A line by which one sees that a command has failed. */
const FAULT = /^error: |^ +\d+ {2}FAIL /;

/** The steps of a page, in turn: `run` with what is seen of it, `replace` and `put`. */
export function stepsOf(text) {
  const steps = [];
  let place;
  for (const { groups, index } of text.matchAll(STEP)) {
    const at = text.slice(0, index).split('\n').length;
    const refuse = (what) => {
      throw new Error(`line ${at}: ${what}`);
    };
    const { language, body, edited, from, to, grown, side, line } = groups;
    if (place !== undefined && (body === undefined || language === 'sh' || language === 'text')) {
      refuse(`what is put ${place.side} ${place.line}?`);
    }
    if (edited !== undefined) steps.push({ kind: 'replace', at, file: edited, from, to });
    else if (grown !== undefined) place = { side, line, file: grown };
    else if (language === 'sh') steps.push({ kind: 'run', at, commands: body, seen: [], fails: false });
    else if (language === 'text') {
      const last = steps.at(-1);
      if (last?.kind !== 'run') refuse('this follows no command');
      last.seen.push(...body.trimEnd().split('\n'));
      last.fails = last.seen.some((one) => FAULT.test(one));
    } else if (place !== undefined) {
      steps.push({ kind: 'put', at, ...place, text: body });
      place = undefined;
    } else refuse(`what is this block of ${language || 'no language'} for?`);
  }
  if (place !== undefined) throw new Error(`what is put ${place.side} ${place.line}?`);
  return steps;
}

/** The first line of `seen` that does not stand in the output. */
export function firstUnseen(seen, output) {
  const lines = output.split('\n').map((line) => line.trimEnd());
  return seen.find((line) => {
    const parts = line.trimEnd().split('…').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    const pattern = new RegExp(`^${parts.join('.*')}$`);
    return !lines.some((one) => pattern.test(one));
  });
}

/** A file's text after an edit; a place that is not there, or there twice, is a fault of the page. */
export function edited(text, step) {
  const [place, made] =
    step.kind === 'replace'
      ? [step.from, step.to]
      : [`\n${step.line}\n`, step.side === 'above' ? `\n${step.text}${step.line}\n` : `\n${step.line}\n${step.text}`];
  const parts = text.split(place);
  if (parts.length !== 2) throw new Error(`${step.file} has ${parts.length - 1} times ${place.trim()}`);
  return parts.join(made);
}
