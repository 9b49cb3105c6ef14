// @ts-check
/**
 * npm run chaos [-- options]: random actions of a user and random faults in a real VS Code, decided by a seed, and
 * after each of them the rules of docs/reliability.md. Exit code 0 and one closing line if all hold; else 1, the seed,
 * and a shorter sequence that fails.
 *
 * --minutes N     how long (10); times are judged in runs of 10 minutes or more
 * --seed S        the same seed gives the same actions (random)
 * --windows N     1 or 2 windows on the same folder (2)
 * --without A,B   leaves out actions or faults, by kind
 * --replay FILE   the steps of a file that a failure has left, instead of a seed
 * --shrink N      minutes for the search for a shorter sequence (5; 0: none)
 * --steps N       ends after so many steps, however long they take
 * --smoke         the form in npm test: a fixed seed, one window, about a minute
 * --json FILE     the figures; test/bench/results.mjs says what they mean
 */
import { randomInt } from "node:crypto";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { readCommandLine, refuse } from "./command-line.mjs";
import { prepare } from "./prepare.mjs";

/** Of the form in npm test. */
const SMOKE = { seed: 127_710, steps: 24 };

const options = readOptions();
await prepare();
const { build: bundle } = await import("esbuild");
const { build } = await import("../esbuild.mjs");
const { makeScratch } = await import("./scratch.mjs");
const { ROOT } = await import("./paths.mjs");
const { writeResult } = await import("../test/bench/results.mjs");

// What is mounted is unmounted when the process exits.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, () => process.exit(130));
await build();
const folder = await makeScratch("chaos-bundle");
await bundleTool();
/** @type {typeof import("../test/chaos/main")} */
const { main } = await import(pathToFileURL(join(folder, "main.mjs")).href);
const verdict = await main({
  ...options,
  probe: join(folder, "probe.cjs"),
  log: (line) => console.log(line),
});
writeResult("chaos", verdict, options.json);
if (verdict.passed)
  console.log(
    `\nchaos: seed ${verdict.seed}, ${verdict.steps} steps in ${verdict.minutes.toFixed(1)} min: all rules held`,
  );
// A browser that has lost its window may keep the process.
process.exit(verdict.passed ? 0 : 1);

/** The tool itself, beside the scripts it uses, and what it puts into VS Code. */
async function bundleTool() {
  /** @type {import("esbuild").BuildOptions} */
  const common = { absWorkingDir: ROOT, bundle: true, platform: "node", mainFields: ["module", "main"] };
  await bundle({
    ...common,
    entryPoints: ["test/chaos/probe.ts"],
    outfile: join(folder, "probe.cjs"),
    format: "cjs",
    external: ["vscode"],
  });
  await bundle({
    ...common,
    entryPoints: ["test/chaos/main.ts"],
    outfile: join(folder, "main.mjs"),
    format: "esm",
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
    plugins: [{ name: "scripts-as-they-are", setup: keepScripts }],
  });
}

/** @param {import("esbuild").PluginBuild} build */
function keepScripts({ onResolve }) {
  onResolve({ filter: /\.mjs$/ }, ({ path, resolveDir }) =>
    path.startsWith(".") ? { path: pathToFileURL(join(resolveDir, path)).href, external: true } : undefined,
  );
}

function readOptions() {
  const { values } = readCommandLine(import.meta.url, {
    options: {
      minutes: { type: "string", default: "10" },
      seed: { type: "string" },
      windows: { type: "string" },
      without: { type: "string", default: "" },
      replay: { type: "string" },
      shrink: { type: "string" },
      steps: { type: "string" },
      smoke: { type: "boolean", default: false },
      json: { type: "string" },
    },
  });
  const { smoke } = values;
  const read = {
    seed: Number(values.seed ?? (smoke ? SMOKE.seed : randomInt(2 ** 31))),
    minutes: Number(values.minutes),
    steps: values.steps === undefined ? (smoke ? SMOKE.steps : null) : Number(values.steps),
    windows: Number(values.windows ?? (smoke ? 1 : 2)),
    without: values.without.split(",").filter((kind) => kind !== ""),
    replay: values.replay ?? null,
    shrinkMinutes: Number(values.shrink ?? (smoke ? 0 : 5)),
    json: values.json,
  };
  if (!Number.isSafeInteger(read.seed) || read.seed < 0 || read.seed >= 2 ** 32)
    refuse("--seed takes a whole number from 0");
  if (!(read.minutes > 0)) refuse("--minutes takes a number above 0");
  if (read.windows !== 1 && read.windows !== 2) refuse("--windows takes 1 or 2");
  if (read.steps !== null && !(read.steps > 0)) refuse("--steps takes a number above 0");
  if (!(read.shrinkMinutes >= 0)) refuse("--shrink takes a number of minutes");
  return read;
}
