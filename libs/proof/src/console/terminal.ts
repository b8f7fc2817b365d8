// SPDX-License-Identifier: Apache-2.0
// What a person sees of a line that carries controls (ECMA-48), and what was sent but is seen no longer.

/** A line as a terminal takes it. */
export interface Seen {
  /** What stands in the line at its end. */
  visible: string;
  /** The runs of text between controls, each as it was sent, where there is more than one. */
  runs: readonly string[];
  /** What stands in other lines that it has written to, or may have where it went to a line that cannot be told. */
  elsewhere: readonly string[];
}

/** Nobody's terminal is wider; a column from the guest must not fill the host's memory. */
const COLUMN_MAX = 4096;
/** Nobody's terminal is higher: what is further up cannot be written to any more. */
const ROWS_MAX = 100;
const TAB_STOP = 8;
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

/** One line of a screen. */
class Row {
  private cells: string[];

  constructor(text = '') {
    this.cells = [...text];
  }

  get length(): number {
    return this.cells.length;
  }

  put(column: number, character: string, inserted: boolean): void {
    if (column < this.cells.length) this.spread();
    while (this.cells.length < column) this.cells.push(SPACE);
    this.cells.splice(column, inserted ? 0 : 1, character);
  }

  /** A tab moves over what is there, and is kept as such where nothing is. */
  tab(column: number, stop: number): void {
    while (this.cells.length < column) this.cells.push(SPACE);
    for (let first = true; this.cells.length < stop; first = false) this.cells.push(first ? '\t' : '');
  }

  insert(column: number, count: number): void {
    this.spread();
    this.cells.splice(column, 0, ...Array<string>(Math.min(count, COLUMN_MAX)).fill(SPACE));
  }

  remove(column: number, count = Infinity): void {
    this.spread();
    this.cells.splice(column, count);
  }

  blank(from: number, to: number): void {
    this.spread();
    for (let at = from; at < Math.min(to, this.cells.length); at++) this.cells[at] = SPACE;
  }

  copy(): Row {
    const row = new Row();
    row.cells = [...this.cells];
    return row;
  }

  toString(): string {
    return this.cells.join('');
  }

  /** Tabs as the spaces that they look like. */
  private spread(): void {
    if (this.cells.includes('\t')) this.cells = this.cells.map((cell) => (cell === '\t' || cell === '' ? SPACE : cell));
  }
}

interface Cursor {
  row: number;
  column: number;
}

const HOME_COLUMN = 0;

/** The last lines of a screen under a cursor, and what outlasts a line: a saved place, and whether text is inserted. */
export class Screen {
  private rows: Row[] = [];
  /** How many rows have gone out at the top. */
  private gone = 0;
  private cursor: Cursor = { row: -1, column: 0 };
  private saved: Cursor | undefined;
  private inserts = false;
  private last = SPACE;
  private changed = new Set<Row>();
  /** What was drawn since the cursor went to a line that cannot be told. */
  private loose: { column: number; character: string }[] | undefined;

  /** What the final byte of a control sequence does here; every other sequence draws and moves nothing. */
  private readonly sequences: Readonly<Record<string, (count: number, parameters: string) => void>> = {
    '@': (count) => this.row.insert(this.cursor.column, count || 1),
    A: (count) => this.moveBy(-(count || 1)),
    B: (count) => this.moveBy(count || 1),
    C: (count) => this.moveTo(this.cursor.column + (count || 1)),
    D: (count) => this.moveTo(this.cursor.column - (count || 1)),
    E: (count) => this.moveBy(count || 1, HOME_COLUMN),
    F: (count) => this.moveBy(-(count || 1), HOME_COLUMN),
    G: (count) => this.moveTo((count || 1) - 1),
    H: (count) => this.moveAway((count || 1) - 1),
    I: (count) => this.tab(Math.min(count || 1, COLUMN_MAX)),
    J: (count) => this.erase(count),
    K: (count) => this.erase(count),
    L: () => this.moveAway(HOME_COLUMN),
    M: () => this.moveAway(HOME_COLUMN),
    P: (count) => this.row.remove(this.cursor.column, count || 1),
    S: () => this.moveAway(this.cursor.column),
    T: () => this.moveAway(this.cursor.column),
    X: (count) => this.row.blank(this.cursor.column, this.cursor.column + (count || 1)),
    Z: (count) => this.moveTo((Math.ceil(this.cursor.column / TAB_STOP) - (count || 1)) * TAB_STOP),
    a: (count) => this.moveTo(this.cursor.column + (count || 1)),
    b: (count) => this.repeat(Math.min(count || 1, COLUMN_MAX)),
    d: () => this.moveAway(this.cursor.column),
    e: (count) => this.moveBy(count || 1),
    f: (count) => this.moveAway((count || 1) - 1),
    h: (_, parameters) => this.mode(parameters, true),
    l: (_, parameters) => this.mode(parameters, false),
    r: () => this.moveAway(HOME_COLUMN),
    s: () => this.save(),
    u: () => this.restore(),
    '`': (count) => this.moveTo((count || 1) - 1),
  };

  /** Controls of one or two characters. */
  private readonly controls: Readonly<Record<string, () => void>> = {
    '\b': () => this.moveTo(this.cursor.column - 1),
    '\t': () => this.tab(1),
    '\v': () => this.moveBy(1),
    '\f': () => this.moveBy(1),
    '\r': () => this.moveTo(HOME_COLUMN),
    '\u0084': () => this.moveBy(1),
    '\u0085': () => this.moveBy(1, HOME_COLUMN),
    '\u008d': () => this.moveBy(-1),
    '\u001b7': () => this.save(),
    '\u001b8': () => this.restore(),
    '\u001bD': () => this.moveBy(1),
    '\u001bE': () => this.moveBy(1, HOME_COLUMN),
    '\u001bM': () => this.moveBy(-1),
    '\u001bc': () => this.reset(),
  };

  /** Takes the next line as it was received, without its line feed. */
  follow(received: string): Seen {
    const text = received.replace(/\r+$/, '');
    this.moveBy(1, HOME_COLUMN);
    const own = this.row;
    if (PLAIN.test(text) && !text.includes('\t') && own.length === 0 && this.loose === undefined) {
      this.rows[this.cursor.row - this.gone] = new Row(text);
      this.cursor.column = text.length;
      this.last = text.at(-1) ?? this.last;
      return { visible: text, runs: [], elsewhere: [] };
    }
    this.changed = new Set();
    const runs = this.play(text);
    const others = [...this.changed].filter((row) => row !== own).map(String);
    const only = runs.length === 1 && PLAIN.test(text) && runs[0] === own.toString();
    return { visible: own.toString(), runs: only ? [] : runs, elsewhere: [...others, ...this.perhaps()] };
  }

  private play(text: string): string[] {
    const runs: string[] = [];
    let run = '';
    for (let at = 0; at < text.length; ) {
      CONTROL.lastIndex = at;
      const control = CONTROL.exec(text);
      const character = control?.[0] ?? String.fromCodePoint(text.codePointAt(at) as number);
      at += character.length;
      const { parameters, final, string } = control?.groups ?? {};
      if (!control) this.put(character);
      if (!control || character === '\t') run += character;
      if (!control || DRAWS_NOTHING.test(character) || final === 'm') continue;
      this.control(character, parameters ?? '', final);
      if (character === '\t') continue;
      runs.push(run, string ?? '');
      run = '';
    }
    return [...runs, run].filter((one) => one.trim() !== '');
  }

  private get row(): Row {
    return this.rows[this.cursor.row - this.gone] as Row;
  }

  private put(character: string): void {
    this.row.put(this.cursor.column, character, this.inserts);
    this.changed.add(this.row);
    this.loose?.push({ column: this.cursor.column, character });
    this.last = character;
    // Text may run on as far as it was sent; only a jump is bounded.
    this.cursor.column++;
  }

  private control(text: string, parameters: string, final: string | undefined): void {
    if (final !== undefined) return this.sequences[final]?.(Number(/(\d{0,6})$/.exec(parameters)?.[1] ?? 0), parameters);
    // A byte that is no text is drawn as a replacement character.
    if (/^[\udc00-\udfff]$/.test(text)) this.put('\ufffd');
    else this.controls[text]?.();
  }

  private repeat(count: number): void {
    for (let done = 0; done < count && this.cursor.column < COLUMN_MAX; done++) this.put(this.last);
  }

  private tab(count: number): void {
    for (let done = 0; done < count && this.cursor.column < COLUMN_MAX; done++) {
      const stop = (Math.floor(this.cursor.column / TAB_STOP) + 1) * TAB_STOP;
      this.row.tab(this.cursor.column, stop);
      this.cursor.column = stop;
    }
  }

  private mode(parameters: string, on: boolean): void {
    if (/^\d[\d;]*$/.test(parameters) && parameters.split(';').includes('4')) this.inserts = on;
  }

  private save(): void {
    this.saved = { ...this.cursor };
  }

  /** Without a saved place, and with one that has gone out at the top, it goes to a line that cannot be told. */
  private restore(): void {
    const { saved } = this;
    if (saved === undefined || saved.row < this.gone) return this.moveAway(saved?.column ?? HOME_COLUMN);
    this.cursor = { ...saved };
  }

  private reset(): void {
    this.inserts = false;
    this.saved = undefined;
    this.moveAway(HOME_COLUMN);
  }

  private moveTo(column: number): void {
    this.cursor.column = Math.max(0, Math.min(column, Math.max(COLUMN_MAX, this.row.length)));
  }

  private moveBy(rows: number, column = this.cursor.column): void {
    this.cursor = { row: Math.max(this.gone, this.cursor.row + Math.min(rows, ROWS_MAX)), column };
    while (this.rows.length <= this.cursor.row - this.gone) this.rows.push(new Row());
    const beyond = Math.max(0, this.rows.length - ROWS_MAX);
    this.rows.splice(0, beyond);
    this.gone += beyond;
  }

  /** To a line that depends on how high the screen is: it goes on in this one, and perhaps in any other. */
  private moveAway(column: number): void {
    this.moveTo(column);
    this.loose ??= [];
  }

  private perhaps(): string[] {
    const drawn = this.loose ?? [];
    this.loose = undefined;
    if (drawn.length === 0) return [];
    return this.rows
      .filter((row) => row.length > 0 && row.length <= COLUMN_MAX)
      .map((row) => {
        const after = row.copy();
        for (const { column, character } of drawn.slice(0, COLUMN_MAX)) after.put(column, character, false);
        return after.toString();
      });
  }

  /** ECMA-48 8.3.41: 0 from the cursor on, 1 up to the cursor, 2 all. */
  private erase(which: number): void {
    if (which === 0) this.row.remove(this.cursor.column);
    else this.row.blank(0, which === 1 ? this.cursor.column + 1 : this.row.length);
  }
}

/** One line on an empty screen. */
export function followLine(received: string): Seen {
  return new Screen().follow(received);
}
