/**
 * Whether a helper pays at the moment. On a busy machine, or for a small step, waking it and waiting for it can cost more than it saves;
 * that is measured, not guessed. Results do not depend on the answer, only time does.
 */
export interface HelperHeuristic {
  /** For the next step. */
  shouldUse(): boolean;
  /** How long the step took that was made as wanted() said. */
  recordStep(milliseconds: number): void;
}

/** Steps before the first trials, until the kernel has been through V8's optimizing compiler: so long every step is faster than the one before. */
const WARM_UP = 10;
/** Steps with help or without, of which the faster of either kind counts; in an order that favors neither where the machine speeds up or slows down. */
const TRIALS = [true, false, false, true] as const;
/** Steps until the next trials: 2 % of the steps are made the slower way. A machine that was busy may soon be free, so that help is tried again earlier. */
const STEADY_STEPS = { helped: 100, alone: 60 } as const;

export function createHelpChoice(): HelperHeuristic {
  /** Below zero while warming up. */
  let step = -WARM_UP;
  let choice = true;
  let helped = Infinity;
  let alone = Infinity;
  const wanted = (): boolean => TRIALS[step] ?? choice;
  return {
    shouldUse: wanted,
    recordStep(milliseconds) {
      if (TRIALS[step] !== undefined) {
        if (wanted()) helped = Math.min(helped, milliseconds);
        else alone = Math.min(alone, milliseconds);
      }
      step++;
      if (step === TRIALS.length) choice = helped < alone;
      if (step < TRIALS.length + (choice ? STEADY_STEPS.helped : STEADY_STEPS.alone)) return;
      step = 0;
      helped = alone = Infinity;
    },
  };
}
