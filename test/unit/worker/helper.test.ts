import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { CellKind } from "../../../src/core/network/network";
import { createRandom } from "../../../src/core/numerics/random";
import { createReferenceNetwork } from "../../../src/core/engine/referenceNetwork";
import { COMMAND, CONTROL, helperWord, type HelperSetup } from "../../../src/kernel/teamControl";
import { createWasmNetwork } from "../../../src/kernel/wasmNetwork";
import { createKernelEngine } from "../../../src/worker/kernelEngine";
import { HelperThreads } from "../../../src/threads/helperThreads";
import { largest, relativeError, runStep, specOf, tensorErrors, writeRandomParameters } from "../kernel/support";

let helpers: HelperThreads;

beforeAll(() => {
  const outfile = join(mkdtempSync(join(tmpdir(), "rnn-lab-helper-")), "helper.cjs");
  buildSync({
    entryPoints: [join(import.meta.dirname, "../../../src/worker/helper.ts")],
    outfile,
    bundle: true,
    platform: "node",
    mainFields: ["module", "main"],
    format: "cjs",
    logLevel: "error",
  });
  helpers = new HelperThreads(outfile);
});

afterAll(() => helpers.dispose());

/** Remembers the setups, so that a test can see when the helpers listen. */
function watchedHelpers(): { start: (setup: HelperSetup) => void; listening: () => Promise<void> } {
  const setups: HelperSetup[] = [];
  return {
    start(setup) {
      setups.push(setup);
      helpers.start(setup);
    },
    async listening() {
      while (setups.some(({ control, thread }) => Atomics.load(control, helperWord(thread, "ready")) === 0))
        await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

describe("two threads", () => {
  test.each<CellKind>(["linear", "rnn", "lstm", "gru"])(
    "%s: together they do what float64 does, the same bits whoever does it",
    async (cell) => {
      const spec = specOf(cell, {
        hiddenSize: 41,
        inputSize: 5,
        numLayers: 2,
        dropout: 0.3,
        readout: "every",
        truncate: 8,
      });
      const { start, listening } = watchedHelpers();
      const network = createWasmNetwork(spec, null, { threads: 2, startHelper: start });
      const reference = createReferenceNetwork(spec);
      writeRandomParameters(createRandom(1), network, reference);
      const alone = runStep(network, 13, 20);
      await listening();
      const together = runStep(network, 13, 20);
      expect(together).toEqual(alone);
      expect(runStep(network, 13, 20)).toEqual(alone);
      const expected = runStep(reference, 13, 20);
      expect(relativeError(together.outputs, expected.outputs)).toBeLessThan(2e-5);
      expect(largest(tensorErrors(reference, together.gradients, expected.gradients))).toBeLessThan(2e-5);
      network.dispose();
    },
  );

  test("batches of changing size, some too small to share, stay right while the memory grows", async () => {
    const spec = specOf("gru", { hiddenSize: 33, readout: "state" });
    const { start, listening } = watchedHelpers();
    const network = createWasmNetwork(spec, null, { threads: 2, startHelper: start });
    const reference = createReferenceNetwork(spec);
    writeRandomParameters(createRandom(2), network, reference);
    await listening();
    for (const [batch, timeSteps] of [
      [32, 10],
      [3, 4],
      [90, 60],
      [32, 10],
      [9, 200],
    ] as const) {
      const actual = runStep(network, batch, timeSteps);
      const expected = runStep(reference, batch, timeSteps);
      expect(relativeError(actual.outputs, expected.outputs)).toBeLessThan(2e-5);
      expect(relativeError(actual.gradients, expected.gradients)).toBeLessThan(2e-5);
      const [norms, referenceNorms] = [new Float64Array(timeSteps + 1), new Float64Array(timeSteps + 1)];
      network.readStateGradientNorms(0, norms);
      reference.readStateGradientNorms(0, referenceNorms);
      expect(relativeError(norms, referenceNorms)).toBeLessThan(2e-5);
    }
    network.dispose();
  });

  test("of an engine's networks the one that trains has the helper if it is large enough, and it is free again when the engine is disposed", () => {
    const starts: HelperSetup[] = [];
    const recorder = Object.assign(Object.create(helpers) as HelperThreads, {
      start: (setup: HelperSetup) => void starts.push(setup),
    });
    for (const round of [1, 2]) {
      const engine = createKernelEngine(2, recorder);
      engine.createNetwork(specOf("lstm"), { batch: 2, timeSteps: 3, trains: true });
      engine.createNetwork(specOf("lstm", { hiddenSize: 32 }), { batch: 32, timeSteps: 50 });
      expect([engine.threads(), starts.length]).toEqual([1, round - 1]);
      engine.createNetwork(specOf("lstm", { hiddenSize: 32 }), { batch: 32, timeSteps: 50, trains: true });
      expect(engine.threads()).toBe(2);
      engine.dispose();
      expect(starts.length).toBe(round);
      expect(starts.at(-1)!.control[CONTROL.command]).toBe(COMMAND.leave);
    }
  });

  test.each([
    [3, 13],
    [4, 16],
    [4, 17],
    [4, 7],
    [3, 2],
  ])(
    "%i threads give batches of %i their gradient, and the same bits whoever computes which part",
    async (threads, batch) => {
      const spec = specOf("gru", { hiddenSize: 24, numLayers: 2 });
      const { start, listening } = watchedHelpers();
      const [alone, together] = [undefined, start].map((startHelper) =>
        createWasmNetwork(
          spec,
          { batch, timeSteps: 40, floats: "float64" },
          { threads, ...(startHelper && { startHelper }) },
        ),
      );
      const reference = createReferenceNetwork(spec);
      writeRandomParameters(createRandom(4), alone!, together!, reference);
      const expected = runStep(alone!, batch, 40);
      await listening();
      for (let step = 0; step < 4; step++) expect(runStep(together!, batch, 40)).toEqual(expected);
      const { gradients } = runStep(reference, batch, 40);
      expect(largest(tensorErrors(reference, expected.gradients, gradients))).toBeLessThan(1e-12);
      together!.dispose();
    },
  );

  test("helpers without a part in a batch are there for the next one", async () => {
    const spec = specOf("lstm", { hiddenSize: 40 });
    const { start, listening } = watchedHelpers();
    const network = createWasmNetwork(spec, null, { threads: 4, startHelper: start });
    const split = createWasmNetwork(spec, null, { threads: 4 });
    writeRandomParameters(createRandom(5), network, split);
    await listening();
    for (const batch of [32, 8, 3, 12, 32, 9, 16])
      expect(runStep(network, batch, 50)).toEqual(runStep(split, batch, 50));
    network.dispose();
  });

  test("one helper serves network after network", async () => {
    const spec = specOf("lstm", { hiddenSize: 32 });
    for (let round = 0; round < 3; round++) {
      const { start, listening } = watchedHelpers();
      const network = createWasmNetwork(spec, null, { threads: 2, startHelper: start });
      writeRandomParameters(createRandom(round), network);
      await listening();
      expect(runStep(network, 32, 20).outputs.every(Number.isFinite)).toBe(true);
      network.dispose();
    }
  });
});
