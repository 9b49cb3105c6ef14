/** Each example really shows what its comments and examples/README.md say. */
import { readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test, vi } from "vitest";
import type { Experiment } from "../../../src/config/schema/schema";
import { evaluateAtLength } from "../../../src/core/analysis/evaluateAtLength";
import { sampleText } from "../../../src/core/analysis/sampleText";
import { createRandom } from "../../../src/core/numerics/random";
import type { CreateNetwork } from "../../../src/core/network/network";
import { runTrial } from "../../../src/core/training/runTrial";
import { createTrainer } from "../../../src/core/training/trainer";
import type { TracedMetrics } from "../../../src/core/training/traceWriter";
import type { StepResult } from "../../../src/core/training/trainingLoop";
import { createWasmNetwork } from "../../../src/kernel/wasmNetwork";
import { collectStories } from "../../../scripts/stories.mjs";
import { countFixedPoints } from "../../claims/fixedPointCounts";
import { fitPsychometric, idealThreshold } from "../../claims/psychometricFit";
import { experimentOf } from "./support";

// A guard against hanging only: a busy machine may be slow.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const folder = fileURLToPath(new URL("../../../examples/", import.meta.url));
const files = readdirSync(folder)
  .filter((file) => file.endsWith(".rnn.json"))
  .toSorted();
const load = (file: string) => experimentOf(readFileSync(folder + file, "utf8"));
const filesOf = ({ task }: Experiment) => ({
  data: "file" in task ? readFileSync(folder + task.file, "utf8") : null,
  weights: null,
});
const prepare = (experiment: Experiment) => createTrainer(experiment, { files: filesOf(experiment) });
/** As an example runs for a user, but in the build of the engine that gives the same bits on every machine. */
const plain: CreateNetwork = (spec, capacity) => createWasmNetwork(spec, capacity, { variant: "plain" });
function finish(experiment: Experiment) {
  const trainer = createTrainer(experiment, { files: filesOf(experiment), kernel: plain });
  expect(trainer.engine).toBe("float32");
  while (trainer.step(null) === "running");
  return trainer;
}

/** What a half of a window of 1,280 pixels shows beside the line numbers. */
const MAX_COMMENT = 58;

describe.each(files)("%s", (file) => {
  test("has comments that half a laptop's window shows whole", () => {
    const comments = readFileSync(folder + file, "utf8")
      .split("\n")
      .filter((line) => /^\s*\/\//.test(line));
    expect(comments.length).toBeGreaterThan(5);
    expect(comments.filter((line) => line.length > MAX_COMMENT)).toEqual([]);
  });
});

interface Row extends TracedMetrics {
  readonly weights: readonly number[];
}

function train(experiment: Experiment) {
  const trainer = prepare(experiment);
  const rows: Row[] = [];
  let result: StepResult = "running";
  while (result === "running") {
    const weights = [...trainer.parameters()];
    result = trainer.step(null);
    rows.push({ ...trainer.metrics, weights });
  }
  const row = (iteration: number): Row => {
    const found = rows.at(iteration);
    if (found === undefined) throw new Error(`no row ${iteration}`);
    return found;
  };
  return { result, rows, row, iterations: trainer.iteration };
}

/** Batch mean of |dL/dh_t| before training, for t = 0..T. */
function gradientOverTime(experiment: Experiment): number[] {
  const [gradients] = createTrainer(experiment).captureStep().stateGradients;
  const [sequences = 0, states = 0] = gradients?.shape ?? [];
  return Array.from(
    { length: states },
    (_, t) =>
      Array.from({ length: sequences }, (_, n) => Math.abs(gradients?.values[n * states + t] ?? NaN)).reduce(
        (a, b) => a + b,
      ) / sequences,
  );
}

test("there are at least five, and the README lists each", () => {
  expect(files.length).toBeGreaterThanOrEqual(5);
  const readme = readFileSync(`${folder}README.md`, "utf8");
  expect(files.filter((file) => !readme.includes(`(${file})`))).toEqual([]);
});

test("each has a title and a whole sentence about it for the list of New Experiment", () => {
  const { stories } = collectStories();
  expect(stories.map(({ file }) => file)).toEqual(files);
  for (const { title, detail } of stories) {
    expect(title).toMatch(/^[A-Z][^.:]*$/);
    expect(detail).toMatch(/^[A-Z].{20,}\.$/);
  }
});

test.each(files)("%s is a valid file with a name and comments", (file) => {
  expect(load(file).name).not.toBe("");
  expect(readFileSync(folder + file, "utf8").match(/^\/\/ .*Look at/m)).not.toBeNull();
});

describe("the first seven", () => {
  test("01 it learns: the weights get near 1, from a gradient 1,024 times larger ten steps back", () => {
    const experiment = load("01-it-learns.rnn.json");
    const { result, row } = train(experiment);
    expect(result).toBe("finished");
    expect(row(0).loss).toBeCloseTo(615_690, -1);
    expect(row(0).gradientNorm).toBeGreaterThan(5e6);
    expect(row(-1).loss).toBeCloseTo(1.8e-6, 7);
    expect(row(-1).weights.map((weight) => weight.toFixed(4))).toEqual(["1.0014", "0.9997"]);
    const gradient = gradientOverTime(experiment);
    expect((gradient[0] ?? NaN) / (gradient[10] ?? NaN)).toBeCloseTo(1024, 6);
  });

  test("02 it explodes: diverged at iteration 2; a smaller rate is stuck at 49", () => {
    const experiment = load("02-it-explodes.rnn.json");
    const { result, row, iterations } = train(experiment);
    expect([result, iterations, row(-1).loss]).toEqual(["diverged", 2, Infinity]);
    expect(Math.max(...row(1).weights.map(Math.abs))).toBeGreaterThan(1000);
    expect(Math.max(...row(2).weights.map(Math.abs))).toBeGreaterThan(1e60);
    const smaller = train({
      ...experiment,
      training: { ...experiment.training, optimizer: { kind: "sgd", learningRate: 3e-7, weightDecay: 0 } },
    });
    expect(smaller.row(-1).loss.toFixed(0)).toBe("49");
  });

  test("03 clipping saves it: the same run with a clip of norm 1 converges, and is not clipped at the end", () => {
    const experiment = load("03-clipping-saves-it.rnn.json");
    const exploding = load("02-it-explodes.rnn.json");
    expect([experiment.seed, experiment.task, experiment.model, experiment.training.optimizer]).toEqual([
      exploding.seed,
      exploding.task,
      exploding.model,
      exploding.training.optimizer,
    ]);
    const { result, row } = train(experiment);
    expect(result).toBe("finished");
    expect(row(-1).loss).toBeCloseTo(1e-9, 10);
    expect(row(0).gradientNorm / row(0).clippedNorm).toBeGreaterThan(5e6);
    expect(row(-1).clippedNorm).toBe(row(-1).gradientNorm);
  });

  test("04 limit cycle: every step is 0.1 long, and the loss alternates", () => {
    const { result, rows, row } = train(load("04-limit-cycle.rnn.json"));
    expect(result).toBe("finished");
    for (const { gradientNorm, clippedNorm } of rows) {
      expect(gradientNorm).toBeGreaterThan(1);
      expect(clippedNorm).toBeCloseTo(1, 12);
    }
    expect([-4, -3, -2, -1].map((iteration) => row(iteration).loss.toFixed(2))).toEqual(
      ["1.55", "0.58", "1.55", "0.58"].toReversed(),
    );
  });

  test("05 clip by value: diagonal steps, and a lower loss than clipping by norm", () => {
    const { result, row } = train(load("05-clip-by-value.rnn.json"));
    expect(result).toBe("finished");
    expect(row(-1).loss).toBeCloseTo(1.9e-6, 7);
    const [dx = NaN, dy = NaN] = row(1).weights.map((weight, index) => weight - (row(0).weights[index] ?? NaN));
    expect(Math.abs(dx / dy)).toBeCloseTo(1, 9);
    expect(row(0).clippedNorm).toBeCloseTo(Math.SQRT2, 12);
    expect(train(load("03-clipping-saves-it.rnn.json")).row(5000).loss.toFixed(2)).toBe("0.05");
  });

  test("06 it vanishes: 0.000006 of the gradient ten steps back, and hardly any progress until the weight nears 1", () => {
    const experiment = load("06-it-vanishes.rnn.json");
    const gradient = gradientOverTime(experiment);
    const last = gradient.at(-1) ?? NaN;
    expect((gradient.at(-11) ?? NaN) / last).toBeCloseTo(0.3 ** 10, 12);
    expect((gradient[0] ?? NaN) / last).toBeLessThan(1e-15);
    const { row } = train(experiment);
    expect([row(0).loss.toFixed(0), row(-1).loss.toFixed(0)]).toEqual(["238", "226"]);
    expect(train({ ...experiment, training: { ...experiment.training, iterations: 1200 } }).row(-1).loss).toBeLessThan(
      0.1,
    );
  });

  test("07 larger steps: the same start with Rprop is below 1 within 50 iterations", () => {
    const experiment = load("07-larger-steps.rnn.json");
    const vanishing = load("06-it-vanishes.rnn.json");
    expect([experiment.seed, experiment.task, experiment.model]).toEqual([
      vanishing.seed,
      vanishing.task,
      vanishing.model,
    ]);
    const { result, row } = train(experiment);
    expect(result).toBe("finished");
    expect(row(50).loss).toBeLessThan(1);
    expect(row(-1).loss).toBeCloseTo(8e-5, 5);
  });
});

describe("memory", () => {
  test("08 three units learn to add, also much longer numbers", () => {
    const experiment = load("08-binary-addition.rnn.json");
    const trainer = prepare(experiment);
    expect(trainer.spec).toMatchObject({
      cell: "rnn",
      nonlinearity: "tanh",
      hiddenSize: 3,
      inputSize: 2,
      outputSize: 1,
    });
    while (trainer.step(null) === "running");
    expect(trainer.metrics).toMatchObject({ accuracy: 1, exactAccuracy: 1 });
    expect(evaluateAtLength(trainer, experiment, 30).exactAccuracy).toBe(1);
  });

  test.each([
    ["09-adding-with-tanh", 1e-25, 1e-23],
    ["10-adding-with-lstm", 1e-8, 1e-6],
    ["11-adding-with-gru", 1e-19, 1e-17],
    ["12-adding-with-irnn", 0.6, 0.8],
  ])("%s: what is left of the gradient 99 steps back, before training", (name, least, most) => {
    const [gradients] = prepare(load(`${name}.rnn.json`)).captureStep().stateGradients;
    const [batch = 0, steps = 0, units = 0] = gradients?.shape ?? [];
    const norm = (t: number) =>
      Array.from({ length: batch }, (_, b) =>
        Math.hypot(...(gradients?.values.subarray((b * steps + t) * units, (b * steps + t + 1) * units) ?? [])),
      ).reduce((a, b) => a + b);
    expect(norm(1) / norm(100)).toBeGreaterThan(least);
    expect(norm(1) / norm(100)).toBeLessThan(most);
  });

  test("13 the text has 33 characters, and its words are soon known", () => {
    const { rows, row } = train({
      ...load("13-text.rnn.json"),
      training: { ...load("13-text.rnn.json").training, iterations: 100 },
    });
    expect(row(0).loss).toBeCloseTo(Math.log(33), 1);
    expect(rows.at(-1)?.loss).toBeLessThan(1.5);
  });

  test("14 the validation loss is lowest early, and the network overfits after that", () => {
    const { rows, row } = train(load("14-series.rnn.json"));
    expect(row(0).validationLoss).toBeCloseTo(1, 1);
    const losses = rows.map(({ validationLoss }) => validationLoss);
    const best = losses.indexOf(Math.min(...losses));
    expect(best).toBeGreaterThan(150);
    expect(best).toBeLessThan(250);
    expect(row(-1).validationLoss).toBeGreaterThan(losses[best]! * 1.05);
    expect(row(-1).loss).toBeLessThan(row(best).loss);
  });
});

test("16 all held-out recordings are told apart", () => {
  expect(finish(load("16-gestures.rnn.json")).metrics.accuracy).toBe(1);
});

test("17 the change of a year can be predicted, the values of a growing series are beyond what was seen", () => {
  const experiment = load("17-season-and-trend.rnn.json");
  if (experiment.task.kind !== "csv") throw new Error("another task");
  // Mean squares of standardized columns, with deviations of 405 and 1,900; that of a year before is 687².
  expect(finish(experiment).metrics.validationLoss).toBeLessThan((687 / 405) ** 2 / 2);
  const onValues = { ...experiment, task: { ...experiment.task, columns: ["visitors"], target: "visitors" } };
  expect(finish(onValues).metrics.validationLoss).toBeGreaterThan((687 / 1900) ** 2);
});

test("18 eight stable points hold three bits; before training, one forgets them", () => {
  const experiment = load("18-flip-flop.rnn.json");
  expect(countFixedPoints(experiment, prepare(experiment))).toMatchObject({ stable: 1, saddles: 0 });
  const trainer = finish(experiment);
  expect(trainer.metrics.accuracy).toBe(1);
  const { stable, saddles, signs } = countFixedPoints(experiment, trainer);
  expect([stable, signs.length]).toEqual([8, 8]);
  expect(saddles).toBeGreaterThan(0);
});

test("19 tanh units add up the evidence as well as can be, over 20 steps as over 5", () => {
  const { task, ...rest } = load("21-evidence.rnn.json");
  if (task.kind !== "perceptual-decision") throw new Error("another task");
  for (const steps of [5, 20]) {
    const experiment = { ...rest, task: { ...task, stimulus: 100 * steps } };
    const { threshold } = fitPsychometric(experiment, finish(experiment))!;
    expect(Math.abs(threshold / idealThreshold(steps) - 1)).toBeLessThan(0.15);
  }
});

describe("memory on float32", () => {
  test("08 no mistake in unseen sums, nor in sums five times as long", () => {
    const experiment = load("08-binary-addition.rnn.json");
    const trainer = finish(experiment);
    expect(trainer.metrics).toMatchObject({ accuracy: 1, exactAccuracy: 1 });
    expect(evaluateAtLength(trainer, experiment, 30).exactAccuracy).toBe(1);
  });

  test("09 tanh forgets what is 100 steps back, 11 a GRU does not, 12 nor do relu units initialized to the identity", () => {
    const shorter = (file: string, iterations: number): Experiment => ({
      ...load(file),
      training: { ...load(file).training, iterations },
    });
    expect(finish(shorter("09-adding-with-tanh.rnn.json", 1000)).metrics.validationLoss).toBeGreaterThan(0.15);
    expect(finish(shorter("11-adding-with-gru.rnn.json", 1000)).metrics.validationLoss).toBeLessThan(0.01);
    expect(finish(shorter("12-adding-with-irnn.rnn.json", 1000)).metrics.validationLoss).toBeLessThan(0.1);
  });

  test("13 the text is nearly memorized, and the network writes its words", () => {
    const trainer = finish(load("13-text.rnn.json"));
    expect(trainer.metrics.accuracy).toBeGreaterThan(0.9);
    const known = new Set(
      readFileSync(`${folder}weather-words.txt`, "utf8")
        .toLowerCase()
        .match(/[a-z]+/g),
    );
    const words =
      sampleText(trainer, createRandom(1), { prime: "In the ", length: 300, temperature: 0.5 })
        .toLowerCase()
        .match(/[a-z]+/g) ?? [];
    // The last word may be cut off.
    expect(words.slice(0, -1).filter((word) => known.has(word)).length / (words.length - 1)).toBeGreaterThan(0.7);
  });

  test.each(["08-binary-addition", "14-series"])("%s: the same bits, run after run", (name) => {
    const file = load(`${name}.rnn.json`);
    const experiment = { ...file, training: { ...file.training, iterations: 300 } };
    expect([...finish(experiment).parameters()]).toEqual([...finish(experiment).parameters()]);
  });
});

test("15 about half of the starts learn to add, most of them early; with six units all do", () => {
  const { sweep, ...single } = load("15-for-how-many-seeds.rnn.json");
  const reached = (hiddenSize: number, seeds: number) =>
    Array.from({ length: seeds }, (_, i) => {
      const experiment = { ...single, sweep: null, seed: 1 + i, model: { ...single.model, hiddenSize } };
      return runTrial(experiment, sweep?.goal ?? null, { kernel: plain }, () => 0).reachedAt;
    }).filter((at) => at !== null);
  const three = reached(3, 40);
  expect(three.length).toBeGreaterThan(12);
  expect(three.length).toBeLessThan(28);
  expect(three.filter((at) => at <= 300).length).toBeGreaterThan(three.length / 2);
  expect(reached(6, 10).length).toBe(10);
});
