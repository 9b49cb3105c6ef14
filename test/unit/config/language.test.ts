/** Nothing that a person reads of an experiment's file is left in English. */
import "./pseudoLanguage";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { lintExperiment } from "../../../src/config/read/lint";
import { collectChanges, describeChanges, summarizeChanges } from "../../../src/config/compare/changes";
import { checkColumns } from "../../../src/config/read/checkColumns";
import { createEditorSchema } from "../../../src/config/schema/editorSchema";
import { findField, listFields } from "../../../src/config/edit/fields";
import { createFileSchema, experimentSchema } from "../../../src/config/schema/fileSchema";
import { listFormFields } from "../../../src/config/edit/formFields";
import type { JsonSchema } from "../../../src/config/schema/jsonSchema";
import { canApply, refuseUnlessItApplies } from "../../../src/config/edit/liveSettings";
import { newExperimentText } from "../../../src/config/edit/newExperiment";
import { parseExperiment } from "../../../src/config/read/parse";
import type { Problem, ProblemCode } from "../../../src/config/schema/problem";
import { problemAt } from "../../../src/config/read/problemAt";
import { fixesForProblem, replaceName } from "../../../src/config/edit/problemFixes";
import { collectNotes } from "../../../src/config/compare/resultNotes";
import { MAX_BRACKETS, MAX_TEXT_LENGTH } from "../../../src/config/read/syntax";
import { tableExperimentText } from "../../../src/config/edit/tableExperiment";
import { memorySource } from "../../../src/tables/byteSource";
import { describeTable } from "../../../src/tables/describeTable";
import { AUTO_KEYS } from "../../../src/tables/dialect";
import { previewText } from "../../../src/tables/previewText";
import { TASK_STARTS } from "../../../src/config/edit/taskStarts";
import { createTrainer } from "../../../src/core/training/trainer";
import { checkTable } from "../../../src/config/read/checkTable";
import { checkTableStart } from "../../../src/tables/tableStart";
import { readArrayWarnings } from "../../../src/files/readArrayWarnings";
import { readExperimentFiles } from "../../../src/files/readExperimentFiles";
import { ExperimentError } from "../../../src/config/facts/experimentError";
import { experimentOf } from "./support";

/**
 * Words of two or more plain letters, which no translated text has. Code in quotes or backticks is no words, and
 * neither are the `names` of keys and values that stand in the text as they are.
 */
function englishIn(text: string, names: readonly string[] = []): string[] {
  const words = text.replaceAll(/"[^"]*"|`[^`]*`/g, " ").match(/[\p{L}\p{N}_]+(?:\.[\p{L}_][\p{L}\p{N}_]*)*/gu) ?? [];
  return words.filter((word) => /^[A-Za-z_][\w.]+$/.test(word) && !names.includes(word));
}

/** All schemas of the tree, each with its path for a message. */
function* schemasIn(schema: JsonSchema, path = ""): Generator<{ readonly path: string; readonly schema: JsonSchema }> {
  yield { path, schema };
  for (const [key, property] of Object.entries({ ...schema.properties, ...schema.patternProperties }))
    yield* schemasIn(property, `${path}.${key}`);
  for (const branch of [
    ...(schema.anyOf ?? []),
    ...(schema.oneOf ?? []),
    ...(schema.items === undefined ? [] : [schema.items]),
  ])
    yield* schemasIn(branch, `${path}|`);
}

/** A branch of a union that is called as its kind is in the file. */
const isName = ({ title, const: only, properties }: JsonSchema): boolean =>
  title === only || title === properties?.["kind"]?.const;

describe("the pseudo-language", () => {
  test("leaves no plain word, and English ones are found", () => {
    expect(englishIn('Choose one of "these", or `those` of training.clip, 5 kB or a.')).toEqual([
      "Choose",
      "one",
      "of",
      "or",
      "of",
      "training.clip",
      "kB",
      "or",
    ]);
    expect(englishIn("Ĥíððéñ šížé is 3", ["is"])).toEqual([]);
  });
});

describe("the schema speaks the reader's language", () => {
  test.each(["of values in force", "of the file"])(
    "in titles, descriptions and what each choice means: %s",
    (which) => {
      const root = which === "of the file" ? createFileSchema() : experimentSchema;
      for (const { path, schema } of schemasIn(root)) {
        const { title, description, enumDescriptions = [], markdownEnumDescriptions = [] } = schema;
        if (title !== undefined && !isName(schema)) expect([path, englishIn(title)]).toEqual([path, []]);
        for (const text of [description ?? "", ...enumDescriptions, ...markdownEnumDescriptions])
          expect([path, text, englishIn(text)]).toEqual([path, text, []]);
      }
    },
  );

  test("in what VS Code completes and explains with", () => {
    // A type or a value in a range such as `{ "norm": number }` is translated; these are values.
    const values = ["true", "false", "null", "True", "Null"];
    for (const { path, schema } of schemasIn(createEditorSchema())) {
      const { markdownDescription = "", markdownEnumDescriptions = [], defaultSnippets = [] } = schema;
      for (const text of [markdownDescription, ...markdownEnumDescriptions])
        expect([path, text, englishIn(text, values)]).toEqual([path, text, []]);
      for (const { label, description = "", markdownDescription: explained = "" } of defaultSnippets) {
        expect([path, englishIn(`${description} ${explained}`)]).toEqual([path, []]);
        const kinds = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].filter(isName).map(({ title }) => title);
        if (!kinds.includes(label)) expect([path, englishIn(label, values)]).toEqual([path, []]);
      }
    }
  });
});

/**
 * Of each problem a text that has it, and the names of keys and values that what is said of it has in it, without
 * quotes.
 */
interface Case {
  readonly text: string;
  readonly names?: readonly string[];
  /** Asked for in place of reading the text alone. */
  readonly problem?: (text: string) => Problem | Promise<Problem>;
}

const RANGE_OF = (sweep: object): string => JSON.stringify({ sweep: { parameters: sweep } });
const CSV = '{ "task": { "kind": "csv", "file": "a.csv", "columns": ["rivr"] } }';

const CASES: Readonly<Record<ProblemCode, readonly Case[]>> = {
  "file-too-large": [{ text: `{"name": "${"x".repeat(MAX_TEXT_LENGTH)}"}` }],
  "too-many-brackets": [{ text: "[".repeat(MAX_BRACKETS + 1) }],
  "empty-file": [{ text: "// nothing" }],
  syntax: [
    "{ seed: 1 }",
    '{ "seed": nul }',
    '{ "seed" 1 }',
    '{ "seed": 1 "name": "x" }',
    '{ "seed": 1 } {',
    "{",
    '{ "seed": 1 /* open',
    '{ "name": "x',
    '{ "name": "\\u12" }',
    '{ "name": "\\x" }',
    '{ "name": "\u0001" }',
    '{ "seed": 1. }',
    '{ "seed": }',
    '{ "sweep": { "seeds": [1',
  ].map((text) => ({ text })),
  "duplicate-key": [{ text: '{ "seed": 1, "seed": 2 }', names: ["seed"] }],
  "forbidden-key": [{ text: '{ "model": { "__proto__": 1 } }' }],
  "not-finite": [{ text: '{ "model": { "init": { "gain": 1e999 } } }', names: ["model.init.gain"] }],
  "not-an-object": [{ text: "[]" }, { text: "12" }],
  "unknown-key": [
    { text: '{ "trainig": {} }' },
    { text: '{ "dropout": 3 }' },
    {
      text: '{ "training": { "optimizer": { "kind": "sgd", "etaPlus": 1.2 } } }',
      names: ["training.optimizer", "sgd", "rprop"],
    },
    { text: '{ "training": { "clip": { "norm": 1, "value": 2 } } }', names: ["training.clip"] },
    { text: RANGE_OF({ hiddenSize: [1] }) },
    { text: RANGE_OF({ seed: [1] }) },
    { text: RANGE_OF({ nonsense: [1] }), names: ["training.optimizer.learningRate"] },
  ],
  "missing-key": [
    { text: '{ "task": {} }', names: ["task"] },
    { text: '{ "task": { "kind": "text" } }', names: ["task"] },
    { text: '{ "task": { "kind": "csv", "file": "a.csv" } }', names: ["task"] },
  ],
  "wrong-type": [
    { text: '{ "seed": "12" }', names: ["seed"] },
    { text: '{ "seed": 1.6 }', names: ["seed"] },
    { text: '{ "name": { } }', names: ["name"] },
    { text: '{ "model": [1] }', names: ["model"] },
    { text: '{ "task": { "kind": "text", "file": "a", "stream": 1 } }', names: ["task.stream", "true", "false"] },
    { text: '{ "training": { "clip": 5 } }', names: ["training.clip", "null"] },
    { text: '{ "training": { "batchSize": 0 } }', names: ["training.batchSize"] },
    { text: '{ "task": 3 }', names: ["task"] },
    { text: '{ "sweep": 3 }', names: ["sweep", "null"] },
    { text: RANGE_OF({ "model.cell": { from: 1, to: 2 } }), names: ["model.cell"] },
  ],
  "unknown-value": [
    { text: '{ "model": { "cell": "ltsm" } }', names: ["model.cell"] },
    { text: '{ "model": { "bias": "yes" } }', names: ["model.bias", "true", "false"] },
    { text: '{ "training": { "optimizer": { "kind": 7 } } }', names: ["training.optimizer.kind"] },
  ],
  "out-of-range": [
    { text: '{ "training": { "iterations": 0 } }', names: ["training.iterations"] },
    { text: '{ "seed": 1e12 }', names: ["seed"] },
    { text: '{ "model": { "dropout": 1 } }', names: ["model.dropout"] },
    {
      text: '{ "training": { "optimizer": { "kind": "rprop", "etaMinus": 1 } } }',
      names: ["training.optimizer.etaMinus"],
    },
    { text: '{ "task": { "kind": "csv", "file": "a.csv", "columns": [] } }', names: ["task.columns"] },
    { text: '{ "task": { "kind": "text", "file": "" } }', names: ["task.file"] },
    {
      text: RANGE_OF({
        "training.iterations": { from: 1, to: 1000, count: 1000 },
        "task.length": { from: 1, to: 1000, count: 1000 },
        "model.hiddenSize": [2, 4],
      }),
    },
    {
      text: RANGE_OF({ "training.optimizer.initialStep": { from: 0, to: 1, scale: "log" } }),
      names: ["training.optimizer.initialStep"],
    },
    { text: RANGE_OF({ "model.hiddenSize": [4, 0] }), names: ["model.hiddenSize"] },
  ],
  "too-long": [{ text: `{ "name": "${"x".repeat(201)}" }`, names: ["name"] }],
  "no-such-sequence": [
    { text: '{ "task": { "kind": "parity", "sequences": 5 }, "trace": { "sequence": 7 } }' },
    {
      text: '{ "task": { "kind": "parity", "sequences": 5 }, "training": { "validation": { "share": 0.5 } }, "trace": { "sequence": 4 } }',
    },
  ],
  "too-much-memory": [
    {
      text: '{ "task": { "kind": "adding", "sequences": 20000, "length": 100 }, "model": { "cell": "lstm", "hiddenSize": 64 } }',
      names: ["GiB", "rnnLab.memory.limit", "task.sequences", "training.batchSize", "task.length", "model.hiddenSize"],
    },
  ],
  misfit: [
    {
      text: '{ "sweep": { "parameters": { "model.cell": ["rnn"] }, "search": { "kind": "cma-es" } } }',
      names: ["CMA-ES", "tpe"],
    },
    { text: '{ "task": { "kind": "adding" }, "training": { "loss": "cross-entropy" } }', names: ["adding"] },
    { text: '{ "task": { "kind": "copy" }, "model": { "readout": "last" } }', names: ["copy"] },
    {
      text: '{ "task": { "kind": "adding" }, "model": { "readout": "state", "hiddenSize": 4, "cell": "rnn" } }',
      names: ["adding", "model.hiddenSize"],
    },
    { text: RANGE_OF({ "model.init.file": ["a.safetensors"] }), names: ["model.init.file"] },
    { text: '{ "sweep": { "goal": { "metric": "validationLoss", "value": 1 } } }' },
  ],
  "bad-initial-value": [
    {
      text: '{ "model": { "init": { "values": { "weight_hh_l0": [[1, 2]] } } } }',
      names: ["weight_hh_l0", "model.init.values.weight_hh_l0"],
    },
    ...[1, 2].map((length) => ({
      text: `{ "task": { "kind": "parity", "length": ${length} }, "model": { "cell": "lstm", "init": { "forgetBias": "chrono" } } }`,
      names: ["model.init.forgetBias", "chrono"],
    })),
  ],
  "batch-too-large": [
    { text: '{ "task": { "kind": "parity", "sequences": 8 }, "training": { "batchSize": 9 } }' },
    {
      text: '{ "task": { "kind": "parity", "sequences": 8 }, "training": { "batchSize": 7, "validation": { "share": 0.25 } } }',
    },
    { text: '{ "task": { "kind": "parity", "sequences": 1 }, "training": { "batchSize": 2 } }' },
    {
      text: '{ "task": { "kind": "parity", "sequences": 2 }, "training": { "batchSize": 2, "validation": { "share": 0.5 } } }',
    },
  ],
  "nothing-held-out": [
    { text: '{ "task": { "kind": "parity", "sequences": 1 }, "training": { "validation": { "share": 0.5 } } }' },
  ],
  "stop-without-validation": [
    { text: '{ "training": { "stop": { "patience": 100 } } }', names: ["training.stop", "training.validation.share"] },
    {
      text: '{ "task": { "kind": "parity", "sequences": 1 }, "training": { "validation": { "share": 0.5 }, "stop": { "patience": 100 } } }',
      names: ["training.stop"],
    },
  ],
  "patience-too-short": [
    {
      text: '{ "training": { "validation": { "share": 0.2 }, "stop": { "patience": 5 } } }',
      names: ["training.stop.patience"],
    },
  ],
  "truncation-too-long": [
    { text: '{ "task": { "kind": "parity", "length": 12 }, "training": { "truncate": 12 } }' },
    { text: '{ "task": { "kind": "parity", "length": 1 }, "training": { "truncate": 1 } }' },
  ],
  "units-without-effect": [{ text: '{ "model": { "cell": "linear", "hiddenSize": 8 } }' }],
  "large-recording": [{ text: '{ "training": { "iterations": 9000000 } }' }],
  "no-effect": [
    { text: '{ "model": { "cell": "lstm", "nonlinearity": "relu" } }', names: ["model.nonlinearity", "lstm"] },
    { text: '{ "model": { "nonlinearity": "relu" } }', names: ["model.nonlinearity", "linear"] },
    { text: '{ "model": { "cell": "gru", "dropout": 0.5 } }', names: ["model.dropout"] },
    { text: '{ "model": { "cell": "gru", "init": { "weight_hh_l0": 1 } } }', names: ["model.init.weight_hh_l0"] },
    { text: '{ "model": { "init": { "gain": 2 } } }', names: ["model.init.gain"] },
    { text: '{ "model": { "init": { "constant": 2 } } }', names: ["model.init.constant"] },
    { text: '{ "model": { "cell": "rnn", "init": { "forgetBias": 1 } } }', names: ["model.init.forgetBias", "rnn"] },
    {
      text: '{ "model": { "cell": "gru", "bias": false, "init": { "forgetBias": 1 } } }',
      names: ["model.init.forgetBias", "model.bias", "false"],
    },
    {
      text: '{ "model": { "cell": "gru", "init": { "file": "a.safetensors", "forgetBias": 1 } } }',
      names: ["model.init.forgetBias"],
    },
    { text: '{ "training": { "schedule": { "kind": "exponential" } } }', names: ["training.schedule"] },
    { text: '{ "training": { "clip": { "norm": 1 } } }', names: ["training.clip"] },
    { text: '{ "training": { "epochs": 3, "iterations": 9 } }', names: ["training.iterations"] },
    { text: '{ "training": { "validation": { "every": 5 } } }', names: ["training.validation.every"] },
    { text: '{ "task": { "kind": "text", "file": "a.txt", "stream": false } }', names: ["task.stream"] },
  ],
  "no-such-column": [["river"], ["left", "right"]].map((columns) => ({
    text: CSV,
    problem: (text) =>
      checkColumns(text, experimentOf(text), { file: "a.csv", columns }, null)[0] ?? expect.fail("there is no problem"),
  })),
  "unreadable-file": [
    {
      text: CSV,
      names: ["task.file"],
      problem: (text) => thrownBy(text, () => readExperimentFiles(null, experimentOf(text))),
    },
  ],
  "bad-file": [
    {
      text: CSV,
      names: ["a.csv"],
      problem: (text) =>
        thrownBy(text, () => createTrainer(experimentOf(text), { files: { data: "value\n", weights: null } })),
    },
  ],
  table: ["t;rivr\n1;1.234\n2;1.235\n", "rivr\n1\nNA\n", "rivr\n1\nx\n", "rivr\n1\n1\n"].map((table) => ({
    text: CSV,
    names: [
      "task.decimal",
      "task.missing",
      "task.header",
      "missing",
      "markers",
      "fill",
      "forward",
      "decimal",
      "header",
    ],
    problem: (text) => tableProblem(text, table),
  })),
  data: [
    {
      text: '{ "task": { "kind": "arrays", "file": "a.ts" } }',
      names: ["a.ts", "missing", "true"],
      problem: async (text) => {
        const folder = mkdtempSync(join(tmpdir(), "rnn-lab-language-"));
        writeFileSync(join(folder, "a.ts"), "@missing true\n@data\n1,2,3\n");
        const [warning] = await readArrayWarnings(folder, experimentOf(text));
        rmSync(folder, { recursive: true });
        return problemAt(text, "data", warning?.path ?? [], warning?.message ?? expect.fail("there is no warning"));
      },
    },
  ],
  "no-such-engine": [
    { text: '{ "engine": "float32" }', problem: (text) => thrownBy(text, () => createTrainer(experimentOf(text))) },
  ],
};

function tableProblem(text: string, table: string): Problem {
  const experiment = experimentOf(text);
  if (experiment.task.kind !== "csv") return expect.fail("it is another task");
  const { problems } = checkTableStart(new TextEncoder().encode(table), true, experiment.task);
  return checkTable(text, experiment, problems)[0] ?? expect.fail("there is no problem");
}

/** As ExperimentRunner makes a problem of an error. */
async function thrownBy(text: string, run: () => unknown): Promise<Problem> {
  const error = await Promise.resolve()
    .then(run)
    .catch((thrown: unknown) => thrown);
  if (!(error instanceof ExperimentError)) return expect.fail(`it throws ${String(error)}`);
  return problemAt(text, error.code, error.path, error.message);
}

function problemIn(text: string): Problem {
  const { experiment, problems } = parseExperiment(text);
  return (
    [...problems, ...(experiment === null ? [] : lintExperiment(text, experiment))][0] ??
    expect.fail("there is no problem")
  );
}

describe("what is wrong with a text, and its fixes, are said in the reader's language", () => {
  test.each(Object.entries(CASES))("%s", async (code, cases) => {
    for (const { text, names = [], problem: find = problemIn } of cases) {
      const problem = await find(text);
      const shown = text.slice(0, 100);
      expect([shown, problem.code]).toEqual([shown, code]);
      const said = [problem.message, ...fixesForProblem(text, problem).map(({ title }) => title)];
      for (const line of said) expect([shown, line, englishIn(line, names)]).toEqual([shown, line, []]);
    }
  });

  test("also of a name that is not there", () => {
    for (const { title } of replaceName(CSV, ["task", "file"], ["b.csv"]))
      expect([title, englishIn(title)]).toEqual([title, []]);
  });
});

const FORMS = [
  "{}",
  '{ "task": { "kind": "adding" }, "model": { "cell": "lstm", "numLayers": 2 }, "training": { ' +
    '"optimizer": { "kind": "adam" }, "clip": { "norm": 1 }, "batchSize": 24 } }',
  '{ "task": { "kind": "copy" }, "training": { "optimizer": { "kind": "momentum" }, "clip": { "value": 1 } } }',
  CSV,
];

describe("hyperparameters are named and explained in the reader's language", () => {
  test.each(FORMS)("in the form of %s", (text) => {
    for (const { path, label, description, range, defaultValue: standard, input } of listFormFields(
      experimentOf(text),
    )) {
      const options = input.kind === "choice" ? input.options : [];
      for (const line of [label, description, range, ...options.map((option) => option.description)])
        expect([path, line, englishIn(line, ["null"])]).toEqual([path, line, []]);
      // "off", "by norm": every other choice is called as it stands in the file.
      const asInFile = options.map(({ value }) => String(value));
      for (const name of [standard ?? "", ...options.map((option) => option.label)].filter(
        (one) => !asInFile.includes(one),
      ))
        expect([path, name, englishIn(name, ["norm", "value"])]).toEqual([path, name, []]);
    }
  });

  test.each(FORMS)("in the lists of %s", (text) => {
    for (const { key, label, description, range, options } of listFields(text)) {
      for (const line of [label, description, range, ...(options ?? []).map((option) => option.description)])
        expect([key, line, englishIn(line, ["null", "true", "false"])]).toEqual([key, line, []]);
    }
  });

  test.each([
    ["seed", "abc"],
    ["model.init.gain", "1,5"],
    ["training.clip", "["],
    ["task.length", "0"],
    ["training.optimizer.kind", "sdg"],
  ])("when %s cannot be %s", (key, input) => {
    const checked = findField("{}", key)?.check(input) ?? { value: null };
    expect(englishIn("error" in checked ? checked.error : "It was taken.", [key, "null"])).toEqual([]);
    const broken = findField('{ "seed": 1', "task.length")?.check("5") ?? { value: null };
    expect(englishIn("error" in broken ? broken.error : "It was taken.")).toEqual([]);
    const listed = findField("[]", "task.length")?.check("5") ?? { value: null };
    expect(englishIn("error" in listed ? listed.error : "It was taken.")).toEqual([]);
  });
});

describe("what differs from the run before is said in the reader's language", () => {
  const before = experimentOf("{}");
  const text = '{ "name": "", "seed": 2, "training": { "iterations": 7, "clip": { "norm": 1 }, "batchSize": 4 } }';
  const changes = collectChanges(before, experimentOf(text));
  const names = [
    "seed",
    "iterations",
    "batchSize",
    "norm",
    "training.iterations",
    "training.clip",
    "training.batchSize",
    "clip",
    "full",
  ];

  test("on one line, on many, and behind the value", () => {
    const file = experimentOf('{ "model": { "init": { "file": "w.safetensors" } } }');
    const notes = collectNotes(text, changes, 0.1, 0.2);
    expect(notes).toHaveLength(4);
    const lines = [
      summarizeChanges(changes),
      describeChanges(changes),
      ...notes.map(({ words }) => words),
      summarizeChanges(collectChanges(file, before)),
    ];
    for (const line of lines)
      expect([line, englishIn(line, [...names, "init.file", "w.safetensors"])]).toEqual([line, []]);
  });

  test("and why a run cannot take it over", () => {
    const sgd = experimentOf('{ "training": { "optimizer": { "kind": "sgd" } } }');
    const verdicts = [canApply(before, before), canApply(before, experimentOf(text)), canApply(before, sgd)];
    for (const verdict of verdicts)
      expect(englishIn("reason" in verdict ? verdict.reason : "It applies.", ["seed", "sgd", "rprop"])).toEqual([]);
    expect(() => refuseUnlessItApplies(null, before)).toThrow(/^[^a-zA-Z]+$/);
  });
});

test("a new experiment is explained in the reader's language, and is the same one", () => {
  for (const kind of ["count-ones", ...Object.keys(TASK_STARTS)] as (keyof typeof TASK_STARTS | "count-ones")[]) {
    const text = newExperimentText("x", kind);
    const comments = text.split("\n").flatMap((line) => /^\s*\/\/ (.*)$/.exec(line)?.[1] ?? []);
    expect(comments.length).toBeGreaterThan(4);
    // Code in braces is code.
    for (const comment of comments) expect([comment, englishIn(comment)]).toEqual([comment, []]);
    expect(parseExperiment(text).problems).toEqual([]);
  }
  const table = memorySource(new TextEncoder().encode(`x,y,z\n${"1,2,NA\n3,4,5\n7,-9999,5\n".repeat(9)}`));
  const overview = describeTable(table, AUTO_KEYS, true);
  const choice = { name: "x", file: "x.csv", columns: ["x"], target: "y", formats: new Map() };
  const onTable = tableExperimentText(overview, choice).split("\n");
  for (const comment of onTable.flatMap((line) => /^\s*\/\/ (.*)$/.exec(line)?.[1] ?? []))
    expect([comment, englishIn(comment, ["auto", "y", "z", "NA"])]).toEqual([comment, []]);
  const preview = previewText("x.csv", overview, { bytes: 9, readBytes: 8 });
  for (const line of preview.split("\n").filter((line) => !/^ {2}[\dx]/.test(line)))
    expect([line, englishIn(line, [...Object.keys(AUTO_KEYS), "x.csv", "NA", "x", "y", "z"])]).toEqual([line, []]);
  for (const { title, about } of Object.values(TASK_STARTS)) expect(englishIn(`${title} ${about}`)).toEqual([]);
});
