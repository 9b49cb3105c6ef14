/** A hyperparameter as a control of the panel: what it is, what it may be, and what it is now. */
import type { ConfigPath } from "./findings";

export type FormValue = string | number | boolean | null | Readonly<Record<string, number>>;

export type FormInput =
  /**
   * A number between limits. `from` and `to` are the ends of its slider: what a person would try, and the value itself.
   */
  | {
      readonly kind: "number";
      readonly scale: "log" | "linear";
      readonly from: number;
      readonly to: number;
      readonly whole: boolean;
    }
  | { readonly kind: "choice"; readonly options: readonly FormOption[] };

export interface FormOption {
  readonly value: FormValue;
  readonly label: string;
  readonly description: string;
}

export interface FormField {
  readonly path: ConfigPath;
  /** The heading it stands under, which is that of its part of the file: "Optimizer". */
  readonly group: string;
  readonly label: string;
  readonly description: string;
  /** In words: "whole number, 1 to 10". */
  readonly range: string;
  readonly value: FormValue;
  /** What holds when the file leaves it out, in words; null where it has no default. */
  readonly defaultValue: string | null;
  readonly isDefault: boolean;
  readonly input: FormInput;
}
