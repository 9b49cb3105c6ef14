import { TAKE_UP_AGAIN } from "../sweepFolder/trialExit";

/** How the program ends; the help explains each code. */
export const EXIT = { done: 0, failed: 1, badInput: 2, diverged: 3, again: TAKE_UP_AGAIN, interrupted: 130 } as const;
