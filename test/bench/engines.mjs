// @ts-check
/** Our own engines, bundled from the sources as they are. */
import { build } from "esbuild";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { buildKernel } from "../../scripts/build-kernel.mjs";
import { CACHE, ROOT } from "../../scripts/paths.mjs";

/** @typedef {import("./bench.mjs").Shape} Shape */
/** @typedef {import("./bench.mjs").Contestant} Contestant */
/** @typedef {import("./bench.mjs").Dtype} Dtype */

/** @param {boolean} wideVectors whether V8 may join vectors, see src/worker/wideVectors.ts */
export async function loadEngines(wideVectors) {
  await buildKernel();
  const { engines, helperFile } = await bundleEngines();
  const { benchSpec, bestKernelVariant, createReferenceNetwork, createTrainingStep, createWasmNetwork, HelperThreads } =
    engines;
  const isRelaxed = bestKernelVariant("float32", "fast") === "relaxed";
  if (wideVectors) engines.useWideVectors();
  const helpers = new HelperThreads(helperFile);
  /** @type {{ dispose(): void }[]} */
  const open = [];

  return {
    /** @param {Dtype} dtype @returns {128 | 256} */
    vectorBits: (dtype) => engines.vectorBits(dtype, "fast"),
    /** @param {string} cell @param {Shape} shape @param {Dtype} dtype @returns {Contestant[]} */
    contestants(cell, shape, dtype) {
      const spec = benchSpec(cell, shape);
      /**
       * @param {string} name
       * @param {number} threads
       * @param {object} network
       * @param {boolean} [traced]
       * @returns {Contestant}
       */
      const contestant = (name, threads, network, traced = false) => {
        const step = createTrainingStep(network, shape, { traced });
        return { name, threads, dtype, traced, run: (steps) => Promise.resolve(timeSteps(step, steps)) };
      };
      /** @param {object} settings */
      const wasm = (settings) => {
        const network = createWasmNetwork(spec, { batch: shape[2], timeSteps: shape[3], floats: dtype }, settings);
        open.push(network);
        return network;
      };
      const wide = engines.vectorBits(dtype, "fast") === 256 ? "Wide" : "";
      const [relaxed, plain] = [{ variant: `relaxed${wide}` }, { variant: `plain${wide}` }];
      const contestants = [];
      // Readable, not fast: minutes at the larger shapes. It is what trains a small linear cell.
      if (dtype === "float64" && shape[1] <= 32)
        for (const traced of cell === "linear" ? [false, true] : [false])
          contestants.push(contestant("float64", 1, createReferenceNetwork(spec), traced));
      if (isRelaxed) {
        contestants.push(contestant("wasm-relaxed", 1, wasm(relaxed)));
        if (dtype === "float32" && cell !== "linear")
          contestants.push(contestant("wasm-relaxed", 1, wasm(relaxed), true));
        if (cell !== "linear")
          contestants.push(contestant("wasm-relaxed", 2, wasm({ ...relaxed, threads: 2, startHelper: helpers.start })));
      }
      contestants.push(contestant("wasm-plain", 1, wasm(plain)));
      return contestants;
    },
    /** @param {Shape} shape @param {number} layers */
    growing: (shape, layers) => growingLstm(engines, shape, layers, open),
    /** @param {Shape} shape */
    vanishing: (shape) => vanishingPairs(engines, isRelaxed ? ["relaxed", "plain"] : ["plain"], shape, open),
    /** Lets the helpers go, so that they can serve the next network. */
    release: () => open.splice(0).forEach((network) => network.dispose()),
    stop: () => helpers.dispose(),
  };
}

/**
 * An LSTM in float32 on one thread, and the bytes that it takes.
 * @param {any} engines @param {Shape} shape @param {number} layers
 * @param {{ dispose(): void }[]} open takes the network
 */
function growingLstm(engines, shape, layers, open) {
  const [, , batch, steps] = shape;
  const spec = { ...engines.benchSpec("lstm", shape), numLayers: layers };
  const network = engines.createWasmNetwork(spec, { batch, timeSteps: steps, floats: "float32" });
  open.push(network);
  const step = engines.createTrainingStep(network, shape);
  /** @type {Contestant} */
  const contestant = {
    name: "wasm-relaxed",
    threads: 1,
    dtype: "float32",
    run: (count) => Promise.resolve(timeSteps(step, count)),
  };
  const placed = engines.placeParameters(spec, "float32", 1);
  return { contestant, bytes: engines.placeShares(spec, placed, batch, steps).at(-1).end };
}

/**
 * The same network twice, with weights that keep a gradient and with weights with which it vanishes; both barely move.
 * @param {any} engines @param {readonly string[]} variants @param {Shape} shape
 * @param {{ dispose(): void }[]} open takes the networks
 */
function vanishingPairs(engines, variants, shape, open) {
  const wide = engines.vectorBits("float32", "fast") === 256 ? "Wide" : "";
  return variants.map((variant) => {
    /** @param {number} gain */
    const start = (gain) => {
      const capacity = { batch: shape[2], timeSteps: shape[3], floats: "float32" };
      const spec = engines.benchSpec("rnn", shape);
      const network = engines.createWasmNetwork(spec, capacity, { variant: `${variant}${wide}` });
      open.push(network);
      const step = engines.createTrainingStep(network, shape, { gain, learningRate: 1e-12 });
      /** @type {Contestant} */
      const contestant = {
        name: `wasm-${variant}`,
        threads: 1,
        dtype: "float32",
        run: (steps) => Promise.resolve(timeSteps(step, steps)),
      };
      return { contestant, small: () => engines.smallGradients(network, shape) };
    };
    return { healthy: start(1.7), gone: start(0.6) };
  });
}

/** @returns the engines' module, and the script of the thread that helps them */
async function bundleEngines() {
  const outfile = join(CACHE, "bench", "engines.mjs");
  const helperFile = join(CACHE, "bench", "helper.cjs");
  const contents = [
    "test/bench/trainingStep",
    "src/kernel/wasmNetwork",
    "src/kernel/kernelModule",
    "src/kernel/networkMemory",
    "src/core/engine/referenceNetwork",
    "src/threads/helperThreads",
  ]
    .map((file) => `export * from "./${file}";`)
    .join("\n");
  await build({
    stdin: { contents, resolveDir: ROOT, loader: "ts" },
    bundle: true,
    format: "esm",
    platform: "node",
    mainFields: ["module", "main"],
    outfile,
    // @vscode/l10n is CommonJS and requires Node's modules, for which a module of the ECMAScript kind has no `require`.
    banner: {
      js: 'import { createRequire } from "node:module";\nconst require = createRequire(import.meta.url);',
    },
  });
  await build({
    entryPoints: [join(ROOT, "src/worker/helper.ts")],
    bundle: true,
    format: "cjs",
    platform: "node",
    mainFields: ["module", "main"],
    outfile: helperFile,
  });
  return { engines: await import(pathToFileURL(outfile).href), helperFile };
}

/** @param {() => number} step @param {number} steps */
function timeSteps(step, steps) {
  const times = [];
  for (let i = 0; i < steps; i++) {
    const start = performance.now();
    step();
    times.push(performance.now() - start);
  }
  return times;
}
