import { describe, expect, it } from "vitest";
import { isChoiceTask } from "../../../../src/config/facts/trialTasks";
import { analyzePsychometric, fitLogistic } from "../../../../src/core/analysis/psychometric";
import { createRandom, STREAM } from "../../../../src/core/numerics/random";
import { createDataset } from "../../../../src/core/tasks/createDataset";
import { evaluateSequences } from "../../../../src/core/training/evaluate";
import { finishWork } from "../../../../src/lib/slicedTask";
import type { PsychometricCurve } from "../../../../src/shared/trace/psychometric";
import { latestSnapshot, experimentOf, run } from "../support";

const point = (evidence: number, first: number, second: number, fixations = 0) => ({
  evidence,
  trials: first + second + fixations,
  first,
  second,
});

type Choices = readonly [first: number, second: number];
const added = ([a, b]: Choices, [c, d]: Choices): Choices => [a + c, b + d];
const choices = ({ points }: Pick<PsychometricCurve, "points">): Choices =>
  points.map(({ first, second }): Choices => [first, second]).reduce(added);

describe("the logistic fit", () => {
  it("is the one that choices were made by, without those in which the network fixates", () => {
    const [bias, scale] = [3, 8];
    const points = [-40, -20, -10, 0, 10, 20, 40].map((coherence) => {
      const first = 1e6 / (1 + Math.exp(-(coherence - bias) / scale));
      return point(coherence, first, 1e6 - first, 500);
    });
    const fit = fitLogistic(points)!;
    expect(fit.bias).toBeCloseTo(bias, 8);
    expect(fit.scale).toBeCloseTo(scale, 8);
    const atThreshold = 1 / (1 + Math.exp(-fit.threshold / fit.scale));
    expect(atThreshold).toBeCloseTo(0.75, 12);
  });

  it("has a likelihood that no neighbor exceeds", () => {
    const points = [point(-10, 3, 17), point(-5, 7, 13), point(0, 8, 12), point(5, 12, 8), point(10, 19, 1)];
    const fit = fitLogistic(points)!;
    const likelihood = (bias: number, scale: number) =>
      points.reduce((sum, { evidence, first, second }) => {
        const p = 1 / (1 + Math.exp(-(evidence - bias) / scale));
        return sum + first * Math.log(p) + second * Math.log(1 - p);
      }, 0);
    const best = likelihood(fit.bias, fit.scale);
    for (const [bias, scale] of [
      [0.01, 0],
      [-0.01, 0],
      [0, 0.01],
      [0, -0.01],
    ] as const)
      expect(likelihood(fit.bias + bias, fit.scale + scale)).toBeLessThan(best);
  });

  it.each([
    ["choices that do not overlap", [point(-10, 0, 20), point(10, 20, 0)]],
    ["an overlap at one coherence only", [point(-10, 0, 20), point(0, 9, 11), point(10, 20, 0)]],
    ["one choice only", [point(-10, 20, 0), point(10, 20, 0)]],
    ["no choice", [point(-10, 0, 0, 20)]],
  ])("is none for %s", (_, points) => {
    expect(fitLogistic(points)).toBeNull();
  });
});

describe.each([
  [{ kind: "perceptual-decision", delay: 200, coherences: [0, 20, 50] }, [-50, -20, 0, 20, 50], []],
  [{ kind: "context-decision", delay: 200, coherences: [0, 20, 50] }, [-50, -20, 0, 20, 50], []],
  [
    {
      kind: "delay-comparison",
      ...{ fixation: 0, stimulus1: 200, delay: 100, stimulus2: 200, noise: 0.2 },
      pairs: [
        [18, 10],
        [0.9, 0.5],
        [24, 12],
        [12, 6],
      ],
    },
    [-12, -8, -6, -0.4, 0.4, 6, 8, 12],
    [-Math.log(2), -Math.log(1.8), Math.log(1.8), Math.log(2)],
  ],
] as const)("the curve of %j", (part, evidence, ratios) => {
  const isComparison = "pairs" in part;
  const experiment = experimentOf({
    task: { noise: 0.5, ...part, sequences: 200 },
    engine: "float64",
    model: { cell: "gru", hiddenSize: 8 },
    training: {
      batchSize: 50,
      iterations: isComparison ? 150 : 60,
      optimizer: { kind: "adam", learningRate: isComparison ? 0.05 : 0.02 },
    },
  });
  const { trainer } = run(experiment);
  const { task } = experiment;
  if (!isChoiceTask(task)) throw new Error("another task");
  const { trials, points, contexts, ratio, measure } = finishWork(
    analyzePsychometric(latestSnapshot(experiment, trainer), task),
  );

  it("has each signed strength of the evidence once, and all trials", () => {
    expect(measure).toBe(isComparison ? "difference" : "coherence");
    expect(points.map((one) => one.evidence)).toEqual(evidence);
    expect(points.reduce((sum, one) => sum + one.trials, 0)).toBe(trials);
    for (const { trials: all, first, second } of points) expect(first + second).toBeLessThanOrEqual(all);
  });

  it("has the accuracy of the network on the same trials", () => {
    const random = createRandom(experiment.seed, STREAM.evaluation);
    const { dataset } = createDataset({ ...task, sequences: trials }, "every", 0, random, null);
    const chosen = Array.from({ length: trials }, (_, n) => n).filter((n) => dataset.trials!.evidence!(n) !== 0);
    const network = trainer.cloneNetwork({ batch: 1, timeSteps: dataset.timeSteps });
    const rights = chosen.filter((n) => evaluateSequences(network, dataset, trainer.loss, n, n + 1, 1).accuracy === 1);
    const counted = points.map((one) => (one.evidence > 0 ? one.first : one.evidence < 0 ? one.second : 0));
    expect(counted.reduce((sum, count) => sum + count, 0)).toBe(rights.length);
    expect(rights.length / chosen.length).toBeGreaterThan(0.8);
  });

  it("has the trials of each context by themselves, by either coherence", () => {
    const random = createRandom(experiment.seed, STREAM.evaluation);
    const { dataset } = createDataset({ ...task, sequences: trials }, "every", 0, random, null);
    const { context, evidence: strength } = dataset.trials!;
    expect(contexts.map(({ modality }) => modality)).toEqual(context === null ? [] : [1, 2]);
    const all = Array.from({ length: context === null ? 0 : trials }, (_, n) => n);
    for (const { modality, deciding, ignored } of contexts) {
      const own = all.filter((n) => context!(n).modality === modality);
      for (const [curve, of] of [
        [deciding, strength!],
        [ignored, (n: number) => context!(n).ignored],
      ] as const) {
        const counts = curve.points.map((one) => own.filter((n) => of(n) === one.evidence).length);
        expect(curve.points.map((one) => one.trials)).toEqual(counts);
        expect(counts.reduce((sum, one) => sum + one, 0)).toBe(own.length);
      }
      expect(choices(ignored)).toEqual(choices(deciding));
    }
    if (contexts.length > 0)
      expect(contexts.map(({ deciding }) => choices(deciding)).reduce(added)).toEqual(choices({ points }));
  });

  it("has the same choices by the ratio of the strengths", () => {
    expect(ratio?.points.map((one) => one.evidence) ?? []).toEqual(ratios);
    if (ratio !== null) expect(choices(ratio)).toEqual(choices({ points }));
  });

  it("is drawn a batch at a time, and says how far it is", () => {
    const reports: number[] = [];
    const work = analyzePsychometric(latestSnapshot(experiment, trainer), task, (done, total) => {
      expect(total).toBe(trials);
      reports.push(done);
    });
    let slices = 0;
    while (work.next().done !== true) slices++;
    expect(slices).toBe(reports.length + 1);
    expect(reports.at(-1)).toBe(trials);
    expect(reports.length).toBeGreaterThan(isComparison ? 0 : 1);
  });

  it("is the same each time", () => {
    expect(finishWork(analyzePsychometric(latestSnapshot(experiment, trainer), task)).points).toEqual(points);
  });
});
