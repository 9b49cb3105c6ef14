import { readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { lintExperiment } from "../../../../src/config/read/lint";
import { collectChanges } from "../../../../src/config/compare/changes";
import { namePlaceAt } from "../../../../src/config/edit/completionPlace";
import { collectNotes } from "../../../../src/config/compare/resultNotes";
import { checkColumns } from "../../../../src/config/read/checkColumns";
import { nearestNames } from "../../../../src/config/edit/nearestNames";
import { fixesForProblem, replaceName } from "../../../../src/config/edit/problemFixes";
import { parseExperiment } from "../../../../src/config/read/parse";
import type { Problem } from "../../../../src/config/schema/problem";
import { checkTable } from "../../../../src/config/read/checkTable";
import { checkTableStart, recognizedColumns } from "../../../../src/tables/tableStart";
import { applyEdits, experimentOf } from "../support";

/** All that is said of a text. */
function problemsOf(text: string): readonly Problem[] {
  const { experiment, problems } = parseExperiment(text);
  return experiment === null ? problems : lintExperiment(text, experiment);
}

const shown = (text: string) =>
  problemsOf(text).map(({ code, severity, range }) => [
    code,
    severity,
    text.slice(range.offset, range.offset + range.length),
  ]);

/** Titles of the fixes of the one problem, and the text after each. */
function fixed(text: string): { title: string; after: string; left: readonly string[] }[] {
  const [problem, ...others] = problemsOf(text);
  expect(others).toEqual([]);
  return fixesForProblem(text, problem ?? expect.fail("there is no problem")).map(({ title, edits }) => {
    const after = applyEdits(text, edits);
    return { title, after, left: problemsOf(after).map(({ code }) => code) };
  });
}

describe("what runs, but not as it is meant, is said before the run", () => {
  test.each([
    [
      '{ "task": { "kind": "parity", "sequences": 8 }, "training": { "batchSize": 9 } }',
      "batch-too-large",
      "9",
      ['Use "full"', "Use 8"],
    ],
    [
      '{ "task": { "kind": "parity", "sequences": 8 }, "training": { "batchSize": 7, "validation": { ' +
        '"share": 0.25 } } }',
      "batch-too-large",
      "7",
      ['Use "full"', "Use 6"],
    ],
    [
      '{ "task": { "kind": "parity", "sequences": 1 }, "training": { "validation": { "share": 0.5 } } }',
      "nothing-held-out",
      "0.5",
      ["Turn off validation", "Use 20 sequences"],
    ],
    [
      '{ "training": { "validation": { "share": 0.2, "every": 20 }, "stop": { "patience": 19 } } }',
      "patience-too-short",
      "19",
      ["Use 200", "Validate at every iteration"],
    ],
    [
      '{ "task": { "kind": "parity", "length": 12 }, "training": { "truncate": 12 } }',
      "truncation-too-long",
      "12",
      ["Truncate BPTT at 6 of 12 steps", "Turn off truncation"],
    ],
    [
      '{ "task": { "kind": "text", "file": "a.txt", "length": 9 }, "training": { "truncate": 20 } }',
      "truncation-too-long",
      "20",
      ["Truncate BPTT at 4 of 9 steps", "Turn off truncation"],
    ],
    [
      '{ "model": { "cell": "linear", "hiddenSize": 8 } }',
      "units-without-effect",
      "8",
      ["Use one hidden unit", "Switch to the rnn cell"],
    ],
  ])("%s", (text, code, marked, titles) => {
    expect(shown(text)).toEqual([[code, "warning", marked]]);
    const fixes = fixed(text);
    expect(fixes.map(({ title }) => title)).toEqual(titles);
    expect(fixes.map(({ left }) => left)).toEqual(titles.map(() => []));
  });

  test.each([
    '{ "task": { "kind": "parity", "sequences": 8 }, "training": { "batchSize": 8 } }',
    '{ "task": { "kind": "parity", "sequences": 2 }, "training": { "validation": { "share": 0.5 } } }',
    '{ "task": { "kind": "parity", "length": 12 }, "training": { "truncate": 11 } }',
    '{ "model": { "cell": "linear", "hiddenSize": 8, "init": { "scheme": "orthogonal" } } }',
  ])("just under it nothing is said: %s", (text) => expect(shown(text)).toEqual([]));

  test.each([
    ['{ "model": { "cell": "lstm", "nonlinearity": "relu" } }', '"nonlinearity": "relu"'],
    ['{ "model": { "cell": "gru", "dropout": 0.5 } }', '"dropout": 0.5'],
    ['{ "model": { "cell": "rnn", "init": { "weight_hh_l0": 1 } } }', '"weight_hh_l0": 1'],
    ['{ "model": { "cell": "rnn", "init": { "gain": 2 } } }', '"gain": 2'],
    ['{ "model": { "cell": "rnn", "init": { "constant": 2 } } }', '"constant": 2'],
    ['{ "model": { "cell": "gru", "init": { "orthogonal": "joint" } } }', '"orthogonal": "joint"'],
    ['{ "model": { "cell": "lstm", "hiddenSize": 4, "heads": 2 } }', '"heads": 2'],
    ['{ "model": { "cell": "lru", "bidirectional": true } }', '"bidirectional": true'],
    ['{ "model": { "cell": "lstm", "peephole": true, "bidirectional": true } }', '"bidirectional": true'],
    [
      '{ "model": { "cell": "lstm", "hiddenSize": 4, "projSize": 2, "bidirectional": true }, "engine": "float32" }',
      '"engine": "float32"',
    ],
    ['{ "model": { "cell": "lstm", "forgetGate": "exponential" } }', '"forgetGate": "exponential"'],
    ['{ "model": { "cell": "gru", "peephole": true } }', '"peephole": true'],
    ['{ "model": { "cell": "gru", "hiddenSize": 4, "projSize": 2 } }', '"projSize": 2'],
    ['{ "engine": "float32", "model": { "cell": "lstm", "hiddenSize": 4, "projSize": 2 } }', '"engine": "float32"'],
    ['{ "model": { "cell": "slstm", "layerNorm": true } }', '"layerNorm": true'],
    [
      '{ "model": { "cell": "rnn", "init": { "scheme": "orthogonal", "orthogonal": "joint" } } }',
      '"orthogonal": "joint"',
    ],
    ['{ "model": { "cell": "rnn", "init": { "forgetBias": 1 } } }', '"forgetBias": 1'],
    ['{ "model": { "cell": "gru", "bias": false, "init": { "forgetBias": "chrono" } } }', '"forgetBias": "chrono"'],
    ['{ "model": { "cell": "lstm", "init": { "file": "a.safetensors", "forgetBias": 1 } } }', '"forgetBias": 1'],
    ['{ "training": { "schedule": { "kind": "exponential" } } }', '"schedule": { "kind": "exponential" }'],
    ['{ "training": { "clip": { "norm": 1 } } }', '"clip": { "norm": 1 }'],
    ['{ "training": { "accumulate": 4 } }', '"accumulate": 4'],
    ['{ "training": { "loss": "mae", "delta": 2 } }', '"delta": 2'],
    ['{ "training": { "epochs": 3, "iterations": 9 } }', '"iterations": 9'],
    ['{ "training": { "validation": { "every": 5 } } }', '"every": 5'],
    ['{ "task": { "kind": "text", "file": "a.txt", "stream": false } }', '"stream": false'],
  ])("a value that does nothing fades, and may be removed: %s", (text, marked) => {
    expect(shown(text)).toEqual([["no-effect", "hint", marked]]);
    const [{ after, left } = { after: "", left: ["none"] }] = fixed(text);
    expect([after.includes(marked), left]).toEqual([false, []]);
  });

  test("a default that is written out is left in peace", () => {
    expect(
      shown(
        '{ "model": { "cell": "lstm", "nonlinearity": "tanh", "dropout": 0, "init": { "forgetBias": 0, ' +
          '"gain": 1 } }, "training": { "clip": null } }',
      ),
    ).toEqual([]);
  });

  test.each([
    ['"model": { "cell": "gru", "peephole": true }', '"model.cell": ["gru", "lstm"]', '"model.cell": ["gru", "rnn"]'],
    ['"model": { "cell": "rnn", "dropout": 0.2 }', '"model.numLayers": [1, 2]', '"model.hiddenSize": [1, 2]'],
    [
      '"model": { "cell": "rnn", "dropout": 0.2 }',
      '"model.numLayers": { "from": 1, "to": 3 }',
      '"model.hiddenSize": { "from": 1, "to": 3 }',
    ],
    [
      '"training": { "optimizer": { "kind": "rprop" }, "clip": { "norm": 1 } }',
      '"training.optimizer.kind": ["rprop", "adam"]',
      '"training.optimizer.kind": ["rprop", "rprop-pytorch"]',
    ],
  ])("what has no effect in %s has one in a sweep with %s, but not with %s", (values, other, same) => {
    const codes = (parameters: string): string[] =>
      problemsOf(
        `{ "task": { "kind": "adding" }, ${values}, "sweep": { "parameters": { ${parameters} }, "search": { "kind": "random", "budget": 4 } } }`,
      ).map(({ code }) => code);
    expect(codes(other)).toEqual([]);
    expect(codes(same)).toEqual(["no-effect"]);
  });

  test("the examples have nothing against them", () => {
    const folder = fileURLToPath(new URL("../../../../examples/", import.meta.url));
    for (const file of readdirSync(folder).filter((name) => name.endsWith(".rnn.json")))
      expect([file, shown(readFileSync(folder + file, "utf8"))]).toEqual([file, []]);
  });
});

describe("a mistake comes with its fix", () => {
  test.each([
    ['{ "training": { /* long */ "iteratons": 50 } }', ['Change to "iterations"', 'Remove "iteratons"']],
    ['{ "training": { "optimizer": { "kind": "sgd", "etaPlus": 1.2 } } }', ['Remove "etaPlus"']],
    ['{ "seed": 1, "seed": 2 }', ['Remove this "seed": 2', 'Remove the other "seed": 1']],
    ['{ "model": { "__proto__": 1 } }', ['Remove "__proto__"']],
    ['{ "model": { "cell": "ltsm" } }', ['Change to "lstm"']],
    ['{ "training": { "optimizer": { "kind": "adma" } } }', ['Change to "adam"']],
    ['{ "task": { "kind": "text" } }', ['Add "file": "text.txt"']],
    ['{ "seed": "12" }', ["Remove the quotes: 12"]],
    ['{ "seed": 1.6 }', ["Round to 2"]],
    ['{ "training": { "iterations": 0 } }', ["Change to 1 (minimum)"]],
    [
      '{ "task": { "kind": "adding" }, "training": { "loss": "cross-entropy" } }',
      ['Use "auto"', 'Use "mse"', 'Use "mae"', 'Use "huber"'],
    ],
    ['{ "task": { "kind": "copy" }, "model": { "readout": "last" } }', ['Use "auto"', 'Use "every"']],
    [
      '{ "task": { "kind": "adding" }, "model": { "readout": "state", "hiddenSize": 4, "cell": "rnn" } }',
      ['Use "auto"', 'Use "last"'],
    ],
    [
      '{ "task": { "kind": "parity", "sequences": 5 }, "trace": { "sequence": 7 } }',
      ["Inspect the last sequence (4)", "Inspect the first sequence"],
    ],
    ['{ "model": { "init": { "values": { "weight_hh_l0": [[1, 2]] } } } }', ['Remove "weight_hh_l0"']],
    [
      '{ "training": { "stop": { "patience": 100 } } }',
      ["Use 20% of the sequences for validation", "Turn off early stopping"],
    ],
    ['{ "training": { "validation": { "share": 0.2 }, "stop": {} } }', ['Add "patience": 100']],
    [
      '{ "training": { "validation": { "share": 0.2, "every": 1 }, "stop": { "patience": 0 } } }',
      ["Change to 1 (minimum)"],
    ],
  ])("%s", (text, titles) => {
    const fixes = fixed(text);
    expect(fixes.map(({ title }) => title)).toEqual(titles);
    expect(fixes.map(({ left }) => left)).toEqual(titles.map(() => []));
    if (text.includes("/* long */")) expect(fixes[0]?.after).toBe(text.replace("iteratons", "iterations"));
  });

  test("of early stopping with only one sequence: more sequences, or none of it", () => {
    const [more, none] = fixed(
      '{ "task": { "kind": "parity", "sequences": 1 }, "training": { "validation": { "share": 0.5, ' +
        '"every": 1 }, "stop": { "patience": 9 } } }',
    );
    expect([more?.title, more?.left]).toEqual(["Use 20 sequences", []]);
    expect([none?.title, none?.left]).toEqual(["Turn off early stopping", ["nothing-held-out"]]);
  });

  test("of an experiment that needs too much memory, about the largest that fits", () => {
    const fixes = fixed(
      '{ "task": { "kind": "adding", "sequences": 20000, "length": 100 }, "model": { "cell": "lstm", ' +
        '"hiddenSize": 64 } }',
    );
    expect(fixes.map(({ title }) => title)).toContainEqual(
      expect.stringMatching(/^Reduce training\.batchSize to [\d,]+ \(about the largest that fits\)$/),
    );
    expect(fixes.flatMap(({ left }) => left)).toEqual([]);
    const sequences = Number(/"sequences": (\d+)/.exec(fixes[0]?.after ?? "")?.[1]);
    // The largest in two digits: one more of the second digit is refused.
    const more = sequences + 10 ** (String(sequences).length - 2);
    expect(
      parseExperiment(fixes[0]?.after.replace(`"sequences": ${sequences}`, `"sequences": ${more}`) ?? "").problems[0]
        ?.code,
    ).toBe("too-much-memory");
  });
});

describe("files", () => {
  const text = '{ "task": { "kind": "csv", "file": "river.csv", "columns": ["temprature"], "target": "xyz" } }';
  const RIVER = { file: "river.csv", columns: ["temperature", "river"] };
  test("a column that the table has not is marked, with the one that was meant", () => {
    const problems = checkColumns(text, experimentOf(text), RIVER, null);
    expect(
      problems.map(({ range, message }) => [text.slice(range.offset, range.offset + range.length), message]),
    ).toEqual([
      ['"temprature"', '"river.csv" has no column "temprature". Did you mean "temperature"?'],
      ['"xyz"', '"river.csv" has no column "xyz". Its columns are "temperature", "river".'],
    ]);
    const [fix] = fixesForProblem(text, problems[0] ?? expect.fail("no problem"));
    expect([fix?.title, applyEdits(text, fix?.edits ?? null)]).toEqual([
      'Change to "temperature"',
      text.replace("temprature", "temperature"),
    ]);
  });
  test("names that are there are offered, the nearest first", () => {
    expect(nearestNames("rivr.csv", ["weather-words.txt", "data/river.csv", "river.csv", "a.csv"])).toEqual([
      "river.csv",
      "data/river.csv",
      "a.csv",
      "weather-words.txt",
    ]);
    expect(
      replaceName(text, ["task", "file"], ["a.csv"]).map(({ title, edits }) => [title, applyEdits(text, edits)]),
    ).toEqual([['Change to "a.csv"', text.replace("river.csv", "a.csv")]]);
  });
  test("the columns of a table are known from its start, quotes and all, and not when the header is cut off", () => {
    const columnsOf = (table: string, isWhole: boolean) => recognizedColumns(new TextEncoder().encode(table), isWhole);
    expect(columnsOf('\uFEFFdate, "a ""b"", c" ,x\r\n1,2,3', true)).toEqual(["date", 'a "b", c', "x"]);
    expect(columnsOf("t;y\n1;2,5\n", false)).toEqual(["t", "y"]);
    expect(columnsOf("a,b", true)).toEqual(["a", "b"]);
    for (const [table, isWhole] of [
      ["a,b", false],
      ["", true],
    ] as const)
      expect(columnsOf(table, isWhole)).toBeNull();
  });
  test("problems of a table stand at the keys that settle them, or at the file, with values for them", () => {
    const table = '{ "task": { "kind": "csv", "file": "river.csv", "columns": ["level"], "decimal": "auto" } }';
    const marks = (of: string, bytes: string) => {
      const experiment = experimentOf(of);
      if (experiment.task.kind !== "csv") return expect.fail("it is another task");
      const { problems } = checkTableStart(new TextEncoder().encode(bytes), true, experiment.task);
      return checkTable(of, experiment, problems).map((problem) => [
        problem.severity,
        of.slice(problem.range.offset, problem.range.offset + problem.range.length),
        fixesForProblem(of, problem).map(({ title }) => title),
      ]);
    };
    const rows = Array.from({ length: 20 }, (_, row) => `${row};1.${234 + row}`).join("\n");
    expect(marks(table, `t;level\n${rows}\n`)).toEqual([
      ["error", '"auto"', ['Set decimal to "."', 'Set decimal to ","']],
    ]);
    const gap = Array.from({ length: 20 }, (_, row) => (row === 7 ? "NA" : String(row % 5))).join("\n");
    expect(marks(table, `level\n${gap}\n`)).toEqual([
      ["error", '"river.csv"', ['Set missing to {"markers":["NA"],"fill":"forward"}']],
    ]);
    const constant = "0.1\n".repeat(20);
    expect(marks(table, `level\n${constant}`)).toEqual([["warning", '"level"', []]]);
  });
});

describe("names that only the folder knows", () => {
  const at = (marked: string) => {
    const found = namePlaceAt(marked.replace("|", ""), marked.indexOf("|"));
    return found === null
      ? null
      : [found.place, marked.replace("|", "").slice(found.offset, found.offset + found.length)];
  };
  test("are completed where a file or a column is typed, also in a text that is half written", () => {
    expect(at('{ "task": { "kind": "csv", "file": "ri|" } }')).toEqual([{ kind: "data-file", task: "csv" }, '"ri"']);
    expect(at('{ "task": { "kind": "text", "file": | } }')).toEqual([{ kind: "data-file", task: "text" }, ""]);
    expect(at('{ "task": { "kind": "csv", "file": "a.csv", "columns": ["x", "|"')).toEqual([
      { kind: "column", file: "a.csv", isPattern: false, taken: ["x", ""] },
      '""',
    ]);
    expect(at('{ "task": { "kind": "csv", "file": "a.csv", "columns": ["x"], "target": "|" } }')).toEqual([
      { kind: "column", file: "a.csv", isPattern: false, taken: [] },
      '""',
    ]);
    expect(at('{ "model": { "init": { "file": "|" } } }')).toEqual([{ kind: "weights-file" }, '""']);
  });
  test("and nowhere else", () => {
    for (const text of [
      '{ "name": "|" }',
      '{ "task": { "|": 1 } }',
      '{ "task": { "kind": "parity", "file": "|" } }',
      "|",
    ])
      expect([text, at(text)]).toEqual([text, null]);
  });
});

describe("the result of the last run beside what was changed", () => {
  const before = experimentOf('{ "training": { "iterations": 10 } }');
  const text = '{\n  "seed": 3,\n  "training": { "iterations": 20 }\n}';
  test("stands at the values that differ: the loss at the first, what it was at the others", () => {
    const notes = collectNotes(text, collectChanges(before, experimentOf(text)), 0.0031, 0.12);
    expect(notes.map(({ offset, words }) => [text.slice(0, offset).split("\n").length, words])).toEqual([
      [2, "loss 0.0031, was 0.12 with 1"],
      [3, "was 10"],
    ]);
    expect(collectNotes(text, collectChanges(before, experimentOf(text)), null, 0.12)[0]?.words).toBe("was 1");
  });
  test("stays away when nothing or very much has changed", () => {
    expect(collectNotes(text, [], 1, 2)).toEqual([]);
    const much = '{ "seed": 2, "training": { "iterations": 1, "epochs": 1, "batchSize": 4, "truncate": 2 } }';
    expect(collectNotes(much, collectChanges(before, experimentOf(much)), 1, 2)).toEqual([]);
  });
});
