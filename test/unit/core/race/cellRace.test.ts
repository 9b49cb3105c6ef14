import { describe, expect, it } from "vitest";
import { collectFixEdits } from "../../../../src/config/edit/fixEdits";
import { configHash } from "../../../../src/config/compare/hash";
import { parseExperiment } from "../../../../src/config/read/parse";
import type { Experiment } from "../../../../src/config/schema/schema";
import { CellRaceRun } from "../../../../src/core/race/cellRace";
import { planLanes } from "../../../../src/config/edit/planLanes";
import { createTrainer } from "../../../../src/core/training/trainer";
import { createWasmNetwork } from "../../../../src/kernel/wasmNetwork";
import type { CellRace } from "../../../../src/shared/wire/race";
import { countOnesExperiment, experimentOf } from "../support";

const NO_FILES = { data: null, weights: null };

function adding(change: Parameters<typeof experimentOf>[0] = {}): Experiment {
  return experimentOf({
    task: { kind: "adding", sequences: 40, length: 12 },
    model: { cell: "lstm", hiddenSize: 6 },
    training: {
      batchSize: 8,
      iterations: 30,
      optimizer: { kind: "adam", learningRate: 0.01 },
      validation: { share: 0.2 },
    },
    ...change,
  });
}

/** A clock that moves on by a millisecond at every look, so that turns are as long on every machine. */
function race(
  experiment: Experiment,
  files: { data: string | null; weights: null } = NO_FILES,
): { states: CellRace[]; run: CellRaceRun } {
  let now = 0;
  const run = new CellRaceRun(
    experiment,
    files,
    () => now++,
    (spec, capacity) => createWasmNetwork(spec, capacity),
  );
  const states = [run.state()];
  while (run.advance(5)) states.push(run.state());
  return { states: [...states, run.state()], run };
}

describe("the lanes of a race", () => {
  it("have the cell of the file as it is, and the others as near to its number of weights as whole units allow", () => {
    const { budget, lanes } = planLanes(adding(), 2, 1);
    expect(budget).toBe(4 * 6 * 2 + 4 * 6 * 6 + 8 * 6 + 7);
    expect(lanes.map(({ cell, hiddenSize, parameterCount }) => [cell, hiddenSize, parameterCount])).toEqual([
      ["linear", 14, 14 * 2 + 14 * 14 + 14],
      ["rnn", 13, 13 * 2 + 13 * 13 + 26 + 14],
      ["lstm", 6, budget],
      ["gru", 7, 3 * 7 * 2 + 3 * 49 + 42 + 8],
    ]);
    for (const { cell, hiddenSize, parameterCount, experiment } of lanes) {
      expect(createTrainer(experiment).parameterCount).toBe(parameterCount);
      for (const other of [hiddenSize - 1, hiddenSize + 1]) {
        const near = createTrainer({ ...experiment, model: { ...experiment.model, hiddenSize: other } }).parameterCount;
        if (cell !== "lstm") expect(Math.abs(near - budget)).toBeGreaterThanOrEqual(Math.abs(parameterCount - budget));
      }
    }
  });

  it.each([
    '{ "task": { "kind": "count-ones" } }',
    '{ "task": { "kind": "count-ones" }, "model": { "readout": "state" } }',
    '{ "task": { "kind": "adding", "length": 12 }, "model": { "cell": "rnn", "hiddenSize": 2, "init": { ' +
      '"scheme": "identity", "values": { "bias_hh_l0": 0.5 } } } }',
    '{ "task": { "kind": "parity" }, "model": { "cell": "gru", "hiddenSize": 5 } } // a comment',
  ])("lead into each other by edits of the file: %s", (text) => {
    const { experiment } = parseExperiment(text);
    if (experiment === null) throw new Error("The text is no experiment.");
    const { spec } = createTrainer(experiment);
    const { lanes } = planLanes(experiment, spec.inputSize, spec.outputSize);
    for (const from of lanes) {
      const fileOf = (source: string, edits: (typeof lanes)[number]["edits"]): string =>
        (collectFixEdits(source, edits) ?? [])
          .toSorted((a, b) => b.offset - a.offset)
          .reduce(
            (result, { offset, length, content }) => result.slice(0, offset) + content + result.slice(offset + length),
            source,
          );
      const start = fileOf(text, from.edits);
      for (const lane of lanes) {
        const after = parseExperiment(fileOf(start, lane.edits)).experiment;
        expect(after === null ? null : configHash(after)).toBe(configHash(lane.experiment));
      }
    }
  });
});

describe("a cell race", () => {
  const { states, run } = race(adding());
  const end = states.at(-1)!;

  it("trains all cells to the end, and tells of each its loss, accuracy, memory and weights", () => {
    expect(end.phase).toBe("done");
    expect(end.scoredOn).toBe("validation");
    expect(end.lanes.map(({ cell, phase, iteration, iterations }) => ({ cell, phase, iteration, iterations }))).toEqual(
      ["linear", "rnn", "lstm", "gru"].map((cell) => ({ cell, phase: "done", iteration: 30, iterations: 30 })),
    );
    for (const { result, curve, trainMs } of end.lanes) {
      expect(Number.isFinite(result?.loss)).toBe(true);
      expect(result?.accuracy).not.toBeNull();
      expect(result?.memory.measured).toBeGreaterThanOrEqual(12);
      expect(Array.from(curve.iteration)).toEqual(Array.from({ length: 31 }, (_, i) => i));
      expect(trainMs).toBeGreaterThan(0);
    }
  });

  it("gives the cell of the file the very curve that its run has", () => {
    const lane = end.lanes.find(({ cell }) => cell === "lstm");
    const trainer = createTrainer(adding(), { kernel: (spec, capacity) => createWasmNetwork(spec, capacity) });
    const losses: number[] = [];
    while (trainer.step(null) === "running") losses.push(trainer.metrics.loss);
    losses.push(trainer.metrics.loss);
    expect(Array.from(lane?.curve.loss ?? [])).toEqual(losses);
  });

  it("lets the curves grow together: no lane is far ahead of another", () => {
    const iterations = states.map(({ lanes }) => lanes.filter(({ phase }) => phase !== "done"));
    const together = iterations.filter(({ length }) => length === 4);
    // The first is the start.
    expect(together.length).toBeGreaterThan(4);
    for (const lanes of together) {
      const reached = lanes.map(({ iteration }) => iteration);
      expect(Math.max(...reached) - Math.min(...reached)).toBeLessThanOrEqual(6);
    }
  });

  it("names the experiments of its lanes, of which one is the file's", () => {
    expect(run.experiments.map(configHash)).toContain(configHash(adding()));
  });

  it("goes on with the others where one diverges, and keeps a long curve short", () => {
    const { states: wild } = race(
      countOnesExperiment({
        weights: [0.9, 1.5],
        training: { optimizer: { kind: "sgd", learningRate: 0.001 }, iterations: 2000 },
      }),
    );
    const lanes = wild.at(-1)?.lanes ?? [];
    expect(lanes.find(({ cell }) => cell === "linear")?.phase).toBe("diverged");
    expect(lanes.filter(({ phase }) => phase === "done").length).toBeGreaterThan(0);
    for (const { curve } of lanes) expect(curve.loss.length).toBeLessThanOrEqual(512);
  });

  it("measures the memory of a text network over several windows where it remembers a whole one", () => {
    const { states: text } = race(
      experimentOf({
        task: { kind: "text", file: "t.txt", length: 5 },
        model: { cell: "linear", hiddenSize: 3, init: { scheme: "identity" } },
        training: { iterations: 1, optimizer: { kind: "sgd", learningRate: 0 } },
      }),
      { data: "abcdefgh".repeat(20), weights: null },
    );
    expect(text.at(-1)?.lanes.find(({ cell }) => cell === "linear")?.result?.memory).toMatchObject({
      steps: null,
      measured: 40,
    });
  });

  it("is refused where four networks would need too much memory", () => {
    expect(() =>
      race(
        experimentOf({
          task: { kind: "adding", sequences: 900, length: 400 },
          model: { cell: "lstm", hiddenSize: 128 },
        }),
      ),
    ).toThrow(/Comparing the four cell types needs about \d+\.\d GiB/);
  });
});
