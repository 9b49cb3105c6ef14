/** The part of bench:jobs that compares a sweep with loops that only train the same runs. */
import { NO_FILES } from "../../../src/config/facts/dataFiles";
import { createTrainer } from "../../../src/core/training/trainer";
import { createWasmNetwork } from "../../../src/kernel/wasmNetwork";
import { readSweep, type ReadSweep } from "../../../src/sweepPlan/readSweep";
import { createTrialReader } from "../../../src/sweepPlan/trials";
import { SweepPool } from "../../../src/threads/sweepPool";
import { trialsOf } from "../../../src/worker/trialsOf";

/** Milliseconds of a run, over the later half of all runs: by then threads are started and code is compiled. */
export interface RunTimes {
  /** On the clock, all threads together. */
  readonly wallMs: number;
  /** Of processors. */
  readonly cpuMs: number;
}

/** @returns what ends it, for so many runs */
export function startClock(): (runs: number) => RunTimes {
  const begin = performance.now();
  const cpu = process.cpuUsage();
  return (runs) => {
    const wallMs = performance.now() - begin;
    const { user, system } = process.cpuUsage(cpu);
    return { wallMs: wallMs / runs, cpuMs: (user + system) / 1000 / runs };
  };
}

/**
 * @param text of a file with a sweep
 * @param script dist/sweep.js
 */
export function timeSweep(text: string, script: string): Promise<RunTimes> {
  const { job, info } = readIt(text);
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

/** The runs of one thread of several, read before they are trained. @returns what trains the next ones */
export function prepareBareRuns(text: string, thread: number, threads: number): (runs: number) => void {
  const { job } = readIt(text);
  const experiments = trialsOf(job)
    .filter(({ index }) => index % threads === thread)
    .map(createTrialReader(job));
  return (runs) => {
    for (const experiment of experiments.splice(0, runs)) {
      const trainer = createTrainer(experiment, { kernel: createWasmNetwork });
      while (trainer.step(null) === "running");
    }
  };
}

function readIt(text: string): ReadSweep {
  const read = readSweep(text);
  if ("problems" in read) throw new Error(JSON.stringify(read.problems));
  return read;
}
