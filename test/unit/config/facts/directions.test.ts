import { describe, expect, test } from "vitest";
import { backendOf } from "../../../../src/config/facts/engineChoice";
import { networkSpec } from "../../../../src/config/facts/memoryEstimate";
import { findIncompatibility } from "../../../../src/config/facts/taskTraits";
import { experimentOf } from "../../core/support";

const MODEL = { cell: "lstm", hiddenSize: 3, numLayers: 2, dropout: 0.1, bidirectional: true } as const;

test("a bidirectional model has two layers for each, and a run that the reference began goes on by it", () => {
  const experiment = experimentOf({ task: { kind: "adding" }, model: MODEL });
  expect(networkSpec(experiment, 2, 1)).toMatchObject({ numLayers: 4, directions: 2, readsEnds: true, dropout: 0.1 });
  expect((["auto", "float64"] as const).map((engine) => backendOf({ ...experiment, engine }))).toEqual([
    "float32",
    "float64",
  ]);
  expect(backendOf(experiment, { engine: "float64" })).toBe("reference");
});

test("where each step has a target, the readout takes the states of that step", () => {
  const spec = networkSpec(experimentOf({ task: { kind: "binary-addition" }, model: MODEL }), 2, 1);
  expect(spec).toMatchObject({ directions: 2, readout: "every" });
  expect(spec).not.toHaveProperty("readsEnds");
});

test("the key changes nothing for other cells", () => {
  const task = { kind: "adding" } as const;
  const other = (bidirectional: boolean) =>
    networkSpec(experimentOf({ task, model: { ...MODEL, cell: "lru", bidirectional } }), 2, 1);
  expect(other(true)).toEqual(other(false));
});

describe("what cannot be read from its end is refused", () => {
  test.each([
    ["text", { kind: "text", file: "a.txt", stream: false }, {}, "already read the steps that it predicts"],
    ["sine", { kind: "sine" }, {}, "The target of sine is a later step"],
    ["csv", { kind: "csv", file: "a.csv", horizon: 2 }, {}, "The target of csv is a later step"],
    ["a stream", { kind: "text", file: "a.txt" }, { readout: "last" }, "carried over to the next window"],
  ] as const)("%s", (_name, task, model, message) => {
    const experiment = experimentOf({ task, model: { ...MODEL, ...model }, training: { batchSize: 4 } });
    expect(findIncompatibility(experiment)).toMatchObject({
      path: ["model", "bidirectional"],
      message: expect.stringContaining(message),
    });
  });

  test("the state as the readout, as there are two", () => {
    const experiment = experimentOf({ task: { kind: "adding" }, model: { ...MODEL, readout: "state" } });
    expect(findIncompatibility(experiment)).toMatchObject({ path: ["model", "readout"] });
  });

  test.each([
    ["the value after the sequence", { kind: "sine" }, { readout: "last" }],
    ["a label of the same row", { kind: "csv", file: "a.csv", target: "y", horizon: 0 }, {}],
    ["the windows of a text that carries nothing", { kind: "text", file: "a.txt", stream: false }, { readout: "last" }],
  ] as const)("but not %s", (_name, task, model) => {
    expect(findIncompatibility(experimentOf({ task, model: { ...MODEL, ...model } }))).toBeNull();
  });
});
