import { describe, expect, test } from "vitest";
import { collectChanges, describeChanges, summarizeChanges } from "../../../../src/config/compare/changes";
import { experimentOf } from "../support";

const sgd = (learningRate: number) => `"optimizer": { "kind": "sgd", "learningRate": ${learningRate} }`;
const between = (before: string, after: string) => collectChanges(experimentOf(before), experimentOf(after));
const summary = (before: string, after: string) => summarizeChanges(between(before, after));

describe("what changed between two experiments", () => {
  test("is one value with both its numbers", () => {
    const changes = between(`{"training":{${sgd(0.01)}}}`, `{"training":{${sgd(0.02)}}}`);
    expect(changes).toEqual([{ path: ["training", "optimizer", "learningRate"], before: 0.01, after: 0.02 }]);
    expect(summarizeChanges(changes)).toBe("learningRate 0.01 → 0.02");
    expect(describeChanges(changes)).toBe("training.optimizer.learningRate: 0.01 → 0.02");
  });

  test("is nothing for a comment, an order, a default that is written out, or a name", () => {
    expect(
      between(`{ "seed": 1, "trace": {} } // one`, `{ "name": "Other", "trace": { "every": 1 }, "seed": 1 }`),
    ).toEqual([]);
    expect(summary("{}", "{}")).toBe("");
  });

  test("is one change when another kind is chosen, whatever keys come and go with it", () => {
    expect(summary("{}", `{"training":{${sgd(0.02)}}}`)).toBe("optimizer rprop → sgd");
    expect(summary("{}", `{"task":{"kind":"adding"},"model":{"cell":"lstm","hiddenSize":8}}`)).toBe(
      "task count-ones → adding, cell linear → lstm, hiddenSize 1 → 8",
    );
  });

  test("says what a clip has", () => {
    expect(summary(`{"training":{"clip":null}}`, `{"training":{"clip":{"norm":1}}}`)).toBe("clip off → norm 1");
    expect(summary(`{"training":{"clip":{"norm":1}}}`, `{"training":{"clip":{"norm":2}}}`)).toBe("clip.norm 1 → 2");
    expect(summary(`{"training":{"clip":{"norm":1}}}`, `{"training":{"clip":{"value":5}}}`)).toBe(
      "clip norm 1 → value 5",
    );
  });

  test("names the first two of many and counts the others", () => {
    const after = `{"seed":2,"model":{"hiddenSize":1,"init":{"weight_hh_l0":1}},"training":{"iterations":10,${sgd(0.1)}},"trace":{"every":2}}`;
    expect(summary("{}", after)).toBe("seed 1 → 2, weight_hh_l0 2 → 1 and 3 more");
    expect(describeChanges(between("{}", after)).split("\n")).toHaveLength(5);
  });

  test("keeps long values short", () => {
    const changes = between("{}", `{"model":{"init":{"values":{"weight_hh_l0":[[1.2345678901234567]]}}}}`);
    expect(summarizeChanges(changes)).toMatch(/^init\.values none → weight_hh_l0 .{8,12}…$/);
  });
});
