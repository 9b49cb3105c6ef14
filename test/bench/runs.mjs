// @ts-check
/**
 * npm run bench:runs -- [--runs 500,1000,5000] [--rounds 5] [--window] [--smoke] [--json FILE]
 *
 * What the Runs view costs with so many recorded runs, of ten experiments and 53 kB each: until all are listed and how
 * long the thread was blocked meanwhile, what the view of the list costs, and what one more run costs when it comes,
 * with each iteration, and at its end. The files have just been written, so they are in the system's cache. Each
 * figure is the least of the rounds: whatever else runs on the machine only adds.
 *
 * --window: also in the extension host of a real VS Code, once each, with the items of the view.
 * --smoke: a few runs, to see that the bench works. results.mjs says what the JSON holds.
 */
import { rm, writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { join } from "node:path";
import { readCommandLine, refuse } from "../../scripts/command-line.mjs";
import { prepare } from "../../scripts/prepare.mjs";

const { values: options } = readCommandLine(import.meta.url, {
  options: {
    runs: { type: "string" },
    rounds: { type: "string" },
    window: { type: "boolean", default: false },
    smoke: { type: "boolean", default: false },
    json: { type: "string" },
  },
});
const counts = (options.runs ?? (options.smoke ? "20,40" : "500,1000,5000")).split(",").map(Number);
const rounds = Number(options.rounds ?? (options.smoke ? 1 : 5));
if (![...counts, rounds].every((value) => Number.isInteger(value) && value >= 1))
  refuse("--runs takes whole numbers from 1 with commas between them, and --rounds takes one.");
await prepare();
const { bundleForNode } = await import("../../scripts/node-bundle.mjs");
const { makeScratch } = await import("../../scripts/scratch.mjs");
const { writeResult } = await import("./results.mjs");

const bundle = await bundleForNode("bench-runs", { runsNode: "test/bench/inside/runsNode.ts" });
/** @type {typeof import("./inside/runsNode")} */
const { makeCopies, measure } = await import(`file://${join(bundle, "runsNode.js")}`);
const scratch = await makeScratch("runs");

/** @typedef {import("./runsFigures").RunsFigures} RunsFigures */

/** @param {string} where @param {RunsFigures} figures */
function print(where, { runs, listedMs, blockedMs, viewMs, addMs, progressMs, endMs }) {
  const cells = [listedMs, blockedMs, viewMs, addMs, progressMs, endMs].map((ms) => ms.toFixed(1).padStart(9));
  console.log(`${where.padEnd(7)}${String(runs).padStart(6)}${cells.join("")}`);
}

try {
  const copies = makeCopies();
  const folders = counts.map((runs) => ({
    runs,
    path: join(scratch, String(runs)),
    another: join(scratch, `${runs}.rnnrun`),
  }));
  console.log(`${cpus()[0]?.model}, ${cpus().length} threads, Node ${process.version}, ${rounds} rounds; milliseconds`);
  console.log("         runs   listed  blocked     view      add progress      end");
  /** @type {RunsFigures[]} */
  const node = [];
  for (const { runs, path, another } of folders) {
    await copies.write(path, runs);
    await writeFile(another, copies.encode(runs));
    const figures = await measure(path, copies, runs, rounds);
    node.push(figures);
    print("Node", figures);
  }
  const window = options.window ? await measureInWindow(folders) : null;
  writeResult("runs", { node, window }, options.json);
} finally {
  await rm(scratch, { recursive: true, force: true });
  await rm(bundle, { recursive: true, force: true });
}

/** @param {readonly { runs: number, path: string, another: string }[]} folders */
async function measureInWindow(folders) {
  const { build } = await import("../../esbuild.mjs");
  const { runInside } = await import("./insideWindow.mjs");
  await build({ production: false });
  /** @type {RunsFigures[]} */
  const measured = [];
  await runInside("runs", { folders }, (event) => {
    if (event["type"] !== "runs") return;
    const { type: _type, ...figures } = event;
    measured.push(/** @type {RunsFigures} */ (/** @type {unknown} */ (figures)));
    print("window", /** @type {RunsFigures} */ (/** @type {unknown} */ (figures)));
  });
  return measured;
}
