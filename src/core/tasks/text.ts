import * as l10n from "@vscode/l10n";
import type { Dataset } from "./task";

export interface TextDataset {
  readonly dataset: Dataset;
  /** The symbols in the order of their numbers: the characters of the text, sorted by code point. */
  readonly vocabulary: readonly string[];
}

/**
 * A text as windows of `length` characters, one after the other without overlap; the target of every character (or of
 * the last of a window) is the next one. One-hot inputs [N, T, V], targets [N, T or 1] of V classes. The last
 * `validationShare` of the windows is for validation. What is left at the end, shorter than a window, is not used.
 * @throws Error when the text is too short for one training window and, if a share is asked for, one validation window
 */
export function textDataset(
  text: string,
  length: number,
  outputs: "last" | "every",
  validationShare: number,
): TextDataset {
  const characters = Array.from(text);
  const vocabulary = [...new Set(characters)].sort((a, b) => a.codePointAt(0)! - b.codePointAt(0)!);
  const symbolOf = new Map(vocabulary.map((character, symbol) => [character, symbol]));
  const sequences = Math.floor((characters.length - 1) / length);
  const needed = validationShare > 0 ? 2 : 1;
  if (sequences < needed) {
    const required = needed * length + 1;
    throw new Error(
      needed > 1
        ? l10n.t(
            "the text has {0} characters, but task.length {1} with validation requires {2}; use a longer text or a shorter length",
            characters.length,
            length,
            required,
          )
        : l10n.t(
            "the text has {0} characters, but task.length {1} requires {2}; use a longer text or a shorter length",
            characters.length,
            length,
            required,
          ),
    );
  }
  const symbols = Float64Array.from(characters, (character) => symbolOf.get(character)!);
  const outputSteps = outputs === "every" ? length : 1;
  const targets = new Float64Array(sequences * outputSteps);
  for (let n = 0; n < sequences; n++) {
    for (let s = 0; s < outputSteps; s++)
      targets[n * outputSteps + s] = symbols[(n + 1) * length - outputSteps + s + 1]!;
  }
  const heldOut =
    validationShare > 0 ? Math.min(sequences - 1, Math.max(1, Math.round(sequences * validationShare))) : 0;
  const dataset: Dataset = {
    sequences,
    trainingSequences: sequences - heldOut,
    timeSteps: length,
    inputSize: vocabulary.length,
    outputSize: vocabulary.length,
    outputSteps,
    inputKind: "one-hot",
    inputs: symbols.slice(0, sequences * length),
    targetKind: "classes",
    targets,
    score: { tolerance: null, steps: outputSteps },
    stream: true,
  };
  return { dataset, vocabulary };
}
