import { describe, expect, it } from "vitest";
import type { Experiment } from "../../../src/config/schema/schema";
import { evaluateAtLength } from "../../../src/core/analysis/evaluateAtLength";
import { checkGradients } from "../../../src/core/analysis/gradientCheck";
import { IN_WINDOW, estimateMemory } from "../../../src/config/facts/memoryEstimate";
import { describeTooLarge } from "../../../src/config/facts/tooLarge";
import { createReferenceNetwork } from "../../../src/core/engine/referenceNetwork";
import { createRandom } from "../../../src/core/numerics/random";
import { sampleText } from "../../../src/core/analysis/sampleText";
import { createTrainer } from "../../../src/core/training/trainer";
import { writeSafetensors } from "../../../src/formats/safetensors";
import { experimentOf, expectClose, numbersOf, run } from "./support";

const ADAM = { kind: "adam", learningRate: 0.01 } as const;
const small = (kind: string): Experiment["task"] =>
  experimentOf({
    task: {
      kind: kind as "adding",
      sequences: 40,
      ...(kind === "temporal-order" ? { length: 12 } : kind === "adding" ? { length: 8 } : {}),
    },
  }).task;
const KINDS = ["count-ones", "binary-addition", "adding", "copy", "parity", "temporal-order", "flip-flop", "sine"];
const CELLS = ["linear", "rnn", "lstm", "gru", "mingru", "minlstm", "lru", "rglru", "slstm"] as const;

describe.each(CELLS)("the cell %s", (cell) => {
  it.each(KINDS)("trains on %s, the same with the same seed", (kind) => {
    const experiment = experimentOf({
      task: small(kind),
      model: { cell, hiddenSize: 4, init: { scheme: "xavier" } },
      training: { optimizer: ADAM, iterations: 30 },
    });
    const [first, second] = [run(experiment), run(experiment)];
    expect(first.result).toBe("finished");
    const loss = first.column("loss");
    expect(loss[30]).toBeLessThan(loss[0]!);
    expect(second.column("loss")).toEqual(loss);
    expect(second.trainer.parameters()).toEqual(first.trainer.parameters());
    expect(run({ ...experiment, seed: 2 }).column("loss")[0]).not.toBe(loss[0]);
  });

  it("passes the gradient check, whole and truncated", () => {
    for (const truncate of [0, 3]) {
      const experiment = experimentOf({
        task: small("copy"),
        model: { cell, hiddenSize: 3, numLayers: 2, bias: true, init: { scheme: "orthogonal", gain: 0.9 } },
        training: { batchSize: 8, truncate, clip: { norm: 0.01 }, optimizer: ADAM },
      });
      const trainer = createTrainer(experiment);
      for (let i = 0; i < 3; i++) trainer.step(null);
      const check = checkGradients(trainer);
      expect(
        check.tensors.map(
          ({ name, maxRelativeError }) =>
            `${name} ${maxRelativeError <= check.tolerance ? "passes" : maxRelativeError}`,
        ),
      ).toEqual(trainer.layout.map(({ name }) => `${name} passes`));
      expect(check.passed).toBe(true);
    }
  });
});

describe("the columns of a trace", () => {
  it("are those that the run gives", () => {
    const names = (experiment: Experiment) =>
      createTrainer(experiment).columns.map(({ name, shape }) => `${name} ${shape.join("x")}`);
    expect(names(experimentOf({}))).toEqual([
      "iteration 1",
      "loss 1",
      "gradientNorm 1",
      "clippedNorm 1",
      "updateRatio 1",
      "accuracy 1",
      "parameters 2",
      "stateGradNorm.l0 11",
      "stateGradSum.l0 11",
      "state.l0 11x1",
      "stateGrad.l0 11x1",
      "output 1",
    ]);
    expect(
      names(
        experimentOf({
          task: small("copy"),
          model: { cell: "lstm", hiddenSize: 4 },
          training: { optimizer: ADAM, validation: { share: 0.2 } },
        }),
      ),
    ).toEqual([
      "iteration 1",
      "loss 1",
      "gradientNorm 1",
      "clippedNorm 1",
      "updateRatio 1",
      "learningRate 1",
      "validationLoss 1",
      "accuracy 1",
      "exactAccuracy 1",
      "stateGradNorm.l0 21",
      "state.l0 21x4",
      "stateGrad.l0 21x4",
      "gate.i.l0 20x4",
      "gate.f.l0 20x4",
      "gate.g.l0 20x4",
      "gate.o.l0 20x4",
      "cell.l0 21x4",
      "output 20x9",
    ]);
    expect(
      names(experimentOf({ task: small("sine"), model: { cell: "gru", hiddenSize: 4 } })).filter(
        (name) => name.includes("gate") || name.includes("accuracy"),
      ),
    ).toEqual(["gate.r.l0 40x4", "gate.z.l0 40x4", "gate.n.l0 40x4"]);
  });

  it("keep the first units of a large model, within their bound", () => {
    const experiment = experimentOf({
      task: { kind: "parity", sequences: 4, length: 200 },
      model: { cell: "lstm", hiddenSize: 64 },
      training: { iterations: 1, optimizer: ADAM },
    });
    const recorded = run(experiment);
    const gate = recorded.trainer.columns.find(({ name }) => name === "gate.f.l0")!;
    expect(gate.shape).toEqual([200, 11]);
    expect(recorded.trainer.columns.reduce((sum, { length }) => sum + length, 0)).toBeLessThan(17_000);
    const network = recorded.trainer.cloneNetwork();
    const all = new Float64Array(200 * 64);
    network.forward(numbersOf(recorded.trainer.dataset).inputs, 4, 200, null);
    network.readGate(0, "f", 0, all);
    const rows = recorded.column("gate.f.l0").subarray(200 * 11);
    for (const t of [0, 7, 199]) expect(rows.slice(t * 11, t * 11 + 11)).toEqual(all.slice(t * 64, t * 64 + 11));
  });

  it("follow the learning rate of the schedule", () => {
    const recorded = run(
      experimentOf({
        task: small("parity"),
        model: { cell: "rnn" },
        training: { iterations: 4, optimizer: ADAM, schedule: { kind: "step", stepSize: 2, gamma: 0.5 } },
      }),
    );
    expectClose(recorded.column("learningRate"), [0.01, 0.01, 0.005, 0.005, 0.0025], 1e-15);
  });
});

describe("batches", () => {
  const base = { task: small("adding"), model: { cell: "gru", hiddenSize: 3 } } as const;

  it("go through every training sequence once an epoch, in another order each time", () => {
    const trainer = createTrainer(experimentOf({ ...base, training: { batchSize: 8, epochs: 2, optimizer: ADAM } }));
    expect([trainer.batchSize, trainer.batchesPerEpoch, trainer.iterations]).toEqual([8, 5, 10]);
    const seen = Array.from({ length: 10 }, () => {
      const batch = Array.from(trainer.captureStep().target.values);
      trainer.step(null);
      return batch;
    });
    const epochs = [seen.slice(0, 5).flat(), seen.slice(5).flat()];
    const all = Array.from(numbersOf(trainer.dataset).targets).sort();
    for (const epoch of epochs) expect([...epoch].sort()).toEqual(all);
    expect(epochs[0]).not.toEqual(epochs[1]);
    expect(trainer.step(null)).toBe("finished");
  });

  it("show the same inspected sequence in every row, as it would be in the batch", () => {
    const recorded = run(
      experimentOf({ ...base, training: { batchSize: 8, iterations: 3, optimizer: ADAM }, trace: { sequence: 7 } }),
    );
    const { trainer } = recorded;
    const network = trainer.cloneNetwork();
    const output = network.forward(numbersOf(trainer.dataset).inputs, 40, 8, null)[7]!;
    expectClose([recorded.column("output")[3]!], [output], 1e-14);
    const last = recorded.column("stateGrad.l0").subarray(-3);
    const target = trainer.dataset.targets.at(7, 0);
    const weight = trainer.parameterTensors().find(({ name }) => name === "readout.weight")!.values;
    expectClose(
      last,
      weight.map((w) => ((2 * (output - target)) / 8) * w),
      1e-12,
    );
  });

  it("do not depend on being recorded", () => {
    const experiment = experimentOf({
      ...base,
      training: { batchSize: 8, iterations: 12, optimizer: ADAM, validation: { share: 0.2 } },
    });
    const silent = createTrainer(experiment);
    while (silent.step(null) === "running");
    expect(silent.parameters()).toEqual(run(experiment).trainer.parameters());
  });
});

describe("validation", () => {
  const experiment = experimentOf({
    task: small("parity"),
    model: { cell: "rnn", hiddenSize: 4 },
    training: { iterations: 7, optimizer: ADAM, validation: { share: 0.25, every: 3 } },
  });

  it("is of the sequences held out, each few iterations and at the end", () => {
    const recorded = run(experiment);
    const validation = recorded.column("validationLoss");
    expect(new Set(validation.subarray(0, 3)).size).toBe(1);
    expect(new Set(validation).size).toBe(4);
    const { trainer } = recorded;
    const network = trainer.cloneNetwork();
    const outputs = network.forward(numbersOf(trainer.dataset).inputs.subarray(300), 10, 10, null);
    const targets = numbersOf(trainer.dataset).targets.subarray(30);
    const right = outputs.filter((logit, i) => logit > 0 === targets[i]! > 0.5).length;
    expect(recorded.column("accuracy")[7]).toBe(right / 10);
    const loss =
      outputs.reduce((sum, y, i) => sum + Math.max(y, 0) - y * targets[i]! + Math.log1p(Math.exp(-Math.abs(y))), 0) /
      10;
    expectClose([validation[7]!], [loss], 1e-12);
  });

  it("does not train on them", () => {
    const trainer = createTrainer(experiment);
    expect(trainer.captureStep().input.shape).toEqual([30, 10, 1]);
  });
});

describe("a stream of text", () => {
  const text = "the quick brown fox jumps over the lazy dog. ".repeat(20);
  const experiment = experimentOf({
    task: { kind: "text", file: "fox.txt", length: 10 },
    model: { cell: "lstm", hiddenSize: 12 },
    training: { batchSize: 4, iterations: 300, optimizer: { kind: "adam", learningRate: 0.02 } },
  });
  const resources = { files: { data: text, weights: null } };

  it("is read from front to back by every row, and the state goes along", () => {
    const trainer = createTrainer(experiment, resources);
    expect([trainer.batchesPerEpoch, trainer.dataset.trainingSequences]).toEqual([22, 89]);
    const characters = (values: Float64Array, row: number) =>
      Array.from(
        { length: 10 },
        (_, t) =>
          trainer.vocabulary![
            values
              .subarray((row * 10 + t) * trainer.spec.inputSize, (row * 10 + t + 1) * trainer.spec.inputSize)
              .indexOf(1)
          ],
      ).join("");
    const first = trainer.captureStep();
    expect(characters(first.input.values, 0) + characters(first.input.values, 1)).toBe(
      text.slice(0, 10) + text.slice(220, 230),
    );
    expect(first.states[0]!.values.subarray(0, 12).every((value) => value === 0)).toBe(true);
    const before = first.states[0]!.values.slice(10 * 12, 11 * 12);
    trainer.step(null);
    const second = trainer.captureStep();
    expect(characters(second.input.values, 0)).toBe(text.slice(10, 20));
    expect(second.states[0]!.values.slice(0, 12)).toEqual(before);
    for (let i = 1; i < 22; i++) trainer.step(null);
    expect(
      trainer
        .captureStep()
        .states[0]!.values.subarray(0, 12)
        .every((value) => value === 0),
    ).toBe(true);
  });

  it("is learnt, and the network writes it", () => {
    const { trainer } = run(experiment, resources);
    expect(trainer.metrics.accuracy).toBeGreaterThan(0.95);
    expect(sampleText(trainer, createRandom(1), { prime: "the quick ", length: 20, temperature: 0 })).toBe(
      "brown fox jumps over",
    );
    const wild = sampleText(trainer, createRandom(1), { prime: "", length: 200, temperature: 5 });
    expect(Array.from(wild).length).toBe(200);
    expect(wild).not.toBe(sampleText(trainer, createRandom(2), { prime: "", length: 200, temperature: 5 }));
    expect(wild).toBe(sampleText(trainer, createRandom(1), { prime: "", length: 200, temperature: 5 }));
  });

  it("can be windows in random order instead", () => {
    const shuffled = createTrainer(
      { ...experiment, task: { ...experiment.task, stream: false } as Experiment["task"] },
      resources,
    );
    shuffled.step(null);
    expect(
      shuffled
        .captureStep()
        .states[0]!.values.subarray(0, 12)
        .every((value) => value === 0),
    ).toBe(true);
  });
});

it("truncation longer than the sequence changes nothing", () => {
  const losses = [0, 8, 100].map((truncate) =>
    run(
      experimentOf({
        task: small("adding"),
        model: { cell: "gru", hiddenSize: 3 },
        training: { iterations: 10, truncate, optimizer: ADAM },
      }),
    ).column("loss"),
  );
  expect(losses[1]).toEqual(losses[0]);
  expect(losses[2]).toEqual(losses[0]);
});

it("dropout draws anew at every step, the same with the same seed, and not for questions", () => {
  const experiment = experimentOf({
    task: small("adding"),
    model: { cell: "rnn", hiddenSize: 6, numLayers: 2, dropout: 0.5 },
    training: { iterations: 5, optimizer: { kind: "sgd", learningRate: 1e-12 } },
  });
  const recorded = run(experiment);
  expect(new Set(recorded.column("loss")).size).toBe(6);
  expect(run(experiment).column("loss")).toEqual(recorded.column("loss"));
  const { trainer } = recorded;
  expect(trainer.lossAt(trainer.parameters())).toBe(trainer.lossAt(trainer.parameters()));
});

describe("evaluation at another length", () => {
  it("is of new sequences of that length", () => {
    const experiment = experimentOf({
      task: { kind: "count-ones", sequences: 20, length: 10 },
      model: { init: { weight_ih_l0: 1, weight_hh_l0: 1 } },
    });
    expect(evaluateAtLength(createTrainer(experiment), experiment, 50, 30)).toEqual({
      sequences: 30,
      loss: 0,
      accuracy: 1,
      exactAccuracy: null,
    });
    const forgetful = experimentOf({ model: { init: { weight_ih_l0: 1, weight_hh_l0: 0.99 } } });
    const [near, far] = [10, 100].map((length) => evaluateAtLength(createTrainer(forgetful), forgetful, length));
    expect(far!.loss).toBeGreaterThan(100 * near!.loss);
  });

  it("is refused for data of a file, and for lengths beyond memory", () => {
    const text = experimentOf({ task: { kind: "text", file: "a.txt", length: 2 }, model: { cell: "rnn" } });
    expect(() =>
      evaluateAtLength(createTrainer(text, { files: { data: "abcabcabc", weights: null } }), text, 5),
    ).toThrow(/the data of the task text come from a file/);
    const ones = experimentOf({});
    expect(() => evaluateAtLength(createTrainer(ones), ones, 1e7)).toThrow(/needs about .* GiB/);
  });
});

describe("what does not go together is refused", () => {
  it.each([
    [
      { task: small("copy"), model: { readout: "last" } },
      /The task copy has a target at every step, so model\.readout cannot be "last"/,
    ],
    [{ task: small("adding"), model: { readout: "every" } }, /cannot be "every"\. Use "auto" or "last"/],
    [
      { task: small("adding"), training: { loss: "cross-entropy" } },
      /The loss function "cross-entropy" cannot be used with the targets of adding\. Use "auto" or "mse"/,
    ],
    [
      { task: small("adding"), model: { hiddenSize: 2, readout: "state" } },
      /"state" requires one number of h per output: 1; model\.hiddenSize is 2/,
    ],
    [{ engine: "float32" }, /engine "float32" is not available/],
    [{ task: { kind: "text", file: "a.txt" } }, /requires the contents of "a\.txt"/],
    [{ model: { init: { file: "w.safetensors" } } }, /model\.init\.file requires the contents of "w\.safetensors"/],
    [{ trace: { sequence: 16 }, training: { validation: { share: 0.2 } } }, /have indices 0 to 15/],
    [
      { task: { kind: "adding", sequences: 1_000_000, length: 1000 }, model: { hiddenSize: 100, cell: "lstm" } },
      /needs about .* GiB of memory; the limit is 1\.0 GiB/,
    ],
  ] as [Parameters<typeof experimentOf>[0], RegExp][])("%j", (file, message) => {
    expect(() => createTrainer(experimentOf(file))).toThrow(message);
  });

  it("memory is estimated before anything is allocated, and covers what is", () => {
    const experiment = experimentOf({
      task: { kind: "adding", sequences: 64, length: 50 },
      model: { cell: "lstm", hiddenSize: 32 },
      training: { batchSize: 32 },
    });
    const shape = { sequences: 64, trainingSequences: 64, timeSteps: 50, inputSize: 2, outputSize: 1 };
    // One network alone: states, cells, gates and their gradients.
    expect(estimateMemory(experiment, shape, IN_WINDOW)).toBeGreaterThan(8 * 32 * 50 * (4 * 32 + 8 * 32));
    expect(describeTooLarge(experiment, shape)).toBeNull();
    expect(describeTooLarge(experiment, { ...shape, timeSteps: 1e7 })?.message).toMatch(/GiB/);
  });
});

it("weights go out of one run and into another", () => {
  const model = { cell: "gru", hiddenSize: 3 } as const;
  const first = run(
    experimentOf({ task: small("adding"), model, training: { iterations: 5, optimizer: ADAM } }),
  ).trainer;
  const weights = writeSafetensors(first.parameterTensors());
  const second = createTrainer(
    experimentOf({ task: small("adding"), model: { ...model, init: { file: "w.safetensors" } } }),
    { files: { data: null, weights } },
  );
  expect(second.parameters()).toEqual(first.parameters());
  expect(() =>
    createTrainer(experimentOf({ task: small("adding"), model: { ...model, init: { file: "w.safetensors" } } }), {
      files: { data: null, weights: weights.slice(0, 20) },
    }),
  ).toThrow(/^w\.safetensors: not a safetensors file/);
});

it("the float32 engine is used where it is there: always when asked for, else for all but small linear cells", () => {
  const kernel = createReferenceNetwork;
  const engineOf = (file: Parameters<typeof experimentOf>[0]) => createTrainer(experimentOf(file), { kernel }).engine;
  expect(engineOf({})).toBe("float64");
  expect(engineOf({ engine: "float32" })).toBe("float32");
  expect(engineOf({ model: { cell: "rnn" } })).toBe("float32");
  expect(engineOf({ model: { hiddenSize: 9 } })).toBe("float32");
  expect(engineOf({ model: { cell: "lstm" }, engine: "float64" })).toBe("float64");
  expect(createTrainer(experimentOf({ model: { cell: "rnn" } })).engine).toBe("float64");
});
