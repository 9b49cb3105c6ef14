/** Leaky networks in training: what is random, what is added to the loss, and that its gradient is right. */
import { describe, expect, it } from "vitest";
import { checkGradients } from "../../../../src/core/analysis/gradientCheck";
import { createTrainer, type Trainer } from "../../../../src/core/training/trainer";
import { experimentOf, run } from "../support";

const leaky = (model: object, training: object = {}, seed = 1) =>
  experimentOf({
    task: { kind: "flip-flop", sequences: 12, length: 8 },
    model: { cell: "ctrnn", hiddenSize: 6, ...model },
    training: { iterations: 12, batchSize: 5, ...training },
    seed,
  });

describe("noise in training", () => {
  const noisy = { noise: 0.2, inputNoise: 0.1 };

  it("is bit for bit the same with the same seed, another with another one", () => {
    const losses = (seed: number): number[] => [...run(leaky(noisy, {}, seed)).column("loss")];
    expect(losses(1)).toEqual(losses(1));
    expect(losses(1)).not.toEqual(losses(2));
  });

  it("goes on from a checkpoint as if it had never been interrupted", () => {
    const experiment = leaky({ ...noisy, form: "current", dale: true, connectivity: 0.7, rateL2: 0.1 });
    const losses = (trainer: Trainer, steps: number): number[] =>
      Array.from({ length: steps }, () => {
        trainer.step(null);
        return trainer.metrics.loss;
      });
    const whole = createTrainer(experiment);
    losses(whole, 5);
    const resumed = createTrainer(experiment);
    resumed.restore(whole.checkpoint());
    expect(losses(resumed, 7)).toEqual(losses(whole, 7));
    expect(resumed.parameters()).toEqual(whole.parameters());
  });

  it("is not in the validation loss", () => {
    const validation = { share: 0.25, every: 1 };
    const first = (model: object): number => run(leaky(model, { validation })).column("validationLoss")[0]!;
    expect(first(noisy)).toBe(first({}));
    expect(run(leaky(noisy)).column("loss")[0]).not.toBe(run(leaky({})).column("loss")[0]);
  });
});

describe("the penalties", () => {
  it("are added to the loss of training alone", () => {
    const penalized = { rateL2: 0.5, weightL2: 0.25 };
    const validation = { share: 0.25, every: 1 };
    const [plain, added] = [{}, penalized].map((model) => run(leaky(model, { validation })));
    expect(added!.column("validationLoss")[0]).toBe(plain!.column("validationLoss")[0]);
    const { trainer } = run(leaky({}, { iterations: 1 }));
    const weights = createTrainer(leaky(penalized))
      .parameterTensors()
      .filter(({ shape }) => shape.length === 2)
      .reduce((sum, { values }) => sum + values.reduce((all, value) => all + value * value, 0) / values.length, 0);
    expect(trainer.spec.cell).toBe("ctrnn");
    const withWeights = run(leaky({ weightL2: 0.25 })).column("loss")[0]! - run(leaky({})).column("loss")[0]!;
    expect(withWeights).toBeCloseTo(0.25 * weights, 12);
  });

  it.each([
    { form: "rate", nonlinearity: "softplus" },
    { form: "current", nonlinearity: "retanh" },
    { form: "leak-inside", nonlinearity: "power" },
  ])("have the gradient of the loss, with everything else on: $form", (model) => {
    for (const training of [{}, { truncate: 3 }]) {
      const all = {
        ...model,
        numLayers: 2,
        dale: true,
        connectivity: 0.7,
        learnedTau: true,
        learnedInitialState: true,
        rateL2: 0.5,
        weightL2: 0.25,
        noise: 0.1,
      };
      const trainer = createTrainer(leaky(all, training));
      for (let i = 0; i < 5; i++) trainer.step(null);
      const check = checkGradients(trainer);
      expect(check.tensors.filter(({ maxRelativeError }) => !(maxRelativeError <= check.tolerance))).toEqual([]);
      expect(check.tensors.map(({ name }) => name)).toContain(model.form === "current" ? "v0_l1" : "h0_l1");
    }
  });
});
