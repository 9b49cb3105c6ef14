/** What of a leaky model's keys does not go together, and which keys do nothing. */
import { describe, expect, test } from "vitest";
import { lintExperiment } from "../../../../src/config/read/lint";
import { parseExperiment } from "../../../../src/config/read/parse";

const textOf = (model: object): string => JSON.stringify({ task: { kind: "flip-flop" }, model });

describe("a model that cannot be", () => {
  test.each([
    [{ cell: "rnn", nonlinearity: "power" }, 'The rnn cell has no nonlinearity "power".'],
    [{ cell: "ctrnn", dt: 50, tau: 20 }, "model.dt is 50 ms, longer than the time constant model.tau, which is 20 ms."],
    [{ cell: "ctrnn", dt: 20, tau: 20, learnedTau: true }, "A learned time constant starts above model.dt, 20 ms."],
    [
      { cell: "ctrnn", hiddenSize: 2, connectivity: [[1, 0]] },
      "model.connectivity has 1 rows; with model.hiddenSize 2",
    ],
    [{ cell: "ctrnn", hiddenSize: 2, connectivity: [[1, 0], [1]] }, "A row of model.connectivity has 1 entries;"],
  ])("%j", (model, message) => {
    const { problems } = parseExperiment(textOf(model));
    expect(problems.map((problem) => problem.message).join("\n")).toContain(message);
  });
});

test("keys of leaky networks that do nothing are named", () => {
  const pathsOf = (model: object): string[] => {
    const text = textOf(model);
    return lintExperiment(text, parseExperiment(text).experiment!).map(({ path }) => path.join("."));
  };
  expect(pathsOf({ cell: "gru", tau: 50, noise: 0.1 })).toEqual(["model.tau", "model.noise"]);
  expect(pathsOf({ cell: "ctrnn", excitatory: 0.7 })).toEqual(["model.excitatory"]);
  expect(pathsOf({ cell: "ctrnn", dale: true, excitatory: 0.7, nonlinearity: "softplus" })).toEqual([]);
});
