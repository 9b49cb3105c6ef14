// @ts-check
/**
 * npm run bench:probe -- [--steps 500] [--smoke] [--json FILE]
 *
 * What python/rnnlab_probe.py costs the thread that trains: processor time inside the probe, in parts of a training
 * step of nn.LSTM(64, 256), batch 32, 50 time steps, Adam, one thread, with 4 sequences captured at every step and at
 * every 50th. Needs the Python of `npm run python`, or of RNNLAB_PYTHON.
 *
 * --smoke: a few steps, to see that the bench works. results.mjs says what the JSON holds.
 */
import { spawnSync } from "node:child_process";
import { loadavg } from "node:os";
import { join } from "node:path";
import { readCommandLine } from "../../scripts/command-line.mjs";
import { ROOT } from "../../scripts/paths.mjs";
import { findPythonPackage } from "../../scripts/python.mjs";
import { writeResult } from "./results.mjs";

const { values: options } = readCommandLine(import.meta.url, {
  options: { steps: { type: "string" }, smoke: { type: "boolean", default: false }, json: { type: "string" } },
});
const steps = Number(options.steps ?? (options.smoke ? 20 : 500));
if (!Number.isInteger(steps) || steps < 10) {
  console.error("--steps takes a whole number from 10");
  process.exit(2);
}
const load = loadavg()[0] ?? 0;
const torch = findPythonPackage("torch");
/** @type {Record<string, unknown>} */
let figures = { missing: torch.missing };
if (torch.missing === null) {
  const { status, stdout, stderr } = spawnSync(
    torch.python,
    [join(ROOT, "test/bench/inside/probe.py"), String(steps)],
    {
      encoding: "utf8",
    },
  );
  if (status !== 0) throw new Error(stderr);
  figures = { missing: null, ...JSON.parse(stdout) };
  const percent = (/** @type {unknown} */ share) => `${(100 * Number(share)).toFixed(2)}%`;
  const ms = (/** @type {unknown} */ time) => `${Number(time).toFixed(3)} ms`;
  console.log(`PyTorch ${figures["pytorch"]}, a step ${ms(figures["stepMs"])}, load ${load.toFixed(1)}`);
  console.log(`captured at every step: ${ms(figures["everyStepMs"])}, ${percent(figures["everyStepShare"])}`);
  console.log(`at every 50th: ${ms(figures["fiftiethStepMs"])}, ${percent(figures["fiftiethStepShare"])}`);
} else console.log(`not run: ${torch.missing}`);
writeResult("probe", { loadBefore: load, steps, ...figures }, options.json);
