// @ts-check
/** TensorFlow.js on its WASM backend, installed into the cache on first use: it is too large to be a dependency. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { CACHE } from "../../scripts/paths.mjs";

const VERSION = "4.22.0";
const FOLDER = join(CACHE, "bench", "tensorflow");

/** @returns {Promise<any>} the library: not known to the type checker, as it is not a dependency */
async function loadTensorflow() {
  if (!existsSync(join(FOLDER, "node_modules/@tensorflow/tfjs-backend-wasm"))) {
    mkdirSync(FOLDER, { recursive: true });
    writeFileSync(join(FOLDER, "package.json"), '{ "private": true }\n');
    execFileSync(
      "npm",
      ["install", "--ignore-scripts", `@tensorflow/tfjs@${VERSION}`, `@tensorflow/tfjs-backend-wasm@${VERSION}`],
      { cwd: FOLDER, stdio: "inherit" },
    );
  }
  const load = createRequire(join(FOLDER, "package.json"));
  const tf = load("@tensorflow/tfjs");
  load("@tensorflow/tfjs-backend-wasm").setWasmPaths(
    join(FOLDER, "node_modules/@tensorflow/tfjs-backend-wasm/wasm-out/"),
  );
  await tf.setBackend("wasm");
  return tf;
}

/** @returns {Promise<import("./peers.mjs").Peer>} */
export async function startTensorflow() {
  const tf = await loadTensorflow();
  return {
    name: "tfjs",
    version: VERSION,
    library: "its WebAssembly backend",
    threads: 1,
    stop: () => undefined,
    async contestant(cell, [inputSize, units, batch, timeSteps], dtype) {
      const make = { lstm: tf.layers.lstm, gru: tf.layers.gru, rnn: tf.layers.simpleRNN }[cell];
      if (dtype !== "float32" || make === undefined) return null;
      // The default, an orthogonal start, takes minutes to compute, and the numbers do not matter here.
      const layer = make({ units, inputShape: [timeSteps, inputSize], recurrentInitializer: "glorotUniform" });
      const model = tf.sequential({ layers: [layer, tf.layers.dense({ units: 1 })] });
      const input = tf.randomNormal([batch, timeSteps, inputSize]);
      const target = tf.randomNormal([batch, 1]);
      const optimizer = tf.train.adam(1e-3);
      const step = () =>
        tf.tidy(() => {
          const { value, grads } = optimizer.computeGradients(() =>
            tf.losses.meanSquaredError(target, model.predict(input)),
          );
          const norm = tf.sqrt(tf.addN(Object.values(grads).map((gradient) => tf.sum(tf.square(gradient)))));
          const factor = tf.minimum(1, tf.div(1, norm));
          optimizer.applyGradients(
            Object.fromEntries(Object.entries(grads).map(([name, gradient]) => [name, tf.mul(gradient, factor)])),
          );
          return value.dataSync()[0];
        });
      return {
        name: "tfjs",
        threads: 1,
        dtype,
        async run(steps) {
          const times = [];
          for (let i = 0; i < steps; i++) {
            const start = performance.now();
            step();
            times.push(performance.now() - start);
          }
          return times;
        },
      };
    },
  };
}
