/** What the diagnosis finds in a run. */

export const RULES = [
  "exploding",
  "vanishing",
  "clipped-too-often",
  "limit-cycle",
  "saturated",
  "dead-relu",
  "not-decreasing",
  "learning-rate-too-high",
  "update-ratio",
  "loss-not-finite",
  "weights-not-finite",
  "overfitting",
  "mean-only",
  "last-value-only",
  "memoryless",
  "contradictory-targets",
  "unscaled-targets",
  "vanishing-in-depth",
  "linear-layers",
  "label-noise",
  "padding",
] as const;
export type RuleName = (typeof RULES)[number];

/** What only a probe in Python can see; vanishing and exploding it finds as well. */
export const PROBE_RULES = [
  "undetached",
  "frozen",
  "cut-graph",
  "zero-recurrent-weights",
  "lost-additions",
  "lost-step",
  "padding-in-loss",
  "mixed-samples",
  "not-trustworthy",
] as const;
export type ShownRule = RuleName | (typeof PROBE_RULES)[number];

/** Causes in the data, which no change of the experiment removes. */
export const WITHOUT_FIX: readonly RuleName[] = ["contradictory-targets", "label-noise"];

/** Keys from the root of the experiment to a value. */
export type ConfigPath = readonly string[];

/** `value` at `path`, or without `value`: the path is removed, so that its default holds. */
export interface FixEdit {
  readonly path: ConfigPath;
  readonly value?: unknown;
}

/** What a copy of the experiment with the fix did. */
export interface FixTrial {
  /** Updates made. */
  readonly iterations: number;
  readonly finalLoss: number;
  readonly bestLoss: number;
  /** At the end; null where nothing is held out. */
  readonly validationLoss: number | null;
  /** Of the run without the fix, to compare: its validation loss where it has one, else its final loss. */
  readonly runLoss: number;
}

/** How far the search for fixes is. */
export interface FixProgress {
  readonly tried: number;
  readonly total: number;
}

export interface Fix {
  /** What it does, as a quick fix says it: "Lower the learning rate to 0.01". */
  readonly title: string;
  readonly edits: readonly FixEdit[];
  /** Left out until it has been tried. */
  readonly trial?: FixTrial;
}

export interface Finding {
  readonly rule: RuleName;
  readonly severity: "warning" | "information";
  /** Where it was first seen. */
  readonly iteration: number;
  /** The time step it is about, from 1; null when it is about none. */
  readonly timeStep: number | null;
  /** What the message says, by name. */
  readonly numbers: Readonly<Record<string, number>>;
  /** For a person, plain text, with its numbers. */
  readonly message: string;
  /** The value that causes it; the file may leave it out. */
  readonly configPath: ConfigPath;
  /** The best first. Each is valid for this experiment. */
  readonly fixes: readonly Fix[];
}

/** A finding as the panel shows it: of an experiment, or of a model that is trained in Python. */
export interface ShownFinding extends Omit<Finding, "rule"> {
  readonly rule: ShownRule;
  /** What to do, in a sentence or in lines of Python, for the reader to copy; nothing here can edit that program. */
  readonly advice?: string;
}
