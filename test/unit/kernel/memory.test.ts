import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { createRandom } from "../../../src/core/numerics/random";
import { createWasmNetwork } from "../../../src/kernel/wasmNetwork";
import { KERNEL_MEMORY_LIMIT } from "../../../src/kernel/workspace";
import { bytesOf, runStep, specOf, writeRandomParameters } from "./support";

describe("memory", () => {
  test("a network takes what the formula beside placeShares says", () => {
    const spec = specOf("lstm", { hiddenSize: 256, inputSize: 64 });
    const states = 32 * 50 * 256;
    const parameters = 4 * 256 * (64 + 256 + 2) + 3 * 256 + 3;
    expect(bytesOf(spec, 32, 50) / (4 * (5 * parameters + 8 * states))).toBeGreaterThan(0.95);
    expect(bytesOf(spec, 32, 50) / (4 * (5 * parameters + 8 * states))).toBeLessThan(1.25);
    expect(bytesOf(spec, 32, 500)).toBeGreaterThan(6 * bytesOf(spec, 32, 50));
  });

  test("too large a network is refused before any memory is taken, with both numbers", () => {
    const spec = specOf("lstm", { hiddenSize: 20000 });
    expect(bytesOf(spec, 1, 1)).toBeGreaterThan(KERNEL_MEMORY_LIMIT);
    expect(() => createWasmNetwork(spec)).toThrow(
      /^This network and batch size require [\d,]+ MiB of memory; the limit is 2,048 MiB\. Reduce/,
    );
  });

  test("too large a batch is refused, and a smaller one goes on", () => {
    const network = createWasmNetwork(specOf("lstm"));
    writeRandomParameters(createRandom(1), network);
    const before = runStep(network, 4, 5);
    expect(() => network.forward(new Float64Array(0), 1e6, 1e3, null)).toThrow(RangeError);
    expect(runStep(network, 4, 5)).toEqual(before);
  });

  test("batches of other sizes in between change no bit", () => {
    const spec = specOf("lstm", { hiddenSize: 13, inputSize: 3, numLayers: 2, readout: "every" });
    const network = createWasmNetwork(spec, null, { variant: "plain" });
    writeRandomParameters(createRandom(2), network);
    const first = runStep(network, 3, 4);
    runStep(network, 40, 50);
    expect(runStep(network, 3, 4)).toEqual(first);
    const roomy = createWasmNetwork(spec, { batch: 64, timeSteps: 64 }, { variant: "plain" });
    writeRandomParameters(createRandom(2), roomy);
    expect(runStep(roomy, 3, 4)).toEqual(first);
  });
});

describe("reproducibility", () => {
  test("plain SIMD gives these bits on every machine", () => {
    const hash = createHash("sha256");
    for (const cell of ["linear", "rnn", "lstm", "gru"] as const) {
      const network = createWasmNetwork(
        specOf(cell, { hiddenSize: 19, inputSize: 3, numLayers: 2, dropout: 0.25 }),
        null,
        { variant: "plain" },
      );
      writeRandomParameters(createRandom(3), network);
      const parameters = new Float64Array(network.parameterCount);
      for (let step = 0; step < 5; step++) {
        runStep(network, 7, 9, step);
        const norm = network.gradientNorm();
        if (norm > 1) network.scaleGradients(1 / norm);
        network.applyUpdate({
          kind: "adam",
          learningRate: 0.01,
          beta1: 0.9,
          beta2: 0.999,
          epsilon: 1e-8,
          weightDecay: 0,
        });
      }
      network.readParameters(parameters);
      hash.update(Buffer.from(parameters.buffer));
    }
    expect(hash.digest("hex")).toBe("1bc789dad7fdde3ac3482deb187de7dc5403849484f5dc1246fcb58165af950d");
  });
});
