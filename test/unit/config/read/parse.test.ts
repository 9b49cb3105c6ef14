import { describe, expect, test } from "vitest";
import { parseExperiment } from "../../../../src/config/read/parse";
import type { ProblemCode } from "../../../../src/config/schema/problem";
import { parsePlain, readPlain } from "../../../../src/config/read/parsePlain";
import { MAX_BRACKETS, MAX_TEXT_LENGTH } from "../../../../src/config/read/syntax";
import { experimentOf } from "../support";

describe("a right file", () => {
  test("{} is the tutorial's experiment", () => {
    expect(experimentOf("{}")).toEqual({
      name: "",
      seed: 1,
      task: { kind: "count-ones", sequences: 20, length: 10 },
      model: {
        cell: "linear",
        nonlinearity: "tanh",
        form: "rate",
        dt: 20,
        tau: 100,
        learnedTau: false,
        noise: 0,
        inputNoise: 0,
        dale: false,
        excitatory: 0.8,
        connectivity: 1,
        rateL2: 0,
        weightL2: 0,
        hiddenSize: 1,
        numLayers: 1,
        bias: "auto",
        dropout: 0,
        bidirectional: false,
        readout: "auto",
        learnedInitialState: false,
        variant: "plain",
        heads: 1,
        forgetGate: "sigmoid",
        peephole: false,
        coupledInputForget: false,
        layerNorm: false,
        projSize: 0,
        init: {
          scheme: "auto",
          weight_ih_l0: -1.5,
          weight_hh_l0: 2,
          gain: 1,
          orthogonal: "per-gate",
          constant: 0,
          forgetBias: 0,
          rMin: "auto",
          rMax: "auto",
          maxPhase: 6.283185307179586,
          values: {},
          file: "",
        },
      },
      training: {
        optimizer: { kind: "rprop", etaPlus: 1.2, etaMinus: 0.5, initialStep: 0.001 },
        schedule: { kind: "constant" },
        loss: "auto",
        delta: 1,
        classWeights: null,
        iterations: 500,
        epochs: 0,
        batchSize: "full",
        accumulate: 1,
        clip: null,
        truncate: 0,
        validation: { share: 0, every: "auto" },
        stop: null,
      },
      trace: { every: 1, sequence: 0 },
      engine: "auto",
      arithmetic: "fast",
      sweep: null,
    });
  });

  test("defaults fill in what an optimizer of another kind leaves out", () => {
    expect(experimentOf('{"training": {"optimizer": {"kind": "sgd"}}}').training.optimizer).toEqual({
      kind: "sgd",
      learningRate: 0.001,
      weightDecay: 0,
    });
    expect(experimentOf('{"training": {"optimizer": {"kind": "rprop", "etaPlus": 1.5}}}').training.optimizer).toEqual({
      kind: "rprop",
      etaPlus: 1.5,
      etaMinus: 0.5,
      initialStep: 0.001,
    });
  });

  test("may have comments, trailing commas, a byte order mark and a $schema", () => {
    const text =
      '\uFEFF// one\r\n{ "$schema": "x", /* two */ "seed": 7, "training": { "clip": { "norm": 2, }, }, }\n// three';
    const experiment = experimentOf(text);
    expect(experiment.seed).toBe(7);
    expect(experiment.training.clip).toEqual({ norm: 2 });
    expect(experiment).not.toHaveProperty("$schema");
  });

  test("is frozen all through", () => {
    const experiment = experimentOf("{}");
    const parts: unknown[] = [
      experiment,
      experiment.task,
      experiment.model,
      experiment.model.init,
      experiment.training,
      experiment.training.optimizer,
      experiment.trace,
    ];
    expect(parts.filter((part) => !Object.isFrozen(part))).toEqual([]);
  });

  test("reads -0 as 0, which is the same experiment", () => {
    expect(Object.is(experimentOf('{"model": {"init": {"weight_hh_l0": -0}}}').model.init.weight_hh_l0, 0)).toBe(true);
  });
});

/** ⟦ and ⟧ stand around the text that must be marked. */
function check(marked: string, code: ProblemCode, message: RegExp, path = "") {
  const offset = marked.indexOf("⟦");
  const text = marked.replace(/[⟦⟧]/g, "");
  const { experiment, problems } = parseExperiment(text);
  expect(experiment).toBeNull();
  expect(problems).toHaveLength(1);
  const [problem] = problems;
  expect(problem).toMatchObject({
    code,
    severity: "error",
    range: { offset, length: marked.indexOf("⟧") - offset - 1 },
  });
  expect(problem?.message).toMatch(message);
  expect(problem?.path.join(".")).toBe(path);
}

describe("a wrong text is marked at the spot", () => {
  test.each([
    ['{ "seed": ⟦nul⟧ }', /not valid JSON/],
    ['{ "seed" ⟦1⟧ }', /colon/],
    ['{ "seed": 1 ⟦"name"⟧: "x" }', /comma/],
    ["{ ⟦seed⟧: 1 }", /double quotes/],
    ['{ "seed": 1 } ⟦{⟧}', /Remove everything after/],
    ["⟦{⟧", /closing \}/],
    ['{ "seed": 1 ⟦/* open⟧', /Close it with \*\//],
  ])("syntax: %s", (text, message) => check(text, "syntax", message));

  test("one mistake gives one error on a line, and mistakes on other lines are reported too", () => {
    const { problems } = parseExperiment('{\n  seed: 1,\n  "name" "x"\n}');
    expect(problems.map(({ code, range }) => [code, range.offset])).toEqual([
      ["syntax", 4],
      ["syntax", 22],
    ]);
  });

  test("empty-file", () => {
    check("⟦⟧", "empty-file", /Write \{\}/);
    check("⟦// nothing\n  ⟧", "empty-file", /Write \{\}/);
  });
  test("file-too-large", () => {
    check(`⟦{⟧"name": "${"x".repeat(MAX_TEXT_LENGTH)}"}`, "file-too-large", /1000012 characters/);
  });
  test("too-many-brackets", () => {
    check(`${"[".repeat(MAX_BRACKETS)}⟦[⟧`, "too-many-brackets", /more than 1000/);
    check(`${'{"a":'.repeat(MAX_BRACKETS)}⟦{⟧`, "too-many-brackets", /more than 1000/);
    check(`${"[".repeat(MAX_BRACKETS)}⟦[⟧${"[".repeat(200_000)}`, "too-many-brackets", /more than 1000/);
  });
  test("brackets in texts and comments are not counted", () => {
    expect(parseExperiment(`{ "name": "${"[".repeat(150)}" /* ${"[".repeat(2000)} */ }`).experiment).not.toBeNull();
  });
  test("duplicate-key", () =>
    check(
      '{ "task": { "kind": "count-ones", "length": 3, ⟦"length"⟧: 4 } }',
      "duplicate-key",
      /task\.length is specified twice/,
      "task.length",
    ));
  test.each(["__proto__", "constructor", "prototype"])("forbidden-key: %s", (key) => {
    check(`{ "model": { ⟦"${key}"⟧: { "cell": "linear" } } }`, "forbidden-key", /not allowed as a key/, `model.${key}`);
    expect(({} as Record<string, unknown>)["cell"]).toBeUndefined();
  });
  test("not-finite", () =>
    check(
      '{ "model": { "init": { "weight_hh_l0": ⟦-1e999⟧ } } }',
      "not-finite",
      /model\.init\.weight_hh_l0 .* 64-bit float/,
      "model.init.weight_hh_l0",
    ));
});

describe("a value that the schema refuses is marked at the spot", () => {
  test("not-an-object", () => {
    check("⟦[]⟧", "not-an-object", /a list/);
    check("  ⟦12⟧ ", "not-an-object", /it is 12/);
  });
  test("unknown-key, with the key that was meant", () => {
    check(
      '{ "task": { "kind": "count-ones", ⟦"lenght"⟧: 3 } }',
      "unknown-key",
      /Did you mean "length"\?/,
      "task.lenght",
    );
    check('{ "training": { ⟦"Iterations"⟧: 3 } }', "unknown-key", /Did you mean "iterations"\?/, "training.Iterations");
    check('{ ⟦"dropout"⟧: 3 }', "unknown-key", /Allowed keys: .*"seed"/, "dropout");
    expect(parseExperiment('{"trainig": {}}').problems[0]?.suggestion).toBe("training");
  });
  test("unknown-key of another kind of optimizer or clip says whose it is", () => {
    check(
      '{ "training": { "optimizer": { "kind": "sgd", ⟦"etaPlus"⟧: 1.2 } } }',
      "unknown-key",
      /"etaPlus" belongs to rprop/,
      "training.optimizer.etaPlus",
    );
    check(
      '{ "training": { "clip": { "norm": 1, ⟦"value"⟧: 2 } } }',
      "unknown-key",
      /"value" belongs to clip by value/,
      "training.clip.value",
    );
  });
  test("missing-key", () => {
    check(
      '{ "training": { ⟦"optimizer"⟧: { "learningRate": 1 } } }',
      "missing-key",
      /training\.optimizer requires "kind": "rprop" or .* or "adamw"/,
      "training.optimizer.kind",
    );
    check('{ ⟦"task"⟧: {} }', "missing-key", /task requires "kind"/, "task.kind");
  });
  test("wrong-type", () => {
    check('{ "seed": ⟦1.5⟧ }', "wrong-type", /a whole number/, "seed");
    check('{ "seed": ⟦"12"⟧ }', "wrong-type", /Remove the quotes/, "seed");
    check('{ "task": ⟦[1, 2]⟧ }', "wrong-type", /task must be .*count-ones.* a list/, "task");
    check('{ "model": ⟦null⟧ }', "wrong-type", /an object/, "model");
    check('{ "name": ⟦{ }⟧ }', "wrong-type", /text/, "name");
  });
  test("a clip that is none is told what a clip is, once", () => {
    for (const clip of ["5", "{ }", "true", '"norm"', "[1]"])
      check(
        `{ "training": { "clip": ⟦${clip}⟧ } }`,
        "wrong-type",
        /null or \{ "norm": number \} or \{ "value": number \}/,
        "training.clip",
      );
    check('{ "training": { "clip": { "norm": ⟦"1"⟧ } } }', "wrong-type", /Remove the quotes/, "training.clip.norm");
  });
  test("unknown-value", () => {
    check(
      '{ "training": { "optimizer": { "kind": ⟦"sdg"⟧ } } }',
      "unknown-value",
      /must be "rprop", .* or "adamw"; it is "sdg"\. Did you mean "sgd"\?/,
      "training.optimizer.kind",
    );
    check(
      '{ "model": { "cell": ⟦"transformer"⟧ } }',
      "unknown-value",
      /must be "linear", "rnn", .*; it is "transformer"\.$/,
      "model.cell",
    );
    check(
      '{ "model": { "bias": ⟦"yes"⟧ } }',
      "unknown-value",
      /must be "auto", true or false; it is "yes"/,
      "model.bias",
    );
    check(
      '{ "training": { "optimizer": { "kind": ⟦7⟧ } } }',
      "unknown-value",
      /must be "rprop", .* or "adamw"; it is 7/,
      "training.optimizer.kind",
    );
  });
  test("wrong words, numbers and lists where there are choices", () => {
    check(
      '{ "training": { "batchSize": ⟦0⟧ } }',
      "wrong-type",
      /"full" or whole number, 1 to 1,000,000; it is 0/,
      "training.batchSize",
    );
    check(
      '{ "task": { "kind": "csv", "file": "a.csv", "columns": ⟦[]⟧ } }',
      "out-of-range",
      /has 0 values; it must be a list of 1 to 100 values/,
      "task.columns",
    );
    check(
      '{ "task": { "kind": "csv", "file": "a.csv", "columns": ["x", ⟦3⟧] } }',
      "wrong-type",
      /it is 3/,
      "task.columns.1",
    );
    check('{ "task": { "kind": "text", "file": ⟦""⟧ } }', "out-of-range", /task\.file is empty/, "task.file");
  });
  test("out-of-range", () => {
    check('{ "seed": ⟦4294967296⟧ }', "out-of-range", /0 to 4,294,967,295/, "seed");
    check('{ "task": { "kind": "count-ones", "sequences": ⟦0⟧ } }', "out-of-range", /1 to 1,000,000/, "task.sequences");
    check(
      '{ "training": { "optimizer": { "kind": "sgd", "learningRate": ⟦0⟧ } } }',
      "out-of-range",
      /above 0/,
      "training.optimizer.learningRate",
    );
    check(
      '{ "training": { "optimizer": { "kind": "rprop", "etaMinus": ⟦1⟧ } } }',
      "out-of-range",
      /above 0, below 1/,
      "training.optimizer.etaMinus",
    );
    check(
      '{ "training": { "clip": { "value": ⟦-1⟧ } } }',
      "out-of-range",
      /training\.clip\.value is -1/,
      "training.clip.value",
    );
  });
  test("too-long", () =>
    check(`{ "name": ⟦"${"x".repeat(201)}"⟧ }`, "too-long", /201 characters; the maximum is 200/, "name"));
  test("all problems are reported, in the order of the text", () => {
    const { problems } = parseExperiment('{ "name": 1, "trace": { "every": 0 }, "x": 1, "seed": 1, "seed": 2 }');
    expect(problems.map(({ code }) => code)).toEqual(["wrong-type", "out-of-range", "unknown-key", "duplicate-key"]);
  });
  test("hostile names do not reach the message as they are", () => {
    const { problems } = parseExperiment(
      JSON.stringify({ [`\u202Eevil\u001b[31m${"y".repeat(5000)}`]: 1, engine: "\u202E\u0007" }),
    );
    for (const { message } of problems) {
      expect(message).not.toMatch(/[\p{Cc}\p{Cf}]/u);
      expect(message.length).toBeLessThan(300);
    }
    expect(problems).toHaveLength(2);
  });
});

describe("a value that only the whole makes wrong is marked at the spot", () => {
  test("no-such-sequence", () => {
    check(
      '{ "task": { "kind": "count-ones", "sequences": 5 }, "trace": { "sequence": ⟦5⟧ } }',
      "no-such-sequence",
      /index from 0 to 4/,
      "trace.sequence",
    );
    expect(
      experimentOf('{ "task": { "kind": "count-ones", "sequences": 5 }, "trace": { "sequence": 4 } }').trace.sequence,
    ).toBe(4);
  });
  test("misfit", () => {
    check(
      '{ "task": { "kind": "copy" }, "model": { "readout": ⟦"last"⟧ } }',
      "misfit",
      /Use "auto" or "every"/,
      "model.readout",
    );
    check(
      '{ "task": { "kind": "adding" }, "training": { "loss": ⟦"cross-entropy"⟧ } }',
      "misfit",
      /Use "auto" or "mse"/,
      "training.loss",
    );
    check(
      '{ "model": { "cell": "lstm", "hiddenSize": 4, "projSize": ⟦4⟧ } }',
      "misfit",
      /model\.projSize is 4; a projection has fewer numbers than model\.hiddenSize, 4\. Use 0 for no projection\./,
      "model.projSize",
    );
    check(
      '{ "task": { "kind": "adding" }, "model": { "cell": "lstm", "hiddenSize": 4, "projSize": 2, ' +
        '"readout": ⟦"state"⟧ } }',
      "misfit",
      /which has 2 outputs, but adding has one target\. Use model\.readout "auto" or model\.projSize 1\./,
      "model.readout",
    );
  });
  test("bad-initial-value", () => {
    check(
      '{ "model": { "init": { "values": { "weight_hh_l0": ⟦[[1, 2]]⟧ } } } }',
      "bad-initial-value",
      /weight_hh_l0\[0\] must be a number or a list of 1 numbers; its length is 2/,
      "model.init.values.weight_hh_l0",
    );
    check(
      '{ "task": { "kind": "parity", "length": 2 }, "model": { "cell": "lstm", "init": { "forgetBias": ' +
        '⟦"chrono"⟧ } } }',
      "bad-initial-value",
      /requires sequences of at least 3 time steps; this task has 2\.$/,
      "model.init.forgetBias",
    );
  });
  test("chrono needs the length only where there are gates to start", () => {
    const problems = (task: string, model: string): number =>
      parseExperiment(`{ "task": ${task}, "model": { ${model}, "init": { "forgetBias": "chrono" } } }`).problems.length;
    const short = '{ "kind": "text", "file": "a.txt", "length": 2 }';
    expect([
      problems(short, '"cell": "gru"'),
      problems(short, '"cell": "rnn"'),
      problems(short, '"cell": "gru", "bias": false'),
      problems(short.replace("2", "3"), '"cell": "gru"'),
    ]).toEqual([1, 0, 0, 0]);
  });
  test("too-much-memory", () => {
    check(
      '{ "task": { "kind": "count-ones", "sequences": ⟦1000000⟧, "length": 100000 } }',
      "too-much-memory",
      /5,2\d\d GiB of memory; the limit is 1\.0 GiB\. Reduce task\.sequences to \d+ or less, or raise/,
      "task.sequences",
    );
    check(
      '{ "task": { "kind": "count-ones", "sequences": ⟦1000000⟧, "length": 30 } }',
      "too-much-memory",
      /\d\.\d GiB of memory; .* Reduce task\.sequences/,
      "task.sequences",
    );
    check(
      '{ "task": { "kind": "adding" }, "model": { "cell": "lstm", "hiddenSize": ⟦4096⟧ } }',
      "too-much-memory",
      /\d GiB of memory; .* Reduce model\.hiddenSize/,
      "model.hiddenSize",
    );
  });
  test("is told apart from what VS Code's own JSON support reports", () => {
    const { problems } = parseExperiment(
      '{ "task": { "kind": "count-ones", "sequences": 3 }, "trace": { "sequence": 3 } }',
    );
    expect(problems.map(({ layer }) => layer)).toEqual(["meaning"]);
  });
});

test.each([
  ["defaults and a zero with a sign", { model: { init: { weight_hh_l0: -0, values: { weight_hh_l0: [[0.5]] } } } }],
  [
    "unions and lists",
    { training: { clip: { norm: 1 }, classWeights: [1, 2] }, task: { kind: "parity", length: [3, 5] } },
  ],
  ["a key that is not there", { name: undefined, seed: 7 }],
  ["an unknown key", { modell: {} }],
  ["a number that is none", { training: { optimizer: { kind: "sgd", learningRate: NaN } } }],
  ["values that do not go together", { task: { kind: "perceptual-decision", dt: 500 } }],
])("a value is read as its text is: %s", (_, value) => {
  expect(readPlain(value)).toEqual(parsePlain(JSON.stringify(value)).experiment);
});
