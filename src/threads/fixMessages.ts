/** Messages between a run and the thread that searches fixes for it. Both ends are ours, so the types are trusted. */
import type { Experiment } from "../config/schema/schema";
import type { ExperimentFiles } from "../config/facts/dataFiles";
import type { TrialRecord } from "../fixes/fixSearch";
import type { Finding, FixProgress } from "../shared/wire/findings";

/** Slots of the shared Int32Array: while `held` is 1 the thread waits. */
export const FIX_CONTROL = { held: 0, length: 1 } as const;

/** What a run is compared by with runs that have a fix; the last figures it had. */
export interface RunFigures {
  /** See JudgedLoss. */
  readonly judgedLoss: number;
  /** Its validation loss where it has one, else its loss. */
  readonly shownLoss: number;
}

export interface FixRequest extends RunFigures {
  /** Of the experiment file, or the experiment as JSON. */
  readonly text: string;
  readonly experiment: Experiment;
  readonly files: ExperimentFiles;
  readonly findings: readonly Finding[];
  readonly trainMs: number;
  /** Trials of an earlier search for the same run. */
  readonly known: readonly TrialRecord[];
  readonly control: Int32Array<SharedArrayBuffer>;
  /** The run's file, which is complete and gets the findings with their fixes; null: none. */
  readonly savedAs: string | null;
}

export type FixReport =
  /** After each trial, and at the start without one: the fixes that helped so far. */
  | {
      readonly type: "progress";
      readonly record: TrialRecord | null;
      readonly progress: FixProgress;
      readonly findings: readonly Finding[];
    }
  /** The end: also with the fixes for which there was no time. */
  | { readonly type: "done"; readonly findings: readonly Finding[] }
  | { readonly type: "failed"; readonly message: string };
