/** python/rnnlab_weights.py with the packages themselves, so far as the Python has them. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findPythonPackage } from "../../../scripts/python.mjs";
import { ROOT } from "../../../scripts/paths.mjs";
import { createReferenceNetwork } from "../../../src/core/engine/referenceNetwork";
import type { NetworkSpec } from "../../../src/core/network/network";
import { createRandom, type RandomSource } from "../../../src/core/numerics/random";
import { readSafetensors, writeSafetensors } from "../../../src/formats/safetensors";
import { parameterCountOf, parameterLayout, sizeOf } from "../../../src/shared/trace/networkSpec";
import { expectClose } from "../core/support";
import { versionOf } from "../python";

const numpy = findPythonPackage("numpy");
/** The packages take long to load for the first time. */
const PATIENCE = 400_000;
const [B, T, I, H, O] = [2, 6, 3, 4, 2];

interface Answer {
  readonly package: string;
  readonly missing?: string;
  readonly name?: string;
  readonly outputs?: readonly number[];
  readonly title?: string;
  readonly refused?: string | null;
}

interface Case {
  readonly name: string;
  readonly package: string;
  /** The file of the weights, without its ending. */
  readonly weights: string;
  readonly optimized?: boolean;
}

const SPEC: NetworkSpec = {
  cell: "rnn",
  nonlinearity: "tanh",
  inputSize: I,
  hiddenSize: H,
  numLayers: 2,
  bias: true,
  dropout: 0,
  readout: "every",
  outputSize: O,
  truncate: null,
};

/** Networks by the name of the file of their weights. */
const NETWORKS: Readonly<Record<string, NetworkSpec>> = {
  linear: { ...SPEC, cell: "linear", bias: false },
  rnn: SPEC,
  relu: { ...SPEC, nonlinearity: "relu" },
  lstm: { ...SPEC, cell: "lstm" },
  "lstm-bare": { ...SPEC, cell: "lstm", bias: false },
  gru: { ...SPEC, cell: "gru" },
  // Without a bias inside the reset product, as flax has it.
  "gru-flax": { ...SPEC, cell: "gru" },
  bidirectional: { ...SPEC, cell: "lstm", directions: 2 },
  coupled: { ...SPEC, cell: "lstm-coupled", lstm: { peephole: false, layerNorm: false } },
  leaky: SPEC,
  slstm: { ...SPEC, cell: "slstm" },
  "slstm-heads": { ...SPEC, cell: "slstm", slstm: { heads: 2, forgetGate: "sigmoid" } },
};

/** What files of weights say of the cell, where their shapes say another one. */
const EXPERIMENTS: Readonly<Record<string, string>> = {
  coupled: '{ // Of "one" gate\n  "name": "// no comment", "model": { "cell": "lstm", "coupledInputForget": true, }, }',
  leaky: '{ "model": { "cell": "ctrnn" } }',
};

const CASES: readonly Case[] = [
  ...["linear", "rnn", "relu", "lstm", "lstm-bare", "gru"].map((weights) => ({ package: "keras", weights })),
  ...["linear", "rnn", "relu", "lstm", "lstm-bare", "gru-flax"].map((weights) => ({
    package: "flax",
    weights,
    optimized: true,
  })),
  { package: "flax", weights: "lstm", optimized: false },
  ...["lstm", "lstm-bare", "gru"].map((weights) => ({ package: "equinox", weights })),
  ...["slstm", "slstm-heads"].map((weights) => ({ package: "xlstm", weights })),
].map((one, i) => ({ ...one, name: `${i}-${one.package}-${one.weights}` }));

/** What the refusals say, for each package. */
const REFUSALS: Readonly<Record<string, Readonly<Record<string, RegExp>>>> = {
  keras: {
    bidirectional: /is a Bidirectional layer; RNN Lab has SimpleRNN, LSTM, GRU and Dense/,
    "reset before the product": /reset_after=False: it resets the state before the product/,
    backwards: /go_backwards=True; layers of RNN Lab read forward in time/,
    "another activation": /the activation of lstm\w* is relu; in RNN Lab it is always tanh/,
    "another gate": /the recurrent_activation of gru\w* is hard_sigmoid; in RNN Lab it is always sigmoid/,
    "two sizes": /have \[4, 5\] units; in RNN Lab all layers have the same hidden size/,
    "two cells": /layers of \['gru', 'lstm'\]; in RNN Lab all layers have the same cell/,
    "a mask": /is a Masking layer/,
    branches: /layers must be a chain/,
    "two directions": /^weight_ih_l0_reverse, .*: weights of a bidirectional network are not converted\. Build/,
    "coupled gates": /^the lstm of these weights has coupledInputForget, one gate .* Train one without it$/,
    "another cell": /^cell is "ctrnn"; it must be one of/,
    "three gates": /^weight_hh_l0 has 3 gates of 4 units; of a lstm it has 4\. With coupledInputForget it has 3/,
    "initial state": /^h0_l0: a learned initial state is no parameter of other packages/,
  },
  flax: {
    "bias inside the reset":
      /no bias inside the reset product: gate n of bias_hh_l0 must be 0 .* largest value is 0\.\d/,
    residual: /residual=True; the rnn cell of RNN Lab has no residual connection/,
    "another activation": /activation_fn of SimpleCell is softplus; RNN Lab has tanh, relu and the linear cell/,
  },
  equinox: { rnn: /Equinox has no rnn cell, only LSTMCell and GRUCell/ },
  xlstm: {
    convolution: /convolution over 4 steps before two of its gates, which the slstm cell has not/,
    norm: /normalizes its outputs head by head, which the slstm cell does not/,
  },
};

function draws(random: RandomSource, n: number): Float64Array {
  return Float64Array.from({ length: n }, () => 1.6 * random.double() - 0.8);
}

describe.skipIf(numpy.missing !== null)(`weights to other packages and back ${versionOf(numpy)}`, () => {
  const input = draws(createRandom(3), B * T * I);
  const parameters: Record<string, Float64Array> = {};
  let folder = "";
  let answers: Answer[] = [];

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "rnn-lab-weights-"));
    for (const [name, spec] of Object.entries(NETWORKS)) {
      const layout = parameterLayout(spec);
      const values = draws(createRandom(7), parameterCountOf(layout));
      for (const { name: tensor, offset } of layout)
        if (name === "gru-flax" && tensor.startsWith("bias_hh")) values.fill(0, offset + 2 * H, offset + 3 * H);
      parameters[name] = values;
      const tensors = layout.map((info) => ({
        ...info,
        values: values.subarray(info.offset, info.offset + sizeOf(info.shape)),
      }));
      writeFileSync(
        join(folder, `${name}.safetensors`),
        writeSafetensors(tensors, name in EXPERIMENTS ? { experiment: EXPERIMENTS[name]! } : {}),
      );
    }
    const cases = CASES.map((one) => ({ ...NETWORKS[one.weights], ...one, input: [...input], shape: [B, T, I] }));
    writeFileSync(join(folder, "cases.json"), JSON.stringify(cases));
    const program = join(ROOT, "test/fixtures/weights/convert.py");
    const { stdout, stderr, status } = spawnSync(numpy.python, [program, folder], { encoding: "utf8" });
    if (status !== 0) throw new Error(stderr);
    answers = stdout
      .split("\n")
      .filter((line) => line.startsWith("{"))
      .map((line) => JSON.parse(line) as Answer);
  }, PATIENCE);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function outputsOf(spec: NetworkSpec, values: Float64Array): Float64Array {
    const network = createReferenceNetwork(spec);
    network.writeParameters(values);
    return network.forward(input, B, T, null).slice();
  }

  it.for(Object.keys(REFUSALS))(
    "%s: the same outputs there and back, and what cannot go is refused",
    (name, context) => {
      const own = answers.filter((answer) => answer.package === name);
      const missing = own.find((answer) => answer.missing !== undefined)?.missing;
      if (missing !== undefined) return context.skip(missing);
      const wanted = CASES.filter((one) => one.package === name);
      for (const { name: title, weights } of wanted) {
        const spec = NETWORKS[weights]!;
        const expected = outputsOf(spec, parameters[weights]!);
        // They compute in 32-bit floats.
        expectClose(own.find((answer) => answer.name === title)!.outputs!, expected, 0, 2e-6);
        const back = readSafetensors(readFileSync(join(folder, `${title}.back.safetensors`)));
        const values = new Float64Array(parameterCountOf(parameterLayout(spec)));
        const layout = parameterLayout(spec).filter(({ name: tensor }) => spec.bias || !tensor.includes("bias"));
        for (const { name: tensor, shape, offset } of layout) {
          const found = back.tensors.find((candidate) => candidate.name === tensor)!;
          expect([tensor, found.shape]).toEqual([tensor, shape]);
          values.set(found.values, offset);
        }
        expectClose(outputsOf(spec, values), expected, 0, 2e-6);
      }
      const refused = Object.fromEntries(own.flatMap(({ title, refused: text }) => (title ? [[title, text]] : [])));
      expect(Object.keys(refused)).toEqual(Object.keys(REFUSALS[name]!));
      for (const [title, text] of Object.entries(refused)) expect(text).toMatch(REFUSALS[name]![title]!);
    },
  );
});
