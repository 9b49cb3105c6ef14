import { COLUMN, OPTIONAL_COLUMN } from "./trace";

/** A column of the lab's own that a scalar of somebody else's may stand for. */
export type ScalarRole = typeof COLUMN.loss | (typeof OPTIONAL_COLUMN)["validationLoss" | "accuracy" | "learningRate"];

const VALIDATION: ReadonlySet<string> = new Set(["val", "valid", "validation", "dev", "eval", "test"]);
const ACCURACY: ReadonlySet<string> = new Set(["acc", "accuracy"]);
const RATE: ReadonlySet<string> = new Set(["lr", "learningrate"]);

const FITS: Readonly<Record<ScalarRole, (words: readonly string[]) => boolean>> = {
  [COLUMN.loss]: (words) => words.includes("loss") && !words.some((word) => VALIDATION.has(word)),
  [OPTIONAL_COLUMN.validationLoss]: (words) => words.includes("loss") && words.some((word) => VALIDATION.has(word)),
  [OPTIONAL_COLUMN.accuracy]: (words) => words.some((word) => ACCURACY.has(word)),
  [OPTIONAL_COLUMN.learningRate]: (words) =>
    words.some((word, i) => RATE.has(word) || (word === "learning" && words[i + 1] === "rate")),
};

/**
 * Which of the scalars that somebody else has named has this role, such as "train/loss" or "val_acc"; null where none
 * has. Names are compared by their words, in any case and with any separator. Of several, the one with the fewest
 * words: "loss" before "aux/loss".
 */
export function scalarInRole(role: ScalarRole, names: readonly string[]): string | null {
  const fitting = names.map((name) => ({ name, words: wordsOf(name) })).filter(({ words }) => FITS[role](words));
  fitting.sort((a, b) => a.words.length - b.words.length);
  return fitting[0]?.name ?? null;
}

function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "");
}
