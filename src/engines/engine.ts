/** Where a sweep runs: something that starts runners on the trials of a sweep folder. */
import type { SweepFolder } from "../sweepFolder/planFile";
import type { EngineOptions } from "./engineOptions";

/** What an engine says of the trials that it was given. The results say more, and are right where the two differ. */
export interface EngineState {
  /** Trials that wait for a processor, and those in whose processes something is being trained. */
  readonly queued: number;
  readonly running: number;
  /** Whether nothing that it was given is waiting or running. */
  readonly isIdle: boolean;
  /** Seconds that what is queued must wait at least, whatever is free; 0 where none is said. */
  readonly waitSeconds?: number;
  /** What keeps trials from being run, in words for a person. */
  readonly problems: readonly string[];
}

/** One sweep on one engine. */
export interface SweepEngine {
  /**
   * Hands trials over, also while it has others.
   * @throws EngineError in words for a person
   */
  start(trials: readonly number[]): Promise<void>;
  /** Trials that it works on at once, as far as is known: what a search that learns decides on ahead. */
  slots(): number;
  /** Does not throw: what goes wrong is a problem. */
  poll(): Promise<EngineState>;
  /** All trials have ended. */
  finish?(): Promise<void>;
  /** Ends what was handed over; trials write a checkpoint. */
  cancel(): Promise<void>;
}

/** What each engine is made with. */
export interface EngineSetup {
  readonly folder: SweepFolder;
  readonly options: EngineOptions;
  /** Whether trials are decided on while others are trained; then few are packed together. */
  readonly isLearning: boolean;
  /** Seconds that a trial takes, as far as is known. */
  readonly trialSeconds: () => number;
  /** Bytes that a trial takes, and those that all trials of this machine may take. */
  readonly memory: { readonly trial: number; readonly limit: number };
  /** What `start` did last, from an earlier process; null: nothing. */
  readonly handle: unknown;
  /** Keeps what another process needs to go on with what `start` did. */
  readonly keep: (handle: unknown) => Promise<void>;
  /** The folder `python` of the extension. */
  readonly pythonFolder: string;
}

export const IDLE_ENGINE: EngineState = { queued: 0, running: 0, isIdle: true, problems: [] };
