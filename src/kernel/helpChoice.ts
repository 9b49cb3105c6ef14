/**
 * Whether a helper pays at the moment. On a busy machine, or for a small step, waking it and waiting for it can cost more than it saves;
 * that is measured, not guessed. Results do not depend on the answer, only time does.
 */
export interface HelpChoice {
  /** For the next step. */
  wanted(): boolean;
  /** How long the step took that was made as wanted() said. */
  record(milliseconds: number): void;
}

/** Steps in turns with and without help, of which the faster of either kind counts. */
const TRIALS = 4;
/** Steps until the next trials: 2 % of the steps are made the slower way. A machine that was busy may soon be free, so that help is tried again earlier. */
const STEADY_STEPS = { helped: 100, alone: 60 } as const;

export function createHelpChoice(): HelpChoice {
  let step = 0;
  let choice = true;
  let helped = Infinity;
  let alone = Infinity;
  const wanted = (): boolean => (step < TRIALS ? step % 2 === 0 : choice);
  return {
    wanted,
    record(milliseconds) {
      if (step < TRIALS) {
        if (wanted()) helped = Math.min(helped, milliseconds);
        else alone = Math.min(alone, milliseconds);
      }
      step++;
      if (step === TRIALS) choice = helped < alone;
      if (step < TRIALS + (choice ? STEADY_STEPS.helped : STEADY_STEPS.alone)) return;
      step = 0;
      helped = alone = Infinity;
    },
  };
}
