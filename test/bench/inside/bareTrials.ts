/** A thread of bench:jobs that trains its part of the runs of a sweep, one half at each message, and does nothing else. */
import { parentPort, workerData } from "node:worker_threads";
import { createTrainer } from "../../../src/core/training/trainer";
import { createWasmNetwork } from "../../../src/kernel/wasmNetwork";
import { createTrialReader, type SweepJob } from "../../../src/sweepPlan/trials";
import { trialsOf } from "../../../src/worker/trialsOf";

export interface BarePart {
  readonly job: SweepJob;
  readonly thread: number;
  readonly threads: number;
}

const { job, thread, threads } = workerData as BarePart;
const experiments = trialsOf(job)
  .filter(({ index }) => index % threads === thread)
  .map(createTrialReader(job));
const half = Math.ceil(experiments.length / 2);

parentPort?.on("message", () => {
  for (const experiment of experiments.splice(0, half)) {
    const trainer = createTrainer(experiment, { kernel: createWasmNetwork });
    while (trainer.step(null) === "running");
  }
  parentPort?.postMessage("trained");
  if (experiments.length === 0) parentPort?.close();
});
