// SPDX-License-Identifier: Apache-2.0
// What a person sees of a line that carries controls (ECMA-48), and what was sent but is seen no longer.

/** A line as a terminal takes it. */
export interface Seen {
  /** What stands in the line at its end. */
  visible: string;
  /** The runs of text between controls, each as it was sent, where there is more than one. */
  runs: readonly string[];
}

/** Nobody's terminal is wider; a column from the guest must not fill the host's memory. */
const COLUMN_MAX = 4096;
const SPACE = ' ';

/** CSI: what it does is said by its final byte. */
const SEQUENCE = /(?:\u001b\[|[\u009b\udc9b])(?<parameters>[0-?]*)[ -/]*(?<final>[@-~])/u;
/** DCS, SOS, OSC, PM, APC: a string up to BEL or ST that is not drawn, such as a title. */
const STRING =
  /(?:\u001b[\]PX^_]|[\u0090\u0098\u009d-\u009f\udc90\udc98\udc9d-\udc9f])(?<string>[^\u0007\u001b\u009c]*)(?:\u0007|\u001b\\|\u009c)?/u;
const ESCAPE = /\u001b[ -/]*[0-~]?/u;
const OTHER = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Cf}\p{Default_Ignorable_Code_Point}]/u;
/** A control at the place where the expression stands; what is no control is one character of text. */
const CONTROL = new RegExp([SEQUENCE, STRING, ESCAPE, OTHER].map(({ source }) => source).join('|'), 'uy');
const DRAWS_NOTHING = /^[\p{Cf}\p{Default_Ignorable_Code_Point}]$/u;
const PLAIN = /^[\t -~]*$/;

/** One line of a screen under a cursor. */
class Row {
  private readonly cells: string[] = [];
  private column = 0;

  /** What the final byte of a control sequence does here; every other sequence draws and moves nothing in this line. */
  private readonly sequences: Readonly<Record<string, (count: number) => void>> = {
    '@': (count) => void this.cells.splice(this.column, 0, ...Array<string>(Math.min(count || 1, COLUMN_MAX)).fill(SPACE)),
    C: (count) => this.moveTo(this.column + (count || 1)),
    D: (count) => this.moveTo(this.column - (count || 1)),
    G: (count) => this.moveTo((count || 1) - 1),
    H: (count) => this.moveTo((count || 1) - 1),
    J: (count) => this.erase(count),
    K: (count) => this.erase(count),
    P: (count) => void this.cells.splice(this.column, count || 1),
    X: (count) => this.blank(this.column, this.column + (count || 1)),
    f: (count) => this.moveTo((count || 1) - 1),
    '`': (count) => this.moveTo((count || 1) - 1),
  };

  put(character: string): void {
    while (this.cells.length < this.column) this.cells.push(SPACE);
    this.cells[this.column++] = character;
  }

  control(text: string, parameters: string | undefined, final: string | undefined): void {
    if (final !== undefined) return this.sequences[final]?.(Number(/(\d{0,6})$/.exec(parameters ?? '')?.[1] ?? 0));
    if (text === '\r') this.column = 0;
    else if (text === '\b') this.column = Math.max(0, this.column - 1);
    // A byte that is no text is drawn as a replacement character.
    else if (/^[\udc00-\udfff]$/.test(text)) this.put('\ufffd');
  }

  toString(): string {
    return this.cells.join('');
  }

  /** Text may run on as far as it was sent; only a jump is bounded. */
  private moveTo(column: number): void {
    this.column = Math.max(0, Math.min(column, Math.max(COLUMN_MAX, this.cells.length)));
  }

  /** ECMA-48 8.3.41: 0 from the cursor on, 1 up to the cursor, 2 all. */
  private erase(which: number): void {
    if (which === 0) this.cells.splice(this.column);
    else this.blank(0, which === 1 ? this.column + 1 : this.cells.length);
  }

  private blank(from: number, to: number): void {
    for (let at = from; at < Math.min(to, this.cells.length); at++) this.cells[at] = SPACE;
  }
}

/** Follows one line as it was received, without its line feed. Pure. */
export function followLine(received: string): Seen {
  const text = received.replace(/\r+$/, '');
  if (PLAIN.test(text)) return { visible: text, runs: [] };
  const row = new Row();
  const runs: string[] = [];
  let run = '';
  for (let at = 0; at < text.length; ) {
    CONTROL.lastIndex = at;
    const control = CONTROL.exec(text);
    const character = control?.[0] ?? String.fromCodePoint(text.codePointAt(at) as number);
    at += character.length;
    const { parameters, final, string } = control?.groups ?? {};
    if (!control || character === '\t') {
      row.put(character);
      run += character;
    } else if (!DRAWS_NOTHING.test(character) && final !== 'm') {
      row.control(character, parameters, final);
      runs.push(run, string ?? '');
      run = '';
    }
  }
  return { visible: row.toString(), runs: [...runs, run].filter((one) => one.trim() !== '') };
}
