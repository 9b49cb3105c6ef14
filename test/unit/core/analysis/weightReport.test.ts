import { describe, expect, it } from "vitest";
import { NormHistory } from "../../../../src/core/analysis/normHistory";
import type { RunSnapshot } from "../../../../src/core/analysis/runSnapshot";
import { reportTensors } from "../../../../src/core/analysis/weightReport";
import { finishWork } from "../../../../src/lib/slicedTask";
import { createTrainer } from "../../../../src/core/training/trainer";
import { ParameterHistory } from "../../../../src/worker/parameterHistory";
import { expectClose, experimentOf, latestSnapshot } from "../support";

const ADDING = { kind: "adding", sequences: 20, length: 5 } as const;

function snapshotOf(
  cell: "linear" | "rnn" | "lstm" | "gru",
  hiddenSize: number,
  change: (parameters: Float64Array) => void = () => {},
): RunSnapshot {
  const experiment = experimentOf({ task: ADDING, model: { cell, hiddenSize }, engine: "float64" });
  const snapshot = latestSnapshot(experiment, createTrainer(experiment));
  change(snapshot.parameters);
  return snapshot;
}

describe("the report of the weights", () => {
  it("has each tensor whole, cell by cell, with its norm and its largest", () => {
    const snapshot = snapshotOf("lstm", 3);
    const reports = finishWork(reportTensors(snapshot));
    const tensors = snapshot.trainer.parameterTensors();
    expect(reports.map(({ name, rows, columns }) => [name, rows, columns])).toEqual([
      ["weight_ih_l0", 12, 2],
      ["weight_hh_l0", 12, 3],
      ["bias_ih_l0", 12, 1],
      ["bias_hh_l0", 12, 1],
      ["readout.weight", 1, 3],
      ["readout.bias", 1, 1],
    ]);
    for (const [i, { values }] of tensors.entries()) {
      expect([...reports[i]!.cells]).toEqual([...values].map(Math.fround));
      expect(reports[i]!.norm).toBeCloseTo(Math.hypot(...values), 12);
      expect(reports[i]!.largest).toBe(Math.max(...values.map(Math.abs)));
    }
  });

  it("has cells for several weights of a large tensor: the largest of each, and no cell across two gates", () => {
    const H = 100;
    const snapshot = snapshotOf("gru", H);
    const report = finishWork(reportTensors(snapshot)).find(({ name }) => name === "weight_hh_l0")!;
    const { values } = snapshot.trainer.parameterTensors().find(({ name }) => name === "weight_hh_l0")!;
    const perGate = Math.ceil(H / report.rowStep);
    expect(report.rowStep).toBeGreaterThan(1);
    expect(report.rows).toBe(3 * perGate);
    for (let row = 0; row < report.rows; row++) {
      const first = Math.floor(row / perGate) * H + (row % perGate) * report.rowStep;
      const end = Math.min(first + report.rowStep, (Math.floor(row / perGate) + 1) * H);
      for (let column = 0; column < report.columns; column++) {
        let largest = 0;
        for (let r = first; r < end; r++)
          for (let c = column * report.columnStep; c < Math.min(H, (column + 1) * report.columnStep); c++)
            if (Math.abs(values[r * H + c]!) > Math.abs(largest)) largest = values[r * H + c]!;
        expect(report.cells[row * report.columns + column]).toBe(Math.fround(largest));
      }
    }
  });

  it("says where a weight is not finite", () => {
    const reports = finishWork(reportTensors(snapshotOf("rnn", 2, (parameters) => parameters.set([Infinity, 1, NaN]))));
    expect([...reports[0]!.cells]).toEqual([NaN, 1, NaN, expect.any(Number)]);
    expect(reports[0]!.largest).toBeNaN();
  });
});

describe("the norms of the tensors over a run", () => {
  it("are those before each update, and of the update relative to them", () => {
    const experiment = experimentOf({
      task: ADDING,
      model: { cell: "rnn", hiddenSize: 12 },
      training: { optimizer: { kind: "adam", learningRate: 0.01 }, iterations: 8 },
      engine: "float64",
    });
    const trainer = createTrainer(experiment);
    // A clock that stands still: each iteration is taken.
    const history = new ParameterHistory(trainer, 1, () => 0);
    const before: Float64Array[] = [];
    do {
      before.push(trainer.parameters());
      history.inspect(0);
    } while (trainer.step(null) === "running" && (history.observe(), true));
    const { iterations, norms, ratios } = history.norms.read();
    expect([...iterations]).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    const tensors = trainer.layout.length;
    for (const k of iterations) {
      for (const [i, { shape, offset }] of trainer.layout.entries()) {
        const end = offset + shape.reduce((a, b) => a * b, 1);
        const weight = Math.hypot(...before[k]!.subarray(offset, end));
        const update = Math.hypot(
          ...before[k + 1]!.subarray(offset, end).map((value, j) => value - before[k]![offset + j]!),
        );
        expectClose([norms[k * tensors + i]!, ratios[k * tensors + i]!], [weight, update / weight], 1e-10);
      }
    }
  });

  it("are bounded, however long the run is, and keep the first and the last", () => {
    const history = new NormHistory([{ name: "a", shape: [2], offset: 0 }]);
    for (let i = 0; i < 5000; i++) history.add(i, 1, 1, Float64Array.of(3, 4), Float64Array.of(3, 4 + i));
    const { iterations, norms, ratios } = history.read();
    expect(iterations.length).toBeLessThanOrEqual(512);
    expect([iterations[0], iterations.at(-1)]).toEqual([0, 4999]);
    expect(norms.every((norm) => norm === 5)).toBe(true);
    expect(ratios.at(-1)).toBeCloseTo(4999 / 5, 10);
  });
});
