/** Tasks of trials: as neurogym has them, and where it is not a model to follow, as they should be. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, test, vi } from "vitest";
import { findPythonPackage } from "../../../../scripts/python.mjs";
import { datasetShape } from "../../../../src/config/facts/datasetShape";
import { findIncompatibility } from "../../../../src/config/facts/taskTraits";
import { baselinesOf } from "../../../../src/core/analysis/baselines/baselines";
import { dataFacts } from "../../../../src/core/analysis/dataFacts";
import { createRandom } from "../../../../src/core/numerics/random";
import { createDataset } from "../../../../src/core/tasks/createDataset";
import { sampledDataset } from "../../../../src/core/tasks/sampledDataset";
import type { Dataset } from "../../../../src/core/tasks/task";
import { createTrainer } from "../../../../src/core/training/trainer";
import { finishWork } from "../../../../src/lib/slicedTask";
import { versionOf } from "../../python";
import { experimentOf, run } from "../support";

// Starting Python with neurogym takes seconds on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

const FOLDER = join(import.meta.dirname, "../../../fixtures/neurogym");
const neurogym = findPythonPackage("neurogym");

type Runs<T> = readonly (readonly [steps: number, value: T])[];
interface FoundTrial {
  readonly obs: Runs<readonly number[]>;
  readonly gt: Runs<number>;
  /** The step at which ready-set-go pays most for going. */
  readonly best?: number;
}
type File = Parameters<typeof experimentOf>[0];
type Task = NonNullable<File["task"]>;

const recorded = JSON.parse(readFileSync(join(FOLDER, "trials.json"), "utf8")) as Record<string, readonly FoundTrial[]>;

const made = (task: Task, seed = 1): Dataset => {
  const experiment = experimentOf({ task });
  return createDataset(experiment.task, "every", 0, createRandom(seed), null).dataset;
};
const spread = <T>(runs: Runs<T>): T[] => runs.flatMap(([steps, value]) => Array.from({ length: steps }, () => value));
const lengthOf = ({ lengths, timeSteps }: Dataset, n: number) => lengths?.[n] ?? timeSteps;

/** A trial as one text, so that trials can be compared as sets. */
const textOf = (inputs: readonly (readonly number[])[], labels: readonly number[]) =>
  JSON.stringify([inputs.map((row) => row.map((value) => Math.round(value * 1e6) / 1e6)), labels]);
const ourTrial = (dataset: Dataset, n: number): string => {
  const { inputs, targets, inputSize: I } = dataset;
  const steps = Array.from({ length: lengthOf(dataset, n) }, (_, t) => t);
  return textOf(
    steps.map((t) => Array.from({ length: I }, (_, i) => inputs.at(n, t * I + i))),
    steps.map((t) => targets.at(n, t)),
  );
};
const theirTrial = ({ obs, gt, best }: FoundTrial): string => {
  const labels = spread(gt);
  return textOf(spread(obs), best === undefined ? labels : labels.map((_, t) => Number(t === best)));
};

const SAME: Readonly<Record<string, Task>> = {
  "perceptual-decision": { kind: "perceptual-decision", sequences: 300, noise: 0 },
  "perceptual-decision at 20 ms": { kind: "perceptual-decision", sequences: 300, noise: 0, dt: 20 },
  "context-decision": { kind: "context-decision", sequences: 2000, noise: 0, delay: 600 },
  "context-decision of modality 1": {
    kind: "context-decision",
    sequences: 1000,
    noise: 0,
    delay: 600,
    context: "modality-1",
  },
  "context-decision of modality 2": {
    kind: "context-decision",
    sequences: 1000,
    noise: 0,
    delay: 600,
    context: "modality-2",
  },
  "delayed-match-to-sample": { kind: "delayed-match-to-sample", sequences: 60, noise: 0 },
  "go-no-go": { kind: "go-no-go", sequences: 30 },
  "ready-set-go": { kind: "ready-set-go", sequences: 400 },
  "delay-comparison": { kind: "delay-comparison", sequences: 200, noise: 0 },
};

describe("without noise, the trials are those of neurogym 2.3.1", () => {
  test.each(Object.entries(SAME))("%s", (name, task) => {
    const dataset = made(task);
    const ours = new Set(Array.from({ length: dataset.sequences }, (_, n) => ourTrial(dataset, n)));
    const theirs = new Set(recorded[name]!.map(theirTrial));
    expect(theirs.size).toBeGreaterThan(1);
    expect(ours).toEqual(theirs);
  });

  it.skipIf(neurogym.missing !== null)(`which has not changed ${versionOf(neurogym)}`, () => {
    const { stdout, stderr, status } = spawnSync(neurogym.python, [join(FOLDER, "trials.py")], { encoding: "utf8" });
    expect(status, stderr).toBe(0);
    expect(JSON.parse(stdout)).toEqual(recorded);
  });

  it("but for ready-set-go, whose label there is one step later than the one that is paid best", () => {
    for (const { gt, best } of recorded["ready-set-go"]!) expect(spread(gt).indexOf(1)).toBe(best! + 1);
  });
});

const ALL: readonly Task[] = [
  { kind: "perceptual-decision", sequences: 40, delay: [0, 500] },
  { kind: "context-decision", sequences: 40 },
  { kind: "delayed-match-to-sample", sequences: 40 },
  { kind: "go-no-go", sequences: 40, fixation: [100, 400] },
  { kind: "ready-set-go", sequences: 40 },
  { kind: "delay-comparison", sequences: 40 },
  { kind: "sine-generator", sequences: 40, duration: [200, 600] },
  { kind: "integrator", sequences: 40 },
];

describe.each(ALL)("$kind", (task) => {
  const dataset = made(task);
  const { sequences: N, timeSteps: T, inputSize: I } = dataset;

  it("has the size that is known before it is made", () => {
    const { outputSize } = dataset;
    const shape = datasetShape(experimentOf({ task }).task, 0);
    expect(shape).toMatchObject({ sequences: N, timeSteps: T, inputSize: I, outputSize });
    expect(Math.max(...Array.from({ length: N }, (_, n) => lengthOf(dataset, n)))).toBeLessThanOrEqual(T);
  });

  it("counts the last steps of each trial, and nothing after its end", () => {
    for (let n = 0; n < N; n++) {
      const weights = Array.from({ length: T }, (_, t) => dataset.weights!.at(n, t));
      const [first, end] = [weights.indexOf(1), lengthOf(dataset, n)];
      expect(first).toBeGreaterThanOrEqual(0);
      expect(weights).toEqual(weights.map((_, t) => Number(t >= first && t < end)));
      if (dataset.answersOnce === true) expect(first).toBe(end - 1);
      for (let i = end * I; i < T * I; i++) expect(dataset.inputs.at(n, i)).toBe(0);
    }
  });

  it("is the same for the same seed and another one for another", () => {
    expect(ourTrial(made(task), 7)).toBe(ourTrial(dataset, 7));
    const all = (one: Dataset) => Array.from({ length: N }, (_, n) => ourTrial(one, n)).join();
    expect(all(made(task, 2))).not.toBe(all(dataset));
  });

  it("trains: the loss falls", () => {
    const experiment = experimentOf({
      task,
      engine: "float64",
      model: { cell: "gru", hiddenSize: 6 },
      training: { iterations: 12, optimizer: { kind: "adam", learningRate: 0.02 } },
    });
    const loss = run(experiment).column("loss");
    expect(loss[12]).toBeLessThan(loss[0]!);
  });
});

it("has Gaussian noise of sigma / √dt at each step of the stimulus, and none elsewhere", () => {
  for (const dt of [100, 20]) {
    const dataset = made({ kind: "perceptual-decision", sequences: 400, dt, coherences: [0], noise: 1 });
    const values: number[] = [];
    for (let n = 0; n < 400; n++)
      for (let t = 0; t < dataset.timeSteps; t++)
        for (const i of [1, 2]) {
          const value = dataset.inputs.at(n, t * 3 + i);
          const isShown = t >= 100 / dt && t < 2100 / dt;
          if (isShown) values.push(value - 0.5);
          else expect(value).toBe(0);
        }
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
    expect(Math.abs(mean)).toBeLessThan(0.01);
    expect(deviation * Math.sqrt(dt)).toBeCloseTo(1, 1);
  }
});

it("has trials that stay where only the noise is another", () => {
  const clean = made({ kind: "perceptual-decision", sequences: 20, noise: 0 });
  const noisy = made({ kind: "perceptual-decision", sequences: 20, noise: 1 });
  for (let n = 0; n < 20; n++) expect(noisy.trials!.evidence!(n)).toBe(clean.trials!.evidence!(n));
});

it("draws delays from a truncated exponential distribution, or uniformly", () => {
  // Over [300, 3000) with 600: 600 + 300 - 2700 / (e^4.5 - 1); each is rounded down to whole steps of 1 ms.
  const stepsOf = (delayMean: number | null) => {
    const { lengths } = made({
      kind: "context-decision",
      sequences: 4000,
      dt: 1,
      fixation: 0,
      stimulus: 1,
      decision: 1,
      coherences: [50],
      context: "modality-1",
      delayMean,
    });
    const delays = [...lengths!].map((length) => length - 2);
    return { mean: delays.reduce((sum, delay) => sum + delay, 0) / 4000, all: delays };
  };
  const exponential = stepsOf(600);
  expect(Math.abs(exponential.mean - (900 - 2700 / (Math.exp(4.5) - 1)))).toBeLessThan(30);
  expect(Math.abs(stepsOf(null).mean - 1650)).toBeLessThan(45);
  expect(Math.min(...exponential.all)).toBeGreaterThanOrEqual(300);
  expect(Math.max(...exponential.all)).toBeLessThan(3000);
});

it("has the lengths of neurogym: periods are rounded down, the end of a range is not drawn", () => {
  const lengthsOf = (task: Task) => [...made(task).lengths!];
  const timing = lengthsOf({ kind: "ready-set-go", sequences: 500 });
  expect([Math.min(...timing), Math.max(...timing)]).toEqual([32, 56]);
  expect(made({ kind: "perceptual-decision", sequences: 1 }).timeSteps).toBe(22);
  expect(made({ kind: "delayed-match-to-sample", sequences: 1 }).timeSteps).toBe(32);
  expect(made({ kind: "go-no-go", sequences: 1 }).timeSteps).toBe(15);
  expect(made({ kind: "delay-comparison", sequences: 1 }).timeSteps).toBe(26);
  expect(Math.min(...lengthsOf({ kind: "context-decision", sequences: 500 }))).toBe(14);
});

it("integrates its input in seconds and holds the integral", () => {
  const { inputs, targets, weights } = made({ kind: "integrator", sequences: 3, dt: 50 });
  for (let n = 0; n < 3; n++) {
    let sum = 0;
    for (let t = 0; t < 32; t++) {
      sum += inputs.at(n, 2 * t + 1) * 0.05;
      expect(weights!.at(n, t)).toBe(Number(t >= 2));
      expect(targets.at(n, t)).toBeCloseTo(t < 2 ? 0 : sum, 12);
      if (t < 2 || t >= 22) expect(inputs.at(n, 2 * t + 1)).toBe(0);
    }
  }
});

it("generates the sine wave whose frequency the input stands for", () => {
  const { inputs, targets } = made({ kind: "sine-generator", sequences: 20, dt: 20, frequencies: [0.5, 2] });
  for (let n = 0; n < 20; n++) {
    const frequency = 2 * inputs.at(n, 0);
    expect([0.5, 2]).toContain(frequency);
    for (let t = 0; t < 100; t++) {
      expect(inputs.at(n, t)).toBe(frequency / 2);
      expect(targets.at(n, t)).toBeCloseTo(Math.sin(2 * Math.PI * frequency * 0.02 * t), 12);
    }
  }
});

describe("what counts", () => {
  const experiment = experimentOf({
    task: { kind: "go-no-go", sequences: 200 },
    engine: "float64",
    training: { iterations: 0 },
  });
  const trainer = createTrainer(experiment);
  const { dataset, loss } = trainer;

  it("has a baseline that always fixates, and says at how many steps that is right", () => {
    const baseline = finishWork(baselinesOf({ dataset, loss, experiment })).find(({ name }) => name === "fixation")!;
    const gos = Array.from({ length: 200 }, (_, n) => dataset.targets.at(n, 14)).filter((label) => label === 1).length;
    const share = gos / 200 / 3;
    const expected = -((gos / 200) * Math.log(share) + (1 - gos / 200) * Math.log(1 - share));
    expect(baseline.loss).toBeCloseTo(expected, 10);
    const percent = (part: number) => (100 * part).toFixed(0);
    expect(baseline.label).toContain(`${percent(1 - share)}% of all steps, ${percent(1 - gos / 200)}% of those`);
  });

  it("is said in the header where it is one step of each trial", () => {
    expect(trainer.header("r", "h").data?.answersOnce).toBeUndefined();
    const once = {
      task: { kind: "delay-comparison", sequences: 2, decision: 100 },
      training: { iterations: 0 },
    } as const;
    expect(createTrainer(experimentOf(once)).header("r", "h").data?.answersOnce).toBe(true);
  });

  it("is no padding, although the inputs end with equal steps", () => {
    expect(finishWork(dataFacts(dataset, loss)).padding.share).toBe(0);
  });
});

it("knows the difference and the ratio of the strengths that a trial compares", () => {
  const pairs = [
    [18, 10],
    [30, 22],
  ];
  const { inputs, trials } = made({ kind: "delay-comparison", sequences: 60, noise: 0, pairs });
  for (let n = 0; n < 60; n++) {
    // Of 500 ms each, after 500 ms of fixation and with 1000 ms between them; 10 is shown as 0.5 and 30 as 1.
    const [first, second] = [5, 20].map((step) => 10 + 40 * (inputs.at(n, step * 2 + 1) - 0.5));
    expect(trials!.evidence!(n)).toBeCloseTo(first! - second!, 10);
    expect(trials!.logRatio!(n)).toBeCloseTo(Math.log(first! / second!), 10);
  }
  const belowZero = made({
    kind: "delay-comparison",
    sequences: 10,
    pairs: [
      [2, 1],
      [1, 0],
    ],
  }).trials!;
  expect([belowZero.logRatio, belowZero.evidence === null]).toEqual([null, false]);
  expect(made({ kind: "go-no-go", sequences: 10 }).trials).toEqual({ evidence: null, logRatio: null, context: null });
});

it("keeps the coherence of a trial in a sample of them", () => {
  const dataset = { ...made({ kind: "perceptual-decision", sequences: 400, noise: 0 }), trainingSequences: 400 };
  const sample = sampledDataset(dataset, 40);
  expect(sample.sequences).toBe(40);
  for (let n = 0; n < 40; n++)
    expect(sample.inputs.at(n, 4) - sample.inputs.at(n, 5)).toBeCloseTo(sample.trials!.evidence!(n) / 100, 12);
});

describe("a timing that cannot be is a problem at its key", () => {
  it.each<[task: Task, path: string, text: string]>([
    [{ kind: "ready-set-go", dt: 100 }, "ready", "shorter than task.dt, a time step of"],
    [{ kind: "go-no-go", delay: 50 }, "delay", "shorter than task.dt, a time step of"],
    [{ kind: "go-no-go", delay: [50, 500] }, "delay", "shorter than task.dt, a time step of"],
    [{ kind: "go-no-go", delay: [500, 100] }, "delay", "must not be above"],
    [{ kind: "ready-set-go", measure: [400, 800], set: 480 }, "set", "longer than the shortest interval"],
    [
      {
        kind: "delay-comparison",
        pairs: [
          [1, 2],
          [3, 3],
        ],
      },
      "pairs.1",
      "neither is larger",
    ],
    [{ kind: "sine-generator", dt: 50, frequencies: [2, 10] }, "frequencies.1", "below 10 Hz"],
  ])("%o", (task, path, text) => {
    const found = findIncompatibility(experimentOf({ task }));
    expect(found?.path.join(".")).toBe(`task.${path}`);
    expect(found?.message).toContain(text);
  });

  it("0 leaves a period out", () => {
    expect(findIncompatibility(experimentOf({ task: { kind: "go-no-go", delay: 0 } }))).toBeNull();
  });
});
