import { IN_WINDOW, type TrainingPlace } from "./memoryEstimate";

/** How much memory an experiment may take here, and what of it counts. */
export interface MemoryLimit {
  readonly bytes: number;
  /** What raises it: a setting, or an option of the command line. */
  readonly setting: string;
  readonly place: TrainingPlace;
}

/** Where nothing else is said: in tests and in the browser. */
const DEFAULT: MemoryLimit = { bytes: 2 ** 30, setting: "rnnLab.memory.limit", place: IN_WINDOW };

let present = DEFAULT;

/**
 * The limit in force in this thread. Like the display language it is the same for everything that a thread does, and
 * set before the thread reads its first experiment.
 */
export function memoryLimit(): MemoryLimit {
  return present;
}

export function setMemoryLimit(limit: Partial<MemoryLimit>): void {
  present = { ...DEFAULT, ...limit };
}
