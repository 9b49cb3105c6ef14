import { describe, expect, it } from "vitest";
import { predictDecay } from "../../../../src/core/analysis/gradientDecay";
import { radiusOf } from "../../../../src/core/analysis/spectralRadius";
import { attributeGradient, itemSteps } from "../../../../src/core/analysis/gradientAttribution";
import type { RunSnapshot } from "../../../../src/core/analysis/runSnapshot";
import { sizeOf } from "../../../../src/shared/trace/networkSpec";
import { finishWork } from "../../../../src/lib/slicedTask";
import { evaluateLoss } from "../../../../src/core/network/losses";
import { createReferenceNetwork } from "../../../../src/core/engine/referenceNetwork";
import { createTrainer } from "../../../../src/core/training/trainer";
import type { TrainerResources } from "../../../../src/core/training/trainingSetup";
import { createWasmNetwork } from "../../../../src/kernel/wasmNetwork";
import { measureGradient } from "../../../../src/shared/trace/gradientCurve";
import { TraceBuffer } from "../../../../src/shared/trace/traceBuffer";
import { copySequences } from "../../../../src/core/tasks/sequenceValues";
import { experimentOf, expectClose, latestSnapshot } from "../support";

type File = Parameters<typeof experimentOf>[0];

const WASM: TrainerResources = { kernel: (spec, capacity) => createWasmNetwork(spec, capacity, { variant: "plain" }) };

/** After a few updates, so that states and gates are not those of the beginning. */
function trained(file: File, updates = 5, resources: TrainerResources = {}): RunSnapshot {
  const experiment = experimentOf({ engine: resources === WASM ? "float32" : "float64", ...file });
  const trainer = createTrainer(experiment, resources);
  for (let i = 0; i < updates; i++) trainer.step(null);
  return latestSnapshot(experiment, trainer);
}

/** |dL/dh_t| of one traced row of each layer, the batch mean. The run goes on by a step. */
function measuredLayers({ trainer }: RunSnapshot): Float64Array[] {
  const buffer = new TraceBuffer(trainer.columns, 8);
  trainer.step(buffer);
  return Array.from({ length: trainer.spec.numLayers }, (_, l) => buffer.column(`stateGradNorm.l${l}`)!.slice());
}

const measured = (snapshot: RunSnapshot): Float64Array => measuredLayers(snapshot)[0]!;

const ADDING = { kind: "adding", sequences: 30, length: 12 } as const;
const COPY = { kind: "copy", sequences: 20, symbols: 3, items: 2, delay: 4 } as const;
const adam = { optimizer: { kind: "adam", learningRate: 0.02 } } as const;

describe("the predicted decay of the gradient", () => {
  it("is exact for a linear unit: the weight, to the power of the steps back, with its sign", () => {
    const snapshot = trained(
      { task: { kind: "count-ones", length: 8 }, model: { init: { weight_ih_l0: 1, weight_hh_l0: -1.3 } } },
      0,
    );
    const decay = finishWork(predictDecay(snapshot, 0));
    expect(decay).toMatchObject({ factor: -1.3, cellAlone: null });
    const gradient = measured(snapshot);
    expectClose(
      decay.curve.map(Math.abs),
      gradient.map((value) => value / gradient[8]!),
      1e-12,
    );
    expect(measureGradient(decay.curve, { engine: "float64" }).trend?.factor).toBeCloseTo(-1.3, 12);
  });

  it("has the slopes of tanh and relu units apart from weight_hh: 1 and 0 where all states are 0", () => {
    for (const [nonlinearity, slope] of [
      ["tanh", 1],
      ["relu", 0],
    ] as const) {
      const snapshot = trained({ task: ADDING, model: { cell: "rnn", nonlinearity, hiddenSize: 3 } }, 0);
      for (const { name, shape, offset } of snapshot.trainer.layout)
        if (/^(weight_ih|bias)/.test(name)) snapshot.parameters.fill(0, offset, offset + sizeOf(shape));
      const { offset } = snapshot.trainer.layout.find(({ name }) => name === "weight_hh_l0")!;
      const radius = finishWork(radiusOf(snapshot.parameters.subarray(offset, offset + 9), 3));
      const { slopes, factor } = finishWork(predictDecay(snapshot, 0));
      expect(slopes).toEqual({ radius, mean: slope, nonlinearity });
      expect(factor).toBeCloseTo(slope * radius, 12);
    }
    expect(finishWork(predictDecay(trained({ task: ADDING, model: { cell: "gru" } }, 0), 0)).slopes).toBeNull();
  });

  it("is exact for linear units whose weight is a turn times a number", () => {
    const snapshot = trained({ task: ADDING, model: { cell: "linear", hiddenSize: 2 } }, 0);
    const info = snapshot.trainer.layout.find(({ name }) => name === "weight_hh_l0")!;
    const c = 0.8 * Math.cos(1);
    const s = 0.8 * Math.sin(1);
    const at = snapshot.parameters.slice();
    at.set([c, -s, s, c], info.offset);
    const network = snapshot.network();
    network.writeParameters(at);
    const decay = finishWork(predictDecay({ ...snapshot, parameters: at, network: () => network }, 0));
    expect(decay.factor).toBeCloseTo(0.8, 12);
    network.forward(copySequences(snapshot.trainer.dataset.inputs, 0, 1), 1, 12, null);
    network.zeroGradients();
    network.backward(Float64Array.of(1));
    const norms = new Float64Array(13);
    network.readStateGradientNorms(0, norms);
    expectClose(
      decay.curve,
      norms.map((value) => value / norms[12]!),
      1e-10,
    );
  });

  const CELLS: readonly [string, File["model"]][] = [
    ["linear", { cell: "linear", hiddenSize: 5, init: { scheme: "orthogonal" } }],
    ["tanh", { cell: "rnn", hiddenSize: 5 }],
    ["relu", { cell: "rnn", nonlinearity: "relu", hiddenSize: 5, init: { scheme: "identity" } }],
    ["lstm", { cell: "lstm", hiddenSize: 5 }],
    ["gru", { cell: "gru", hiddenSize: 5 }],
    ["lru", { cell: "lru", hiddenSize: 5 }],
    ["lru with as many units as inputs", { cell: "lru", hiddenSize: 2 }],
    ["rglru", { cell: "rglru", hiddenSize: 6, heads: 2 }],
    ["ctrnn", { cell: "ctrnn", hiddenSize: 5, learnedTau: true }],
    ["ctrnn, current", { cell: "ctrnn", form: "current", hiddenSize: 5, nonlinearity: "softplus" }],
    ["ctrnn, leak-inside", { cell: "ctrnn", form: "leak-inside", hiddenSize: 5 }],
    ["one tanh unit", { cell: "rnn", hiddenSize: 1 }],
    ["one lstm unit", { cell: "lstm", hiddenSize: 1 }],
    ["lstm with peepholes", { cell: "lstm", hiddenSize: 5, peephole: true }],
    ["lstm with layer normalization", { cell: "lstm", hiddenSize: 5, layerNorm: true }],
    [
      "lstm with all options",
      { cell: "lstm", hiddenSize: 5, peephole: true, coupledInputForget: true, layerNorm: true },
    ],
    ["lstm with a projection", { cell: "lstm", hiddenSize: 5, projSize: 2 }],
    [
      "lstm with all options and a projection",
      { cell: "lstm", hiddenSize: 5, projSize: 3, peephole: true, coupledInputForget: true, layerNorm: true },
    ],
    ["one gru unit", { cell: "gru", hiddenSize: 1 }],
    ["gru without biases", { cell: "gru", hiddenSize: 5, bias: false }],
    ["slstm", { cell: "slstm", hiddenSize: 6, heads: 2 }],
    ["one exponential slstm unit", { cell: "slstm", hiddenSize: 1, forgetGate: "exponential" }],
  ];

  it.each(CELLS)("is backpropagation itself with one sequence, in each of two layers: %s", (_, model) => {
    for (const task of [ADDING, { kind: "temporal-order", length: 12 } as const]) {
      const snapshot = trained({
        seed: 2,
        task: { ...task, sequences: 1 },
        model: { ...model, numLayers: 2 },
        training: { ...adam, validation: { share: 0 } },
      });
      for (const [layer, gradient] of measuredLayers(snapshot).entries()) {
        const decay = finishWork(predictDecay(snapshot, layer));
        expect(decay.sequences).toBe(1);
        expectClose(
          decay.curve.map(Math.abs),
          gradient.map((value) => value / gradient.at(-1)!),
          1e-9,
        );
      }
    }
  });

  it("follows the sequences that let the gradient through: for one unit it is the mean of their products", () => {
    const snapshot = trained({
      task: { ...ADDING, sequences: 4 },
      model: { cell: "rnn", hiddenSize: 1, init: { values: { weight_ih_l0: 1, weight_hh_l0: 1.2 } } },
      training: { ...adam, validation: { share: 0 } },
    });
    const { curve, factor } = finishWork(predictDecay(snapshot, 0));
    const { states } = snapshot.trainer.captureStep();
    const weight = snapshot.parameters[snapshot.trainer.layout[1]!.offset]!;
    const T = 12;
    const products = [1, 1, 1, 1];
    let slopes = 0;
    let plain = 1;
    const expected = new Float64Array(T + 1).fill(1, T);
    for (let t = T; t >= 1; t--) {
      let mean = 0;
      for (let b = 0; b < 4; b++) {
        const slope = 1 - states[0]!.values[b * (T + 1) + t]! ** 2;
        mean += slope / 4;
        products[b] = products[b]! * slope * weight;
      }
      slopes += mean / T;
      plain *= mean * weight;
      expected[t - 1] = products.reduce((sum, product) => sum + product, 0) / 4;
    }
    expectClose(curve, expected, 1e-10);
    expect(factor).toBeCloseTo(slopes * weight, 12);
    // What the mean of each step on its own would give.
    expect(curve[0]).toBeGreaterThan(3 * plain);
  });

  it.each([
    ["lstm", "f", 11],
    ["gru", "z", 12],
    ["rglru", "a", 12],
  ] as const)("through the cell alone of %s is the product of the gates %s, unit by unit", (cell, gate, from) => {
    const snapshot = trained({ task: { ...ADDING, sequences: 3 }, model: { cell, hiddenSize: 4 }, training: adam });
    const { cellAlone } = finishWork(predictDecay(snapshot, 0));
    const values = snapshot.trainer.captureStep().gates.find(({ name }) => name === `${gate}.l0`)!.values;
    const T = 12;
    const H = 4;
    expect(cellAlone!.from).toBe(from);
    expect(cellAlone!.share).toBeCloseTo(values.reduce((sum, value) => sum + value, 0) / values.length, 12);
    expect([...cellAlone!.curve.subarray(from)]).toEqual(cell === "lstm" ? [1, 1] : [1]);
    for (let t = 0; t < from; t++) {
      let mean = 0;
      for (let b = 0; b < 3; b++) {
        let squares = 0;
        for (let j = 0; j < H; j++) {
          // lstm: dL/dh_t goes with dL/dc_{t+1}, so f_T is the first factor, from step T - 1 to T - 2.
          let product = 1;
          for (let s = t + 1 + (T - from); s <= T; s++) product *= values[(b * T + s - 1) * H + j]!;
          squares += product ** 2;
        }
        mean += Math.sqrt(squares / H) / 3;
      }
      expect(cellAlone!.curve[t]).toBeCloseTo(mean, 12);
    }
  });

  it("through lru is |lambda|^s of each unit, exactly", () => {
    const snapshot = trained({ task: ADDING, model: { cell: "lru", hiddenSize: 4 }, training: adam });
    const { cellAlone } = finishWork(predictDecay(snapshot, 0));
    const nu = snapshot.trainer.parameterTensors().find(({ name }) => name === "nu_log_l0")!.values;
    const expected = nu.map((value) => Math.exp(-Math.exp(value)));
    expectClose(cellAlone!.moduli!, expected, 1e-14);
    for (let back = 0; back <= 12; back++) {
      const squares = expected.reduce((sum, value) => sum + value ** (2 * back), 0);
      expect(cellAlone!.curve[12 - back]).toBeCloseTo(Math.sqrt(squares / 4), 12);
    }
  });

  it("ends where truncated backpropagation cuts, as what is measured does", () => {
    for (const cell of ["rnn", "lstm", "gru", "mingru", "minlstm", "lru", "rglru"] as const) {
      const snapshot = trained({ task: ADDING, model: { cell, hiddenSize: 3 }, training: { ...adam, truncate: 5 } });
      const { curve, cellAlone } = finishWork(predictDecay(snapshot, 0));
      const cut = [...measured(snapshot)].map((value) => value === 0);
      expect([...curve].map((value) => value === 0)).toEqual(cut);
      if (cellAlone !== null) expect([...cellAlone.curve].map((value) => value === 0)).toEqual(cut);
    }
  });

  it("is the same from the float32 engine, and for the layer that is asked about", () => {
    const file: File = { task: ADDING, model: { cell: "rnn", hiddenSize: 5, numLayers: 2 }, training: adam };
    const [reference, wasm] = [trained(file, 0), trained(file, 0, WASM)];
    const layers = [0, 1].map((layer) =>
      [reference, wasm].map((snapshot) => finishWork(predictDecay(snapshot, layer))),
    );
    for (const [expected, actual] of layers) expectClose(actual!.curve, expected!.curve, 1e-4);
    expect(layers[0]![0]!.factor).not.toBe(layers[1]![0]!.factor);
  });

  it("takes the radius of a large matrix from the growth of a vector", () => {
    const n = 300;
    const scaled = Float64Array.from({ length: n * n }, (_, i) =>
      Math.floor(i / n) === i % n ? 0.9 - 0.7 * (Math.floor(i / n) / n) : 0,
    );
    expect(finishWork(radiusOf(scaled, n))).toBeCloseTo(0.9, 2);
  });
});

describe("the gradient attribution", () => {
  const MODELS: readonly File[] = [
    { task: COPY, model: { cell: "rnn", hiddenSize: 3 }, training: adam },
    { task: COPY, model: { cell: "lstm", hiddenSize: 3 }, training: adam },
    { task: COPY, model: { cell: "gru", hiddenSize: 3 }, training: adam },
    {
      task: { kind: "binary-addition", sequences: 12, bits: 5 },
      model: { cell: "rnn", hiddenSize: 4 },
      training: adam,
    },
    {
      task: { kind: "count-ones", length: 6 },
      model: { cell: "linear", hiddenSize: 1, readout: "every" },
      training: adam,
    },
  ];

  it.each(MODELS.map((file) => [`${file.model?.cell} on ${file.task?.kind}`, file] as const))(
    "agrees with finite differences of each loss in each state: %s",
    (_, file) => {
      const snapshot = trained(file);
      const { trainer, parameters } = snapshot;
      const { spec, dataset, loss, batchSize } = trainer;
      const { timeSteps: T, outputSize: O } = dataset;
      const H = spec.hiddenSize;
      const sequence = 2;
      const item = finishWork(attributeGradient(snapshot, 0, sequence));
      expect([...item.steps]).toEqual(Array.from({ length: T }, (_unused, i) => i + 1));

      const targets = copySequences(dataset.targets, sequence, sequence + 1);
      const width = targets.length / T;
      const inputs = Float64Array.from({ length: T * spec.inputSize }, (_unused, i) =>
        dataset.inputKind === "values"
          ? dataset.inputs.at(sequence, i)
          : dataset.inputs.at(sequence, Math.floor(i / spec.inputSize)) === i % spec.inputSize
            ? 1
            : 0,
      );
      const aside = createReferenceNetwork(spec);
      aside.writeParameters(parameters);
      const states = new Float64Array((T + 1) * H);
      const cells = new Float64Array((T + 1) * H);
      aside.forward(inputs, 1, T, null);
      aside.readStates(0, 0, states);
      if (spec.cell === "lstm") aside.readPart(0, "c", 0, cells);
      /** Loss of step k alone, as its share of the mean over the batch, from the state h_j moved by `by` in unit u. */
      const lossAt = (k: number, j: number, u: number, by: number): number => {
        const state = states.slice(j * H, (j + 1) * H);
        state[u] = state[u]! + by;
        aside.writeInitialState(
          spec.cell === "lstm" ? Float64Array.of(...state, ...cells.subarray(j * H, (j + 1) * H)) : state,
        );
        const outputs = aside.forward(inputs.slice(j * spec.inputSize, k * spec.inputSize), 1, k - j, null);
        const one = outputs.slice((k - j - 1) * O, (k - j) * O);
        return (
          evaluateLoss(loss, one, targets.subarray((k - 1) * width, k * width), new Float64Array(O), O) /
          (T * batchSize)
        );
      };
      for (let k = 1; k <= T; k++) {
        for (let j = 0; j < k; j++) {
          let squares = 0;
          for (let u = 0; u < H; u++) squares += ((lossAt(k, j, u, 1e-5) - lossAt(k, j, u, -1e-5)) / 2e-5) ** 2;
          const value = item.values[(k - 1) * (T + 1) + j]!;
          expect(Math.abs(value - Math.sqrt(squares))).toBeLessThan(1e-6 * Math.abs(value) + 1e-9);
        }
        for (let j = k + 1; j <= T; j++) expect(item.values[(k - 1) * (T + 1) + j]).toBe(0);
      }
    },
  );

  it("adds up to at least the whole gradient, and to exactly it where one loss is left", () => {
    const snapshot = trained({
      task: COPY,
      model: { cell: "lstm", hiddenSize: 4 },
      training: { ...adam, batchSize: 4 },
      trace: { sequence: 3 },
    });
    const { timeSteps: T, values, steps } = finishWork(attributeGradient(snapshot, 0, 3));
    const buffer = new TraceBuffer(snapshot.trainer.columns, 8);
    snapshot.trainer.step(buffer);
    const whole = buffer.column("stateGrad.l0")!;
    for (let j = 0; j <= T; j++) {
      const norm = Math.hypot(...whole.subarray(j * 4, (j + 1) * 4));
      let sum = 0;
      for (let i = 0; i < steps.length; i++) sum += values[i * (T + 1) + j]!;
      expect(sum).toBeGreaterThanOrEqual(norm * (1 - 1e-9));
    }
    // At the last state only the last loss is left.
    expect(values[(T - 1) * (T + 1) + T]).toBeCloseTo(Math.hypot(...whole.subarray(T * 4)), 12);
  });

  it("is the same from the float32 engine, in any layer", () => {
    const file: File = {
      task: COPY,
      model: { cell: "gru", hiddenSize: 5, numLayers: 2 },
      training: { ...adam, batchSize: 8 },
    };
    for (const layer of [0, 1]) {
      const [expected, actual] = [trained(file, 0), trained(file, 0, WASM)].map((snapshot) =>
        finishWork(attributeGradient(snapshot, layer, 1)),
      );
      expectClose(actual!.values, expected!.values, 2e-4, 1e-8);
    }
  });

  it("is of 64 losses of a long sequence, the first and the last among them", () => {
    const steps = itemSteps(500);
    expect([steps.length, steps[0], steps[63]]).toEqual([64, 1, 500]);
    expect(new Set(steps).size).toBe(64);
    expect([...itemSteps(3)]).toEqual([1, 2, 3]);
  });

  it("is refused where the loss is at the last step, and for a sequence that is not there", () => {
    expect(() =>
      finishWork(attributeGradient(trained({ task: ADDING, model: { cell: "rnn", hiddenSize: 2 } }, 0), 0, 0)),
    ).toThrow(/depends only on the last step/);
    expect(() => finishWork(attributeGradient(trained(MODELS[0]!, 0), 0, 20))).toThrow(/from 0 to 19/);
  });
});
