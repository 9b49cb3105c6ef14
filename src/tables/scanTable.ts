/**
 * Reads a table in one pass over its bytes. Numbers are read where they stand; no text is made for a cell that is a
 * plain number or is not asked for.
 */
import { countLines, startOfText, type ByteSource } from "./byteSource";
import { CellColumn, type WantedColumn } from "./cellColumn";
import type { Dialect } from "./dialect";
import { FaultList, type FaultKind, type Faults } from "./faults";
import type { TableColumn } from "./table";

export interface ScannedTable {
  readonly rows: number;
  readonly columns: readonly TableColumn[];
  readonly faults: Faults;
  /** Cells that have a marker which is a number, by that marker. */
  readonly markedNumbers: ReadonlyMap<string, number>;
  /** Empty lines between rows. */
  readonly emptyLines: number;
  /** Rows with empty cells beyond the last column. */
  readonly longRows: number;
  /** Of the rows that were to be noted, counted from 1. */
  readonly lines: ReadonlyMap<number, number>;
}

export interface ScanOptions {
  readonly dialect: Dialect;
  /** Columns of the table. */
  readonly width: number;
  readonly wanted: readonly WantedColumn[];
  /** Whether an empty line between rows is a row whose value is missing: of a table with one column. */
  readonly readsEmptyLines: boolean;
  /** Rows whose lines are noted. */
  readonly noted?: ReadonlySet<number>;
}

/** Takes 8 bytes a number, 4 a category, and some 2 MB beside them. */
export function scanTable(source: ByteSource, options: ScanOptions): ScannedTable {
  const { lines } = countLines(source);
  const scanner = new TableScanner(options, lines, source.size);
  for (const chunk of source.chunks(startOfText(source))) {
    scanner.push(chunk);
    source.onRows?.(scanner.rows, lines);
  }
  return scanner.finish();
}

const LF = 0x0a;
const CR = 0x0d;
const TAB = 0x09;
const BLANK = 0x20;
const QUOTE = 0x22;
const PLUS = 0x2b;
const MINUS = 0x2d;
const ZERO = 0x30;

/** Integers of so many digits, and these powers, are exact in 64 bits, so that one division rounds once. */
const MAX_DIGITS = 15;
const POWERS_OF_TEN = Array.from({ length: MAX_DIGITS + 1 }, (_, exponent) => 10 ** exponent);

/** A record that is longer has a quote that nothing closes, as far as anybody can tell. */
const MAX_RECORD_BYTES = 2 ** 24;

class TableScanner {
  /** What is not yet read, up to `end`; a zero follows, so that loops end without counting. */
  private buffer: Uint8Array<ArrayBuffer>;
  private end = 0;
  private at = 0;
  /** Whether nothing follows the buffer. */
  private isLast = false;
  private row = 0;
  private line = 1;
  private emptyLines = 0;
  /** Empty lines since the last row: those at the end are none between rows. */
  private emptySinceRow = 0;
  private longRows = 0;
  private headerLeft: number;
  private readonly lines = new Map<number, number>();
  private readonly layout: Layout;
  private readonly columns: readonly CellColumn[];
  private readonly faults: FaultList;

  constructor(
    private readonly options: ScanOptions,
    mostRows: number,
    mostBytes: number,
  ) {
    // A folder may have thousands of small tables.
    this.buffer = new Uint8Array(Math.min(2 ** 19, mostBytes + 1));
    const { dialect, width, wanted } = options;
    this.layout = new Layout(dialect, width, wanted);
    this.columns = wanted.map((column) => new CellColumn(column, mostRows, dialect));
    this.faults = new FaultList(dialect.footer);
    this.headerLeft = dialect.header;
  }

  /** Read so far. */
  get rows(): number {
    return this.row;
  }

  push(chunk: Uint8Array): void {
    const rest = this.buffer.subarray(this.at, this.end);
    const needed = rest.length + chunk.length + 1;
    const next = this.buffer.length >= needed ? this.buffer : new Uint8Array(2 * needed);
    next.set(rest);
    next.set(chunk, rest.length);
    this.buffer = next;
    this.at = 0;
    this.end = needed - 1;
    next[this.end] = 0;
    this.scan();
    if (this.end - this.at > MAX_RECORD_BYTES) this.faults.open(this.line);
  }

  finish(): ScannedTable {
    this.isLast = true;
    this.scan();
    const rows = Math.max(0, this.row - this.options.dialect.footer);
    const markedNumbers = new Map<string, number>();
    return {
      rows,
      columns: this.columns.map((column) => column.finish(rows, markedNumbers)),
      markedNumbers,
      faults: this.faults.finish(),
      emptyLines: this.emptyLines,
      longRows: this.longRows,
      lines: this.lines,
    };
  }

  /** All whole records of the buffer. */
  private scan(): void {
    const { dialect } = this.options;
    while (this.at < this.end) {
      const { at, line } = this;
      const isPassedOver = this.line <= dialect.skip || this.layout.isComment(this.buffer, at, this.end);
      this.faults.startRecord();
      if (isPassedOver ? this.passLine() : this.scanRecord()) continue;
      this.at = at;
      this.line = line;
      return;
    }
  }

  /** @returns whether the whole record was there */
  private scanRecord(): boolean {
    const { layout, columns } = this;
    const { line } = this;
    const isRow = this.headerLeft === 0;
    const start = this.at;
    let cells = 0;
    let filled = 0;
    for (;;) {
      const target = isRow && cells < layout.width ? layout.targets[cells]! : -1;
      const from = this.at;
      const values = target < 0 ? null : columns[target]!.numbers;
      if (values === null || !this.scanPlainNumber(values)) {
        if (!this.scanCell(target, line)) return false;
      }
      cells++;
      // Cells that hold more than blanks count, to see what an odd row has beyond its last column.
      if (this.at > from) filled = cells;
      if (this.at >= this.end || layout.ends[this.buffer[this.at]!] !== DELIMITER) break;
      this.at++;
      if (layout.isBlank) {
        this.skipBlanks();
        if (this.at < this.end && layout.ends[this.buffer[this.at]!] === LINE_END) break;
      }
    }
    const isEmpty = cells === 1 && this.isEmptySpan(start, this.at);
    if (!this.passLineEnd()) return false;
    if (isEmpty) this.endEmptyLine();
    else if (isRow) this.endRow(cells, filled, line);
    else this.headerLeft--;
    return true;
  }

  private endRow(cells: number, filled: number, line: number): void {
    const { width } = this.layout;
    if (this.options.readsEmptyLines && this.emptySinceRow > 0) this.insertMissing();
    this.emptyLines += this.emptySinceRow;
    this.emptySinceRow = 0;
    if (cells > width && filled <= width) this.longRows++;
    else if (cells !== width) this.addWrongWidth(cells, line);
    this.faults.endRecord();
    if (this.options.noted?.has(this.row) === true) this.lines.set(this.row, line);
    this.row++;
  }

  /** What a short row does not have is missing. */
  private addWrongWidth(cells: number, line: number): void {
    this.faults.add({ kind: "width", line, column: -1, text: String(cells) });
    for (const target of this.layout.targets.subarray(cells)) if (target >= 0) this.columns[target]!.put(this.row, "");
  }

  private endEmptyLine(): void {
    if (this.row > 0) this.emptySinceRow++;
  }

  /** The empty lines before this row, of a table with one column, are rows. Its value stands at the first of them. */
  private insertMissing(): void {
    for (const column of this.columns) column.insertMissing(this.row, this.emptySinceRow);
    for (let i = 0; i < this.emptySinceRow; i++) this.faults.endEarlierRecord();
    this.row += this.emptySinceRow;
  }

  /**
   * Up to 15 digits, sign and decimal mark. Nothing is consumed when the cell is another.
   * @returns whether the cell is read
   */
  private scanPlainNumber(values: Float64Array): boolean {
    const { buffer } = this;
    const { decimal, ends } = this.layout;
    let at = this.at;
    let code = buffer[at]!;
    while (code === BLANK) code = buffer[++at]!;
    const isNegative = code === MINUS;
    if (isNegative || code === PLUS) code = buffer[++at]!;
    let mantissa = 0;
    let first = at;
    for (let digit = code - ZERO; digit >= 0 && digit <= 9; digit = buffer[++at]! - ZERO)
      mantissa = 10 * mantissa + digit;
    let digits = at - first;
    let fraction = 0;
    if (buffer[at] === decimal) {
      first = ++at;
      for (let digit = buffer[at]! - ZERO; digit >= 0 && digit <= 9; digit = buffer[++at]! - ZERO)
        mantissa = 10 * mantissa + digit;
      fraction = at - first;
      digits += fraction;
    }
    if (digits === 0 || digits > MAX_DIGITS) return false;
    if (at >= this.end ? !this.isLast : ends[buffer[at]!] === WITHIN) return false;
    const magnitude = fraction === 0 ? mantissa : mantissa / POWERS_OF_TEN[fraction]!;
    values[this.row] = isNegative ? -magnitude : magnitude;
    this.at = at;
    return true;
  }

  /** @returns whether the whole cell was there */
  private scanCell(target: number, line: number): boolean {
    this.skipBlanks();
    if (this.at < this.end && this.buffer[this.at] === QUOTE) return this.scanQuoted(target, line);
    const from = this.at;
    const to = this.endOfPlain(from);
    if (to >= this.end && !this.isLast) return false;
    this.at = to;
    if (target >= 0) this.put(target, line, this.textOf(from, to));
    return true;
  }

  private scanQuoted(target: number, line: number): boolean {
    const from = this.at + 1;
    const close = this.closingQuote(from);
    if (close < 0) {
      if (this.isLast) {
        this.faults.open(line);
        this.at = this.end;
      }
      return this.isLast;
    }
    const to = this.endOfPlain(close + 1);
    if (to >= this.end && !this.isLast) return false;
    this.at = to;
    const rest = this.textOf(close + 1, to).trim();
    const text = this.textOf(from, close).replaceAll('""', '"');
    if (rest !== "") this.fault("after-quote", line, target, `"${text}"${rest}`);
    else if (target >= 0) this.put(target, line, text);
    return true;
  }

  private put(target: number, line: number, text: string): void {
    const fault = this.columns[target]!.put(this.row, text.trim());
    if (fault !== null) this.fault(fault, line, target, text);
  }

  private fault(kind: FaultKind, line: number, target: number, text: string): void {
    this.faults.add({ kind, line, column: target, text: text.trim() });
  }

  private endOfPlain(from: number): number {
    const { buffer, end } = this;
    const { ends } = this.layout;
    let at = from;
    while (at < end && ends[buffer[at]!] === WITHIN) at++;
    return at;
  }

  /** Counts the lines within the quotes. -1 when the quote does not close within the buffer. */
  private closingQuote(from: number): number {
    const { buffer, end } = this;
    for (let at = from; at < end; at++) {
      const code = buffer[at]!;
      if (code === LF || (code === CR && buffer[at + 1] !== LF)) this.line++;
      if (code !== QUOTE) continue;
      if (buffer[at + 1] !== QUOTE) return at + 1 < end || this.isLast ? at : -1;
      at++;
    }
    return -1;
  }

  private skipBlanks(): void {
    const { buffer, end } = this;
    const skipsTabs = this.layout.skipsTabs;
    while (this.at < end && (buffer[this.at] === BLANK || (skipsTabs && buffer[this.at] === TAB))) this.at++;
  }

  private isEmptySpan(from: number, to: number): boolean {
    const text = to - from > 64 ? "long" : this.textOf(from, to).trim();
    return text === "" || text === '""';
  }

  private textOf(from: number, to: number): string {
    return decoder.decode(this.buffer.subarray(from, to));
  }

  private passLine(): boolean {
    const { buffer, end } = this;
    while (this.at < end && buffer[this.at] !== LF && buffer[this.at] !== CR) this.at++;
    return (this.at < end || this.isLast) && this.passLineEnd();
  }

  /** @returns whether the line end was there, and whether it is CR or CR LF */
  private passLineEnd(): boolean {
    const { buffer, end } = this;
    if (this.at >= end) return this.isLast;
    if (buffer[this.at] === CR) {
      if (this.at + 1 >= end && !this.isLast) return false;
      if (buffer[this.at + 1] === LF && this.at + 1 < end) this.at++;
    }
    this.at++;
    this.line++;
    return true;
  }
}

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** What a byte is to a cell. */
const WITHIN = 0;
const DELIMITER = 1;
const LINE_END = 2;

/** The dialect as bytes, and which column goes where. */
class Layout {
  readonly decimal: number;
  readonly ends = new Uint8Array(256);
  readonly isBlank: boolean;
  readonly skipsTabs: boolean;
  /** Of each column of the table the place among those that are wanted, or -1. */
  readonly targets: Int32Array;
  private readonly comment: readonly number[];

  constructor(
    { delimiter, decimal, comment }: Dialect,
    readonly width: number,
    wanted: readonly WantedColumn[],
  ) {
    this.decimal = decimal.charCodeAt(0);
    this.isBlank = delimiter === " ";
    this.skipsTabs = delimiter !== "\t";
    this.ends[delimiter.charCodeAt(0)] = DELIMITER;
    if (this.isBlank) this.ends[TAB] = DELIMITER;
    this.ends[LF] = LINE_END;
    this.ends[CR] = LINE_END;
    this.comment = Array.from(comment, (character) => character.charCodeAt(0));
    this.targets = new Int32Array(width).fill(-1);
    for (const [index, { place }] of wanted.entries()) this.targets[place] = index;
  }

  isComment(buffer: Uint8Array, at: number, end: number): boolean {
    return (
      this.comment.length > 0 &&
      at + this.comment.length <= end &&
      this.comment.every((code, index) => buffer[at + index] === code)
    );
  }
}
