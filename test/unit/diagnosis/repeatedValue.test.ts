/** A network that repeats the last value, although the series says more about the next one. */
import { expect, test } from "vitest";
import { createRandom } from "../../../src/core/numerics/random";
import { diagnose, findingIn, rulesOf, textOf } from "./support";

/** Changes that go on: each is 0.6 of the one before, and chance. */
const random = createRandom(11);
let [level, change] = [100, 0];
const rows = Array.from({ length: 900 }, () => {
  change = 0.6 * change + random.double() - 0.5;
  level += change - 0.01 * (level - 100);
  return level;
});
const DATA = `level\n${rows.join("\n")}\n`;

const fileOf = (weights: object, learningRate: number, iterations: number) =>
  textOf({
    task: { kind: "csv", file: "t.csv", columns: ["level"], length: 4 },
    model: { cell: "linear", hiddenSize: 1, readout: "last", init: { values: weights } },
    training: {
      iterations,
      optimizer: { kind: "adam", learningRate },
      validation: { share: 0.3 },
    },
    engine: "float64",
  });

/** h_t = x_t: the last value. Training adds a little of where it is going, too little in few iterations. */
const REPEATS = { weight_ih_l0: [[1]], weight_hh_l0: [[0]], "readout.weight": [[1]] };

test("is told by the lag of its predictions, with the numbers", () => {
  const { message, numbers } = findingIn(diagnose(fileOf(REPEATS, 0.002, 60), DATA), "last-value-only");
  expect(message).toMatch(/^The network repeats the last value: the loss is .*, and repeating it has .*\. Predictions/);
  expect(message).toMatch(
    /correlate best with the target 1 rows? earlier \([01][.\d]*; 0\.\d+ with the target itself\)\.$/,
  );
  expect(numbers).toMatchObject({ lag: 1, loss: expect.any(Number), baseline: expect.any(Number) });
  expect(numbers["loss"]).toBeLessThan(numbers["baseline"]!);
  expect(numbers["correlation"]).toBeGreaterThan(numbers["atZero"]!);
  expect(numbers["distance"]).toBeLessThan(0.5);
});

test("is not found in a network that predicts the change as well as a linear map of the window", () => {
  const trained = diagnose(fileOf(REPEATS, 0.02, 600), DATA);
  expect(rulesOf(trained)).not.toContain("last-value-only");
});

test("is the other finding where the network is no better than the last value", () => {
  const worse = { ...REPEATS, weight_hh_l0: [[0.7]], "readout.weight": [[0.4]] };
  const { message, numbers } = findingIn(diagnose(fileOf(worse, 0.003, 150), DATA), "last-value-only");
  expect(message).toMatch(/^The network is no better than the last value/);
  expect(numbers).not.toHaveProperty("lag");
});
