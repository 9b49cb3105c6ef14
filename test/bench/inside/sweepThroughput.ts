/** The part of bench:jobs that compares a sweep with loops that only train: the same runs on as many threads. */
import { once } from "node:events";
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { NO_FILES } from "../../../src/config/facts/dataFiles";
import { readSweep, type ReadSweep } from "../../../src/sweepPlan/readSweep";
import { SweepPool } from "../../../src/threads/sweepPool";
import type { BarePart } from "./bareTrials";

/** Milliseconds of a run, over the later half of all runs: by then threads are started and code is compiled. */
export interface RunTimes {
  /** On the clock, all threads together. */
  readonly wallMs: number;
  /** Of processors. */
  readonly cpuMs: number;
}

/**
 * @param text of a file with a sweep
 * @param sweepScript dist/sweep.js
 * @param bareScript the bundle of bareTrials.ts
 */
export async function measureThroughput(
  text: string,
  sweepScript: string,
  bareScript: string,
): Promise<{ readonly sweep: RunTimes; readonly bare: RunTimes }> {
  const read = readSweep(text);
  if ("problems" in read) throw new Error(JSON.stringify(read.problems));
  return { sweep: await timeSweep(read, sweepScript), bare: await timeBare(read, bareScript) };
}

function timeSweep({ job, info }: ReadSweep, script: string): Promise<RunTimes> {
  const half = Math.floor(info.trials / 2);
  let results = 0;
  let stop: ReturnType<typeof startClock> | null = null;
  return new Promise((resolve, reject) => {
    new SweepPool(script, job, NO_FILES, info.trials, {
      onResult: () => {
        if (++results === half) stop = startClock();
        if (results === info.trials && stop !== null) resolve(stop(info.trials - half));
      },
      onEnd: () => undefined,
      onFailure: reject,
    });
  });
}

async function timeBare({ job, info }: ReadSweep, script: string): Promise<RunTimes> {
  const threads = Math.min(availableParallelism(), info.trials);
  const workers = Array.from(
    { length: threads },
    (_, thread) => new Worker(script, { workerData: { job, thread, threads } satisfies BarePart }),
  );
  const trainHalf = (): Promise<unknown> =>
    Promise.all(
      workers.map((worker) => {
        const trained = once(worker, "message");
        worker.postMessage(null);
        return trained;
      }),
    );
  await trainHalf();
  const stop = startClock();
  await trainHalf();
  return stop(info.trials - threads * Math.ceil(info.trials / threads / 2));
}

/** @returns what ends it, for so many runs */
function startClock(): (runs: number) => RunTimes {
  const begin = performance.now();
  const cpu = process.cpuUsage();
  return (runs) => {
    const wallMs = performance.now() - begin;
    const { user, system } = process.cpuUsage(cpu);
    return { wallMs: wallMs / runs, cpuMs: (user + system) / 1000 / runs };
  };
}
