/** Exported scripts that read a table: the same losses, the same validation losses, and weights that predict. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test, vi } from "vitest";
import { createTrainer } from "../../../src/core/training/trainer";
import { readSafetensors } from "../../../src/formats/safetensors";
import { memorySource } from "../../../src/tables/byteSource";
import { experimentOf } from "../core/support";
import { versionOf } from "../python";
import { lossesOf, runAll, torch, type File, type Outcome, type Results } from "./pytorchSupport";

// Starting Python with torch takes seconds on a busy machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const FIXTURES = join(import.meta.dirname, "../../fixtures");
const folder = mkdtempSync(join(tmpdir(), "rnn-lab-pytorch-table-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Case {
  /** A fixture, or the text of a table. */
  readonly table: { readonly file: string } | { readonly text: string };
  readonly task: object;
  readonly model?: File["model"];
  readonly training?: object;
}

const fixture = (file: string): Case["table"] => ({ file });
const rowsOf = (header: string, rows: number, row: (i: number) => string): Case["table"] => ({
  text: `${header}\n${Array.from({ length: rows }, (_, i) => row(i)).join("\n")}\n`,
});
const level = (i: number): string => (Math.sin(i / 3) + 2).toFixed(3);

const STATIONS = rowsOf("station,level,rain", 96, (i) => `${"abc"[(i * 7) % 3]},${level(i)},${(i % 5) / 2}`);
const RECORDINGS = rowsOf("id,x,gesture,odd", 60, (i) => {
  const id = Math.floor(Math.sqrt(i));
  return `${id},${level(i)},${["wave", "push", "10", "9"][id % 4]},${id % 2}`;
});
const GAPS = rowsOf("time;level;wind", 60, (i) => {
  const gap = i % 7 === 3 || i === 0 || i > 57;
  const month = `${2020 + Math.floor(i / 12)}-${String((i % 12) + 1).padStart(2, "0")}`;
  const wind = i % 11 === 5 ? "n/a" : ["N", "SE", "W"][i % 3];
  return `${month};${gap ? "?" : level(i).replace(".", ",")};${wind}`;
});
const gaps = (fill: string): Case => ({
  table: GAPS,
  task: {
    columns: [
      "level",
      { name: "wind", kind: "category" },
      { name: "time", kind: "time", encoding: "month-of-year" },
      { name: "time", kind: "time" },
    ],
    target: "level",
    length: 4,
    decimal: ",",
    missing: { markers: ["?", "n/a"], fill },
  },
});

const CASES: Readonly<Record<string, Case>> = {
  "semicolons, decimal commas and points between groups, with days since the first row": {
    table: fixture("tables/german.csv"),
    task: { columns: ["Menge", "Preis", { name: "Tag", kind: "time" }], target: "Preis" },
  },
  "no-break spaces between groups": { table: fixture("tables/spaces-in-thousands.csv"), task: { columns: ["visits"] } },
  "commas between groups, in quotes": { table: fixture("tables/thousands-quoted.csv"), task: { columns: ["visits"] } },
  "percent and currency, with the day of the month": {
    table: fixture("tables/percent-and-currency.csv"),
    task: {
      columns: ["share", "price", { name: "day", kind: "time", encoding: "day-of-month" }],
      target: ["price", "share"],
    },
  },
  "the newest row first, with the day of the week": {
    table: fixture("tables/newest-first.csv"),
    task: {
      columns: ["level", { name: "day", kind: "time", encoding: "day-of-week" }],
      target: "level",
      order: "reverse",
    },
  },
  comments: { table: fixture("tables/comments.csv"), task: { columns: ["level"] } },
  "title lines": { table: fixture("tables/title-lines.csv"), task: { columns: ["level"] } },
  "a footer": { table: fixture("tables/footer.csv"), task: { columns: ["level"] } },
  "columns aligned with spaces": { table: fixture("tables/aligned-spaces.txt"), task: { columns: ["level"] } },
  bars: { table: fixture("tables/bars.txt"), task: { columns: ["level"] } },
  tabs: { table: fixture("tables/tabs.tsv"), task: { columns: ["level"] } },
  units: { table: fixture("tables/unit-line.csv"), task: { columns: ["level", "speed"], target: "level" } },
  "no header": { table: fixture("tables/semicolons-no-header.csv"), task: { columns: ["column2"] } },
  "a byte order mark, and a name with a comma": {
    table: fixture("tables/byte-order-mark.csv"),
    task: { columns: ["level, upper"] },
  },
  "mixed line ends": { table: fixture("tables/mixed-line-ends.csv"), task: { columns: ["level"] } },
  "line breaks in quotes": {
    table: fixture("tables/quoted-breaks.csv"),
    task: { columns: ["level", { name: "note", kind: "category", encoding: "index" }], target: "level" },
  },
  "empty lines, whose values are missing only in a table of one column": {
    table: fixture("tables/empty-lines.csv"),
    task: { columns: ["level"], missing: { markers: [], fill: "forward" } },
  },
  "empty lines of one column": {
    table: { text: "y\n\n1\n2\n\n4\n\n\n7\n6\n5\n3\n2\n1\n4\n5\n6\n\n" },
    task: { columns: ["y"], missing: { markers: [], fill: "linear" } },
  },
  "a marker that is a number": {
    table: fixture("tables/sentinel.csv"),
    task: { columns: ["level"], missing: { markers: ["-9999"], fill: "linear" } },
  },
  "markers, forward": {
    table: fixture("tables/missing-marks.csv"),
    task: { columns: ["level", "flow"], target: "level", missing: { markers: ["NA", "?"], fill: "forward" } },
  },
  "categories, with the hour of the day": {
    table: fixture("tables/categories.csv"),
    task: {
      columns: ["level", { name: "wind", kind: "category" }, { name: "time", kind: "time", encoding: "hour-of-day" }],
      target: "level",
    },
  },
  "gaps, forward": gaps("forward"),
  "gaps, linear": gaps("linear"),
  "gaps, mean": gaps("mean"),
  "gaps, mask": gaps("mask"),
  "gaps, drop": gaps("drop"),
  "the passengers of an airline, in windows apart": {
    table: fixture("airline.csv"),
    task: { columns: ["passengers"], length: 12, stride: 5, horizon: 3 },
    model: { cell: "lstm", hiddenSize: 5, readout: "every" },
    training: { batchSize: 4, loss: "huber", stop: { patience: 10 } },
  },
  "a river": {
    table: fixture("../../examples/river-station.csv"),
    task: { columns: ["river", "temperature"], target: "river", length: 12 },
    model: { cell: "gru", hiddenSize: 4 },
    training: { batchSize: 32, clip: { norm: 0.5 } },
  },
  "stations, of which the rows alternate": {
    table: STATIONS,
    task: { columns: ["level", "rain"], target: ["rain", "level"], group: "station", length: 5, horizon: 2 },
    model: { cell: "lstm", hiddenSize: 4, numLayers: 2, dropout: 0.2 },
    training: { batchSize: 10 },
  },
  "stations as a stream": {
    table: STATIONS,
    task: { columns: ["level"], group: ["station"], length: 4, stride: 4, stream: true },
    training: { batchSize: 2, accumulate: 2 },
  },
  "stations with too few held-out rows for a window, and a target at each step": {
    table: STATIONS,
    task: { columns: ["level"], group: "station", length: 9 },
    model: { cell: "rnn", hiddenSize: 4, readout: "every" },
    training: { validation: { share: 0.2, every: 3 } },
  },
  episodes: {
    table: rowsOf("level,start", 50, (i) => `${level(i)},${i % 13 === 6 ? "True" : "no"}`),
    task: { columns: ["level"], reset: "start", length: 3 },
  },
  "episodes by numbers, of groups by numbers": {
    table: rowsOf("level,start,run", 80, (i) => `${level(i)},${Number(i % 13 === 6)},${(i * 3) % 2}`),
    task: { columns: ["level", "run"], target: "level", reset: "start", group: "run", length: 3 },
  },
  "classes of rows, with weights": {
    table: rowsOf(
      "level,state",
      70,
      (i) => `${level(i)},${i % 9 === 2 ? "rare" : Number(level(i)) > 2 ? "up" : "down"}`,
    ),
    task: { columns: ["level"], target: "state", targetKind: "classes", length: 4 },
    model: { cell: "gru", hiddenSize: 4, readout: "every" },
    training: { classWeights: "balanced" },
  },
  "bits, of which one is an input": {
    table: rowsOf("level,a,b", 70, (i) => `${level(i)},${Number(i % 4 === 1)},${Number(i % 7 < 3)}`),
    task: { columns: ["level", "a"], target: ["a", "b"], targetKind: "bits", length: 4 },
    training: { classWeights: [2, 3] },
  },
  "classes of recordings": {
    table: RECORDINGS,
    task: { columns: ["x"], group: "id", target: "gesture", targetKind: "classes", length: "series", horizon: 0 },
    training: { classWeights: [1, 2, 3, 0.5] },
  },
  "values of recordings at each step, some rows ahead": {
    table: RECORDINGS,
    task: { columns: ["x"], group: "id", target: "x", length: "series", horizon: 2 },
    model: { cell: "lstm", hiddenSize: 4, readout: "every" },
    training: { batchSize: 2 },
  },
  "names beyond ASCII, and times with zones": {
    table: rowsOf(
      '"Wasserstand \u{1f30a}",Zeit',
      40,
      (i) => `${level(i)},2026-03-01T0${i % 10}:30:1${i % 10}.25+02:00`,
    ),
    task: {
      columns: ["Wasserstand \u{1f30a}", { name: "Zeit", kind: "time", encoding: "hour-of-day" }],
      target: "Wasserstand \u{1f30a}",
    },
  },
  "months as words, and seconds since 1970": {
    table: rowsOf(
      "day,at,level",
      40,
      (i) => `${(i % 28) + 1} ${i % 2 === 0 ? "Feb" : "august"} ${2000 + i},${i * 3600.5},${level(i)}`,
    ),
    task: {
      columns: [
        "level",
        { name: "day", kind: "time", encoding: "month-of-year" },
        { name: "at", kind: "time", format: "unix" },
      ],
      target: "level",
    },
  },
  "without validation": {
    table: fixture("tables/plain.csv"),
    task: { columns: ["level"] },
    training: { validation: { share: 0 } },
  },
};

const numberOf = (python: string): number => ({ inf: Infinity, "-inf": -Infinity, nan: NaN })[python] ?? Number(python);

function expectClose(found: number | undefined, wanted: number): void {
  expect(Math.abs((found ?? NaN) - wanted)).toBeLessThanOrEqual(1e-9 * Math.abs(wanted) + 1e-15);
}

function bytesOf(table: Case["table"]): Uint8Array {
  return "file" in table ? readFileSync(join(FIXTURES, table.file)) : new TextEncoder().encode(table.text);
}

function fileOf({ task, model, training }: Case): File {
  return {
    task: { kind: "csv", file: "t.csv", length: 3, ...task },
    model: model ?? { cell: "rnn", hiddenSize: 3 },
    training: {
      iterations: 14,
      optimizer: { kind: "adam", learningRate: 0.02 },
      validation: { share: 0.3, every: 4 },
      ...training,
    },
  };
}

describe(`exported scripts that read a table, in PyTorch ${versionOf(torch)}`, () => {
  const runs = new Map<string, Outcome & { readonly folder: string; readonly names: readonly string[] }>();
  let results: Results = {};
  const names = Object.keys(CASES);

  test.skipIf(torch.missing !== null)("run, all of them", () => {
    for (const [name, one] of Object.entries(CASES)) {
      const { files, ...outcome } = lossesOf(fileOf(one), bytesOf(one.table), "float64");
      const own = mkdtempSync(join(folder, "run-"));
      for (const [fileName, content] of files) writeFileSync(join(own, fileName), content);
      runs.set(name, { ...outcome, folder: own, names: [...files.keys()] });
    }
    results = runAll([...runs.values()].map(({ folder: own }) => own));
    expect(Object.keys(results).length).toBe(names.length);
  });

  test.skipIf(torch.missing !== null).each(names)("%s: the losses of the run, and those of validation", (name) => {
    const run = runs.get(name)!;
    const result = results[run.folder]!;
    expect(run.names).toEqual(["train.py", "data.safetensors", "table.csv"]);
    expect(result.losses.length).toBe(run.losses.length);
    for (const [iteration, loss] of run.losses.entries()) expectClose(numberOf(result.losses[iteration]!), loss);
    const validated = new Map(result.validations);
    if (name === "without validation") expect(validated.size).toBe(0);
    else expect(run.validations.size).toBeGreaterThan(2);
    for (const [iteration, loss] of run.validations)
      if (name !== "without validation") expectClose(numberOf(validated.get(iteration) ?? ""), loss);
  });

  test.skipIf(torch.missing !== null).each(names)("%s: weights with what is needed to predict", (name) => {
    const run = runs.get(name)!;
    const experiment = experimentOf(fileOf(CASES[name]!));
    const { data } = createTrainer(experiment, { files: { data: bytesOf(CASES[name]!.table), weights: null } }).header(
      "",
      "",
    );
    const { metadata, tensors } = readSafetensors(readFileSync(join(run.folder, "weights.safetensors")));
    expect(tensors.map((tensor) => tensor.name).toSorted()).toEqual(run.weights.map((own) => own.name).toSorted());
    for (const { name: tensor, values } of run.weights)
      for (const [i, value] of values.entries())
        expect(tensors.find((other) => other.name === tensor)?.values[i]).toBeCloseTo(value, 7);
    expect(Object.keys(data?.recipe ?? {})).toContain("columns");
    for (const [key, text] of Object.entries(data?.recipe ?? {}))
      expectSame(JSON.parse(metadata[key] ?? ""), JSON.parse(text));
    expect(metadata["format_version"]).toBe("1");
    expect(JSON.parse(metadata["experiment"] ?? "")).toEqual(fileOf(CASES[name]!));
  });

  test.skipIf(torch.missing !== null).each(names)("%s: what validation measures", (name) => {
    const run = runs.get(name)!;
    const found = [...results[run.folder]!.output.matchAll(/^validation, (.*)$/gm)].map(([, text]) => text);
    if (run.measures === null) return expect(found).toEqual([]);
    const { values, accuracy } = run.measures;
    const wanted =
      values === null
        ? [`accuracy ${accuracy}`]
        : values.map(({ name: column, rmse, mae }) => `${column}: RMSE ${rmse}, MAE ${mae}`);
    const plain = (text: string | undefined) =>
      text?.replace(/\d+\.\d+(e[-+]\d+)?$|\d+\.\d+(e[-+]\d+)?(?=,)/g, (n) => Number(n).toPrecision(7));
    expect(found.map(plain)).toEqual(wanted.map(plain));
  });

  test.skipIf(torch.missing !== null)("another table with more rows trains, too", () => {
    const own = runs.get("stations, of which the rows alternate")!.folder;
    const longer = rowsOf("station,level,rain", 150, (i) => `${"abcd"[(i * 7) % 4]},${level(i)},${(i % 5) / 2}`);
    writeFileSync(join(own, "longer.csv"), bytesOf(longer));
    const { status, stdout } = spawnSync(torch.python, [join(own, "train.py"), join(own, "longer.csv")], {
      encoding: "utf8",
    });
    expect(status).toBe(0);
    expect(stdout).toMatch(/longer\.csv is not the table of the run, so the losses are not compared$/m);
    expect(stdout).not.toContain("max relative difference");
  });

  test.skipIf(torch.missing !== null)("another table: what it lacks, with its line", () => {
    const own = runs.get("markers, forward")!.folder;
    const run = (text: string) => {
      writeFileSync(join(own, "other.csv"), text);
      const { status, stdout, stderr } = spawnSync(torch.python, [join(own, "train.py"), join(own, "other.csv")], {
        encoding: "utf8",
      });
      return { status, stdout, stderr: stderr.trim().replace(/.*other\.csv/, "other.csv") };
    };
    expect(run("t,height,flow\n0,1,2\n").stderr).toBe("other.csv: line 1: column 2 is 'height' instead of 'level'");
    expect(run("t,level,flow\n0,1,2\n\n1,x,2\n").stderr).toBe("other.csv: line 4: 'x' in column 2 is not a number");
    expect(run("t,level,flow\n0,1,2\n1,3\n").stderr).toBe("other.csv: line 3: 2 values instead of 3");
  });
});

test("a table that is too large to be held is not copied: its path is asked for", () => {
  const bytes = bytesOf(fixture("tables/plain.csv"));
  const large = { ...memorySource(bytes), size: 2 ** 28 };
  const { files } = lossesOf(fileOf(CASES["comments"]!), large, "float64");
  expect([...files.keys()]).toEqual(["train.py", "data.safetensors"]);
  const script = String(files.get("train.py"));
  expect(script).toMatch(/^# Usage: python3 train\.py TABLE {3}/m);
  expect(script).toMatch(/^# The table "t\.csv" is too large to be copied: pass its path, or that of a table with /m);
  expect(script).toMatch(/^TABLE = Path\(sys\.argv\[1\]\)$/m);
});

/** Numbers to their last digits but one. */
function expectSame(found: unknown, wanted: unknown): void {
  if (typeof wanted === "number") return expectClose(found as number, wanted);
  if (typeof wanted !== "object" || wanted === null) return expect(found).toBe(wanted);
  expect(Object.keys(found as object)).toEqual(Object.keys(wanted));
  for (const [key, value] of Object.entries(wanted)) expectSame((found as Record<string, unknown>)[key], value);
}
