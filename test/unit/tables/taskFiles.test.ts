/** Tables that are spread over files, with and without a table of labels. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { tableSource } from "../../../src/tables/byteSource";
import { AUTO_KEYS } from "../../../src/tables/dialect";
import type { NamedTable, TableFiles } from "../../../src/tables/tableFiles";
import { TableError } from "../../../src/tables/tableProblem";
import { readTaskTable, type TableTask } from "../../../src/tables/taskTable";

const fileOf = (name: string, text: string): NamedTable => ({ name, bytes: new TextEncoder().encode(text) });

/** Files in the order of their names. */
function filesOf(tables: Readonly<Record<string, string>>, labels: string | null = null): TableFiles {
  const names = Object.keys(tables).sort();
  return {
    tables: names.map((name) => fileOf(name, tables[name]!)),
    labels: labels === null ? null : fileOf("labels.csv", labels),
  };
}

const taskOf = (task: Partial<TableTask>): TableTask => ({
  ...AUTO_KEYS,
  missing: null,
  columns: ["x"],
  target: "",
  files: "*.csv",
  ...task,
});

function read(files: TableFiles, task: Partial<TableTask> = {}) {
  const made = readTaskTable(files, taskOf(task), (series) => series);
  const column = (name: string): number[] => {
    const found = made.table.columns.find((one) => one.name === name);
    return found?.kind === "number" ? Array.from(found.values) : [];
  };
  return { ...made, column };
}

const PLAIN = { "a.csv": "x,y\n1,10\n2,20\n", "b.csv": "x,y\n3,30\n4,40\n5,50\n", "c.csv": "x,y\n6,60\n" };

describe("several files", () => {
  test("are one series each, in the order of their names", () => {
    const { column, series, report } = read(filesOf(PLAIN), { target: "y" });
    expect([column("x"), column("y")]).toEqual([
      [1, 2, 3, 4, 5, 6],
      [10, 20, 30, 40, 50, 60],
    ]);
    expect(series).toEqual([
      { from: 0, to: 2 },
      { from: 2, to: 5 },
      { from: 5, to: 6 },
    ]);
    expect(report).toMatchObject({ files: 3, rows: 6, delimiter: ",", problems: [] });
  });
  test("hold several series each where a column tells them apart, and none crosses to the next file", () => {
    const files = filesOf({ "a.csv": "id,x\np,1\nq,2\np,3\n", "b.csv": "id,x\nq,4\nq,5\np,6\n" });
    const { column, series } = read(files, { group: "id" });
    expect(series.map(({ from, to }) => column("x").slice(from, to))).toEqual([[1, 3], [2], [4, 5], [6]]);
  });
  test("are read from the last row to the first each, where they start with the newest", () => {
    expect(read(filesOf(PLAIN), { order: "reverse" }).column("x")).toEqual([2, 1, 5, 4, 3, 6]);
  });
  test("share their categories, in the order of the first appearance", () => {
    const files = filesOf({ "a.csv": "x,w\n1,N\n2,E\n", "b.csv": "x,w\n3,S\n4,N\n", "c.csv": "x,w\n5,E\n6,S\n" });
    const wind = { name: "w", kind: "category", encoding: "index", format: "auto" } as const;
    expect(read(files, { columns: [wind], target: "x" }).column("w")).toEqual([0, 1, 2, 0, 1, 2]);
  });
  test("have their missing values filled within each, and counted together", () => {
    const files = filesOf({ "a.csv": "x,y\n1,0\nNA,0\n", "b.csv": "x,y\nNA,0\n4,0\n-,0\n" });
    const { column, report, series } = read(files, { missing: { markers: ["NA", "-"], fill: "forward" } });
    expect([column("x"), series.length]).toEqual([[1, 1, 4, 4], 2]);
    expect(report).toMatchObject({
      missing: 3,
      markers: [
        { text: "NA", cells: 2 },
        { text: "-", cells: 1 },
      ],
    });
  });
  test("may have titles of their own above the header, and comments", () => {
    const files = filesOf({
      "a.csv": "# device 1\nx;y\n1,5;2\n2,5;3\n",
      "b.csv": "# device 2\n# late\nx;y\n3,5;4\n# pause\n4,5;5\n",
    });
    const { column, report } = read(files);
    expect([column("x"), report.comment, report.decimal]).toEqual([[1.5, 2.5, 3.5, 4.5], "#", ","]);
  });
});

const refusal = (files: TableFiles, task: Partial<TableTask> = {}): string => {
  try {
    read(files, task);
  } catch (error) {
    if (error instanceof TableError) return error.message;
    throw error;
  }
  throw new Error("the files were read");
};

describe("a file that differs from the first is named, with the line and how to fix it", () => {
  test.each([
    ["a column more", "x,y,z\n1,2,3\n", 'b.csv: line 1: column "z" is not in "a.csv". Change the file, or change'],
    ["a column less", "x\n1\n2\n", 'b.csv: line 1: there is no column "y", which "a.csv" has. Change the file'],
    ["another name", "x,why\n1,2\n", 'b.csv: line 1: the columns are "x", "why", but those of "a.csv" are "x", "y".'],
    ["another order", "y,x\n1,2\n", "b.csv: line 1: the columns are in another order"],
    ["no header", "1,2\n3,4\n", 'b.csv: line 1: the columns are "1", "2", but those of "a.csv" are "x", "y".'],
    ["another delimiter", "x;y\n1;2\n", 'b.csv: line 1: the columns are "x;y", but those of "a.csv" are'],
    ["nothing in it", "", "b.csv: the file is empty. Change the file, or change task.files so that it leaves"],
    ["no rows", "x,y\n", "b.csv: there are no rows below the header."],
    ["a word", "x,y\n1,2\nhigh,3\n", 'b.csv: line 3, column "x": "high" is not a number'],
    ["a value missing", "x,y\n1,2\n,3\n", 'b.csv: line 3, column "x": there is no value. Set task.missing'],
    ["a short row", "x,y\n1,2\n3\n", "b.csv: line 3: expected 2 values, as in the header, but found 1"],
    ["an open quote", 'x,y\n1,2\n"3,4\n5,6\n7,8\n9,10\n', "b.csv: line 3: a quote is not closed"],
    [
      "a footer",
      "x,y\n1,2\n2,3\n3,4\nTotal,9\n",
      'b.csv: The last line, "Total 9", is read as a footer. Lines of a footer in "a.csv": 0. Set task.footer',
    ],
  ])("%s", (_what, text, message) => {
    expect(refusal(filesOf({ ...PLAIN, "b.csv": text }))).toContain(message);
  });
  test("the first five of them, and the others are counted", () => {
    const tables = Object.fromEntries(
      Array.from({ length: 30 }, (_, index) => [`f${10 + index}.csv`, "x,y\n1,2\n?,2\n"]),
    );
    const message = refusal(filesOf({ "a.csv": "x,y\n1,2\n", ...tables }));
    expect(message.match(/f\d+\.csv: /g)).toEqual(["f10.csv: ", "f11.csv: ", "f12.csv: ", "f13.csv: ", "f14.csv: "]);
    expect(message).toMatch(/Files with errors besides those: 25\.$/);
  });
  test("the first one itself, when it is not to be read", () => {
    expect(refusal(filesOf({ ...PLAIN, "a.csv": "" }))).toMatch(/^a\.csv: the file is empty/);
    expect(refusal(filesOf(PLAIN), { columns: ["z"] })).toMatch(/^a\.csv: there is no column "z"/);
  });
  test("and a value far from those of all files, at its file and line", () => {
    const rows = (from: number): string => `x\n${Array.from({ length: 9 }, (_, row) => from + row).join("\n")}\n`;
    const files = filesOf({ "a.csv": rows(0), "b.csv": `${rows(3)}9999\n`, "c.csv": rows(5) });
    expect(read(files).report.problems).toMatchObject([{ file: "b.csv", line: 11, column: "x", key: "missing" }]);
  });
  test("but a column that is constant in some of the files only is not reported", () => {
    expect(read(filesOf({ "a.csv": "x\n1\n1\n", "b.csv": "x\n2\n2\n" })).report.problems).toEqual([]);
  });
  test("and a note that many files give is given once", () => {
    const dated = "t,x\n2026-01-03,1\n2026-01-02,2\n2026-01-01,3\n";
    const files = filesOf({ "a.csv": dated, "b.csv": dated, "c.csv": dated });
    expect(read(files).report.problems).toMatchObject([{ file: "a.csv", key: "order", severity: "warning" }]);
  });
});

const LABELS = "name,kind\na.csv,walk\nb.csv,run\nc.csv,walk\n";
const labeled = { labels: "labels.csv", target: "kind" } as const;

describe("a table of labels", () => {
  test("says for each file what it is, in all of its rows", () => {
    const { targets, series, column, report } = read(filesOf(PLAIN, LABELS), labeled);
    expect([targets.kind, targets.labels]).toEqual(["classes", ["run", "walk"]]);
    const ofSeries = series.map(({ from, to }) => [column("x")[from], Array.from(targets.columns[0]!.slice(from, to))]);
    expect(new Map(ofSeries as [number, number[]][])).toEqual(
      new Map([
        [1, [1, 1]],
        [3, [0, 0, 0]],
        [6, [1]],
      ]),
    );
    expect(report.labels).toEqual({ file: "labels.csv", column: "name" });
  });
  test.each([
    ["paths", "rec/a.csv", "rec/b.csv"],
    ["ends of paths", "a.csv", "b.csv"],
    ["names without the extension", "a", "b"],
    ["paths of Windows", ".\\rec\\a.csv", "rec\\b.csv"],
  ])("names files by %s, in whatever column", (_how, first, second) => {
    const files = filesOf({ "rec/a.csv": "x\n1\n", "rec/b.csv": "x\n2\n" }, `id,kind,f\n1,p,${first}\n2,q,${second}\n`);
    const { report, targets } = read(files, labeled);
    expect([report.labels?.column, targets.labels]).toEqual(["f", ["p", "q"]]);
  });
  test("may have numbers, several columns, and bits", () => {
    const text = "name,age,weight,left\na.csv,30,70.5,0\nb.csv,40,80.5,1\nc.csv,50,90.5,0\n";
    const values = read(filesOf(PLAIN, text), { ...labeled, target: ["age", "weight"] });
    expect([values.targets.kind, values.column("age"), values.column("weight")]).toEqual([
      "values",
      [30, 30, 40, 40, 40, 50],
      [70.5, 70.5, 80.5, 80.5, 80.5, 90.5],
    ]);
    const bits = read(filesOf(PLAIN, text), { ...labeled, target: "left", targetKind: "bits" });
    expect(Array.from(bits.targets.columns[0]!)).toHaveLength(6);
    expect(bits.targets.kind).toBe("bits");
  });
  test("keeps its labels as written, and is written in its own way", () => {
    const text = "name;kind\na.csv;1\nb.csv;NA\nc.csv;none\n";
    const { targets } = read(filesOf(PLAIN, text), { ...labeled, targetKind: "classes", delimiter: ",", decimal: "." });
    expect(targets.labels).toEqual(["1", "NA", "none"]);
  });
  test("gives a warning for labels without a file, whose classes are none", () => {
    const { targets, report } = read(filesOf(PLAIN, `${LABELS}d.csv,swim\ne.csv,run\n`), labeled);
    expect(targets.labels).toEqual(["run", "walk"]);
    expect(report.problems).toMatchObject([
      {
        file: "labels.csv",
        severity: "warning",
        text: 'Column "name": labels without a file, which are not used: 2 ("d.csv", "e.csv").',
      },
    ]);
  });
  test.each([
    ["a file without a label", "name,kind\na.csv,walk\nc.csv,run\n", 'the file "b.csv" has no label. Add a row'],
    ["files without a label", "name,kind\na.csv,walk\n", '2 files have no label: "b.csv", "c.csv". Add a row for each'],
    ["an empty label", "name,kind\na.csv,walk\nb.csv,\nc.csv,run\n", 'the file "b.csv" has no label'],
    ["two labels", `${LABELS}a.csv,run\n`, 'lines 2 and 5 are both about "a.csv". Keep one of them.'],
    ["no names", "name,kind\nx1,walk\nx2,run\n", 'no column has the names of the files, such as "a.csv".'],
    ["no such column", "name,sort\na.csv,walk\n", 'there is no column "kind"; the columns, separated by commas, are'],
    ["one class", "name,kind\na.csv,walk\nb.csv,walk\nc.csv,walk\n", "but classes are at least two"],
  ])("with %s is refused", (_what, text, message) => {
    expect(refusal(filesOf(PLAIN, text), labeled)).toContain(message);
  });
  test("whose name could be that of several files is refused at its line", () => {
    const files = filesOf({ "p/1.csv": "x\n1\n", "q/1.csv": "x\n2\n" }, "f,kind\np/1.csv,a\n1.csv,b\n");
    expect(refusal(files, labeled)).toBe('labels.csv: line 3: "1.csv" is the name of several files. Write its path.');
  });
  test("may not have a column that the files have as well", () => {
    const both = { ...labeled, target: "y", columns: ["x", "y"] };
    expect(refusal(filesOf(PLAIN, "f,y\na.csv,1\nb.csv,2\nc.csv,1\n"), both)).toContain('column "y" is both in');
  });
});

test("any number of last labeled files has each label about as often as all have, in the order of names", () => {
  const kinds = ["p", "q", "r"] as const;
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...kinds), { minLength: 6, maxLength: 60 }), (labels) => {
      fc.pre(new Set(labels).size > 1);
      const names = labels.map((_, index) => `f${100 + index}.csv`);
      const tables = Object.fromEntries(names.map((name, index) => [name, `x\n${index}\n`]));
      const text = `f,kind\n${names.map((name, index) => `${name},${labels[index]}\n`).join("")}`;
      const order = read(filesOf(tables, text), { ...labeled, targetKind: "classes" }).column("x");
      for (const kind of kinds) {
        const all = labels.filter((label) => label === kind).length;
        const places = order.filter((index) => labels[index] === kind);
        expect(places).toEqual([...places].sort((a, b) => a - b));
        for (let last = 1; last <= order.length; last++) {
          const among = order.slice(-last).filter((index) => labels[index] === kind).length;
          expect(Math.abs(among - (last * all) / order.length)).toBeLessThanOrEqual(1.5);
        }
      }
    }),
    { numRuns: 100, seed: 1 },
  );
});

test("rows cut into files at any places are the rows of the whole table, cell by cell", () => {
  const cell = fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }));
  const row = fc.record({ x: cell, w: fc.constantFrom("N", "E", "S") });
  fc.assert(
    fc.property(
      fc.array(row, { minLength: 2, maxLength: 40 }),
      fc.array(fc.nat(39), { maxLength: 5 }),
      (rows, cuts) => {
        const write = (part: typeof rows): string => `x,w\n${part.map(({ x, w }) => `${x},${w}\n`).join("")}`;
        const ends = [...new Set([0, ...cuts.filter((cut) => cut > 0 && cut < rows.length), rows.length])].sort(
          (a, b) => a - b,
        );
        const parts = ends
          .slice(1)
          .map((end, index) => [`f${index}.csv`, write(rows.slice(ends[index], end))] as const);
        const wind = { name: "w", kind: "category", encoding: "index", format: "auto" } as const;
        const task = { columns: ["x", wind], target: "x", delimiter: ",", decimal: ".", header: 1, footer: 0 } as const;
        const spread = read(filesOf(Object.fromEntries(parts)), { ...task, thousands: "none" });
        const { table } = readTaskTable(tableSource(write(rows)), taskOf({ ...task, thousands: "none" }), (all) => all);
        expect(spread.table.columns).toEqual(table.columns);
        expect(spread.series.map(({ to }) => to)).toEqual(ends.slice(1));
      },
    ),
    { numRuns: 150, seed: 2 },
  );
});
