import { statePartCount } from "../../../../src/shared/trace/cells";
import { describe, expect, it } from "vitest";
import { lossDirection } from "../../../../src/core/analysis/lossDirection";
import { meanJacobian, readSequences, runSample, type Sample } from "../../../../src/core/analysis/meanJacobian";
import { createReferenceNetwork } from "../../../../src/core/engine/referenceNetwork";
import { eigenvaluesOf } from "../../../../src/core/numerics/eigenvalues";
import { spectrumOf } from "../../../../src/core/analysis/weightReport";
import type { RunSnapshot } from "../../../../src/core/analysis/runSnapshot";
import { createTrainer } from "../../../../src/core/training/trainer";
import { finishWork } from "../../../../src/lib/slicedTask";
import { experimentOf, expectClose, latestSnapshot } from "../support";

type File = Parameters<typeof experimentOf>[0];

const H = 4;
const T = 6;

function snapshotOf(
  model: File["model"],
  task: File["task"] = { kind: "adding", sequences: 3, length: T },
): RunSnapshot {
  const experiment = experimentOf({
    task: task!,
    model: { hiddenSize: H, ...model },
    training: { optimizer: { kind: "adam", learningRate: 0.05 }, batchSize: 3 },
    engine: "float64",
  });
  const trainer = createTrainer(experiment);
  for (let i = 0; i < 5; i++) trainer.step(null);
  return latestSnapshot(experiment, trainer);
}

/** Mean over sequences and steps of d(state)_t / d(state)_{t-1}, by central differences of one step at a time. */
function jacobianByDifferences({ network, parameters, batch }: Sample): Float64Array {
  const { spec } = network;
  const parts = statePartCount(spec.cell);
  const n = parts * H;
  const aside = createReferenceNetwork(spec);
  aside.writeParameters(parameters);
  const mean = new Float64Array(n * n);
  const after = (state: Float64Array, b: number, t: number) => {
    aside.writeInitialState(state);
    aside.forward(batch.inputs.slice((b * T + t) * spec.inputSize, (b * T + t + 1) * spec.inputSize), 1, 1, null);
    const next = new Float64Array(n);
    aside.readFinalState(next);
    return next;
  };
  for (let b = 0; b < batch.size; b++) {
    let state = new Float64Array(n);
    for (let t = 0; t < T; t++) {
      for (let j = 0; j < n; j++) {
        const [up, down] = [1e-6, -1e-6].map((by) => after(state.with(j, state[j]! + by), b, t));
        for (let i = 0; i < n; i++)
          mean[i * n + j] = mean[i * n + j]! + (up![i]! - down![i]!) / (2e-6 * batch.size * T);
      }
      state = after(state, b, t);
    }
  }
  return mean;
}

describe("the mean step Jacobian", () => {
  it.each([
    ["linear", { cell: "linear" }],
    ["tanh", { cell: "rnn" }],
    ["relu", { cell: "rnn", nonlinearity: "relu", init: { scheme: "identity" } }],
    ["lstm", { cell: "lstm" }],
    ["gru", { cell: "gru" }],
    ["lru", { cell: "lru" }],
    ["rglru", { cell: "rglru" }],
    ["ctrnn", { cell: "ctrnn", nonlinearity: "softplus", learnedTau: true }],
    ["ctrnn, current", { cell: "ctrnn", form: "current", learnedTau: true }],
    ["ctrnn, leak-inside", { cell: "ctrnn", form: "leak-inside", nonlinearity: "softplus" }],
  ] as const)("agrees with finite differences, averaged over sequences and steps: %s", (_, model) => {
    const sample = runSample(snapshotOf(model));
    expect(sample.batch.size).toBe(3);
    const J = meanJacobian(sample, 0, finishWork(readSequences(sample, 0)));
    expectClose(J, jacobianByDifferences(sample), 1e-6, 1e-9);
  });

  it("of gru is finite where a candidate is exactly 1", () => {
    const snapshot = snapshotOf({
      cell: "gru",
      init: { values: { bias_ih_l0: [...Array(8).fill(0), ...Array(4).fill(50)] } },
    });
    const sample = runSample(snapshot);
    const n = new Float64Array(T * H);
    sample.network.readGate(0, "n", 0, n);
    expect(n[0]).toBe(1);
    expect(meanJacobian(sample, 0, finishWork(readSequences(sample, 0))).every(Number.isFinite)).toBe(true);
  });
});

describe("the eigenvalues that a layer shows", () => {
  it.each(["linear", "rnn"] as const)("are those of weight_hh for %s", (cell) => {
    const snapshot = snapshotOf({ cell });
    const { values } = snapshot.trainer.parameterTensors()[1]!;
    expect(finishWork(spectrumOf(snapshot, 0))).toEqual({ of: "weight_hh", ...finishWork(eigenvaluesOf(values, H)) });
  });

  it.each([
    ["lstm", 2 * H],
    ["gru", H],
    ["lru", 2 * H],
    ["rglru", H],
  ] as const)("are those of the mean step Jacobian for %s", (cell, rows) => {
    const snapshot = snapshotOf({ cell });
    const { of, re, im } = finishWork(spectrumOf(snapshot, 0));
    expect([of, re.length, im.length]).toEqual(["meanJacobian", rows, rows]);
    // Trace and sum of squares of the matrix, whatever the order of its eigenvalues.
    const J = jacobianByDifferences(runSample(snapshot));
    let trace = 0;
    let squares = 0;
    for (let i = 0; i < rows; i++) {
      trace += J[i * rows + i]!;
      for (let k = 0; k < rows; k++) squares += J[i * rows + k]! * J[k * rows + i]!;
    }
    expect(re.reduce((sum, value) => sum + value, 0)).toBeCloseTo(trace, 8);
    expect(re.reduce((sum, value, i) => sum + value ** 2 - im[i]! ** 2, 0)).toBeCloseTo(squares, 8);
  });

  it.each([
    ["linear", 300, 300],
    ["lstm", 150, 300],
  ] as const)("are refused for a matrix that is too large: %s", (cell, hiddenSize, rows) => {
    expect(() => finishWork(spectrumOf(snapshotOf({ cell, hiddenSize }), 0))).toThrow(`${rows} rows`);
  });
});

describe("the direction of the gradient at the last state", () => {
  it("is the weights of the read-out where it has one output", () => {
    const snapshot = snapshotOf({ cell: "rnn" });
    const weight = snapshot.trainer.parameterTensors().find(({ name }) => name === "readout.weight")!.values;
    const direction = lossDirection(runSample(snapshot), snapshot.trainer.loss);
    expectClose(
      direction.map(Math.abs),
      weight.map((value) => Math.abs(value) / Math.hypot(...weight)),
      1e-12,
    );
  });

  it("is the one along which the gradients of the sequences are longest where there are several outputs", () => {
    const snapshot = snapshotOf({ cell: "rnn" }, { kind: "temporal-order", sequences: 3, length: 10 });
    const { stateGradients } = snapshot.trainer.captureStep();
    const alongIt = (direction: Float64Array) => {
      let squares = 0;
      for (let b = 0; b < 3; b++) {
        let along = 0;
        for (let j = 0; j < H; j++) along += stateGradients[0]!.values[(b * 11 + 10) * H + j]! * direction[j]!;
        squares += along ** 2;
      }
      return squares;
    };
    const direction = lossDirection(runSample(snapshot), snapshot.trainer.loss);
    expect(Math.hypot(...direction)).toBeCloseTo(1, 12);
    for (let j = 0; j < H; j++) {
      for (const by of [0.1, -0.1]) {
        const turned = direction.with(j, direction[j]! + by);
        const length = Math.hypot(...turned);
        expect(alongIt(turned.map((value) => value / length))).toBeLessThan(alongIt(direction));
      }
    }
  });
});
