/** The results of a large sweep that nobody has trained, for looking at how the page copes. */
import { createRandom } from "../../src/core/numerics/random";
import type { SweepInfo } from "../../src/shared/wire/sweep";
import { TrialColumns } from "../../src/shared/wire/trialColumns";

export const MADE_INFO: SweepInfo = {
  parameters: [
    { key: "training.optimizer.learningRate", kind: "number", scale: "log" },
    { key: "training.optimizer.weightDecay", kind: "number", scale: "log" },
    { key: "model.hiddenSize", kind: "number", scale: "linear" },
    { key: "model.cell", kind: "choice", scale: "linear" },
  ],
  seeds: 2,
  trials: 0,
  goal: null,
};

export function makeTrials(count: number): TrialColumns {
  const made = new TrialColumns(MADE_INFO.parameters);
  const draw = createRandom(3);
  for (let index = 0; index < count; index++) {
    // Each combination with two seeds.
    const values = createRandom(Math.floor(index / 2));
    const rate = 10 ** (-4 + 4 * values.double());
    const size = 2 + Math.floor(63 * values.double());
    const cell = ["rnn", "gru", "lstm"][Math.floor(3 * values.double())] ?? "rnn";
    const decay = 10 ** (-6 + 4 * values.double());
    const away = Math.log10(rate) + 2 + (cell === "rnn" ? 0.5 : 0);
    const loss = 0.01 + 0.2 * away ** 2 + 0.5 / size + 0.05 * draw.double();
    const diverged = rate > 0.3 && cell === "rnn";
    made.add(
      {
        index,
        seed: 1 + (index % 2),
        values: [rate, decay, size, cell],
        status: diverged ? "diverged" : "done",
        iterations: 300,
        loss: diverged ? Infinity : loss,
        validationLoss: NaN,
        bestValidationLoss: NaN,
        accuracy: NaN,
        exactAccuracy: NaN,
        gradientReach: 10 ** (-size / (cell === "rnn" ? 8 : 40)),
        reachedAt: null,
        trainMs: 5 + 10 * draw.double(),
        message: null,
      },
      7 * index,
    );
  }
  return made;
}
