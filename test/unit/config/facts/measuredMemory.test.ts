/** The estimate beside what the real training thread takes; `npm run bench:memory` measures more, in a closer band. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import { MEMORY_CASES } from "../../../bench/memoryCases";

const ROOT = join(import.meta.dirname, "../../../..");
const BAND = 0.25;
const folder = mkdtempSync(join(tmpdir(), "rnn-lab-memory-test-"));

beforeAll(() =>
  build({
    absWorkingDir: ROOT,
    entryPoints: {
      memoryRun: "test/bench/inside/memoryRun.ts",
      worker: "src/worker/main.ts",
      helper: "src/worker/helper.ts",
    },
    outdir: folder,
    bundle: true,
    platform: "node",
    format: "cjs",
    mainFields: ["module", "main"],
    logLevel: "error",
  }),
);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const quick = [...MEMORY_CASES.entries()].filter(([, { isQuick }]) => isQuick);

test("8 experiments are measured", () => expect(quick.length).toBe(8));

// Elsewhere the peak of one piece of work cannot be told from that of the process.
test.runIf(process.platform === "linux").each(quick.map(([index, { name }]) => [name, index] as const))(
  "%s takes what was estimated",
  (_name, index) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(folder, "memoryRun.js"), String(index)], {
      encoding: "utf8",
    });
    expect([status, stderr]).toEqual([0, ""]);
    const { estimate, peak } = JSON.parse(stdout) as { readonly estimate: number; readonly peak: number };
    expect(peak).toBeGreaterThan(50e6);
    expect(Math.abs(estimate / peak - 1)).toBeLessThan(BAND);
  },
  60_000,
);
