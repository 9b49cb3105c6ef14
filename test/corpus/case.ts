/** What a case of the corpus is: an experiment, what is wrong with it, and an experiment that shows so. */
import type { RuleName } from "../../src/shared/wire/findings";
import type { Draw, Half } from "./draw";

/** An experiment file as JSON, in parts. */
export interface ExperimentFile {
  readonly seed?: number;
  readonly task: Readonly<Record<string, unknown>>;
  readonly model?: Readonly<Record<string, unknown>>;
  readonly training?: Readonly<Record<string, unknown>>;
}

/** An experiment with the data that it names. */
export interface Subject {
  readonly file: ExperimentFile;
  /** Contents of `task.file`. */
  readonly data?: string;
  /** Trained first; the experiment starts from its weights. */
  readonly warmStart?: Subject;
}

export const SICK_KINDS = [
  "exploding",
  "vanishing",
  "vanishing-in-depth",
  "saturated",
  "dead",
  "too-high",
  "too-low",
  "clipped-to-death",
  "cycle",
  "overfitting",
  "mean-only",
  "last-value-only",
  "memoryless",
  "contradictory",
  "unscaled",
  "label-noise",
  "padding",
] as const;
export type SickKind = (typeof SICK_KINDS)[number];
export type Kind = "healthy" | SickKind;

/** How a label is checked without any rule. */
export type Check =
  /** The run beats the best constant by this factor, and its loss does not end far above its lowest. */
  | { readonly kind: "learns"; readonly below: number }
  /**
   * The experiment itself learns nothing: it ends above this part of the best constant, 0.9 when left out. Without its
   * defect it ends this much lower, as a factor below 1. `near`: where the experiment itself must end, within a tenth.
   */
  | {
      readonly kind: "cured";
      readonly by: Subject;
      readonly below: number;
      readonly above?: number;
      readonly near?: number;
    }
  /** Nothing beyond this loss can be learned: how the data were drawn says so. Within the factor of it. */
  | { readonly kind: "floor"; readonly loss: number; readonly within: number }
  /** The validation loss ends above its lowest by this factor. */
  | { readonly kind: "rises"; readonly by: number };

export interface CorpusCase extends Subject {
  readonly id: string;
  readonly kind: Kind;
  readonly half: Half;
  readonly check: Check;
}

/** What is expected of the findings of a kind. */
export interface Expectation {
  /** Any of these as the first finding names the cause. */
  readonly first: readonly RuleName[];
  /** Effects that are true as well and may follow. */
  readonly effects: readonly RuleName[];
  /** Whether some change of the experiment cures it. */
  readonly fixable: boolean;
}

export const EXPECTED: Readonly<Record<SickKind, Expectation>> = {
  exploding: {
    first: ["exploding"],
    effects: ["loss-not-finite", "weights-not-finite", "update-ratio", "learning-rate-too-high", "saturated"],
    fixable: true,
  },
  vanishing: {
    first: ["vanishing"],
    effects: ["mean-only", "memoryless", "not-decreasing", "overfitting"],
    fixable: true,
  },
  "vanishing-in-depth": {
    first: ["vanishing-in-depth"],
    effects: ["vanishing", "mean-only", "memoryless"],
    fixable: true,
  },
  saturated: {
    first: ["saturated"],
    effects: ["vanishing", "mean-only", "memoryless", "learning-rate-too-high", "exploding"],
    fixable: true,
  },
  dead: { first: ["dead-relu"], effects: ["mean-only", "memoryless", "not-decreasing", "overfitting"], fixable: true },
  "too-high": {
    first: ["learning-rate-too-high", "limit-cycle"],
    effects: [
      "loss-not-finite",
      "weights-not-finite",
      "update-ratio",
      "saturated",
      "dead-relu",
      "mean-only",
      "memoryless",
      "overfitting",
      "last-value-only",
    ],
    fixable: true,
  },
  "too-low": { first: ["update-ratio", "not-decreasing"], effects: ["not-decreasing", "update-ratio"], fixable: true },
  "clipped-to-death": { first: ["clipped-too-often"], effects: ["update-ratio", "not-decreasing"], fixable: true },
  cycle: { first: ["limit-cycle"], effects: ["clipped-too-often", "learning-rate-too-high"], fixable: true },
  overfitting: { first: ["overfitting"], effects: ["mean-only", "last-value-only", "memoryless"], fixable: true },
  "mean-only": { first: ["mean-only"], effects: [], fixable: false },
  "last-value-only": { first: ["last-value-only"], effects: [], fixable: false },
  memoryless: { first: ["memoryless"], effects: [], fixable: true },
  contradictory: { first: ["contradictory-targets"], effects: ["mean-only", "memoryless"], fixable: false },
  unscaled: { first: ["unscaled-targets"], effects: ["mean-only", "not-decreasing", "update-ratio"], fixable: true },
  "label-noise": { first: ["label-noise"], effects: ["overfitting"], fixable: false },
  padding: { first: ["padding"], effects: ["vanishing", "mean-only", "memoryless"], fixable: true },
};

/** Makes the case of a kind with a number. */
export type Generator = (draw: Draw) => Subject & { readonly check: Check };
