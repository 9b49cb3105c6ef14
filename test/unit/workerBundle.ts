/** Bundles the thread's script once for all tests that train in real threads. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    readonly workerPath: string;
  }
}

let folder: string;

export async function setup(project: TestProject): Promise<void> {
  folder = await mkdtemp(join(tmpdir(), "rnn-lab-worker-"));
  const workerPath = join(folder, "worker.js");
  const bundle = async (): Promise<void> => {
    const source = (file: string): string => join(import.meta.dirname, "../../src/worker", file);
    await build({
      entryPoints: { worker: source("main.ts"), heartbeat: source("heartbeat.ts"), table: source("tableThread.ts") },
      outdir: folder,
      bundle: true,
      platform: "node",
      mainFields: ["module", "main"],
      format: "cjs",
      logLevel: "error",
    });
  };
  await bundle();
  project.onTestsRerun(bundle);
  project.provide("workerPath", workerPath);
}

export function teardown(): Promise<void> {
  return rm(folder, { recursive: true, force: true });
}
