import { describe, expect, test } from "vitest";
import { createTrainer, type Trainer } from "../../../../src/core/training/trainer";
import { runTrial } from "../../../../src/core/training/runTrial";
import { createWasmNetwork } from "../../../../src/kernel/wasmNetwork";
import { encodeCheckpoint, encodeHeader, encodeMeta, join } from "../../../../src/runs/format/encodeRun";
import { encodeHead } from "../../../../src/runs/format/frames";
import { readRun } from "../../../../src/runs/format/readRun";
import { metaOf } from "../../runs/support";
import { experimentOf, run } from "../support";

type Engine = "float64" | "float32";
const RESOURCES = { kernel: (...args: Parameters<typeof createWasmNetwork>) => createWasmNetwork(...args) };

/** Few noisy sequences and many units: it overfits soon. */
function overfitting(engine: Engine, training: object = {}) {
  return experimentOf({
    engine,
    seed: 3,
    task: { kind: "sine", sequences: 24, length: 12, noise: 0.3 },
    model: { cell: "lstm", hiddenSize: 16, numLayers: 2, dropout: 0.2 },
    training: {
      iterations: 400,
      batchSize: 6,
      optimizer: { kind: "adam", learningRate: 0.02 },
      validation: { share: 0.25, every: 5 },
      ...training,
    },
  });
}

/** Validation loss of each evaluated iteration, with the weights that it is of. */
function evaluations(engine: Engine) {
  const trainer = createTrainer(overfitting(engine), RESOURCES);
  const found: { iteration: number; loss: number; parameters: Float64Array }[] = [];
  let result = "running";
  while (result === "running") {
    const { iteration } = trainer;
    const parameters = trainer.parameters();
    result = trainer.step(null);
    if (iteration % 5 === 0) found.push({ iteration, loss: trainer.metrics.validationLoss, parameters });
  }
  return { trainer, found };
}

function finish(trainer: Trainer): Trainer {
  while (trainer.step(null) === "running");
  return trainer;
}

const bestOf = ({ best }: Trainer) =>
  best === null ? null : { iteration: best.iteration, loss: best.validationLoss, parameters: best.parameters() };

describe.each<Engine>(["float64", "float32"])("on %s", (engine) => {
  const { trainer: whole, found } = evaluations(engine);
  const lowest = found.reduce((best, one) => (one.loss < best.loss ? one : best));

  test("the best is the first minimum of the validation curve, with the weights of that row", () => {
    expect(lowest.iteration).toBeGreaterThan(0);
    expect(lowest.iteration).toBeLessThan(300);
    expect(bestOf(whole)).toEqual(lowest);
    expect([whole.iteration, whole.stoppedEarly]).toEqual([400, false]);
  });

  test.each([1, 5, 12, 40, 60])(
    "with patience %d training ends at the first evaluation that far from its best",
    (patience) => {
      let best = found[0]!;
      const end = found.find((one) => {
        if (one.loss < best.loss) best = one;
        return one.iteration - best.iteration >= patience;
      });
      const { trainer, result, rows, column } = run(overfitting(engine, { stop: { patience } }), RESOURCES);
      expect([result, trainer.stoppedEarly, trainer.iteration]).toEqual(["finished", true, end?.iteration]);
      expect(rows).toBe(trainer.iteration + 1);
      expect([column("iteration").at(-1), column("validationLoss").at(-1)]).toEqual([end?.iteration, end?.loss]);
      expect(column("loss").at(-1)).toBe(trainer.metrics.loss);
      // The weights at the end are the last ones, and the best are kept beside them.
      expect(trainer.parameters()).toEqual(end?.parameters);
      expect(bestOf(trainer)).toEqual(best);
      expect(trainer.step(null)).toBe("finished");
    },
  );

  test("a patience that does not run out changes nothing", () => {
    const trainer = finish(createTrainer(overfitting(engine, { stop: { patience: 400 } }), RESOURCES));
    expect([trainer.stoppedEarly, trainer.iteration]).toEqual([false, 400]);
    expect(trainer.parameters()).toEqual(whole.parameters());
  });

  test("a run resumed from its file ends at the same iteration, with the same weights and the same best", () => {
    const experiment = overfitting(engine, { stop: { patience: 40 } });
    const uninterrupted = finish(createTrainer(experiment, RESOURCES));
    const bestAt = uninterrupted.best!.iteration;
    for (const interruption of [1, bestAt, bestAt + 1, uninterrupted.iteration]) {
      const first = createTrainer(experiment, RESOURCES);
      while (first.iteration < interruption) first.step(null);
      const bytes = join([
        encodeHead(),
        encodeMeta(metaOf({ config: experiment })),
        encodeHeader(first.header("run", "hash")),
        encodeCheckpoint(first.checkpoint()),
      ]);
      const resumed = createTrainer(experiment, RESOURCES);
      resumed.restore(readRun(bytes).checkpoint!);
      expect(bestOf(resumed)).toEqual(bestOf(first));
      finish(resumed);
      expect([resumed.stoppedEarly, resumed.iteration]).toEqual([true, uninterrupted.iteration]);
      expect(resumed.parameters()).toEqual(uninterrupted.parameters());
      expect(bestOf(resumed)).toEqual(bestOf(uninterrupted));
    }
  });
});

test("of equal validation losses the first is the best", () => {
  // A learning rate so small that no weight changes.
  const experiment = overfitting("float64", {
    iterations: 40,
    optimizer: { kind: "sgd", learningRate: 1e-300 },
    stop: { patience: 20 },
  });
  const trainer = finish(createTrainer(experiment));
  expect([trainer.best?.iteration, trainer.iteration, trainer.stoppedEarly]).toEqual([0, 20, true]);
});

test("without a validation set there is no best", () => {
  const trainer = finish(createTrainer(overfitting("float64", { iterations: 3, validation: { share: 0 } })));
  expect([trainer.best, trainer.checkpoint().best]).toEqual([null, null]);
});

test("a checkpoint whose best weights are of another network is refused", () => {
  const trainer = createTrainer(overfitting("float64"));
  trainer.step(null);
  const checkpoint = trainer.checkpoint();
  const best = { ...checkpoint.best!, parameters: new Float64Array(3) };
  expect(() => trainer.restore({ ...checkpoint, best })).toThrow(RangeError);
});

test("early stopping where nothing is held out is refused, with the value to change", () => {
  const experiment = overfitting("float64", { validation: { share: 0 }, stop: { patience: 10 } });
  expect(() => createTrainer(experiment)).toThrow(
    expect.objectContaining({ code: "stop-without-validation", path: ["training", "stop"] }) as Error,
  );
});

test("a trial of a sweep stops early as the run does, and tells its best validation loss", () => {
  const experiment = overfitting("float64", { stop: { patience: 40 } });
  const trainer = finish(createTrainer(experiment));
  expect(runTrial(experiment, null, {}, () => 0)).toMatchObject({
    status: "done",
    iterations: trainer.iteration,
    loss: trainer.metrics.loss,
    validationLoss: trainer.metrics.validationLoss,
    bestValidationLoss: trainer.best?.validationLoss,
  });
});
