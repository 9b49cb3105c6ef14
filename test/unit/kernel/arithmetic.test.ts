import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { Network, NetworkSpec } from "../../../src/core/network/network";
import { createRandom } from "../../../src/core/numerics/random";
import { createTrainer, type Trainer } from "../../../src/core/training/trainer";
import type { TrainerResources } from "../../../src/core/training/trainingSetup";
import { bestKernelVariant, type KernelVariant } from "../../../src/kernel/kernelModule";
import type { FloatType } from "../../../src/kernel/panelMatrix";
import { createWasmNetwork } from "../../../src/kernel/wasmNetwork";
import { wasm } from "../../../src/kernel/webAssembly";
import { experimentOf } from "../core/support";
import { createKernelNetwork, largest, specOf, tensorErrors, uniform, writeRandomParameters } from "./support";

const CELLS: Readonly<Record<string, NetworkSpec>> = {
  linear: specOf("linear", { hiddenSize: 21 }),
  tanh: specOf("rnn", { hiddenSize: 21, numLayers: 2 }),
  relu: specOf("rnn", { hiddenSize: 21, nonlinearity: "relu", readout: "every" }),
  lstm: specOf("lstm", { hiddenSize: 21, numLayers: 2 }),
  gru: specOf("gru", { hiddenSize: 21, numLayers: 2 }),
};
const FLOATS = ["float32", "float64"] as const;
const BATCH = 13;
const TIME_STEPS = 7;

/** The parameters after some steps of Adam towards random targets. */
function train(spec: NetworkSpec, floats: FloatType, variant: KernelVariant): [Network, Float64Array] {
  const network = createKernelNetwork(spec, { floats, variant });
  const random = createRandom(3);
  writeRandomParameters(random, network);
  const input = uniform(random, BATCH * TIME_STEPS * spec.inputSize, 1.5);
  const targets = uniform(random, BATCH * TIME_STEPS * spec.outputSize, 1);
  for (let step = 0; step < 6; step++) {
    const outputs = network.forward(input, BATCH, TIME_STEPS, null);
    network.zeroGradients();
    network.backward(outputs.map((output, index) => (output - targets[index]!) / BATCH));
    network.applyUpdate({ kind: "adam", learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 });
  }
  const parameters = new Float64Array(network.parameterCount);
  network.readParameters(parameters);
  return [network, parameters];
}

function checksum(values: Float64Array): string {
  return createHash("sha256").update(new Uint8Array(values.buffer)).digest("hex").slice(0, 16);
}

describe("portable arithmetic", () => {
  test.each(["plain", "plainWide"] as const)("gives the recorded bits on every machine: %s", (variant) => {
    const sums = Object.fromEntries(
      FLOATS.map((floats) => [
        floats,
        Object.fromEntries(
          Object.entries(CELLS).map(([cell, spec]) => [cell, checksum(train(spec, floats, variant)[1])]),
        ),
      ]),
    );
    const recorded = readFileSync(join(import.meta.dirname, "../../fixtures/kernel/portable.json"), "utf8");
    expect(sums).toEqual(JSON.parse(recorded));
  });

  test.each(Object.entries(CELLS))("differs from fast only by rounding: %s", (_cell, spec) => {
    for (const [floats, tolerance] of [
      ["float32", 1e-4],
      ["float64", 1e-12],
    ] as const) {
      const [network, portable] = train(spec, floats, "plain");
      const [, fast] = train(spec, floats, "relaxed");
      expect(largest(tensorErrors(network, fast, portable))).toBeLessThan(tolerance);
    }
  });
});

const ADDING = { task: { kind: "adding", sequences: 20, length: 6 }, training: { iterations: 5 } } as const;
const gru = (changes: object = {}) => experimentOf({ ...ADDING, model: { cell: "gru", hiddenSize: 9 }, ...changes });

function trained(experiment: Parameters<typeof createTrainer>[0], resources: TrainerResources = {}): Trainer {
  const trainer = createTrainer(experiment, { kernel: createWasmNetwork, ...resources });
  while (trainer.step(null) === "running");
  return trainer;
}

const modeOf = (trainer: Trainer) => trainer.header("a", "b").arithmetic;

describe("the key arithmetic", () => {
  afterEach(() => vi.restoreAllMocks());

  test("chooses the build of the kernel, and the header says which", () => {
    for (const engine of FLOATS) {
      const portable = trained(gru({ engine, arithmetic: "portable" }));
      const plain = trained(gru({ engine }), {
        kernel: (spec, capacity) => createWasmNetwork(spec, capacity, { variant: "plain" }),
      });
      expect(portable.parameters()).toEqual(plain.parameters());
      expect([modeOf(portable), modeOf(plain), modeOf(trained(gru({ engine })))]).toEqual([
        "portable",
        "portable",
        "fast",
      ]);
    }
  });

  test("is fast by default, where WebAssembly has it; else the run is portable, and says so", () => {
    expect(bestKernelVariant("float32", "fast")).toBe("relaxed");
    const portable = trained(gru({ arithmetic: "portable" }));
    vi.spyOn(wasm, "validate").mockReturnValue(false);
    const fallback = trained(gru());
    expect(fallback.parameters()).toEqual(portable.parameters());
    expect(modeOf(fallback)).toBe("portable");
  });

  test("makes no difference to the linear cell with up to 8 units, whatever its engine", () => {
    for (const engine of ["auto", ...FLOATS] as const) {
      const linear = (changes: object) =>
        trained(experimentOf({ ...ADDING, model: { cell: "linear", hiddenSize: 8 }, engine, ...changes }));
      const [byDefault, portable] = [linear({}), linear({ arithmetic: "portable" })];
      expect(byDefault.parameters()).toEqual(portable.parameters());
      expect(modeOf(byDefault)).toBe("portable");
    }
    const larger = experimentOf({ ...ADDING, model: { cell: "linear", hiddenSize: 9 } });
    expect(modeOf(createTrainer(larger, { kernel: createWasmNetwork }))).toBe("fast");
  });

  test("of a recorded run counts when it goes on; runs from before the key were fast", () => {
    const of = (key: "fast" | "portable", recorded: TrainerResources["recorded"]) =>
      modeOf(createTrainer(gru({ arithmetic: key }), { kernel: createWasmNetwork, recorded: recorded ?? null }));
    expect(of("fast", { engine: "float32", arithmetic: "portable" })).toBe("portable");
    expect(of("portable", { engine: "float32", arithmetic: "fast" })).toBe("fast");
    expect(of("portable", { engine: "float32" })).toBe("fast");
    expect(of("portable", null)).toBe("portable");
  });
});
