/**
 * What the scalars are that somebody else has named: "train/loss", "val_acc". Names are compared by their words, in any
 * case and with any separator.
 */
const VALIDATION: ReadonlySet<string> = new Set(["val", "valid", "validation", "dev", "eval", "test"]);
const ACCURACY: ReadonlySet<string> = new Set(["acc", "accuracy"]);

/** The scalar that is the loss of training; null where none is called one. */
export function lossScalar(names: readonly string[]): string | null {
  return shortest(names, (words) => words.includes("loss") && !words.some((word) => VALIDATION.has(word)));
}

export function validationLossScalar(names: readonly string[]): string | null {
  return shortest(names, (words) => words.includes("loss") && words.some((word) => VALIDATION.has(word)));
}

export function accuracyScalar(names: readonly string[]): string | null {
  return shortest(names, (words) => words.some((word) => ACCURACY.has(word)));
}

/** Of several, the one with the fewest words: "loss" before "aux/loss". */
function shortest(names: readonly string[], fits: (words: readonly string[]) => boolean): string | null {
  const fitting = names.map((name) => ({ name, words: wordsOf(name) })).filter(({ words }) => fits(words));
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
