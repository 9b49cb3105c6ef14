import { describe, expect, test } from "vitest";
import { createEditorSchema } from "../../../src/config/schema/editorSchema";
import { textWithField } from "../../../src/config/edit/editField";
import { configHash } from "../../../src/config/compare/hash";
import { parseExperiment } from "../../../src/config/read/parse";
import { sweepAxes, sweepKeys } from "../../../src/config/schema/sweepAxes";
import { GATES } from "../../../src/shared/trace/cells";
import { trialValue } from "../../../src/config/read/trialValue";
import { experimentOf } from "./support";

const withSweep = (sweep: unknown, rest: object = {}) => JSON.stringify({ ...rest, sweep });
/** Each problem as the text that it marks, and what it says. */
function problemsOf(text: string): { marked: string; message: string; suggestion: string | undefined }[] {
  const { experiment, problems } = parseExperiment(text);
  expect(experiment).not.toBeNull();
  return problems.map(({ range, message, severity, suggestion }) => {
    expect(severity).toBe("warning");
    return { marked: text.slice(range.offset, range.offset + range.length), message, suggestion };
  });
}

describe("a sweep block", () => {
  test("leaves the run as it is: the same hash with and without, whatever it holds", () => {
    const hash = configHash(experimentOf("{}"));
    for (const sweep of [
      { seeds: 5 },
      { parameters: { "model.cell": ["rnn", "lstm"] } },
      { search: { kind: "random" }, parameters: { "training.iterations": { from: 1, to: 9 } } },
    ]) {
      expect(configHash(experimentOf(withSweep(sweep)))).toBe(hash);
    }
  });

  test("has defaults for all that it leaves out", () => {
    expect(experimentOf('{"sweep": {}}').sweep).toEqual({
      parameters: {},
      runOn: "local",
      stopping: { kind: "none" },
      seeds: 1,
      search: { kind: "grid" },
      goal: null,
    });
    expect(
      experimentOf(withSweep({ parameters: { "training.iterations": { from: 1, to: 9 } }, goal: { value: 0.1 } }))
        .sweep,
    ).toEqual({
      parameters: { "training.iterations": { from: 1, to: 9, count: 5, scale: "linear" } },
      runOn: "local",
      stopping: { kind: "none" },
      seeds: 1,
      search: { kind: "grid" },
      goal: { metric: "loss", value: 0.1, stop: false },
    });
  });

  test.each(["task.length", "training.batchSize", "training.validation.every"])(
    "has a range of %s, which may be a word or a list as well",
    (key) => {
      const experiment = experimentOf(withSweep({ parameters: { [key]: { from: 5, to: 20, count: 4 } } }));
      expect(experiment.sweep?.parameters[key]).toEqual({ from: 5, to: 20, count: 4, scale: "linear" });
      expect(sweepAxes(experiment.sweep!)).toMatchObject([{ key, values: [5, 10, 15, 20] }]);
    },
  );

  test.each([
    [
      "a path with a slip of the pen",
      { parameters: { "training.optimizer.learningRat": [1] } },
      '"training.optimizer.learningRat"',
      /no value "training.optimizer.learningRat".*Did you mean "training.optimizer.learningRate"\?/,
      "training.optimizer.learningRate",
    ],
    [
      "the end of a path alone",
      { parameters: { hiddenSize: [1] } },
      '"hiddenSize"',
      /Did you mean "model.hiddenSize"\?/,
      "model.hiddenSize",
    ],
    ["the seed as a parameter", { parameters: { seed: [1, 2] } }, '"seed"', /Use sweep\.seeds/, undefined],
    [
      "a value out of range, in a list",
      { parameters: { "model.hiddenSize": [4, 0, 5000] } },
      "0",
      /hiddenSize = 0 is invalid: model.hiddenSize is 0; it must be 1 to 4,096/,
      undefined,
    ],
    [
      "a word that is none",
      { parameters: { "model.cell": ["rnn", "lsmt"] } },
      '"lsmt"',
      /Did you mean "lstm"\?/,
      undefined,
    ],
    [
      "an end of a range out of range",
      { parameters: { "model.dropout": { from: 0, to: 1 } } },
      '{"from":0,"to":1}',
      /dropout = 1 is invalid/,
      undefined,
    ],
    [
      "a range of words",
      { parameters: { "model.cell": { from: 1, to: 2 } } },
      '{"from":1,"to":2}',
      /requires a list/,
      undefined,
    ],
    [
      "a log range from 0",
      { parameters: { "training.optimizer.learningRate": { from: 0, to: 1, scale: "log" } } },
      '{"from":0,"to":1,"scale":"log"}',
      /both limits must be above 0/,
      undefined,
    ],
    [
      "a value that only another optimizer has",
      { parameters: { "training.optimizer.learningRate": [0.1] } },
      "0.1",
      /belongs to/,
      undefined,
    ],
    [
      "CMA-ES over choices alone",
      { parameters: { "model.cell": ["rnn", "gru"] }, search: { kind: "cma-es" } },
      '"cma-es"',
      /has choices only. Use "tpe"/,
      undefined,
    ],
    [
      "a value that no run can have, of a parameter that some runs have",
      {
        parameters: {
          "training.optimizer.kind": ["sgd", "momentum"],
          "training.optimizer.learningRate": [0.1],
          "training.optimizer.momentum": [0.5, 2],
        },
      },
      "2",
      /momentum = 2 is invalid/,
      undefined,
    ],
    [
      "a size that needs too much memory",
      { parameters: { "task.sequences": [10, 1_000_000], "task.length": [10, 10_000] } },
      "1000000",
      /memory/,
      undefined,
    ],
    [
      "a goal that nothing measures",
      { goal: { metric: "validationLoss", value: 1 } },
      '"validationLoss"',
      /validation\.share/,
      undefined,
    ],
    [
      "a data file",
      { parameters: { "model.init.file": ["a.safetensors"] } },
      '"model.init.file"',
      /cannot be swept/,
      undefined,
    ],
  ])("%s is marked where it stands", (_what, sweep, marked, message, suggestion) => {
    const problems = problemsOf(
      withSweep(
        sweep,
        marked === "1000000" ? { task: { kind: "adding" }, model: { cell: "lstm", hiddenSize: 8 } } : {},
      ),
    );
    expect(problems[0]).toEqual({ marked, message: expect.stringMatching(message), suggestion });
  });

  test("of too many runs says how many, before they are listed", () => {
    const [problem] = problemsOf(
      withSweep({
        parameters: {
          "training.iterations": { from: 1, to: 1000, count: 1000 },
          "task.length": { from: 1, to: 1000, count: 1000 },
        },
        seeds: 10_000,
      }),
    );
    expect(problem?.message).toMatch(/10,000,000,000 runs; the maximum is 1,000,000/);
  });

  test("keys of objects that are no plain names are refused like everywhere", () => {
    expect(parseExperiment('{"sweep": {"parameters": {"__proto__": [1]}}}')).toMatchObject({
      experiment: null,
      problems: [{ code: "forbidden-key" }],
    });
    expect(
      problemsOf('{"sweep": {"parameters": {"model.__proto__": [1], "toString": [2]}}}').map(({ marked }) => marked),
    ).toEqual(['"model.__proto__"', '"toString"']);
  });

  test("a switch of kind within the sweep is checked together with what belongs to it", () => {
    expect(
      problemsOf(
        withSweep({
          parameters: {
            "training.optimizer.kind": ["sgd", "adam"],
            "training.optimizer.learningRate": { from: 0.001, to: 0.1 },
          },
        }),
      ),
    ).toEqual([]);
    expect(
      problemsOf(
        withSweep({
          parameters: {
            "training.optimizer": [{ kind: "rprop" }, { kind: "adam", beta1: 0.8 }],
            "training.clip": [null, { norm: 1 }],
          },
        }),
      ),
    ).toEqual([]);
  });
});

describe("a trial's value", () => {
  test("is what edits of the text would make of it", () => {
    const text =
      '{"task": {"kind": "adding"}, "training": {"optimizer": {"kind": "adam", "learningRate": 0.5, "beta1": 0.8}, "clip": {"norm": 2}}, "model": {"cell": "lstm"}}';
    const file = JSON.parse(text) as Record<string, unknown>;
    const cases: [string, unknown][][] = [
      [["training.optimizer.learningRate", 0.1]],
      [["training.optimizer.kind", "momentum"]],
      [["training.optimizer.kind", "rprop"]],
      [["training.clip.value", 3]],
      [["training.clip", null]],
      [["task.kind", "copy"]],
      [["task", { kind: "parity" }]],
      [["training.schedule.kind", "cosine"]],
      [["training.validation.share", 0.25]],
      [
        ["model.hiddenSize", 7],
        ["training.truncate", 4],
      ],
    ];
    for (const changes of cases) {
      const edited = changes.reduce((before, [key, value]) => textWithField(before, key.split("."), value) ?? "", text);
      const value = trialValue(
        file,
        9,
        changes.map(([key, changed]) => ({ path: key.split("."), value: changed })),
      );
      expect(experimentOf(JSON.stringify(value))).toEqual({ ...experimentOf(edited), seed: 9 });
    }
  });

  test("sets kinds before what belongs to them, in whatever order they are given", () => {
    const changes = [
      { path: ["training", "optimizer", "momentum"], value: 0.5 },
      { path: ["training", "optimizer", "kind"], value: "nesterov" },
    ];
    for (const order of [changes, changes.toReversed()]) {
      expect(experimentOf(JSON.stringify(trialValue({}, 1, order))).training.optimizer).toEqual({
        kind: "nesterov",
        learningRate: 0.001,
        momentum: 0.5,
        weightDecay: 0,
      });
    }
  });

  test("leaves the file's own value alone", () => {
    const file = { model: { cell: "rnn" }, sweep: { seeds: 2 } };
    trialValue(file, 2, [{ path: ["model", "cell"], value: "gru" }]);
    expect(file).toEqual({ model: { cell: "rnn" }, sweep: { seeds: 2 } });
  });
});

test("VS Code completes and explains every path that may be swept", () => {
  const parameters = createEditorSchema().properties?.["sweep"]?.anyOf?.[1]?.properties?.["parameters"];
  expect(Object.keys(parameters?.properties ?? {})).toEqual(sweepKeys());
  expect(sweepKeys()).toEqual(
    expect.arrayContaining([
      "training.optimizer",
      "training.optimizer.learningRate",
      "training.clip.norm",
      "training.stop",
      "training.stop.patience",
      "model.cell",
      "task.length",
      "task",
    ]),
  );
  expect(sweepKeys().filter((key) => /^(name|seed|sweep)/.test(key))).toEqual([]);
  const cells = Object.keys(GATES).filter((cell) => !["ctrnn-current", "lstm-variant", "lstm-coupled"].includes(cell));
  expect(parameters?.properties?.["model.cell"]?.defaultSnippets?.[0]?.body).toEqual(cells);
  for (const [key, { markdownDescription, defaultSnippets }] of Object.entries(parameters?.properties ?? {}))
    expect([key, (markdownDescription ?? "").length > 20, (defaultSnippets ?? []).length > 0]).toEqual([
      key,
      true,
      true,
    ]);
});
