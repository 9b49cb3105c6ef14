/** Errors in the units of the data, measures of classes, and the lag of the predictions, against their formulas. */
import { describe, expect, it, test } from "vitest";
import { matchLag } from "../../../../src/core/analysis/lagMatch";
import { measure } from "../../../../src/core/analysis/measures";
import { createRandom } from "../../../../src/core/numerics/random";
import { createBatch, fillRow } from "../../../../src/core/tasks/batches";
import { naiveError } from "../../../../src/core/tasks/naiveError";
import { evaluateSequences, forwardParts } from "../../../../src/core/training/evaluate";
import { createTrainer } from "../../../../src/core/training/trainer";
import { finishWork } from "../../../../src/lib/slicedTask";
import { experimentOf } from "../support";

const random = createRandom(5);
const ROWS = 200;
const LEVELS = Array.from({ length: ROWS }, (_, t) => 50 + 10 * Math.sin(t / 7) + random.double());
const TABLE = `level,flow\n${LEVELS.map((level, t) => `${level},${(t * 37) % 11}`).join("\n")}\n`;

function trainerOf(task: Record<string, unknown>, readout: "last" | "every" = "last", share = 0.3) {
  const experiment = experimentOf({
    task: { kind: "csv", file: "t.csv", columns: ["level", "flow"], length: 5, ...task },
    model: { cell: "rnn", hiddenSize: 4, readout },
    training: { iterations: 20, optimizer: { kind: "adam", learningRate: 0.02 }, validation: { share } },
  });
  const trainer = createTrainer(experiment, { files: { data: TABLE, weights: null } });
  while (trainer.step(null) === "running");
  return trainer;
}

describe("the naive forecast of a season", () => {
  test("is measured against numbers computed by hand", () => {
    // |4-1|, |6-2|, |9-4|, |8-6| of the first series and |3-1|, |7-5| of the second one, which has four rows.
    const values = Float64Array.of(1, 2, 4, 6, 9, 8, 1, 5, 3, 7);
    const ranges = [
      { from: 0, to: 6 },
      { from: 6, to: 10 },
    ];
    expect(naiveError(values, ranges, 2)).toBe((3 + 4 + 5 + 2 + 2 + 2) / 6);
    expect(naiveError(values, ranges)).toBe((1 + 2 + 2 + 3 + 1 + 4 + 2 + 4) / 8);
    expect(naiveError(values, ranges, 6)).toBeNaN();
  });

  test("scales MASE where the task has a season, which the measures name", () => {
    const [plain, seasonal] = [{}, { season: 11 }].map((task) => {
      const trainer = trainerOf(task);
      return finishWork(measure(trainer, trainer.cloneNetwork(), trainer.iteration, "validation")).values!;
    });
    const rows = LEVELS.slice(0, 140);
    const meanOf = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b) / numbers.length;
    const scale = meanOf(rows.slice(11).map((level, t) => Math.abs(level - rows[t]!)));
    expect(seasonal![0]!.mae).toBe(plain![0]!.mae);
    expect(seasonal![0]!.mase).toBeCloseTo(plain![0]!.mae / scale, 10);
    expect([plain![0]!.season, seasonal![0]!.season]).toEqual([undefined, 11]);
    // The flow repeats itself after eleven rows, so that the seasonal naive forecast is always right.
    expect([plain![1]!.mase === null, seasonal![1]!.mase]).toEqual([false, null]);
  });
});

describe("errors of a series", () => {
  test.each([
    ["last", 1],
    ["every", 1],
    ["every", 5],
  ] as const)("are those of their formulas in the units of the column, read-out %s, stride %i", (readout, stride) => {
    const trainer = trainerOf({ stride }, readout);
    const { dataset } = trainer;
    const network = trainer.cloneNetwork();
    const errors: number[][] = [[], []];
    const shares: number[][] = [[], []];
    for (let n = dataset.trainingSequences; n < dataset.sequences; n++) {
      const batch = createBatch(dataset, 1);
      fillRow(dataset, n, batch, 0);
      const outputs = network.forward(batch.inputs, 1, dataset.timeSteps, null);
      for (let i = 0; i < outputs.length; i++) {
        if (batch.weights?.[Math.floor(i / 2)] === 0) continue;
        const { mean, deviation } = dataset.units!.target[i % 2]!;
        const [y, t] = [outputs[i]! * deviation + mean, batch.targets[i]! * deviation + mean];
        errors[i % 2]!.push(y - t);
        shares[i % 2]!.push(Math.abs(y - t) / (Math.abs(y) + Math.abs(t)));
      }
    }
    const { part, values, classes } = finishWork(measure(trainer, network, trainer.iteration, "validation"));
    expect([part, classes, values!.map(({ name }) => name)]).toEqual(["validation", null, ["level", "flow"]]);
    const meanOf = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b) / numbers.length;
    for (const [o, one] of values!.entries()) {
      const mae = meanOf(errors[o]!.map(Math.abs));
      expect(one.rmse).toBeCloseTo(Math.sqrt(meanOf(errors[o]!.map((error) => error ** 2))), 10);
      expect(one.mae).toBeCloseTo(mae, 10);
      expect(one.smape).toBeCloseTo(200 * meanOf(shares[o]!), 8);
      const rows = 140;
      const column = o === 0 ? LEVELS : LEVELS.map((_, t) => (t * 37) % 11);
      const naive = column.slice(1, rows).map((value, t) => Math.abs(value - column[t]!));
      expect(one.mase).toBeCloseTo(mae / meanOf(naive), 10);
    }
  });

  it("have no scale where a column never changes, and sMAPE is 0 where both are 0", () => {
    const constant = `x,y\n${Array.from({ length: 60 }, (_, t) => `${t % 3},0`).join("\n")}\n`;
    const experiment = experimentOf({
      task: { kind: "csv", file: "t.csv", columns: ["x", "y"], length: 4 },
      model: { cell: "rnn", hiddenSize: 2, init: { scheme: "constant", constant: 0 } },
      training: { iterations: 1, validation: { share: 0.3 } },
    });
    const trainer = createTrainer(experiment, { files: { data: constant, weights: null } });
    const { values } = finishWork(measure(trainer, trainer.cloneNetwork(), trainer.iteration, "validation"));
    expect(values![1]).toMatchObject({ rmse: 0, mae: 0, smape: 0, mase: null });
  });

  it("have a naive error of the steps within each range", () => {
    const values = Float64Array.of(1, 4, 2, 100, 101);
    expect(naiveError(values, [{ from: 0, to: 3 }])).toBe(2.5);
    expect(
      naiveError(values, [
        { from: 0, to: 3 },
        { from: 3, to: 5 },
      ]),
    ).toBe(2);
    expect(naiveError(values, [{ from: 2, to: 3 }])).toBeNaN();
  });
});

describe("the lag", () => {
  const walk: number[] = [];
  for (let t = 0, x = 1000; t < 300; t++) walk.push((x += random.double() - 0.5));

  it.each([0, 1, 7])("is %i where predictions are the targets so many rows before", (lag) => {
    const predictions = walk.map((_, t) => walk[t - lag] ?? NaN);
    const match = matchLag([{ predictions, targets: walk }])!;
    expect(match.lag).toBe(lag);
    expect(match.correlation).toBeCloseTo(1, 12);
    expect(match.distance).toBeCloseTo(lag === 0 ? 1 : 0, 12);
    expect(match.atZero).toBeLessThanOrEqual(1);
  });

  it("is looked for within each segment, and needs some rows", () => {
    const predictions = walk.map((_, t) => walk[t - 1] ?? NaN);
    const half = { predictions: predictions.slice(0, 150), targets: walk.slice(0, 150) };
    expect(matchLag([half, half])).toMatchObject({ lag: 1 });
    const rows = walk.map((value, t) => ({ predictions: [predictions[t]!], targets: [value] }));
    expect(matchLag(rows)).toMatchObject({ lag: 0, distance: 1 });
    expect(matchLag([{ predictions: predictions.slice(0, 20), targets: walk.slice(0, 20) }])).toBeNull();
    expect(matchLag([{ predictions: walk.map(() => 1), targets: walk }])).toBeNull();
  });

  it("is that of a network that repeats its input, whatever the windows", () => {
    for (const [readout, stride, length] of [
      ["last", 1, 5],
      ["every", 1, 5],
      ["every", 5, 5],
      ["every", 2, 5],
    ] as const) {
      const experiment = experimentOf({
        task: { kind: "csv", file: "t.csv", columns: ["v"], length, stride, horizon: 2 },
        model: { cell: "linear", hiddenSize: 1, readout, init: { weight_ih_l0: 1, weight_hh_l0: 0 } },
        training: { iterations: 1, validation: { share: 0.4 } },
      });
      const data = `v\n${walk.join("\n")}\n`;
      const trainer = createTrainer(experiment, { files: { data, weights: null } });
      const network = trainer.cloneNetwork();
      network.writeParameters(
        Float64Array.from(trainer.layout.flatMap(({ name }) => (name.includes("hh") ? [0] : [1]))),
      );
      const { values } = finishWork(measure(trainer, network, trainer.iteration, "validation"));
      expect(values![0]!.lag).toMatchObject({ lag: 2, distance: expect.closeTo(0, 10) });
    }
  });
});

describe("measures of classes", () => {
  test.each([
    [{ kind: "temporal-order", sequences: 60, length: 12 }, ["0", "1", "2", "3"]],
    [{ kind: "copy", sequences: 30, symbols: 3, items: 2, delay: 3 }, ["0", "1", "2", "3"]],
    [{ kind: "parity", sequences: 50, length: [1, 6] }, ["0", "1"]],
    [{ kind: "binary-addition", sequences: 40, bits: 3 }, ["0", "1"]],
  ] as const)("of %j are those of the confusion matrix, which has every answer", (task, labels) => {
    const experiment = experimentOf({
      task,
      model: { cell: "gru", hiddenSize: 5 },
      training: { iterations: 30, optimizer: { kind: "adam", learningRate: 0.02 }, validation: { share: 0.4 } },
    });
    const trainer = createTrainer(experiment);
    while (trainer.step(null) === "running");
    const { dataset } = trainer;
    const { classes, values } = finishWork(measure(trainer, trainer.cloneNetwork(), trainer.iteration, "validation"));
    const { confusion, accuracy, balancedAccuracy, macroF1 } = classes!;
    expect(values).toBeNull();
    expect(classes!.labels).toEqual(labels);
    const C = labels.length;
    const at = (row: number, column: number): number => confusion[row * C + column]!;
    const indices = labels.map((_, c) => c);
    const rowSum = (c: number) => indices.reduce((sum, j) => sum + at(c, j), 0);
    const columnSum = (c: number) => indices.reduce((sum, i) => sum + at(i, c), 0);
    const seen = indices.filter((c) => rowSum(c) > 0);
    const either = indices.filter((c) => rowSum(c) + columnSum(c) > 0);
    const mean = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0) / numbers.length;
    expect(accuracy).toBeCloseTo(indices.reduce((sum, c) => sum + at(c, c), 0) / confusion.reduce((a, b) => a + b), 12);
    expect(balancedAccuracy).toBeCloseTo(mean(seen.map((c) => at(c, c) / rowSum(c))), 12);
    const f1 = (c: number): number => {
      const [precision, recall] = [at(c, c) / columnSum(c), at(c, c) / rowSum(c)];
      return at(c, c) === 0 ? 0 : (2 * precision * recall) / (precision + recall);
    };
    expect(macroF1).toBeCloseTo(mean(either.map(f1)), 12);
    const { trainingSequences, sequences } = dataset;
    const scored = evaluateSequences(trainer.cloneNetwork(), dataset, trainer.loss, trainingSequences, sequences, 7);
    expect(accuracy).toBeCloseTo(scored.accuracy!, 12);
  });
});

describe("of a part with very many sequences", () => {
  const trainer = trainerOf({});
  const { trainingSequences: from, sequences: to, timeSteps } = trainer.dataset;
  const each = trainer.cloneNetwork().parameterCount * timeSteps;

  /** As if no iteration had trained, which would allow for more. */
  const measured = (most: number) => finishWork(measure(trainer, trainer.cloneNetwork(), 0, "validation", most * each));

  test("so many are measured as the work allows, which the measures say", () => {
    expect(measured(32)).toMatchObject({ sequences: 32, of: to - from });
    expect(measured(1e9)).toEqual(
      finishWork(measure(trainer, trainer.cloneNetwork(), trainer.iteration, "validation")),
    );
  });

  test("at least a tenth of what training has read is", () => {
    const { sequences } = finishWork(measure(trainer, trainer.cloneNetwork(), 20, "validation", 0));
    expect(sequences).toBe(Math.min(to - from, 0.1 * 20 * trainer.batchSize));
  });

  test("their errors are those of the sequences that are read", () => {
    const read: number[] = [];
    const squares: number[] = [];
    const { outputSize: O, units } = trainer.dataset;
    for (const { sequences, outputs, batch } of forwardParts(
      trainer.cloneNetwork(),
      trainer.dataset,
      from,
      to,
      7,
      false,
      32,
    )) {
      read.push(...sequences);
      for (let b = 0; b < sequences.length; b++)
        squares.push(((outputs[b * O]! - batch.targets[b * O]!) * units!.target[0]!.deviation) ** 2);
    }
    expect(read.length).toBe(32);
    expect(new Set(read).size).toBe(32);
    expect([read[0], read.at(-1)]).toEqual([from, to - 1]);
    // Sixteen pairs of neighbors.
    expect(read.filter((sequence) => read.includes(sequence + 1)).length).toBeGreaterThanOrEqual(16);
    const rmse = Math.sqrt(squares.reduce((a, b) => a + b) / squares.length);
    expect(measured(32).values![0]!.rmse).toBeCloseTo(rmse, 12);
  });

  test("of a stream the starts of its parts are read, which go on", () => {
    const parts = forwardParts(trainer.cloneNetwork(), trainer.dataset, from, to, 4, true, 12);
    const read = Array.from(parts, ({ sequences }) => sequences);
    const part = Math.ceil((to - from) / 4);
    expect(read).toEqual([0, 1, 2].map((position) => [0, 1, 2, 3].map((row) => from + row * part + position)));
  });
});
