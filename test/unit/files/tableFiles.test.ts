/** Tables in the files of a folder: which ones a pattern means, and what of the folder is refused. */
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { MAX_TABLE_FILES_BYTES, MAX_TABLE_FILES } from "../../../src/config/facts/dataFiles";
import { ExperimentError } from "../../../src/config/facts/experimentError";
import type { Experiment } from "../../../src/config/schema/schema";
import { createTrainer } from "../../../src/core/training/trainer";
import { checksums } from "../../../src/files/checksums";
import { patternsOf } from "../../../src/files/listFiles";
import { listMatches, matches } from "../../../src/files/listMatches";
import { checkExperimentFiles, readExperimentFiles } from "../../../src/files/readExperimentFiles";
import { readTableStart } from "../../../src/files/readTableStart";
import { areTableFiles } from "../../../src/tables/tableFiles";
import { experimentOf } from "../core/support";

// A guard against hanging only: a busy machine may be slow.
vi.setConfig({ testTimeout: 120_000 });

let outside: string;
let folder: string;

beforeEach(() => {
  outside = mkdtempSync(join(tmpdir(), "rnn-lab-tables-"));
  folder = join(outside, "lab");
  mkdirSync(join(folder, "rec"), { recursive: true });
  for (const [name, rows] of [
    ["b.csv", 3],
    ["a.csv", 5],
    ["C.CSV", 4],
    ["d.csv", 2],
  ] as const)
    write(`rec/${name}`, `x,y\n${Array.from({ length: rows }, (_, row) => `${row},${row * 2}\n`).join("")}`);
  write("labels.csv", "file,kind\na.csv,p\nb.csv,q\nC.CSV,p\nd.csv,q\n");
});
afterEach(() => rmSync(outside, { recursive: true, force: true }));

function write(name: string, text: string): void {
  writeFileSync(join(folder, name), text);
}

const taskOf = (task: object = {}): Experiment =>
  experimentOf({
    task: { kind: "csv", files: "rec/*.csv", columns: ["x"], target: "y", length: "series", horizon: 0, ...task },
    model: { readout: "last" },
  });
const LABELED = { labels: "labels.csv", target: "kind" } as const;

async function read(task: object = {}): Promise<{ readonly names: string[]; readonly rows: number }> {
  const experiment = taskOf(task);
  const files = await readExperimentFiles(folder, experiment);
  if (!areTableFiles(files.data)) throw new Error("the data are no tables");
  const { table } = createTrainer(experiment, { files });
  return { names: files.data.tables.map(({ name }) => name), rows: table?.rows ?? 0 };
}

async function refusal(task: object = {}): Promise<ExperimentError> {
  return read(task).then(
    () => Promise.reject(new Error("the files were read")),
    (error: unknown) => {
      if (error instanceof ExperimentError) return error;
      throw error;
    },
  );
}

describe("the files of a pattern", () => {
  test("are sorted by name, whatever the case of their extension, and nothing else of the folder is read", async () => {
    write("rec/notes.txt", "not a table");
    write("rec/.hidden.csv", "hidden");
    mkdirSync(join(folder, "rec", "folder.csv"));
    expect(await read()).toEqual({ names: ["rec/C.CSV", "rec/a.csv", "rec/b.csv", "rec/d.csv"], rows: 14 });
    expect((await read({ files: "./rec/?.csv" })).names).toHaveLength(4);
    expect(await read({ files: "rec/[ab].csv", ...{} }).catch((error: unknown) => String(error))).toMatch(/no file/);
  });
  test("may lie in several folders, also behind links that stay inside", async () => {
    mkdirSync(join(folder, "more"));
    write("more/e.csv", "x,y\n1,2\n");
    symlinkSync(join(folder, "more"), join(folder, "rec", "linked"));
    symlinkSync(join(folder, "more", "e.csv"), join(folder, "rec", "e.csv"));
    expect((await read({ files: "*/?.csv" })).names).toEqual([
      "more/e.csv",
      ...["rec/C.CSV", "rec/a.csv", "rec/b.csv", "rec/d.csv", "rec/e.csv"],
    ]);
    expect((await read({ files: "rec/*/*.csv" })).names).toEqual(["rec/linked/e.csv"]);
  });
  test.each([
    ["../*.csv", /task\.files "\.\.\/\*\.csv": the file is outside the folder of the experiment/],
    ["rec/../../*.csv", /outside the folder/],
    ["/etc/*.conf", /use a path relative to the folder/],
    ["nowhere/*.csv", /does not exist/],
    ["rec/*.tsv", /no file matches\. The pattern is relative to the folder of the experiment\./],
    ["rec/z.csv", /no file has this name\. Use "\*" for any characters, for example "recordings\/\*\.csv"/],
    ["rec/", /name the files in the folder, too, for example "\*\.csv"/],
    ["**/*.csv", /"\*\*" is not supported; write "\*\/" for each level/],
    ["rec\\*.csv", /use "\/" between folders/],
  ])("%s is refused, before the run as well", async (files, message) => {
    const error = await refusal({ files });
    expect([error.code, error.path, error.message]).toEqual([
      "unreadable-file",
      ["task", "files"],
      expect.stringMatching(message),
    ]);
    expect(await checkExperimentFiles(folder, taskOf({ files }))).toEqual([error]);
  });
  test("are refused where one is a link out of the folder, is no text, or they are too many or too large", async () => {
    writeFileSync(join(outside, "secret.csv"), "x,y\n1,2\n");
    symlinkSync(join(outside, "secret.csv"), join(folder, "rec", "link.csv"));
    expect((await refusal()).message).toBe(
      'task.files "rec/link.csv": the file is outside the folder of the experiment. Copy it into that folder.',
    );
    rmSync(join(folder, "rec", "link.csv"));
    symlinkSync(outside, join(folder, "up"));
    expect((await refusal({ files: "up/*.csv" })).message).toMatch(/outside the folder/);
    expect((await refusal({ files: "*/secret.csv" })).message).toMatch(/outside the folder/);
    writeFileSync(join(folder, "rec", "latin.csv"), Buffer.from([0x78, 0x0a, 0xf6]));
    expect((await refusal()).message).toMatch(/"rec\/latin\.csv": the file is not UTF-8 text/);
    rmSync(join(folder, "rec", "latin.csv"));
    for (const name of ["y.csv", "z.csv"]) {
      write(`rec/${name}`, "");
      truncateSync(join(folder, "rec", name), MAX_TABLE_FILES_BYTES / 2);
    }
    expect((await refusal()).message).toMatch(/have more than 134,217,728 bytes together, labels included/);
  });
  test("are at most as many as the limit says", async () => {
    for (let index = 0; index < 12; index++) write(`rec/f${index}.csv`, "x,y\n1,2\n");
    await expect(listMatches(folder, "rec/f*.csv", 11)).rejects.toThrow(/more than 11 files match/);
    expect(await listMatches(folder, "rec/f*.csv", 12)).toHaveLength(12);
    expect(MAX_TABLE_FILES).toBe(10_000);
  });
  test("are named when one differs, at the key that says so", async () => {
    write("rec/e.csv", "x,y,z\n1,2,3\n");
    write("rec/f.csv", "");
    const error = await refusal();
    expect([error.code, error.path]).toEqual(["bad-file", ["task", "files"]]);
    expect(error.message).toMatch(
      /^rec\/e\.csv: line 1: column "z" is not in "rec\/C\.CSV"\. .* rec\/f\.csv: the file/,
    );
  });
  test("have labels in a table of the folder, which is confined as they are", async () => {
    expect((await read(LABELED)).rows).toBe(14);
    expect((await refusal({ ...LABELED, labels: "no.csv" })).path).toEqual(["task", "labels"]);
    writeFileSync(join(outside, "labels.csv"), "file,kind\n");
    expect((await refusal({ ...LABELED, labels: "../labels.csv" })).message).toMatch(/outside the folder/);
    write("rec/0.csv", "file,kind\na.csv,p\nb.csv,q\nC.CSV,p\nd.csv,q\n");
    expect((await read({ ...LABELED, labels: "./rec/0.csv" })).names).not.toContain("rec/0.csv");
    expect((await refusal({ ...LABELED, files: "rec/0*.csv", labels: "rec/0.csv" })).message).toMatch(
      /task\.files "rec\/0\*\.csv": only the table of labels matches\./,
    );
    rmSync(join(folder, "rec", "0.csv"));
    write("labels.csv", "file,kind\na.csv,p\n");
    const error = await refusal(LABELED);
    expect([error.path, error.message]).toEqual([
      ["task", "labels"],
      'labels.csv: 3 files have no label: "rec/C.CSV", "rec/b.csv", "rec/d.csv". Add a row for each, ' +
        "or change task.files.",
    ]);
  });
  test("of 1,000 are read, and so is their table of labels", async () => {
    const names = Array.from({ length: 1000 }, (_, index) => `many/r${String(index).padStart(4, "0")}.csv`);
    mkdirSync(join(folder, "many"));
    for (const name of names) write(name, "x,y\n0.5,1\n1.5,2\n");
    write("labels.csv", `file,kind\n${names.map((name, index) => `${name},k${index % 3}\n`).join("")}`);
    expect(await read({ ...LABELED, files: "many/*.csv" })).toEqual({ names, rows: 2000 });
  });
});

describe("the checksum of several files", () => {
  const sum = async (): Promise<number | null> => checksums(await readExperimentFiles(folder, taskOf(LABELED))).data;
  test.each([
    ["a value of one of them", () => write("rec/b.csv", "x,y\n0,0\n1,2\n2,5\n")],
    ["one more", () => write("rec/e.csv", "x,y\n1,2\n")],
    ["one less", () => rmSync(join(folder, "rec", "d.csv"))],
    ["another name", () => renameSync(join(folder, "rec", "d.csv"), join(folder, "rec", "e.csv"))],
    [
      "a row that moves to the next file",
      () => {
        write("rec/a.csv", "x,y\n0,0\n1,2\n2,4\n3,6\n");
        write("rec/b.csv", "x,y\n0,0\n1,2\n2,4\n4,8\n");
      },
    ],
    ["a label", () => write("labels.csv", "file,kind\na.csv,p\nb.csv,q\nC.CSV,q\nd.csv,q\n")],
  ])("changes with %s", async (_what, change) => {
    const before = await sum();
    expect(await sum()).toBe(before);
    change();
    expect(await sum()).not.toBe(before);
  });
});

test("while an experiment is edited, columns are those of the first file and of the labels", async () => {
  expect(await readTableStart(folder, taskOf(LABELED))).toEqual({
    table: { file: "rec/C.CSV", columns: ["x", "y"] },
    labels: { file: "labels.csv", columns: ["file", "kind"] },
    problems: [],
  });
  expect(await readTableStart(folder, taskOf({ ...LABELED, files: "no/*.csv", labels: "no.csv" }))).toEqual({
    table: null,
    labels: null,
    problems: [],
  });
});

test("patterns are proposed for files that lie together and end alike", () => {
  expect(patternsOf(["a.csv", "rec/a.csv", "rec/b.csv", "rec/c.tsv", "rec/x/d.csv", "rec/x/e.csv"])).toEqual([
    "rec/*.csv",
    "rec/x/*.csv",
  ]);
});

test("a pattern matches the names that its stars and question marks make, in time however many there are", () => {
  const part = fc.string({ unit: fc.constantFrom("a", "B", "é", ".", "-"), maxLength: 4 });
  fc.assert(
    fc.property(fc.array(fc.tuple(part, fc.constantFrom("*", "?", "")), { maxLength: 6 }), part, (parts, fill) => {
      const pattern = parts.map(([text, sign]) => text + sign).join("");
      const name = parts.map(([text, sign]) => text + (sign === "*" ? fill : sign === "?" ? "x" : "")).join("");
      fc.pre(!name.startsWith(".") || pattern.startsWith("."));
      expect(matches(pattern, name)).toBe(true);
      expect(matches(pattern, name.toUpperCase())).toBe(true);
      expect(matches(`z${pattern}`, name)).toBe(false);
    }),
    { numRuns: 300, seed: 1 },
  );
  expect(matches(`${"*a".repeat(200)}b`, "a".repeat(250))).toBe(false);
});
