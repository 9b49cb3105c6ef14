/** How the program ends; HELP explains each code. */
export const EXIT = { done: 0, failed: 1, badInput: 2, diverged: 3, interrupted: 130 } as const;
