// @ts-check
/**
 * npm run bench:fixes -- [--rounds 12] [--seconds 2] [--smoke] [--json FILE]
 *
 * How fast a run trains while fixes for another are being tried on a second processor: training steps per second of a
 * run in its thread, in turns with the search held and at work. One training thread, so that a machine with two
 * processors has one for the search; for the tutorial's network and an LSTM of 32 units.
 *
 * --smoke: one short round each, to see that the bench works. results.mjs says what the JSON holds.
 */
import { availableParallelism, cpus, loadavg } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { readCommandLine } from "../../scripts/command-line.mjs";
import { CACHE, ROOT } from "../../scripts/paths.mjs";
import { prepare } from "../../scripts/prepare.mjs";

const { values: options } = readCommandLine(import.meta.url, {
  options: {
    rounds: { type: "string" },
    seconds: { type: "string" },
    smoke: { type: "boolean", default: false },
    json: { type: "string" },
  },
});
await prepare();
const { build } = await import("esbuild");
const { buildKernel } = await import("../../scripts/build-kernel.mjs");
const { writeResult } = await import("./results.mjs");

const rounds = Number(options.rounds ?? (options.smoke ? 1 : 12));
const seconds = Number(options.seconds ?? (options.smoke ? 0.3 : 2));
if (!Number.isInteger(rounds) || rounds < 1 || !(seconds > 0)) {
  console.error("--rounds takes a whole number from 1, --seconds a number above 0");
  process.exit(2);
}

const FRONT = {
  linear: `{ "model": { "cell": "linear" }, "training": { "optimizer": { "kind": "rprop" }, "iterations": 10000000 } }`,
  lstm32: `{ "engine": "float32", "task": { "kind": "adding", "sequences": 400, "length": 50 }, "model": { "cell": "lstm", "hiddenSize": 32 },
    "training": { "optimizer": { "kind": "adam" }, "iterations": 10000000, "batchSize": 32 }, "trace": { "every": 10 } }`,
};
/** Explodes at once, and each trial of a fix takes all the time that it may. */
const SEARCHED = `{ "task": { "kind": "count-ones", "sequences": 20, "length": 10 },
  "model": { "cell": "linear", "init": { "weight_ih_l0": -1.5, "weight_hh_l0": 2 } },
  "training": { "optimizer": { "kind": "sgd", "learningRate": 0.001 }, "iterations": 10000000 } }`;

const { scripts, session: code } = await bundle();
const load = loadavg()[0] ?? 0;
if (availableParallelism() < 2) console.log("One processor: no fixes are tried while a run trains.");
if (load > cpus().length / 4)
  console.log(`Other programs keep ${load.toFixed(1)} of ${cpus().length} processors busy.`);

/** @type {Record<string, { speedRatio: number, stepsPerSecond: number }>} */
const result = {};
for (const [name, text] of Object.entries(FRONT)) {
  const { speedRatio, stepsPerSecond } = await measure(text);
  result[name] = { speedRatio, stepsPerSecond };
  console.log(
    `${name.padEnd(8)} ${stepsPerSecond.toFixed(0).padStart(8)} steps/s alone, speed ratio with fixes being tried ${speedRatio.toFixed(3)}`,
  );
}
writeResult("fixes", result, options.json);
process.exit(0);

/** @param {string} text */
async function measure(text) {
  const file = { uri: "file:///bench.rnn.json", fileName: "bench.rnn.json", name: "bench", configHash: "front" };
  const log = { warn: console.error, error: console.error };
  const front = new code.ExperimentSession(file, join(scripts, "worker.cjs"), log);
  front.start({ experiment: experimentIn(text), configHash: "front", threads: 1, paused: false });
  /** @type {number[]} */
  const held = [];
  /** @type {number[]} */
  const tried = [];
  let search = startSearch();
  try {
    // Until the code is compiled, in both threads.
    await rateOf(front, seconds);
    for (let round = 0; round < rounds; round++) {
      search.hold(true);
      held.push(await rateOf(front, seconds));
      if (!search.isSearching) search = startSearch();
      search.hold(false);
      tried.push(await rateOf(front, seconds));
    }
  } finally {
    search.dispose();
    front.dispose();
  }
  return {
    speedRatio: median(tried.map((rate, round) => rate / (held[round] ?? NaN))),
    stepsPerSecond: median(held),
  };
}

function startSearch() {
  const experiment = experimentIn(SEARCHED);
  const fixes = new code.RunFixes(join(scripts, "fixes.js"), () => undefined);
  fixes.receive([
    {
      rule: "exploding",
      severity: "warning",
      iteration: 0,
      timeStep: 1,
      numbers: {},
      message: "",
      configPath: ["model"],
      fixes: [],
    },
  ]);
  fixes.setFigures({ judgedLoss: Infinity, shownLoss: Infinity });
  fixes.start(true, {
    text: SEARCHED,
    experiment,
    files: { data: null, weights: null },
    trainMs: 10_000,
    savedAs: null,
  });
  return fixes;
}

/**
 * Steps a second between two reports of the run that are so far apart.
 * @param {any} session
 * @param {number} atLeastSeconds
 * @returns {Promise<number>}
 */
function rateOf(session, atLeastSeconds) {
  return new Promise((resolve) => {
    let from = 0;
    let startedAt = 0;
    const listener = session.onDidChange((/** @type {{ kind: string }} */ { kind }) => {
      if (kind !== "rows") return;
      const now = performance.now();
      const { iteration } = session.status;
      if (startedAt === 0) {
        from = iteration;
        startedAt = now;
      } else if (now - startedAt >= 1000 * atLeastSeconds) {
        listener.dispose();
        resolve((1000 * (iteration - from)) / (now - startedAt));
      }
    });
  });
}

/** @param {string} text */
function experimentIn(text) {
  const { experiment, problems } = code.parseExperiment(text);
  if (experiment === null) throw new Error(JSON.stringify(problems));
  return experiment;
}

/** @param {number[]} values */
function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? NaN)
    : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
}

/** The session's code, and the folder of its threads' scripts. */
async function bundle() {
  await buildKernel();
  const folder = join(CACHE, "bench");
  const outfile = join(folder, "session.mjs");
  /** @type {import("esbuild").BuildOptions} */
  const common = { bundle: true, platform: "node", mainFields: ["module", "main"] };
  const contents = ["src/session/experimentSession", "src/session/runFixes", "src/config/read/parse"]
    .map((file) => `export * from "./${file}";`)
    .join("\n");
  await build({
    ...common,
    stdin: { contents, resolveDir: ROOT, loader: "ts" },
    format: "esm",
    outfile,
    // @vscode/l10n is CommonJS and requires Node's modules, for which a module of the ECMAScript kind has no `require`.
    banner: {
      js: 'import { createRequire } from "node:module";\nconst require = createRequire(import.meta.url);',
    },
  });
  for (const [script, entry] of [
    ["worker.cjs", "src/worker/main.ts"],
    ["fixes.js", "src/worker/fixThread.ts"],
  ])
    await build({
      ...common,
      entryPoints: [join(ROOT, String(entry))],
      format: "cjs",
      outfile: join(folder, String(script)),
    });
  return { scripts: folder, session: await import(pathToFileURL(outfile).href) };
}
