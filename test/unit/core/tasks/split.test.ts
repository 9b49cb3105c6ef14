/** What is held out, and where windows begin. */
import { describe, expect, it, test, vi } from "vitest";
import { countHeldOut, countTrainingRows, planWindows } from "../../../../src/config/facts/dataCounts";
import { validationInterval } from "../../../../src/config/facts/validationInterval";
import { createRandom } from "../../../../src/core/numerics/random";
import { copySequences } from "../../../../src/core/tasks/sequenceValues";
import { createTrainer } from "../../../../src/core/training/trainer";
import { createWasmNetwork } from "../../../../src/kernel/wasmNetwork";
import { csvDatasetOf, experimentOf, run } from "../support";

// A training of some seconds on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

describe("rows for training", () => {
  it("are counted in integers", () => {
    expect(countTrainingRows(2900, 0.3)).toBe(2030);
    for (let rows = 10; rows <= 200; rows += 10) {
      expect([countTrainingRows(rows, 0.8), countTrainingRows(rows, 0.9)]).toEqual([rows / 5, rows / 10]);
      expect(countHeldOut(rows, 0.145)).toBe(Math.min(rows - 1, Math.max(1, Math.floor((rows * 145 + 500) / 1000))));
    }
  });

  it("are as many as before wherever that was right", () => {
    for (let rows = 5; rows < 400; rows += 7)
      for (const share of [0.05, 0.1, 0.2, 0.25, 0.3, 0.5]) {
        const before = rows * (1 - share);
        if (Math.abs(before - Math.round(before)) > 1e-9)
          expect([rows, share, countTrainingRows(rows, share)]).toEqual([rows, share, Math.floor(before)]);
      }
  });
});

describe("windows", () => {
  const random = createRandom(5);
  const whole = (from: number, to: number): number => from + Math.floor(random.double() * (to - from + 1));
  const plans = Array.from({ length: 300 }, () => ({
    sizes: { length: whole(1, 20), horizon: whole(0, 4), stride: whole(1, 25) },
    rows: whole(30, 200),
    share: whole(1, 9) / 10,
  }));

  it("lie on the stride grid, and no training window or target is among the held-out rows", () => {
    for (const { sizes, rows, share } of plans) {
      const { length, horizon, stride } = sizes;
      const plan = planWindows(sizes, rows, share);
      const trainingRows = countTrainingRows(rows, share);
      if (plan.trainingSequences > 0)
        expect((plan.trainingSequences - 1) * stride + length + horizon).toBeLessThanOrEqual(trainingRows);
      expect(plan.firstValidationRow % stride).toBe(0);
      if (plan.validationSequences === 0) continue;
      expect(plan.firstValidationRow + length - 1 + horizon).toBeGreaterThanOrEqual(trainingRows);
      if (!plan.reachesBack) expect(plan.firstValidationRow).toBeGreaterThanOrEqual(trainingRows);
      const last = plan.firstValidationRow + (plan.validationSequences - 1) * stride;
      expect(last + length + horizon).toBeLessThanOrEqual(rows);
    }
  });

  it("of stride 1 begin at the first held-out row, as they always did", () => {
    const { firstValidationRow, validationSequences } = planWindows({ length: 12, horizon: 1, stride: 1 }, 144, 0.25);
    expect([firstValidationRow, validationSequences]).toEqual([108, 24]);
  });

  const series = (rows: number): string => `y\n${Array.from({ length: rows }, (_, i) => i * i).join("\n")}\n`;

  it.each(["every", "last"] as const)("of 36 rows, 12 long, have a quarter held out: read-out %s", (outputs) => {
    const data = csvDatasetOf(
      series(36),
      { columns: ["y"], target: null, length: 12, horizon: 1, stride: 1 },
      outputs,
      0.25,
    );
    // Rows 0 to 26 are for training. Nine windows have their last target in rows 27 to 35.
    expect([data.trainingSequences, data.sequences - data.trainingSequences]).toEqual([15, 9]);
    const [unit] = data.units!.target;
    const counted = new Set<number>();
    const targets = copySequences(data.targets, 0, data.sequences).map((t) => t * unit!.deviation + unit!.mean);
    const S = data.outputSteps;
    for (let n = 0; n < data.sequences; n++)
      for (let s = 0; s < S; s++) {
        const row = Math.round(Math.sqrt(targets[n * S + s]!));
        const weight = data.weights?.at(n, s) ?? 1;
        if (n < data.trainingSequences) expect([weight, row < 27]).toEqual([1, true]);
        else expect(weight).toBe(row >= 27 ? 1 : 0);
        if (n >= data.trainingSequences && weight > 0) counted.add(row);
      }
    expect([...counted].sort((a, b) => a - b)).toEqual([27, 28, 29, 30, 31, 32, 33, 34, 35]);
  });

  it("that reach back are validated on held-out targets alone", () => {
    const experiment = experimentOf({
      task: { kind: "csv", file: "y.csv", columns: ["y"], length: 12 },
      model: { cell: "gru", hiddenSize: 3 },
      training: { iterations: 1, validation: { share: 0.25 } },
    });
    const { trainer } = run(experiment, { files: { data: series(36), weights: null } });
    const { dataset, metrics } = trainer;
    const network = trainer.cloneNetwork();
    let sum = 0;
    let count = 0;
    for (let n = dataset.trainingSequences; n < dataset.sequences; n++) {
      const outputs = network.forward(copySequences(dataset.inputs, n, n + 1), 1, 12, null);
      for (let s = 0; s < 12; s++) {
        // Validation window k begins at row 15 + k.
        if (15 + n - dataset.trainingSequences + s + 1 < 27) continue;
        sum += (outputs[s]! - dataset.targets.at(n, s)) ** 2;
        count++;
      }
    }
    expect(count).toBe(45);
    expect(metrics.validationLoss).toBeCloseTo(sum / count, 12);
  });
});

/** `blocks` of 10 rows: x is N(0, 1), and y is 1 in the whole block where its first x is positive. */
function labelTable(blocks: number): string {
  const random = createRandom(11);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random.double())) * Math.cos(2 * Math.PI * random.double());
  const lines = ["x,y"];
  for (let block = 0; block < blocks; block++) {
    const values = Array.from({ length: 10 }, normal);
    for (const x of values) lines.push(`${x},${values[0]! > 0 ? 1 : 0}`);
  }
  return lines.join("\n");
}

test.each([
  [400, 0.25],
  [401, 0.25],
  [402, 0.25],
  [403, 0.25],
  [300, 0.3],
  [290, 0.3],
])("a validation window is a whole block, of %d blocks and a share of %d", (blocks, share) => {
  const experiment = experimentOf({
    engine: "float32",
    task: { kind: "csv", file: "l.csv", columns: ["x"], target: "y", length: 10, stride: 10, horizon: 0 },
    model: { cell: "lstm", hiddenSize: 16, readout: "last", init: { forgetBias: 2 } },
    training: {
      optimizer: { kind: "adam", learningRate: 0.01 },
      batchSize: 32,
      iterations: 1500,
      validation: { share, every: 100 },
    },
    trace: { every: 500 },
  });
  const { trainer } = run(experiment, {
    files: { data: labelTable(blocks), weights: null },
    kernel: createWasmNetwork,
  });
  expect(trainer.best!.validationLoss).toBeLessThan(0.1);
});

describe("the validation interval", () => {
  const training = (batchSize: number | "full", every: number | "auto" = "auto") =>
    ({ batchSize, accumulate: 1, validation: { share: 0.25, every } }) as const;

  it('of "auto" keeps evaluations to a tenth of the multiply-adds of training, and no less', () => {
    for (const [batchSize, sequences, trainingSequences] of [
      [32, 43_775, 32_849],
      [50, 5000, 4000],
      [1, 100, 75],
      ["full", 2000, 1000],
    ] as const) {
      const every = validationInterval(training(batchSize), { sequences, trainingSequences });
      const batch = batchSize === "full" ? trainingSequences : batchSize;
      const cost = (interval: number): number => (sequences - trainingSequences) / (interval * 3 * batch);
      expect(cost(every)).toBeLessThanOrEqual(0.1);
      if (every > 10) expect(cost(every - 10)).toBeGreaterThan(0.1);
      expect(every % 10).toBe(0);
    }
  });

  it("is as it says where it is a number", () => {
    expect(validationInterval(training(1, 3), { sequences: 1000, trainingSequences: 10 })).toBe(3);
  });

  it("is the one at which a run validates, on either engine", () => {
    const file = {
      task: { kind: "adding", sequences: 200, length: 4 },
      model: { cell: "rnn", hiddenSize: 3 },
      training: { batchSize: 10, iterations: 100, validation: { share: 0.5 } },
    } as const;
    for (const engine of ["float64", "float32"] as const) {
      const trainer = createTrainer(experimentOf({ ...file, engine }), { kernel: createWasmNetwork });
      expect(trainer.validationInterval).toBe(40);
      const changedAt: number[] = [];
      let before = NaN;
      let result = "running";
      for (let row = 0; result === "running"; row++) {
        result = trainer.step(null);
        if (trainer.metrics.validationLoss !== before) changedAt.push(row);
        before = trainer.metrics.validationLoss;
      }
      expect(changedAt).toEqual([0, 40, 80, 100]);
    }
  });
});
