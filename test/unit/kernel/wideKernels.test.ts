import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { buildKernel, compileKernel } from "../../../scripts/build-kernel.mjs";
import type { CellKind } from "../../../src/core/network/network";
import { createRandom } from "../../../src/core/numerics/random";
import { compareKernels } from "../../../src/kernel/compareKernels";
import { BIDIRECTIONAL_CELLS, isLstm, KERNEL_CELLS } from "../../../src/shared/trace/cells";
import { createKernelNetwork, runStep, specOf, writeRandomParameters } from "./support";

const PAIRS = [
  { floats: "float32", wide: "relaxedWide", narrow: "relaxed" },
  { floats: "float32", wide: "plainWide", narrow: "plain" },
  { floats: "float64", wide: "relaxedWide", narrow: "relaxed" },
  { floats: "float64", wide: "plainWide", narrow: "plain" },
] as const;
const CELLS: readonly CellKind[] = [...KERNEL_CELLS];
/** With every remainder of the tiles of six, five and four rows, and with one to several panels of units. */
const BATCHES = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 16, 20, 25, 26, 27, 32];
const HIDDEN_SIZES = [3, 8, 16, 21, 40];

describe.each(PAIRS)("the $wide build for $floats", ({ floats, wide, narrow }) => {
  test.each(CELLS)("gives the bits of the narrow one: %s, one and two layers", (cell) => {
    for (const [index, batch] of BATCHES.entries()) {
      const hiddenSize = HIDDEN_SIZES[index % HIDDEN_SIZES.length]!;
      const spec = specOf(cell, {
        hiddenSize,
        inputSize: 1 + ((5 * index) % 11),
        numLayers: 1 + (index % 2),
        readout: index % 3 === 0 ? "every" : "last",
        ...(isLstm(cell) && { lstm: { peephole: index % 2 === 0, layerNorm: index % 3 === 0 } }),
      });
      const [first, second] = [wide, narrow].map((variant) => {
        const network = createKernelNetwork(spec, { floats, variant });
        writeRandomParameters(createRandom(index), network);
        const { outputs, gradients } = runStep(network, batch, 5);
        const norms = new Float64Array(6);
        network.readStateGradientNorms(0, norms);
        return { outputs, gradients, norms };
      });
      expect(first, `${batch} sequences, ${hiddenSize} units`).toEqual(second);
    }
  });

  test("gives the bits of the narrow one: both directions, with different lengths", () => {
    for (const [index, cell] of [...BIDIRECTIONAL_CELLS].entries()) {
      const spec = specOf(cell, {
        hiddenSize: 8 + 5 * index,
        numLayers: 4,
        directions: 2,
        dropout: 0.3,
        readout: "every",
      });
      const lengths = Uint32Array.from({ length: 9 }, (_, b) => 1 + (b % 6));
      const [first, second] = [wide, narrow].map((variant) => {
        const network = createKernelNetwork(spec, { floats, variant });
        writeRandomParameters(createRandom(index), network);
        return runStep(network, 9, 6, 7, lengths);
      });
      expect(first).toEqual(second);
    }
  });

  test("is as long in its memory of infinities", () => {
    for (const cell of CELLS) {
      const [first, second] = [wide, narrow].map((variant) => {
        const network = createKernelNetwork(specOf(cell, { hiddenSize: 19 }), { floats, variant });
        writeRandomParameters(createRandom(1), network);
        const parameters = new Float64Array(network.parameterCount);
        network.readParameters(parameters);
        parameters[3] = Infinity;
        network.writeParameters(parameters);
        return runStep(network, 7, 4);
      });
      expect(first).toEqual(second);
    }
  });

  test("is found equal by the comparison that decides on it", () => {
    let clock = 0;
    expect(compareKernels(floats, wide, narrow, () => clock++)).toEqual({ isEqual: true, timeRatio: 1 });
  });
});

const folder = mkdtempSync(join(tmpdir(), "rnn-lab-kernel-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Of the kernel, those that a training step spends its time in. */
const HOT = {
  relaxedWide:
    "product6x2 product5x2 product4x2 product6x1 gradient6x2 gradient4x2 gradient6x1 oddRational lstmCell " +
    "lstmCellBackward gruCell gruCellBackward rnnCellBackward multiplyRows addValues scale " +
    "leakPanel slopePanel reluPanel decays softplusPanel ctrnnCellBackward leakGradient addScaledValues " +
    "slstmCell slstmCellBackward stabilize negate addColumnSums " +
    "lruStates lruBackwardPanel addScaledRows throughInput rglruGates rglruStates rglruBackwardPanel " +
    "gatherPartners addToPartners variantCell outputBackward variantCellBackward addThroughNorm fillRows sumSquaresOfFour",
  plainWide:
    "product4x2 product4x1 gradient4x2 gradient4x1 oddRational lstmCell lstmCellBackward gruCell gruCellBackward " +
    "rnnCellBackward multiplyRows addValues scale " +
    "leakPanel slopePanel reluPanel decays softplusPanel ctrnnCellBackward leakGradient addScaledValues " +
    "slstmCell slstmCellBackward stabilize negate addColumnSums " +
    "lruStates lruBackwardPanel addScaledRows throughInput rglruGates rglruStates rglruBackwardPanel " +
    "gatherPartners addToPartners variantCell outputBackward variantCellBackward addThroughNorm fillRows sumSquaresOfFour",
} as const;

/** Those that have another name there; null: none takes its place. */
const IN_FLOAT64: Readonly<Record<string, string | null>> = { oddRational: "exponential", sumSquaresOfFour: null };

/** What reads and changes the parameters once a step. Beside it they sum squares in float64, which V8 does not join. */
const OPTIMIZERS = "sgdUpdate momentumUpdate rmspropUpdate adamUpdate rpropUpdate rpropTorchUpdate".split(" ");

const hasRevectorizer =
  process.arch === "x64" && process.platform !== "darwin" && Number.parseInt(process.versions.v8, 10) >= 13;

describe.runIf(hasRevectorizer).each(PAIRS)("the $wide build for $floats in V8", ({ floats, wide: variant }) => {
  test("has 256-bit instructions, and hardly others, in every function that takes time", async () => {
    await buildKernel();
    const file = join(folder, `${floats}-${variant}.wasm`);
    writeFileSync(file, await compileKernel(floats, variant, ["--debug"]));
    const { stdout } = spawnSync(
      process.execPath,
      [
        "--experimental-wasm-revectorize",
        "--no-liftoff",
        "--no-wasm-lazy-compilation",
        "--print-wasm-code",
        "--single-threaded",
        "-e",
        `new WebAssembly.Module(require("fs").readFileSync(${JSON.stringify(file)}))`,
      ],
      { encoding: "utf8", maxBuffer: 2 ** 28 },
    );
    const counts = countVectors(stdout);
    const names = HOT[variant]
      .split(" ")
      .map((name) => (floats === "float64" && name in IN_FLOAT64 ? IN_FLOAT64[name]! : name));
    for (const name of names.filter((each) => each !== null)) {
      const { wide = 0, narrow = 0 } = counts.get(name) ?? {};
      expect(wide, `256-bit instructions of ${name}`).toBeGreaterThan(4);
      expect(narrow / wide, `128-bit instructions of ${name} for each of 256 bits`).toBeLessThan(0.3);
    }
    for (const name of OPTIMIZERS)
      expect(counts.get(name)?.wide ?? 0, `256-bit instructions of ${name}`).toBeGreaterThan(20);
  });
});

/** Instructions by the width of their vectors, by the name of the function. */
function countVectors(code: string): Map<string, { wide: number; narrow: number }> {
  const counts = new Map<string, { wide: number; narrow: number }>();
  let name = "";
  for (const line of code.split("\n")) {
    name = /^name: (?:.*\/)?(.*)/.exec(line)?.[1] ?? name;
    if (!/^0x[0-9a-f]+\s+[0-9a-f]+\s+[0-9a-f]+\s/.test(line)) continue;
    const count = counts.get(name) ?? { wide: 0, narrow: 0 };
    if (line.includes("ymm")) count.wide++;
    else if (line.includes("xmm")) count.narrow++;
    counts.set(name, count);
  }
  return counts;
}
