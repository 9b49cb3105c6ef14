import { expect, test } from "vitest";
import { appliedEvent, appliedSettings } from "../../../src/runs/appliedSettings";
import { experimentOf } from "../config/support";

const sgd = (learningRate: number) =>
  experimentOf(`{"training":{"optimizer":{"kind":"sgd","learningRate":${learningRate}},"clip":{"norm":2}}}`);

test("what a run took over is found again in its record, as far as it was in force", () => {
  const events = [
    appliedEvent(5, sgd(0.1)),
    { kind: "edited", iteration: 6, detail: "a word" },
    appliedEvent(9, sgd(0.2)),
  ];
  const rates = (iteration: number) =>
    appliedSettings(events, iteration).map(({ optimizer, clip }) => [
      "learningRate" in optimizer && optimizer.learningRate,
      clip,
    ]);
  expect(rates(4)).toEqual([]);
  expect(rates(5)).toEqual([[0.1, { norm: 2 }]]);
  expect(rates(9)).toEqual([
    [0.1, { norm: 2 }],
    [0.2, { norm: 2 }],
  ]);
});

test("what is no settings is passed over", () => {
  for (const detail of [null, 3, "x", {}, { optimizer: {}, schedule: { kind: "constant" }, clip: null }])
    expect(appliedSettings([{ kind: "applied", iteration: 0, detail }], 9)).toEqual([]);
});
