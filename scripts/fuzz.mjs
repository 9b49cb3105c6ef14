// @ts-check
/**
 * npm run fuzz [-- FILTER]: the whole volume of test/fuzz, of which npm test runs a short part. Each property prints
 * its count and its seed; RNNLAB_SEED=N npm run fuzz runs the same inputs again.
 */
import { prepare } from "./prepare.mjs";

await prepare();
const { generate } = await import("./generate.mjs");
const { runTool } = await import("./processes.mjs");

await generate();
process.env["RNNLAB_FUZZ"] = "full";
const filters = process.argv.slice(2).map((filter) => `test/fuzz/${filter}`);
await runTool("vitest", "vitest.mjs", [
  "run",
  "--no-file-parallelism",
  "--reporter=verbose",
  ...(filters.length > 0 ? filters : ["test/fuzz/"]),
]).catch(() => {
  process.exitCode = 1;
});
