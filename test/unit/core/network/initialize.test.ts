import { describe, expect, it } from "vitest";
import type { ModelConfig } from "../../../../src/config/schema/schema";
import { initialParameters } from "../../../../src/core/network/initialize";
import { checkInitialValues } from "../../../../src/config/facts/initialValues";
import { parameterLayout } from "../../../../src/shared/trace/networkSpec";
import type { NetworkSpec } from "../../../../src/core/network/network";
import { createRandom } from "../../../../src/core/numerics/random";
import { experimentOf, expectClose } from "../support";

const SPEC: NetworkSpec = {
  cell: "lstm",
  nonlinearity: "tanh",
  inputSize: 3,
  hiddenSize: 16,
  numLayers: 2,
  bias: true,
  dropout: 0,
  readout: "last",
  outputSize: 5,
  truncate: null,
};

const TIME_STEPS = 100;

function initialise(init: Partial<ModelConfig["init"]>, spec: Partial<NetworkSpec> = {}): Record<string, Float64Array> {
  const full = { ...SPEC, ...spec };
  const values = initialParameters(
    { ...experimentOf({}).model.init, ...init },
    full,
    TIME_STEPS,
    createRandom(5, 1),
    null,
  );
  return Object.fromEntries(
    parameterLayout(full).map(({ name, shape, offset }) => [
      name,
      values.subarray(offset, offset + shape.reduce((a, b) => a * b, 1)),
    ]),
  );
}

/** Uniform within the bound: within it, and filling it. */
function expectUniform(values: Float64Array, bound: number): void {
  expect(values.every((value) => Math.abs(value) <= bound)).toBe(true);
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
  expect(Math.abs(deviation / (bound / Math.sqrt(3)) - 1)).toBeLessThan(4 / Math.sqrt(values.length));
}

it("by default is PyTorch's: uniform within one over the root of the hidden size", () => {
  for (const values of Object.values(initialise({}))) expectUniform(values, 0.25);
});

it("of the linear cell are the tutorial's two weights", () => {
  const { weight_ih_l0, weight_hh_l0 } = initialise(
    {},
    { cell: "linear", inputSize: 1, hiddenSize: 1, numLayers: 1, bias: false, readout: "state", outputSize: 1 },
  );
  expect([...weight_ih_l0!, ...weight_hh_l0!]).toEqual([-1.5, 2]);
});

it("xavier goes by the rows and columns of a gate", () => {
  const tensors = initialise({ scheme: "xavier" });
  expectUniform(tensors["weight_ih_l0"]!, Math.sqrt(6 / (16 + 3)));
  expectUniform(tensors["weight_hh_l1"]!, Math.sqrt(6 / (16 + 16)));
  expectUniform(tensors["readout.weight"]!, Math.sqrt(6 / (5 + 16)));
  expect(tensors["bias_hh_l0"]!.every((value) => value === 0)).toBe(true);
});

it("orthogonal keeps lengths, times the gain, in every gate", () => {
  const weights = initialise({ scheme: "orthogonal", gain: 1.5 })["weight_hh_l1"]!;
  for (let gate = 0; gate < 4; gate++) {
    const row = (i: number) => weights.subarray((gate * 16 + i) * 16, (gate * 16 + i + 1) * 16);
    for (let i = 0; i < 16; i++) {
      for (let j = 0; j < 16; j++)
        expectClose(
          [row(i).reduce((sum, value, k) => sum + value * row(j)[k]!, 0)],
          [i === j ? 2.25 : 0],
          1e-12,
          1e-13,
        );
    }
  }
});

it.each([
  ["lstm", 4],
  ["gru", 3],
] as const)("orthogonal over all gates of %s has orthonormal columns, times the gain", (cell, gates) => {
  const init = { scheme: "orthogonal", orthogonal: "joint", gain: 1.5 } as const;
  const weights = initialise(init, { cell })["weight_hh_l1"]!;
  const product = (i: number, j: number, from: number, to: number): number => {
    let sum = 0;
    for (let row = from; row < to; row++) sum += weights[row * 16 + i]! * weights[row * 16 + j]!;
    return sum;
  };
  for (let i = 0; i < 16; i++)
    for (let j = 0; j < 16; j++) expectClose([product(i, j, 0, gates * 16)], [i === j ? 2.25 : 0], 1e-12, 1e-13);
  // The mean square of the singular values of a block is its squared norm by its rows; those of all gates add up to 1.
  for (let gate = 0; gate < gates; gate++) {
    let squares = 0;
    for (let i = 0; i < 16; i++) squares += product(i, i, gate * 16, (gate + 1) * 16);
    expect(Math.abs(Math.sqrt(squares / 16) / 1.5 - 1 / Math.sqrt(gates))).toBeLessThan(0.05);
  }
});

it.each([
  ["per-gate", 4],
  ["joint", 1],
] as const)("orthogonal %s goes by the heads of slstm", (orthogonal, square) => {
  const slstm = { heads: 4, forgetGate: "sigmoid" } as const;
  const weights = initialise({ scheme: "orthogonal", orthogonal }, { cell: "slstm", slstm })["weight_hh_l0"]!;
  expect(weights.length).toBe(64 * 4);
  for (let head = 0; head < 4; head++)
    for (let i = 0; i < 4; i++)
      for (let j = 0; j < 4; j++) {
        let sum = 0;
        for (let gate = 0; gate < 4; gate++)
          for (let k = 0; k < 4; k++) {
            const row = (gate * 16 + head * 4 + k) * 4;
            sum += weights[row + i]! * weights[row + j]!;
          }
        expectClose([sum], [i === j ? square : 0], 1e-12, 1e-13);
      }
});

it("orthogonal over all gates of a cell without gates is orthogonal, by the same draws", () => {
  const scheme = { scheme: "orthogonal" } as const;
  expect(initialise({ ...scheme, orthogonal: "joint" }, { cell: "rnn" })).toEqual(initialise(scheme, { cell: "rnn" }));
});

it("identity is the identity times the gain", () => {
  const weights = initialise({ scheme: "identity", gain: 0.9 }, { cell: "rnn" })["weight_hh_l0"]!;
  expect(Array.from(weights)).toEqual(Array.from({ length: 256 }, (_, i) => (i % 17 === 0 ? 0.9 : 0)));
});

it("constant fills everything", () => {
  for (const values of Object.values(initialise({ scheme: "constant", constant: 0.3 })))
    expect(new Set(values)).toEqual(new Set([0.3]));
});

it("the forget bias is added to the forget gate's part of bias_ih, in every layer", () => {
  const [with1, without] = [initialise({ forgetBias: 1 }), initialise({})];
  for (const [name, values] of Object.entries(with1)) {
    const expected = without[name]!.map((value, i) =>
      name.startsWith("bias_ih") && i >= 16 && i < 32 ? value + 1 : value,
    );
    expectClose(values, expected, 0, 0);
  }
});

it.each(["mingru", "minlstm"] as const)("the bias of %s is that of what it keeps of the state", (cell) => {
  const [with2, without] = [initialise({ forgetBias: 2 }, { cell }), initialise({}, { cell })];
  const [first, sign] = cell === "mingru" ? [0, -1] : [16, 1];
  for (const [name, values] of Object.entries(with2)) {
    const expected = without[name]!.map((value, i) =>
      name.startsWith("bias_ih") && i >= first && i < first + 16 ? value + sign * 2 : value,
    );
    expectClose(values, expected, 0, 0);
  }
});

it("the minimal cells start as nn.Linear does: uniform within one over the root of the inputs of each layer", () => {
  const tensors = initialise({}, { cell: "mingru", inputSize: 4, hiddenSize: 100 });
  for (const [name, bound] of Object.entries({ weight_ih_l0: 0.5, bias_ih_l0: 0.5, weight_ih_l1: 0.1 })) {
    const largest = Math.max(...tensors[name]!.map(Math.abs));
    expect(largest / bound).toBeGreaterThan(0.95);
    expect(largest).toBeLessThanOrEqual(bound);
  }
});

it("the bias is added to the update gate z of gru, which keeps the state", () => {
  const spec = { cell: "gru" } as const;
  const [with2, without] = [initialise({ forgetBias: 2 }, spec), initialise({}, spec)];
  for (const [name, values] of Object.entries(with2)) {
    const expected = without[name]!.map((value, i) =>
      name.startsWith("bias_ih") && i >= 16 && i < 32 ? value + 2 : value,
    );
    expectClose(values, expected, 0, 0);
  }
});

describe("chrono", () => {
  /** In units of H: where the bias of the gate that keeps is, and its sign there; and that of the input gate. */
  const BLOCKS = {
    lstm: { keep: 1, sign: 1, input: 0 },
    gru: { keep: 1, sign: 1, input: null },
    mingru: { keep: 0, sign: -1, input: null },
    minlstm: { keep: 1, sign: 1, input: 0 },
  };
  const GATED = ["lstm", "gru", "mingru", "minlstm"] as const;

  it.each(GATED)("draws ln(u) for the keeping gate of %s, u from 1 to T - 1", (cell) => {
    const H = 2000;
    const spec = { cell, hiddenSize: H, numLayers: 1, inputSize: 1, outputSize: 1 };
    const { bias_ih_l0, bias_hh_l0 } = initialise({ scheme: "identity", forgetBias: "chrono" }, spec);
    const { keep, sign } = BLOCKS[cell];
    const block = [keep * H, (keep + 1) * H] as const;
    const u = Array.from(bias_ih_l0!.subarray(...block), (bias) => Math.exp(sign * bias));
    expect(Math.min(...u)).toBeGreaterThanOrEqual(1);
    expect(Math.max(...u)).toBeLessThanOrEqual(TIME_STEPS - 1);
    // Uniform: each fifth of the range has a fifth of the units, 400 with a standard deviation of 18.
    const fifths = [0, 0, 0, 0, 0];
    for (const value of u) fifths[Math.min(4, Math.floor((5 * (value - 1)) / (TIME_STEPS - 2)))]!++;
    for (const count of fifths) expect(Math.abs(count - H / 5)).toBeLessThan(90);
    expect(bias_hh_l0?.subarray(...block).every((value) => value === 0) ?? true).toBe(true);
  });

  it("gives the input gate of lstm minus the bias of the forget gate, in every layer", () => {
    const tensors = initialise({ forgetBias: "chrono" });
    for (const layer of [0, 1]) {
      const [ih, hh] = [tensors[`bias_ih_l${layer}`]!, tensors[`bias_hh_l${layer}`]!];
      expect(Array.from(ih.subarray(0, 16))).toEqual(Array.from(ih.subarray(16, 32), (bias) => -bias));
      expect(hh.subarray(0, 32).every((value) => value === 0)).toBe(true);
    }
    expect(tensors["bias_ih_l0"]!.subarray(16, 32)).not.toEqual(tensors["bias_ih_l1"]!.subarray(16, 32));
  });

  it.each(GATED)("leaves everything else of %s as it is without it", (cell) => {
    const [chrono, without] = [initialise({ forgetBias: "chrono" }, { cell }), initialise({}, { cell })];
    const { keep, input } = BLOCKS[cell];
    for (const [name, values] of Object.entries(chrono)) {
      const isSet = (i: number): boolean => name.startsWith("bias_") && [keep, input].includes(Math.floor(i / 16));
      const rest = (from: Float64Array): number[] => Array.from(from).filter((_, i) => !isSet(i));
      expect(rest(values)).toEqual(rest(without[name]!));
    }
  });

  it("is the same for the same seed", () => {
    expect(initialise({ forgetBias: "chrono" })).toEqual(initialise({ forgetBias: "chrono" }));
  });

  it("gives way to explicit values", () => {
    const { bias_ih_l0 } = initialise({ forgetBias: "chrono", values: { bias_ih_l0: 0.5 } });
    expect(new Set(bias_ih_l0)).toEqual(new Set([0.5]));
  });

  it.each([
    ["sigmoid", (bias: number) => 1 / (1 + Math.exp(-bias))],
    ["exponential", Math.exp],
  ] as const)("keeps the mean of slstm over the same lengths by a gate that is %s", (forgetGate, gate) => {
    const H = 2000;
    const slstm = { heads: 1, forgetGate };
    const spec = { cell: "slstm", hiddenSize: H, numLayers: 1, inputSize: 1, outputSize: 1, slstm } as const;
    const start = { scheme: "identity" } as const;
    const { bias_ih_l0 } = initialise({ ...start, forgetBias: "chrono" }, spec);
    const lengths = Array.from(bias_ih_l0!.subarray(H, 2 * H), (bias) => 1 / (1 - gate(bias)) - 1);
    expect(Math.min(...lengths)).toBeGreaterThan(0.999);
    expect(Math.max(...lengths)).toBeLessThan(TIME_STEPS - 0.999);
    expect(Math.max(...lengths) - Math.min(...lengths)).toBeGreaterThan(TIME_STEPS - 4);
    expect(bias_ih_l0!.subarray(0, H)).toEqual(initialise(start, spec)["bias_ih_l0"]!.subarray(0, H));
  });

  it.each(["rnn", "linear"] as const)("does nothing to %s, which has no gates", (cell) => {
    expect(initialise({ forgetBias: "chrono" }, { cell })).toEqual(initialise({}, { cell }));
  });

  it("does nothing without biases", () => {
    expect(initialise({ forgetBias: "chrono" }, { bias: false })).toEqual(initialise({}, { bias: false }));
  });
});

describe("explicit values", () => {
  const spec: Partial<NetworkSpec> = { cell: "rnn", inputSize: 1, hiddenSize: 2, numLayers: 1, outputSize: 1 };

  it("are a number for all elements or nested lists", () => {
    const tensors = initialise(
      {
        values: {
          weight_hh_l0: [
            [1, 2],
            [3, 4],
          ],
          bias_ih_l0: 0.5,
        },
      },
      spec,
    );
    expect(Array.from(tensors["weight_hh_l0"]!)).toEqual([1, 2, 3, 4]);
    expect(Array.from(tensors["bias_ih_l0"]!)).toEqual([0.5, 0.5]);
    expectClose(tensors["weight_ih_l0"]!, initialise({}, spec)["weight_ih_l0"]!, 0);
  });

  it.each([
    [
      { weight_xx: 1 },
      /names "weight_xx", but the model has no such tensor. Its tensors are weight_ih_l0, weight_hh_l0/,
    ],
    [
      { weight_hh_l0: [[1, 2]] },
      /model\.init\.values\.weight_hh_l0 must be a number or a list of 2 lists; its length is 1/,
    ],
    [{ weight_hh_l0: [[1, 2], [3]] }, /weight_hh_l0\[1\] must be a number or a list of 2 numbers; its length is 1/],
    [
      {
        weight_hh_l0: [
          [1, 2],
          [3, "4"],
        ],
      },
      /weight_hh_l0\[1\]\[1\] must be a number; it is "4"/,
    ],
  ])("are refused when they do not fit: %j", (values, message) => {
    expect(checkInitialValues(values, { ...SPEC, ...spec })?.message).toMatch(message);
    expect(() => initialise({ values }, spec)).toThrow(message);
  });

  it("pass the check when they fit", () => {
    expect(checkInitialValues({ weight_ih_l0: [[1], [2]], "readout.bias": 0 }, { ...SPEC, ...spec })).toBeNull();
  });
});

describe("a weights file", () => {
  const spec: NetworkSpec = {
    ...SPEC,
    cell: "rnn",
    inputSize: 1,
    hiddenSize: 2,
    numLayers: 1,
    bias: false,
    readout: "state",
    outputSize: 2,
  };
  const { init } = experimentOf({}).model;
  const ih = { name: "weight_ih_l0", shape: [2, 1], values: Float64Array.of(1, 2) };
  const hh = { name: "weight_hh_l0", shape: [2, 2], values: Float64Array.of(3, 4, 5, 6) };

  it("gives the weights, in any order", () => {
    expect(Array.from(initialParameters(init, spec, TIME_STEPS, createRandom(1), [hh, ih]))).toEqual([
      1, 2, 3, 4, 5, 6,
    ]);
  });

  it.each([
    [[ih], /is missing weight_hh_l0 \[2, 2\], which the model requires/],
    [[ih, { ...hh, shape: [4] }], /weight_hh_l0 in the weights file has shape \[4\]; the model requires \[2, 2\]/],
    [[ih, hh, { ...ih, name: "decoder" }], /the weights file names "decoder"/],
  ])("is refused when it does not fit", (tensors, message) => {
    expect(() => initialParameters(init, spec, TIME_STEPS, createRandom(1), tensors)).toThrow(message);
  });
});
