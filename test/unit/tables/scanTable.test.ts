import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { countLines, memorySource } from "../../../src/tables/byteSource";
import type { WantedColumn } from "../../../src/tables/cellColumn";
import type { Dialect } from "../../../src/tables/dialect";
import { OpenQuoteError } from "../../../src/tables/faults";
import { scanTable } from "../../../src/tables/scanTable";
import type { TableColumn } from "../../../src/tables/table";
import { PLAIN_DIALECT } from "./support";

const bytesOf = (text: string) => new TextEncoder().encode(text);

function wantedOf(width: number, kind: WantedColumn["kind"] = "number"): WantedColumn[] {
  return Array.from({ length: width }, (_, place) => ({ name: `c${place}`, place, kind, format: null }));
}

function scan(text: string, width: number, dialect: Partial<Dialect> = {}, chunkBytes = 2 ** 18) {
  return scanTable(memorySource(bytesOf(text), chunkBytes), {
    dialect: { ...PLAIN_DIALECT, ...dialect },
    width,
    wanted: wantedOf(width),
    readsEmptyLines: false,
  });
}

const valuesOf = (column: TableColumn | undefined) => (column?.kind === "number" ? Array.from(column.values) : []);

/** A record a line, cells split at the delimiter and read by JavaScript: right for tables of plain numbers. */
function reference(text: string, delimiter: string, decimal: string): number[][] {
  const [, ...lines] = text.split(/\r\n|\r|\n/).filter((line) => line !== "");
  return lines.map((line) => line.split(delimiter).map((cell) => Number(cell.replace(decimal, "."))));
}

const numberText = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.integer().map(String),
  fc.float({ noNaN: true, noDefaultInfinity: true, min: -1000, max: 1000 }).map((value) => value.toFixed(6)),
  fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }).map((value) => `${value}.25`),
  fc.constantFrom("0", "-0", "+1.5", ".5", "5.", "0.1", "1e-7", "123456789012345", "999999999999999.9", "4.35", "1E5"),
);

function linesOf(text: string) {
  const lines = text.split(/\r\n|\r|\n/);
  return { lines: lines.length, filledLines: lines.filter((line) => line !== "").length };
}

test("counts lines wherever they break, and those that are not empty", () => {
  const piece = fc.constantFrom("\n", "\r\n", "\r", "a", "ab\u0001", "\u007f", "ä,1", "\t\n");
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), fc.integer({ min: 1, max: 9 }), (pieces, chunkBytes) => {
      const text = pieces.join("");
      expect(countLines(memorySource(bytesOf(text), chunkBytes))).toEqual(linesOf(text));
      expect(countLines(memorySource(bytesOf(text)))).toEqual(linesOf(text));
    }),
  );
});

describe("the scanner", () => {
  test("reads random tables as a simple reader does, whatever the chunks", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4 }).chain((width) =>
          fc.record({
            rows: fc.array(fc.array(numberText, { minLength: width, maxLength: width }), { maxLength: 12 }),
            width: fc.constant(width),
          }),
        ),
        fc.constantFrom([",", "."], [";", ","], ["\t", "."], ["|", ","]),
        fc.constantFrom("\n", "\r\n", "\r"),
        fc.integer({ min: 1, max: 40 }),
        fc.boolean(),
        ({ rows, width }, [delimiter, decimal], lineEnd, chunkBytes, endsWithBreak) => {
          const lines = rows.map((row) => row.map((cell) => cell.replace(".", decimal!)).join(delimiter));
          const header = Array.from({ length: width }, (_, place) => `c${place}`).join(delimiter);
          const text = [header, ...lines].join(lineEnd) + (endsWithBreak ? lineEnd : "");
          const dialect = { delimiter: delimiter as Dialect["delimiter"], decimal: decimal as Dialect["decimal"] };
          const { rows: count, columns, faults } = scan(text, width, dialect, chunkBytes);
          const expected = reference(text, delimiter!, decimal!);
          expect(faults.first).toEqual([]);
          expect(count).toBe(expected.length);
          for (const [place, column] of columns.entries())
            expect(valuesOf(column)).toEqual(expected.map((row) => row[place]));
        },
      ),
    );
  });

  test("reads the same wherever a chunk ends, also within quotes, line ends and characters", () => {
    const text =
      '\uFEFFname,"c ""1""",note\r\nä,"1,5",first\r\n# no row\r\n"two\r\nlines",2,"say ""hi"""\r\n' +
      '\r\n"",  3 ,x\rlast,4e1,"1"';
    const wanted: WantedColumn[] = [
      { name: "name", place: 0, kind: "category", format: null },
      { name: "c", place: 1, kind: "number", format: null },
      { name: "note", place: 2, kind: "category", format: null },
    ];
    const dialect: Dialect = { ...PLAIN_DIALECT, thousands: ",", comment: "#" };
    const read = (chunkBytes: number) =>
      scanTable(memorySource(bytesOf(text), chunkBytes), { dialect, width: 3, wanted, readsEmptyLines: false });
    const whole = read(1000);
    expect(whole).toMatchObject({
      rows: 4,
      emptyLines: 1,
      columns: [
        { categories: ["ä", "two\r\nlines", "last"], codes: Uint32Array.of(0, 1, 0xffff_ffff, 2), missing: 1 },
        { values: Float64Array.of(NaN, 2, 3, 40) },
        { categories: ["first", 'say "hi"', "x", "1"] },
      ],
    });
    expect(whole.faults.first).toEqual([
      { kind: "not-a-number", line: 2, column: 1, text: "1,5" },
      { kind: "missing", line: 7, column: 0, text: "" },
    ]);
    for (let chunkBytes = 1; chunkBytes <= bytesOf(text).length; chunkBytes++) expect(read(chunkBytes)).toEqual(whole);
  });

  test("rounds as JavaScript does", () => {
    fc.assert(
      fc.property(fc.array(numberText, { minLength: 1, maxLength: 50 }), (texts) => {
        const { columns } = scan(`c\n${texts.join("\n")}\n`, 1);
        expect(valuesOf(columns[0])).toEqual(texts.map(Number));
      }),
    );
  });

  test.each([
    ["0x1F", "not-a-number"],
    ["0b11", "not-a-number"],
    ["1_000", "not-a-number"],
    ["Infinity", "not-a-number"],
    ["1e999", "not-a-number"],
    ["1 2", "not-a-number"],
    ["--1", "not-a-number"],
    ["1.2.3", "not-a-number"],
    [".", "not-a-number"],
    ["$", "not-a-number"],
    ["1\u00000", "not-a-number"],
    ["   ,2", "missing"],
  ])("takes %j for no number", (cell, kind) => {
    const width = cell.includes(",") ? 2 : 1;
    const { faults } = scan(`a,b\n${cell}\n`, width);
    expect(faults.first.map((fault) => [fault.kind, fault.line])).toEqual([[kind, 2]]);
  });

  test("counts all faults and keeps five of each kind, without those of the footer", () => {
    const rows = Array.from({ length: 9 }, (_, row) => `x${row},${row}`).join("\n");
    const { faults, rows: count } = scan(`a,b\n${rows}\nTotal,9,9\n`, 2, { footer: 1 });
    expect(count).toBe(9);
    expect([...faults.counts]).toEqual([["not-a-number", 9]]);
    expect(faults.first.map(({ line, text }) => [line, text])).toEqual(
      Array.from({ length: 5 }, (_, row) => [row + 2, `x${row}`]),
    );
  });

  test("takes an empty line between the rows of one column for a missing value only where it is asked to", () => {
    const options = { dialect: PLAIN_DIALECT, width: 1, wanted: wantedOf(1) };
    const source = memorySource(bytesOf("a\n1\n\n\n4\n\n"));
    const filled = scanTable(source, { ...options, readsEmptyLines: true });
    expect([filled.rows, valuesOf(filled.columns[0])]).toEqual([4, [1, NaN, NaN, 4]]);
    const skipped = scanTable(source, { ...options, readsEmptyLines: false });
    expect([skipped.rows, valuesOf(skipped.columns[0]), skipped.emptyLines]).toEqual([2, [1, 4], 2]);
  });

  test("refuses a quote that never closes, with its line", () => {
    for (const chunkBytes of [1, 5, 1000])
      expect(() => scan('a\n1\n"2\n3', 1, {}, chunkBytes)).toThrow(new OpenQuoteError(3));
  });

  test("reads only what is asked for, of a table with a broken cell elsewhere", () => {
    const source = memorySource(bytesOf('a,b,c\n1,x,"two\nlines"\n2,,"3"\n'));
    const { columns, faults } = scanTable(source, {
      dialect: PLAIN_DIALECT,
      width: 3,
      wanted: wantedOf(1),
      readsEmptyLines: false,
    });
    expect([valuesOf(columns[0]), faults.first]).toEqual([[1, 2], []]);
  });
});
