/** How the text of an experiment and its runs stand to each other, in words for the panel. */
import type { ConfigPath } from "./findings";
import type { FormField } from "./formField";

/** What keeps the text from being an experiment. */
export interface TextError {
  /** From 1. */
  readonly line: number;
  readonly message: string;
  /** To the value; empty when it is about none. */
  readonly path: ConfigPath;
}

export interface TextState {
  /** The main hyperparameters of the text; those of the run while the text has an error. */
  readonly form: readonly FormField[];
  /** What a run of the text would change: "learningRate 0.01 → 0.02". Empty: nothing, or the text has an error. */
  readonly change: string;
  readonly error: TextError | null;
  /** The run that is under way can take the change over without a new start. */
  readonly applies: boolean;
  /** Typing has not replaced the run, because it has trained for long. */
  readonly heldBack: boolean;
}

export const SETTLED_TEXT: TextState = { form: [], change: "", error: null, applies: false, heldBack: false };

/** A change of settings while a run went on. */
export interface RunEvent {
  /** The first iteration whose update was made in the new way. */
  readonly iteration: number;
  /** "learningRate 0.01 → 0.02" */
  readonly text: string;
}

/** What sets the present run apart from the one before. */
export interface RunChange {
  /** Name of the run before. */
  readonly since: string;
  /** One change each: "learningRate 0.01 → 0.02". */
  readonly values: readonly string[];
  /** One change a line, with whole paths. */
  readonly details: string;
}
