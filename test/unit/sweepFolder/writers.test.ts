/** Many writers on one folder. RNNLAB_WRITERS=1000 tries as many. */
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { expect, test, vi } from "vitest";
import { ResultReader } from "../../../src/sweepFolder/results";

// A guard against hanging only: a busy machine may be slow.
vi.setConfig({ testTimeout: 300_000 });

const PROCESSES = 8;
const WRITERS = Number(process.env["RNNLAB_WRITERS"] ?? 80);
const TRIALS = 10 * WRITERS;

test(`${WRITERS} writers of ${PROCESSES} processes share ${TRIALS} trials, each with one result`, async () => {
  const folder = mkdtempSync(join(tmpdir(), "rnn-lab-writers-"));
  const program = join(folder, "writers.cjs");
  const entryPoints = [join(import.meta.dirname, "writers.ts")];
  buildSync({
    entryPoints,
    outfile: program,
    bundle: true,
    platform: "node",
    format: "cjs",
    mainFields: ["module", "main"],
    logLevel: "error",
  });
  for (const name of ["claims", "results", "runners"]) mkdirSync(join(folder, name));
  const startedAt = performance.now();
  const codes = await Promise.all(
    Array.from({ length: PROCESSES }, () => {
      const args = [program, folder, `${WRITERS / PROCESSES}`, `${TRIALS}`];
      return new Promise((resolve) => spawn(process.execPath, args, { stdio: "inherit" }).on("close", resolve));
    }),
  );
  const writtenAt = performance.now();
  expect(codes).toEqual(Array.from({ length: PROCESSES }, () => 0));
  const reader = new ResultReader(folder);
  const read = await reader.refresh();
  if (WRITERS > 80) process.stdout.write(`${writtenAt - startedAt} ms, read in ${performance.now() - writtenAt} ms\n`);
  expect(read.map(({ index }) => index).toSorted((a, b) => a - b)).toEqual(
    Array.from({ length: TRIALS }, (_, index) => index),
  );
  // The reader passes over a second result.
  expect(linesOf(folder)).toBe(TRIALS);
  const claims = readdirSync(join(folder, "claims"));
  expect(claims.length).toBe(TRIALS);
  expect(claims.filter((name) => !name.endsWith(".0"))).toEqual([]);
  expect(readdirSync(join(folder, "runners"))).toEqual([]);
  rmSync(folder, { recursive: true, force: true });
});

function linesOf(folder: string): number {
  const files = readdirSync(join(folder, "results"));
  return files.reduce(
    (sum, name) => sum + readFileSync(join(folder, "results", name), "utf8").split("\n").length - 1,
    0,
  );
}
