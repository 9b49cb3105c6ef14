/** How a sequence of one's own is typed for the task of a run. */
export interface TypingHint {
  readonly example: string;
  /** "0 and 1, such as 0110". */
  readonly form: string;
}

/** At which other lengths the task can be tried. */
export interface LengthPlan {
  /** What the task calls its length: "bits", "delay", "length". */
  readonly name: string;
  readonly trained: number;
  readonly lengths: readonly number[];
}
