// @ts-check
/**
 * npm run probe:kinds -- [PYTHON ...]
 *
 * Trains each kind of model of test/fixtures/probe for a step with every PYTHON, by default that of RNNLAB_PYTHON or of
 * `npm run python`, and prints how far dL/dh_t of the probe's files is from autograd over the network step by step in
 * float64: the largest difference over the largest value. That is the table of docs/pytorch.md.
 */
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { readCommandLine } from "./command-line.mjs";
import { ROOT } from "./paths.mjs";
import { prepare } from "./prepare.mjs";
import { findPythonPackage, runPython } from "./python.mjs";
import { makeScratch } from "./scratch.mjs";

const { positionals } = readCommandLine(import.meta.url, { allowPositionals: true });
const pythons = positionals.length > 0 ? positionals : [findPythonPackage("torch").python];
await prepare();
const { bundleForNode } = await import("./node-bundle.mjs");
const { generate } = await import("./generate.mjs");
await generate();
const bundle = join(await bundleForNode("probe-kinds", { main: "test/unit/probe/kindsTable.ts" }), "main.js");
/** @type {typeof import("../test/unit/probe/kindsTable")} */
const { describeKinds } = createRequire(import.meta.url)(bundle);
const versions = [];
for (const python of pythons) {
  const folder = await makeScratch("probe-kinds");
  versions.push({
    title: titleOf(python),
    cases: ["cases.py", "models.py"].flatMap((name) => printed(python, name, folder)),
  });
}
console.log(describeKinds(versions));

/** @param {string} python */
function titleOf(python) {
  const versions = '"%s, Python %d.%d" % (torch.__version__.split("+")[0], *sys.version_info[:2])';
  const { output, failure } = runPython(python, `import sys, torch; print(${versions})`);
  if (failure !== null) throw new Error(`${python} cannot import torch: ${failure}`);
  return output;
}

/**
 * @param {string} python
 * @param {string} program
 * @param {string} folder
 */
function printed(python, program, folder) {
  const file = join(ROOT, "test/fixtures/probe", program);
  const { stdout, stderr, status } = spawnSync(python, [file, folder], { encoding: "utf8", maxBuffer: 2 ** 28 });
  if (status !== 0) throw new Error(`${python} ${program}: ${stderr}`);
  const lines = stdout.split("\n").filter((line) => line.startsWith("{"));
  return lines.map((line) => /** @type {import("../test/unit/probe/trueGradients").TrueCase} */ (JSON.parse(line)));
}
