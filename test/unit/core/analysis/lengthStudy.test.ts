import { describe, expect, it } from "vitest";
import { planLengths } from "../../../../src/core/tasks/lengthPlan";
import { studyLength } from "../../../../src/core/analysis/lengthStudy";
import { finishWork } from "../../../../src/lib/slicedTask";
import { evaluateAtLength } from "../../../../src/core/analysis/evaluateAtLength";
import { createTrainer } from "../../../../src/core/training/trainer";
import { countOnesExperiment, experimentOf, latestSnapshot } from "../support";

describe("the plan of lengths", () => {
  it("goes around the trained one, without repeating one", () => {
    expect(planLengths(countOnesExperiment().task)).toEqual({
      name: "length",
      trained: 10,
      lengths: [3, 5, 8, 10, 13, 15, 20, 30, 40, 60],
    });
    expect(planLengths(experimentOf({ task: { kind: "binary-addition", bits: 2 } }).task)).toEqual({
      name: "bits",
      trained: 2,
      lengths: [1, 2, 3, 4, 6, 8, 12],
    });
  });

  it("keeps to what the task can be, and has none for data of a file", () => {
    expect(planLengths(experimentOf({ task: { kind: "temporal-order", length: 20 } }).task)?.lengths[0]).toBe(10);
    expect(planLengths(experimentOf({ task: { kind: "copy", delay: 1, items: 2, symbols: 3 } }).task)?.lengths).toEqual(
      [1, 2, 3, 4, 6],
    );
    expect(planLengths(experimentOf({ task: { kind: "text", file: "t.txt" } }).task)).toBeNull();
  });
});

describe("a network at another length", () => {
  it("has the loss and accuracies that evaluateAtLength gives for the same sequences", () => {
    const experiment = experimentOf({
      task: { kind: "binary-addition", bits: 4 },
      model: { cell: "lstm", hiddenSize: 3 },
    });
    const trainer = createTrainer(experiment);
    const point = finishWork(studyLength(latestSnapshot(experiment, trainer), 9));
    const expected = evaluateAtLength(trainer, experiment, 9);
    expect(point).toMatchObject({
      length: 9,
      sequences: 200,
      accuracy: expected.accuracy,
      exactAccuracy: expected.exactAccuracy,
    });
    expect(point.loss).toBeCloseTo(expected.loss, 12);
  });

  it("is the one of the snapshot, whatever training has made of it since", () => {
    const experiment = countOnesExperiment();
    const trainer = createTrainer(experiment);
    const snapshot = latestSnapshot(experiment, trainer);
    const before = finishWork(studyLength(snapshot, 5));
    for (let i = 0; i < 20; i++) trainer.step(null);
    expect(finishWork(studyLength(snapshot, 5))).toEqual(before);
    expect(finishWork(studyLength(latestSnapshot(experiment, trainer), 5))).not.toEqual(before);
  });

  it("lets training go on in between: a long one is done in pieces", () => {
    const experiment = experimentOf({
      task: { kind: "adding", sequences: 50, length: 40 },
      model: { cell: "gru", hiddenSize: 24 },
      training: { batchSize: 50 },
    });
    const work = studyLength(latestSnapshot(experiment, createTrainer(experiment)), 200);
    let pieces = 0;
    while (work.next().done !== true) pieces++;
    expect(pieces).toBeGreaterThan(10);
  });

  it("is refused for data of a file", () => {
    const experiment = experimentOf({ task: { kind: "text", file: "t.txt", length: 3 } });
    const trainer = createTrainer(experiment, { files: { data: "abcabcabc", weights: null } });
    expect(() => finishWork(studyLength(latestSnapshot(experiment, trainer), 5))).toThrow(
      "The data of the task text come from a file, so it cannot be evaluated at other lengths.",
    );
  });
});
