/**
 * The half of the soak of a run in Python that runs in the extension host: a PyTorch script trains while its panel is
 * open, and tells what memory and frames do, and whether the panel has followed to the last iteration.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { COLUMN } from "../../../src/shared/trace/trace";
import { activateLab, until } from "../../host/support";
import { pause, report, reportingEnd } from "./report";

export interface ProbeSoakPlan {
  readonly python: string;
  readonly script: string;
  readonly minutes: number;
  readonly samples: number;
}

/** A thread of the host, the one that follows the file among them. */
type WatchedThread = Parameters<NodeJS.WorkerListener>[0];

export function run(): Promise<void> {
  return reportingEnd(async () => {
    const plan = JSON.parse(process.env["RNNLAB_BENCH_PLAN"] ?? "null") as ProbeSoakPlan;
    const threads = new Set<WatchedThread>();
    process.on("worker", (worker) => {
      threads.add(worker);
      worker.once("exit", () => threads.delete(worker));
    });
    const lab = await activateLab();
    const folder = mkdtempSync(join(tmpdir(), "rnn-lab-probe-soak-"));
    const trainer = spawn(plan.python, [plan.script, folder], { stdio: ["pipe", "pipe", "inherit"] });
    try {
      const lines = createInterface({ input: trainer.stdout })[Symbol.asyncIterator]();
      const session = await lab.probeRuns.show((await lines.next()).value as string, "soak");
      const { link } = lab.panels.find(session)!;
      const counts = { acknowledged: 0, viewErrors: 0 };
      link.onDidHandle(({ type }) => {
        if (type === "acknowledge") counts.acknowledged++;
        if (type === "viewError") counts.viewErrors++;
      });
      await until(link.onDidHandle, () => link.drawnRun === session.header?.runId && link.drawnRun !== undefined);
      const sample = async (): Promise<void> => {
        const heaps = await Promise.all([...threads].map((thread) => thread.getHeapStatistics?.()));
        report({
          type: "sample",
          ...memory(),
          at: performance.now(),
          threads: heaps.length,
          workerHeap: heaps.reduce((sum, heap) => sum + (heap?.used_heap_size ?? 0), 0),
          iteration: session.status.iteration,
          rows: session.run?.trace?.rows ?? 0,
          ...counts,
        });
      };
      for (let taken = 0; taken < plan.samples; taken++) {
        await sample();
        await pause((plan.minutes * 60_000) / plan.samples);
      }
      await sample();
      trainer.stdin.end();
      const steps = Number((await lines.next()).value);
      const shown = () => session.run?.scalars?.column(COLUMN.iteration)?.[session.run.scalars.points - 1];
      await until(session.onDidChange, () => session.status.phase === "done" && shown() === steps - 1);
      await until(link.onDidHandle, () => link.framesInFlight === 0);
      report({ type: "finished", steps, problem: session.view(true).probed?.problem ?? null, ...counts });
    } finally {
      trainer.kill("SIGKILL");
      rmSync(folder, { recursive: true, force: true });
    }
  });
}

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

function memory(): { hostHeap: number; arrayBuffers: number; rss: number } {
  collectGarbage();
  const { heapUsed, arrayBuffers, rss } = process.memoryUsage();
  return { hostHeap: heapUsed, arrayBuffers, rss };
}
