/**
 * What the extension host and the page with the table of runs send each other. The host sends all runs in parts when
 * the page is ready, and afterwards only those that have changed. The page sorts, filters and groups.
 */
import { RUN_PHASES } from "../trace/trace";

/** A hyperparameter of a run; null where it is off, or where the run has none by that path. */
export type TableValue = string | number | boolean | null;

export const TABLE_STATES = [...RUN_PHASES, "interrupted"] as const;

/** A row: a saved run. A metric is null where the file does not have it, and may be NaN. */
export interface TableRun {
  readonly id: string;
  /** Of the run (`RunIdentity.number`): its color follows from it. */
  readonly number: number;
  readonly name: string;
  /** The experiment's name, and the URI of its file. */
  readonly experiment: string;
  readonly uri: string;
  readonly state: (typeof TABLE_STATES)[number];
  readonly pinned: boolean;
  readonly note: string;
  /** Null where the run has none: RNN Lab did not train it. */
  readonly seed: number | null;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly trainMs: number;
  readonly iterations: number;
  readonly loss: number | null;
  readonly bestLoss: number | null;
  readonly accuracy: number | null;
  readonly validationLoss: number | null;
  readonly bestValidationLoss: number | null;
  /** In the order of `paths`. */
  readonly values: readonly TableValue[];
}

/** A hyperparameter that has one value in all runs. */
export interface SharedValue {
  readonly path: string;
  readonly value: TableValue;
}

/** The loss of one run in few points. */
export interface LossCurve {
  readonly id: string;
  readonly iteration: Float64Array;
  readonly loss: Float64Array;
}

/** Runs in a message: about 100 kB. */
export const RUNS_PER_MESSAGE = 250;
/** Runs whose curves are asked for at a time. */
export const MAX_CURVES = 64;
/** Runs that one command takes: as many as a folder lists. */
export const MAX_CHOSEN = 5000;
/** Runs that can be told apart in the comparison. */
export const MAX_COMPARED = 64;

export type RunsTableHostMessage =
  | {
      readonly type: "runs";
      /** Forget all runs first: the paths have changed, or the page is new. */
      readonly reset: boolean;
      /** Of all hyperparameters that differ between runs: "training.optimizer.learningRate". */
      readonly paths: readonly string[];
      readonly shared: readonly SharedValue[];
      readonly changed: readonly TableRun[];
      readonly removed: readonly string[];
      /** Runs that are still to come in further messages. */
      readonly pending: number;
    }
  | {
      readonly type: "curves";
      readonly requestId: number;
      readonly curves: readonly LossCurve[];
      /** Runs that could not be read, and why. */
      readonly problems: readonly string[];
    };

/** Verbs on chosen runs; each is also a command. */
export const TABLE_VERBS = [
  "openRun",
  "compareRuns",
  "pinRun",
  "unpinRun",
  "renameRun",
  "noteRun",
  "deleteRuns",
  "undoDeleteRuns",
] as const;
export type TableVerb = (typeof TABLE_VERBS)[number];

export type RunsTablePageMessage =
  | { readonly type: "ready" }
  | { readonly type: "verb"; readonly verb: TableVerb; readonly ids: readonly string[] }
  | { readonly type: "readCurves"; readonly requestId: number; readonly ids: readonly string[] }
  | { readonly type: "viewError"; readonly message: string };

export interface SortKey {
  readonly column: string;
  readonly descending: boolean;
}

/** What the page keeps across a window reload. */
export interface RunsTableState {
  /** The column clicked last is the first; those before break ties. */
  readonly sort: readonly SortKey[];
  readonly filter: string;
  /** Columns that the reader has switched on or off; the others follow their defaults. */
  readonly columns: Readonly<Record<string, boolean>>;
  /** "experiment", "config" (all but the seed), a path; null: not grouped. */
  readonly group: string | null;
  readonly expanded: readonly string[];
  readonly selected: readonly string[];
  readonly chart: boolean;
  readonly band: "range" | "deviation";
  readonly logarithmic: boolean;
}
