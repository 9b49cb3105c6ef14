/** What was learned from a column while a table was made into inputs, so that another table is made into the same. */
import type { CategoryColumn, NumberColumn } from "./table";
import type { TimeEncoding } from "./encodeColumn";
import type { TimeFormat } from "./timeText";

export type ColumnRecipe =
  | {
      readonly kind: "number";
      readonly name: string;
      /** What takes the place of a missing value; null where the fill of the task does not need a number. */
      readonly fill: number | null;
      /** Whether another input says where values are missing. */
      readonly hasMask: boolean;
    }
  | {
      readonly kind: "category";
      readonly name: string;
      readonly encoding: "one-hot" | "index";
      /** In the order of their inputs, or of their indices. */
      readonly categories: readonly string[];
      /** Whether a missing value is a category of its own. */
      readonly hasMissing: boolean;
    }
  | {
      readonly kind: "time";
      readonly name: string;
      readonly encoding: TimeEncoding;
      readonly format: TimeFormat | null;
      /** Milliseconds since 1970: elapsed days are counted from here. */
      readonly origin: number;
    };

export function numberRecipe({ name }: NumberColumn, fill: number | null, hasMask: boolean): ColumnRecipe {
  return { kind: "number", name, fill, hasMask };
}

export function categoryRecipe({ name, categories, missing }: CategoryColumn, isOneHot: boolean): ColumnRecipe {
  return { kind: "category", name, encoding: isOneHot ? "one-hot" : "index", categories, hasMissing: missing > 0 };
}
