// @ts-check
/**
 * npm run bench:memory -- [--quick] [--only TEXT] [--band 15]
 *
 * Trains 60 experiments of 100 MB to 2 GB, one after the other and each in a process of its own with the real training
 * thread, and compares the most memory that each took, beside what the process takes idle, with the estimate that
 * decides whether it may run. Ends with 1 when an estimate is off by more than the band, in percent of the peak.
 *
 * --quick: the 8 experiments of `npm test`. --only: those whose name contains the text.
 */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { bundleForNode } from "../../scripts/node-bundle.mjs";
import { prepare } from "../../scripts/prepare.mjs";

const HELP = `npm run bench:memory -- [--quick] [--only TEXT] [--band 15]
  --quick    only the 8 experiments of npm test
  --only     only experiments whose name contains the text
  --band     largest difference of estimate and peak, in percent of the peak
`;

const { values: options } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    only: { type: "string" },
    band: { type: "string", default: "15" },
    help: { type: "boolean", short: "h", default: false },
  },
});
if (options.help) {
  process.stdout.write(HELP);
  process.exit(0);
}
const band = Number(options.band) / 100;
if (!(band > 0)) {
  console.error("--band takes a number above 0");
  process.exit(2);
}

await prepare();
const folder = await bundleForNode("bench-memory", {
  memoryRun: "test/bench/inside/memoryRun.ts",
  memoryCases: "test/bench/memoryCases.ts",
  worker: "src/worker/main.ts",
  helper: "src/worker/helper.ts",
});
const { MEMORY_CASES } = await import(`file://${join(folder, "memoryCases.js")}`);

/**
 * @typedef {{ name: string, estimate: number, peak: number, parts: Record<string, number> }} Measured in bytes
 */

/** @param {number} index @returns {Promise<Measured>} */
function measure(index) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(folder, "memoryRun.js"), String(index)], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    let out = "";
    let errors = "";
    child.stdout.on("data", (text) => (out += text));
    child.stderr.on("data", (text) => (errors += text));
    child.on("error", reject);
    child.on("close", (code) =>
      code === 0 ? resolve(JSON.parse(out)) : reject(new Error(`case ${index} ended with ${code}: ${errors}`)),
    );
  });
}

/** @param {number} bytes */
const megabytes = (bytes) => `${Math.round(bytes / 1e6)}`.padStart(6);

/** @type {Measured[]} */
const results = [];
console.log("estimate   peak  ratio  experiment (MB)");
for (const [index, { name, isQuick }] of MEMORY_CASES.entries()) {
  if (options.quick && !isQuick) continue;
  if (options.only !== undefined && !name.includes(options.only)) continue;
  const result = await measure(index);
  results.push(result);
  const { estimate, peak } = result;
  const ratio = estimate / peak;
  const mark = Math.abs(ratio - 1) > band ? "  <-" : "";
  console.log(`  ${megabytes(estimate)} ${megabytes(peak)}  ${ratio.toFixed(2).padStart(5)}  ${name}${mark}`);
}
const outside = results.filter(({ estimate, peak }) => Math.abs(estimate / peak - 1) > band);
console.log(
  `${results.length - outside.length} of ${results.length} estimates are within ${Math.round(band * 100)} % of the peak.`,
);
process.exitCode = outside.length > 0 ? 1 : 0;
