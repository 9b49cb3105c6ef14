/** How many threads share the arithmetic of one run. */

/** "auto": {@link autoThreads}. */
export type ThreadsSetting = "auto" | number;

export const MAX_THREADS = 16;
/** Beyond these, parts of usual batches are too small to keep a thread busy. */
const MAX_AUTO = 8;

/** "auto", or a whole number from 1 to MAX_THREADS; null where the text is neither. */
export function readThreads(text: string): ThreadsSetting | null {
  if (text === "auto") return text;
  const threads = /^\d{1,2}$/.test(text) ? Number(text) : 0;
  return threads >= 1 && threads <= MAX_THREADS ? threads : null;
}

/**
 * Half of the processors, as two of them often share the units that multiply and the window needs some; both of two.
 * @param processors of the machine
 * @param isPortable whether the digits are to be the same on every machine: then it is two on all of them
 */
export function autoThreads(processors: number, isPortable: boolean): number {
  if (isPortable) return 2;
  return processors <= 2 ? processors : Math.min(MAX_AUTO, Math.ceil(processors / 2));
}

/** What a run takes at most, for the estimate of its memory. */
export function mostThreads(setting: ThreadsSetting, processors: number): number {
  return setting === "auto" ? Math.max(autoThreads(processors, false), autoThreads(processors, true)) : setting;
}
