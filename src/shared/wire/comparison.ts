/**
 * What the extension host and the page that compares runs say to each other. The host sends the whole comparison
 * whenever it changes; curves are thinned before they are sent, spikes kept.
 */
export interface ComparedRun {
  readonly id: string;
  /** Of the run (`RunIdentity.number`): its color follows from it. */
  readonly number: number;
  /** What its color and dash follow from: its number, or one with the same color that no other run here has. */
  readonly look: number;
  /** Its name. */
  readonly title: string;
  /** Name of the experiment. */
  readonly experiment: string;
  /** In words: "diverged"; empty when it came to its end. */
  readonly state: string;
  /** Null where the run has none: RNN Lab did not train it. */
  readonly seed: number | null;
  /** For a person: "1.2 s". */
  readonly duration: string;
  readonly iterations: number;
  /** Columns of equal length, `iteration` first; the others are those of the trace that there are. */
  readonly curves: Readonly<Record<string, Float64Array>>;
}

/** A value of the config that is not the same in all runs; as text, one for each run in their order. */
interface ConfigDifference {
  readonly path: string;
  readonly values: readonly string[];
}

export interface Comparison {
  /** As they were chosen. */
  readonly runs: readonly ComparedRun[];
  /** Id of the run that the others are measured against. */
  readonly baseline: string | null;
  readonly differences: readonly ConfigDifference[];
  /** Runs that could not be read, and why. */
  readonly problems: readonly string[];
  /** What is shown of runs that other programs have recorded, and by which rule. */
  readonly notes: readonly string[];
}

/** Verbs on one run; each is also a command. */
export const COMPARE_VERBS = [
  "openRun",
  "diffRunConfig",
  "restoreRunConfig",
  "setBaselineRun",
  "clearBaselineRun",
] as const;
export type CompareVerb = (typeof COMPARE_VERBS)[number];

export type CompareHostMessage = { readonly type: "comparison"; readonly comparison: Comparison };

export type ComparePageMessage =
  | { readonly type: "ready" }
  | { readonly type: "verb"; readonly verb: CompareVerb; readonly id: string }
  /** Takes the run out of the comparison. */
  | { readonly type: "leaveOut"; readonly id: string }
  | { readonly type: "viewError"; readonly message: string };

/** What the page keeps across a window reload. */
export interface CompareState {
  readonly ids: readonly string[];
  readonly hidden: readonly string[];
  readonly logarithmic: boolean;
}
