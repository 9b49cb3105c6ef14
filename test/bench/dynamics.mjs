// @ts-check
/**
 * npm run bench:dynamics -- [--smoke] [--json FILE] [--svg FILE]
 *
 * The right answers of docs/dynamics.md: the fixed points of three small maps, those of trained flip-flops of three
 * bits with ten seeds of each cell, and the largest Lyapunov exponents of random tanh networks. And the time of each
 * analysis for a gru of 64 and 256 units, with its longest piece of work. Takes some minutes.
 *
 * --svg FILE: only trains example 18 and draws its fixed points at some iterations.
 * --smoke: small ones, to see that the bench works. results.mjs says what the JSON holds.
 */
import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { readCommandLine } from "../../scripts/command-line.mjs";
import { bundleForNode } from "../../scripts/node-bundle.mjs";
import { drawFlipFlop } from "./flipFlopPicture.mjs";
import { writeResult } from "./results.mjs";

const { values } = readCommandLine(import.meta.url, {
  options: { smoke: { type: "boolean", default: false }, json: { type: "string" }, svg: { type: "string" } },
});
const folder = await bundleForNode("bench-dynamics-program", {
  dynamics: "test/bench/inside/dynamics.ts",
  flipFlopStates: "test/bench/inside/flipFlopStates.ts",
});
if (values.svg !== undefined) {
  const { stdout } = await promisify(execFile)(process.execPath, [join(folder, "flipFlopStates.js")], {
    maxBuffer: 2 ** 24,
  });
  writeFileSync(values.svg, drawFlipFlop(JSON.parse(stdout)));
  process.exit();
}
const { stdout } = await promisify(execFile)(process.execPath, [
  join(folder, "dynamics.js"),
  ...(values.smoke ? ["--smoke"] : []),
]);
/**
 * @typedef {{ units: number, found: number, stable: number }} Rolled
 * @typedef {{ cell: string, seed: number, accuracy: number, stable: number, saddles: number }} FlipFlop
 * @typedef {{ units: number, gain: number, unit: string, start: string, mean: number, exponents: number[] }} Exponents
 * @typedef {{ analysis: string, cell: string, units: number, seconds: number, longestPieceMs: number }} Time
 * @type {{ rolled: Rolled[], flipFlop: FlipFlop[], lyapunov: Exponents[], times: Time[] }}
 */
const found = JSON.parse(stdout);
console.log(`${cpus()[0]?.model}, Node ${process.version}`);
for (const { units, found: points, stable } of found.rolled)
  console.log(`tanh map of ${units} units: ${points} fixed points, ${stable} stable`);
for (const { cell, seed, accuracy, stable, saddles } of found.flipFlop)
  console.log(
    `flip-flop, ${cell}, seed ${seed}: accuracy ${accuracy.toFixed(4)}, ${stable} stable, ${saddles} saddles`,
  );
for (const { units, gain, unit, start, mean, exponents } of found.lyapunov)
  console.log(
    `gain ${gain}, ${units} units, from a ${start} state: largest exponent ${mean.toFixed(4)} per ${unit}, the mean of ` +
      exponents.map((value) => value.toFixed(4)).join(", "),
  );
for (const { analysis, cell, units, seconds, longestPieceMs } of found.times)
  console.log(
    `${analysis}, ${cell} of ${units}: ${seconds.toFixed(2)} s, longest piece ${longestPieceMs.toFixed(1)} ms`,
  );
writeResult("dynamics", found, values.json);
