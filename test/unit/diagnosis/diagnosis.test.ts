import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { createDiagnosis } from "../../../src/diagnosis/diagnosis";
import { fixCandidates } from "../../../src/diagnosis/candidates";
import { preserveGradient, roundDown } from "../../../src/diagnosis/fixes";
import { collectFacts } from "../../../src/diagnosis/runFacts";
import { gatherEvidence, withFinalEvidence } from "../../../src/core/analysis/evidence";
import { finishWork } from "../../../src/lib/slicedTask";
import { createTrainer, type Trainer } from "../../../src/core/training/trainer";
import { vectorColumn } from "../../../src/shared/trace/trace";
import { TraceBuffer } from "../../../src/shared/trace/traceBuffer";
import { diagnose, diagnoseFixed, experimentIn, findingIn, rulesOf } from "./support";

const example = (name: string): string =>
  readFileSync(join(resolve(import.meta.dirname, "../../.."), "examples", `${name}.rnn.json`), "utf8");

describe("the examples", () => {
  test.each([
    ["01-it-learns", []],
    ["02-it-explodes", ["exploding", "loss-not-finite"]],
    ["03-clipping-saves-it", []],
    ["04-limit-cycle", ["limit-cycle", "clipped-too-often"]],
    ["05-clip-by-value", []],
    ["06-it-vanishes", ["vanishing"]],
    ["07-larger-steps", []],
    ["08-binary-addition", []],
  ] as const)("%s shows %j", (name, rules) => {
    expect(rulesOf(diagnose(example(name)))).toEqual(rules);
  });

  test("14 shows that it overfits", () => {
    const data = readFileSync(join(resolve(import.meta.dirname, "../../.."), "examples", "river-station.csv"), "utf8");
    expect(rulesOf(diagnose(example("14-series"), data))).toEqual(["overfitting"]);
  });

  test("02: the explosion is told with its factor a step, its norm, and where; the computed clip makes it learn", () => {
    const finding = findingIn(diagnose(example("02-it-explodes")), "exploding");
    expect(finding).toMatchObject({ iteration: 0, timeStep: 1 });
    expect(finding.numbers["growth"]).toBeCloseTo(2, 10);
    expect(finding.numbers["gradientNorm"]).toBeCloseTo(5_030_312.63, 1);
    const fixed = diagnoseFixed(example("02-it-explodes"), finding.fixes[0]!);
    expect(rulesOf(fixed)).toEqual([]);
    expect(fixed.loss).toBeLessThan(0.1);
    expect(fixed.text).toContain("// Experiment 1 with plain gradient descent");
  });

  test("04: a clip at the usual norm and shorter steps end the circle", () => {
    const finding = findingIn(diagnose(example("04-limit-cycle")), "limit-cycle");
    const fixed = diagnoseFixed(example("04-limit-cycle"), finding.fixes[0]!);
    expect(rulesOf(fixed)).toEqual([]);
    expect(fixed.loss).toBeLessThan(0.05);
  });

  test("06: the gradient is lost where the weight's powers say, and a weight of 1 learns", () => {
    const finding = findingIn(diagnose(example("06-it-vanishes")), "vanishing");
    expect(finding.timeStep).toBeGreaterThan(15);
    expect(diagnoseFixed(example("06-it-vanishes"), finding.fixes[0]!).loss).toBeLessThan(1);
  });
});

describe("a simple network that forgets", () => {
  const text = JSON.stringify({
    seed: 1,
    task: { kind: "adding", sequences: 40, length: 40 },
    model: { cell: "rnn", hiddenSize: 6 },
    training: { optimizer: { kind: "sgd", learningRate: 0.01 }, iterations: 250 },
  });

  test("may take LSTM cells that keep, GRU cells, or orthogonal weights", () => {
    const finding = findingIn(diagnose(text), "vanishing");
    expect(finding.configPath).toEqual(["model", "cell"]);
    expect(finding.fixes.map(({ title }) => title)).toEqual([
      "Switch to LSTM (chrono initialization)",
      "Switch to GRU (the gradient may still vanish at first)",
      "Use orthogonal recurrent weights (keeps the gradient alive at first; learning stays slow)",
    ]);
    const fix = finding.fixes[0]!;
    expect(rulesOf(diagnoseFixed(text, fix)), fix.title).not.toContain("vanishing");
  });
});

describe("layers of lru alone", () => {
  const lru = (task: object, training: object = {}): string =>
    JSON.stringify({
      task,
      model: { cell: "lru", hiddenSize: 8, numLayers: 2 },
      training: { optimizer: { kind: "adam", learningRate: 0.02 }, iterations: 300, ...training },
    });
  const product = lru({ kind: "adding", sequences: 32, length: 5 });

  test("cannot add what is marked, which either fix can", () => {
    const alone = diagnose(product);
    const { fixes, message } = findingIn(alone, "linear-layers");
    expect(message).toContain("The task “adding” is not linear");
    expect(rulesOf(alone)).not.toContain("mean-only");
    for (const fix of fixes) {
      const fixed = diagnoseFixed(product, fix);
      expect(rulesOf(fixed), fix.title).not.toContain("linear-layers");
      expect(fixed.loss).toBeLessThan(0.2 * alone.loss);
    }
    expect(fixes.length).toBe(2);
  });

  test("are not named on a task that a linear filter solves, however badly it is trained", () => {
    const integrator = { kind: "integrator", sequences: 20, fixation: 50, stimulus: 300, delay: 0 };
    const optimizer = { kind: "sgd", learningRate: 1e-9 };
    expect(rulesOf(diagnose(lru(integrator)))).not.toContain("linear-layers");
    expect(rulesOf(diagnose(lru(integrator, { optimizer })))).not.toContain("linear-layers");
    const oneModality = { kind: "context-decision", sequences: 40, context: "modality-1", delay: 0, stimulus: 200 };
    expect(rulesOf(diagnose(lru(oneModality, { optimizer })))).not.toContain("linear-layers");
  });

  test("of data from a file, may be the reason where nothing is learned", () => {
    let state = 7;
    const random = (): number => (state = (state * 16807) % 2147483647) / 2147483647;
    const rows = (target: (a: number, b: number) => number): string =>
      Array.from({ length: 300 }, () => [random(), random()] as const)
        .map(([a, b]) => [a, b, target(a, b)].join())
        .join("\n");
    const table = { kind: "csv", file: "t.csv", columns: ["a", "b"], target: "y", targetKind: "bits", length: 5 };
    const heldOut = { validation: { share: 0.3 } };
    const now = { ...table, horizon: 0, stride: 5 };
    const exclusive = diagnose(lru(now, heldOut), `a,b,y\n${rows((a, b) => Number(a > 0.5 !== b > 0.5))}\n`);
    expect(findingIn(exclusive, "linear-layers").severity).toBe("information");
    const linear = diagnose(lru(now, heldOut), `a,b,y\n${rows((a, b) => Number(a > b))}\n`);
    expect(rulesOf(linear)).not.toContain("linear-layers");
  });
});

describe("a gradient that vanishes", () => {
  const adding = (model: object): string =>
    JSON.stringify({
      seed: 1,
      task: { kind: "adding", sequences: 40, length: 40 },
      model: { hiddenSize: 6, ...model },
      training: { optimizer: { kind: "sgd", learningRate: 0.01 }, iterations: 250 },
    });

  /**
   * What is said of it after each iteration of the run, and at its end.
   * @param backAt the recorded gradient is as large at all steps from this iteration on
   */
  function messages(
    text: string,
    backAt = Infinity,
  ): { readonly running: readonly string[]; readonly ended: readonly string[] } {
    const experiment = experimentIn(text);
    const trainer = createTrainer(experiment);
    const diagnosis = createDiagnosis(experiment, trainer);
    const buffer = new TraceBuffer(trainer.columns, 64);
    const evidence = finishWork(gatherEvidence(experiment, trainer));
    const said = (state: "running" | "ended"): string[] =>
      diagnosis.findings({ state }, evidence).flatMap(({ rule, message }) => (rule === "vanishing" ? [message] : []));
    const running: string[] = [];
    for (let result = "running"; result === "running";) {
      const { iteration } = trainer;
      result = trainer.step(buffer);
      diagnosis.observe(iteration, trainer.metrics);
      if (iteration >= backAt) buffer.column(vectorColumn.stateGradNorm(0))!.fill(1);
      diagnosis.sample(buffer.columns, buffer.rows - 1);
      running.push(...said("running"));
    }
    return { running, ended: said("ended") };
  }

  test("is told as it is now while simple units train, and as what was not learned at the end", () => {
    const { running, ended } = messages(adding({ cell: "rnn" }));
    expect(running.length).toBeGreaterThan(50);
    for (const message of running) expect(message).toMatch(/hardly reaches step \d+ now: .* at the first step/);
    expect(ended).toEqual([
      expect.stringMatching(/still at a baseline, so what happens before step \d+ was not learned\.$/),
    ]);
  });

  test("that is back at the end is told with the iteration up to which it was gone", () => {
    const { running, ended } = messages(adding({ cell: "rnn" }), 150);
    const [first = ""] = ended;
    expect(first).toMatch(/^Up to iteration \d+ the gradient vanishes: .*was not learned\.$/);
    const until = Number(/\d+/.exec(first)?.[0]);
    expect(until).toBeLessThan(150);
    expect(until).toBeGreaterThan(50);
    expect(running.every((message) => Number(/iteration (\d+)/.exec(message)?.[1]) <= until)).toBe(true);
  });

  test.each([
    ["float32", /, and less than float32 can hold at the first step/],
    ["float64", /, and [\d.]+e-\d\d at the first step/],
  ] as const)("is a number below the range of float32 only where %s trained", (engine, left) => {
    const experiment = experimentIn(adding({ cell: "rnn" }));
    const trainer = createTrainer(experiment);
    const diagnosis = createDiagnosis(experiment, Object.create(trainer, { engine: { value: engine } }) as Trainer);
    const buffer = new TraceBuffer(trainer.columns, 64);
    for (let result = "running"; result === "running";) {
      const { iteration } = trainer;
      result = trainer.step(buffer);
      diagnosis.observe(iteration, trainer.metrics);
      const profiles = buffer.column(vectorColumn.stateGradNorm(0))!;
      for (let i = 1; i < profiles.length; i += 41) profiles[i] = 1e-39;
      diagnosis.sample(buffer.columns, buffer.rows - 1);
    }
    const evidence = finishWork(gatherEvidence(experiment, trainer));
    const finding = diagnosis.findings({ state: "ended" }, evidence).find(({ rule }) => rule === "vanishing");
    expect(finding?.message).toMatch(left);
    expect("ratio" in (finding?.numbers ?? {})).toBe(engine === "float64");
  });

  test.each(["lstm", "gru"])(
    "is told of %s at the end only: that of gates may come back while the loss is flat",
    (cell) => {
      const { running, ended } = messages(adding({ cell, init: { forgetBias: -1 } }));
      expect(running).toEqual([]);
      expect(ended).toEqual([expect.stringMatching(/was not learned\.$/)]);
    },
  );
});

test.each([
  ['{ "cell": "rnn" }', '{ "kind": "adam", "learningRate": 0.01 }', { "model.init.scheme": "orthogonal", rate: 0.001 }],
  ['{ "cell": "rnn" }', '{ "kind": "adam", "learningRate": 0.0005 }', { "model.init.scheme": "orthogonal" }],
  ['{ "cell": "rnn" }', '{ "kind": "sgd", "learningRate": 0.01 }', { "model.init.scheme": "orthogonal" }],
  [
    '{ "cell": "rnn", "nonlinearity": "relu" }',
    '{ "kind": "adam", "learningRate": 0.01 }',
    { "model.init.scheme": "identity", "training.clip": { norm: 1 } },
  ],
  ['{ "cell": "rnn", "nonlinearity": "relu" }', '{ "kind": "rprop" }', { "model.init.scheme": "identity" }],
])("weights that keep the gradient come with what they need to learn: %s, %s", (model, optimizer, expected) => {
  const experiment = experimentIn(`{ "model": ${model}, "training": { "optimizer": ${optimizer} } }`);
  const edits = preserveGradient(collectFacts(experiment, 40, true))?.edits ?? [];
  const changes = edits.map(({ path, value }) => [path.at(-1) === "learningRate" ? "rate" : path.join("."), value]);
  expect(Object.fromEntries(changes)).toEqual(expected);
});

test("rprop-pytorch is a candidate for long sequences", () => {
  const titles = (timeSteps: number): string[] =>
    fixCandidates(experimentIn("{}"), { timeSteps, fullBatch: true }, []).map(({ title }) => title);
  const fix = "Switch to rprop-pytorch, which is steadier on long sequences";
  expect([titles(10).includes(fix), titles(30).includes(fix)]).toEqual([false, true]);
});

test("input gates that the chrono initialization closes are not saturated", () => {
  const text = JSON.stringify({
    seed: 1,
    task: { kind: "adding", sequences: 40, length: 60 },
    model: { cell: "lstm", hiddenSize: 8, init: { forgetBias: "chrono" } },
    training: { optimizer: { kind: "sgd", learningRate: 0.001 }, iterations: 120 },
  });
  expect(rulesOf(diagnose(text))).not.toContain("saturated");
});

describe("a diagnosis", () => {
  test("looks at each row once, also when the buffer was taken or thinned between", () => {
    const experiment = experimentIn(example("04-limit-cycle"));
    const trainer = createTrainer(experiment);
    const diagnosis = createDiagnosis(experiment, trainer);
    const buffer = new TraceBuffer(trainer.columns, 8);
    for (let iteration = 0, result = "running"; result === "running"; iteration++) {
      result = trainer.step(buffer);
      diagnosis.observe(iteration, trainer.metrics);
      for (let again = 0; again < 3; again++) diagnosis.sample(buffer.columns, buffer.rows - 1);
      if (iteration % 100 === 50) buffer.clear();
      diagnosis.sample(buffer.columns, buffer.rows - 1);
    }
    const evidence = finishWork(withFinalEvidence(finishWork(gatherEvidence(experiment, trainer)), trainer));
    expect(diagnosis.findings({ state: "ended" }, evidence)).toEqual(diagnose(example("04-limit-cycle")).findings);
  });

  test("finds nothing before the first row, and no cycle before there are enough rows", () => {
    const experiment = experimentIn(example("04-limit-cycle"));
    const trainer = createTrainer(experiment);
    const diagnosis = createDiagnosis(experiment, trainer);
    const buffer = new TraceBuffer(trainer.columns, 64);
    expect(diagnosis.findings({ state: "running" })).toEqual([]);
    for (let iteration = 0; iteration < 60; iteration++) {
      trainer.step(buffer);
      diagnosis.observe(iteration, trainer.metrics);
      diagnosis.sample(buffer.columns, buffer.rows - 1);
    }
    expect(diagnosis.findings({ state: "running" })).toEqual([]);
  });
});

test("values of fixes are 1, 2 or 5 times a power of ten, rounded down", () => {
  expect([1, 1.9, 2, 4.99, 5, 9.99, 0.003, 0.0005, 1e-9, 12345].map(roundDown)).toEqual([
    1, 1, 2, 2, 5, 5, 0.002, 0.0005, 1e-9, 10000,
  ]);
});
