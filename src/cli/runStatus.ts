import type { Trainer } from "../core/training/trainer";
import { IDLE, type RunPhase, type RunStatus } from "../shared/trace/trace";
import { bestValidation, describeEarlyStop } from "../worker/bestValidation";

/** Of a run in the terminal, as its run file records it. */
export function runStatus(trainer: Trainer, trainMs: number, phase: RunPhase): RunStatus {
  return {
    ...IDLE,
    phase,
    iteration: Math.max(0, trainer.iteration - 1),
    iterations: trainer.iterations,
    loss: trainer.iteration === 0 ? null : trainer.metrics.loss,
    trainMs,
    best: bestValidation(trainer),
    message: describeEarlyStop(trainer),
  };
}
