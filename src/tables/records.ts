import type { Delimiter } from "./dialect";

/** A few lines of a table, split. For the recognizer and headers; whole tables go through the scanner. */
export interface TableRecord {
  /** The line of the text that it starts on, counted from 0. */
  readonly line: number;
  readonly cells: readonly string[];
  /** Whether a quote opens that nothing closes. */
  readonly isOpen: boolean;
}

export interface SplitOptions {
  readonly delimiter: Delimiter;
  readonly comment: string;
  /** Lines that are passed over. */
  readonly skip: number;
  /** At most so many records. */
  readonly most: number;
}

/** Records that are not empty and no comments. Blanks around a cell are no part of it. */
export function splitRecords(text: string, { delimiter, comment, skip, most }: SplitOptions): TableRecord[] {
  const records: TableRecord[] = [];
  const reader = new CellReader(text, delimiter);
  for (let line = 0; line < skip && reader.at < text.length; line++) reader.skipLine();
  while (reader.at < text.length && records.length < most) {
    const { line, at } = reader;
    if (comment !== "" && text.startsWith(comment, at)) {
      reader.skipLine();
      continue;
    }
    const cells = reader.readRecord();
    if (cells.length > 1 || cells[0] !== "") records.push({ line, cells, isOpen: reader.isOpen });
  }
  return records;
}

class CellReader {
  at = 0;
  line = 0;
  isOpen = false;
  private readonly isDelimiter: (character: string | undefined) => boolean;

  constructor(
    private readonly text: string,
    private readonly delimiter: Delimiter,
  ) {
    this.isDelimiter =
      delimiter === " "
        ? (character) => character === " " || character === "\t"
        : (character) => character === delimiter;
  }

  skipLine(): void {
    while (this.at < this.text.length && !this.isBreak()) this.at++;
    this.passBreak();
  }

  readRecord(): string[] {
    const cells: string[] = [];
    this.isOpen = false;
    for (;;) {
      this.skipBlanks();
      if (this.delimiter === " " && cells.length > 0 && this.isAtEnd()) break;
      cells.push(this.text[this.at] === '"' ? this.readQuoted() : this.readPlain());
      if (this.isAtEnd()) break;
      this.at++;
    }
    this.passBreak();
    return cells;
  }

  private readPlain(): string {
    const start = this.at;
    while (!this.isAtEnd() && !this.isDelimiter(this.text[this.at])) this.at++;
    return this.text.slice(start, this.at).trim();
  }

  /** With what follows the closing quote, which should be nothing. */
  private readQuoted(): string {
    const open = this.at + 1;
    let close = open;
    for (;;) {
      close = this.text.indexOf('"', close);
      if (close < 0 || this.text[close + 1] !== '"') break;
      close += 2;
    }
    this.isOpen ||= close < 0;
    const end = close < 0 ? this.text.length : close;
    const inside = this.text.slice(open, end);
    this.line += inside.match(/\r\n|\r|\n/g)?.length ?? 0;
    this.at = Math.min(this.text.length, end + 1);
    return inside.replaceAll('""', '"').trim() + this.readPlain();
  }

  private skipBlanks(): void {
    for (;;) {
      const character = this.text[this.at];
      if (character !== " " && (character !== "\t" || this.delimiter === "\t")) return;
      this.at++;
    }
  }

  private isBreak(): boolean {
    const character = this.text[this.at];
    return character === "\n" || character === "\r";
  }

  private isAtEnd(): boolean {
    return this.at >= this.text.length || this.isBreak();
  }

  private passBreak(): void {
    if (this.at >= this.text.length) return;
    if (this.text.startsWith("\r\n", this.at)) this.at++;
    this.at++;
    this.line++;
  }
}
