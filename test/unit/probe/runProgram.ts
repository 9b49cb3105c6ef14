/** Runs the programs in test/fixtures/probe. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { ROOT } from "../../../scripts/paths.mjs";
import type { TrueCase } from "./trueGradients";

export function runProgram(python: string, program: string, folder: string): TrueCase[] {
  const { stdout, stderr, status } = spawnSync(python, [join(ROOT, "test/fixtures/probe", program), folder], {
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  if (status !== 0) throw new Error(stderr);
  return stdout
    .trim()
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as TrueCase);
}
