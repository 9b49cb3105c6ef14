import { describe, expect, it } from "vitest";
import type { Experiment } from "../../../../src/config/schema/schema";
import { SequenceInspector } from "../../../../src/core/analysis/inspectSequence";
import { createTrainer, type Trainer } from "../../../../src/core/training/trainer";
import type { Inspection } from "../../../../src/shared/trace/inspection";
import { TraceBuffer } from "../../../../src/shared/trace/traceBuffer";
import { experimentOf } from "../support";

const CELLS = ["linear", "rnn", "lstm", "gru", "mingru", "minlstm", "lru", "rglru", "slstm"] as const;

function adding(cell: (typeof CELLS)[number], change: Partial<Experiment["trace"]> = {}): Experiment {
  return experimentOf({
    task: { kind: "adding", sequences: 12, length: 8 },
    model: { cell, hiddenSize: 3, numLayers: 2, init: { scheme: "pytorch" } },
    training: { batchSize: 4, optimizer: { kind: "sgd", learningRate: 0.1 }, validation: { share: 0.25 } },
    trace: change,
  });
}

function inspect(trainer: Trainer, experiment: Experiment, sequence: number | string): Inspection {
  const result = new SequenceInspector(trainer, experiment).inspect(sequence, trainer.parameters());
  if ("problem" in result) throw new Error(result.problem.message);
  return result;
}

function column({ columns, values }: Inspection, name: string): Float64Array | undefined {
  return values[columns.findIndex((spec) => spec.name === name)];
}

describe("looking into a sequence", () => {
  it.each(CELLS)("gives for the traced one exactly the columns of the trace (%s)", (cell) => {
    const experiment = adding(cell, { sequence: 2 });
    const trainer = createTrainer(experiment);
    for (let i = 0; i < 3; i++) trainer.step(null);
    const inspection = inspect(trainer, experiment, 2);
    const row = new TraceBuffer(trainer.columns, 8);
    trainer.step(row);
    const ofSequence = trainer.columns
      .filter(({ name }) => /^(state|stateGrad|cell|gate|modulus|argument|output)\b/.test(name))
      .map(({ name }) => name);
    expect(inspection.columns.map(({ name }) => name)).toEqual(ofSequence);
    for (const name of ofSequence) expect(column(inspection, name)).toEqual(row.column(name));
  });

  it("has all units of a model whose rows have the first ones only", () => {
    const experiment = experimentOf({
      task: { kind: "adding", sequences: 4, length: 100 },
      model: { cell: "lstm", hiddenSize: 32 },
      training: { batchSize: 2 },
    });
    const trainer = createTrainer(experiment);
    const traced = trainer.columns.find(({ name }) => name === "state.l0")?.shape;
    expect(traced?.[1]).toBeLessThan(32);
    const inspection = inspect(trainer, experiment, 0);
    expect(inspection.columns.find(({ name }) => name === "state.l0")?.shape).toEqual([101, 32]);
    const states = column(inspection, "state.l0")!;
    expect(states.slice(-1)[0]).not.toBe(0);
  });

  it("reaches the sequences held out, and says which there are when asked for another", () => {
    const experiment = adding("gru");
    const trainer = createTrainer(experiment);
    expect(inspect(trainer, experiment, 11).target).toEqual([trainer.dataset.targets.at(11, 0)]);
    expect(() => inspect(trainer, experiment, 12)).toThrow("There is no sequence 12. Use an index from 0 to 11.");
  });

  it("takes a typed one of another length, and its gradient is that of its own loss", () => {
    const experiment = adding("lstm");
    const trainer = createTrainer(experiment);
    const inspection = inspect(trainer, experiment, "0.1 0.4* 0.2 0.3*");
    expect(inspection.timeSteps).toBe(4);
    expect(inspection.input).toEqual([0.1, 0, 0.4, 1, 0.2, 0, 0.3, 1]);
    expect(inspection.target).toEqual([0.7]);
    // dL/dh_T = dL/dy W, L the squared error of this sequence as a part of a batch of 4.
    const output = column(inspection, "output")?.[0] ?? NaN;
    const tensor = trainer.parameterTensors().find(({ name }) => name === "readout.weight");
    const gradient = column(inspection, "stateGrad.l1") ?? new Float64Array(0);
    for (let j = 0; j < 3; j++)
      expect(gradient[4 * 3 + j]).toBeCloseTo((2 * (output - 0.7) * (tensor?.values[j] ?? NaN)) / 4, 12);
  });

  it("has states and outputs but no gradient without a target", () => {
    const experiment = adding("gru");
    const inspection = inspect(createTrainer(experiment), experiment, "0.1 0.4 0.2");
    expect(inspection.target).toEqual([]);
    expect(inspection.columns.map(({ name }) => name)).toEqual([
      "state.l0",
      "gate.r.l0",
      "gate.z.l0",
      "gate.n.l0",
      "state.l1",
      "gate.r.l1",
      "gate.z.l1",
      "gate.n.l1",
      "output",
    ]);
  });

  it("of a text lets the steps with a known next character make the gradient", () => {
    const experiment = experimentOf({
      task: { kind: "text", file: "t.txt", length: 5 },
      model: { cell: "rnn", hiddenSize: 3 },
    });
    const trainer = createTrainer(experiment, { files: { data: "abcab cabca bcabc abcab", weights: null } });
    const inspection = inspect(trainer, experiment, "abc");
    expect(inspection.target).toEqual([2, 3, NaN]);
    const gradient = column(inspection, "stateGrad.l0") ?? new Float64Array(0);
    expect(Array.from(gradient.subarray(9, 12))).toEqual([0, 0, 0]);
    expect(gradient.every(Number.isFinite)).toBe(true);
    expect(gradient.subarray(3, 9).some((value) => value !== 0)).toBe(true);
  });

  it("does not disturb the training", () => {
    const experiment = adding("lstm");
    const [watched, alone] = [createTrainer(experiment), createTrainer(experiment)];
    for (let i = 0; i < 4; i++) {
      inspect(watched, experiment, i);
      inspect(watched, experiment, "0.5* 0.5*");
      watched.step(null);
      alone.step(null);
    }
    expect(watched.parameters()).toEqual(alone.parameters());
  });
});
