import * as l10n from "@vscode/l10n";
import { codePointsOf, countHeldOut } from "../../config/facts/dataCounts";
import { windowsOf, type Column } from "./sequenceValues";
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
  const { characters, codePoints } = codePointsOf(text);
  const sequences = Math.floor((characters - 1) / length);
  const needed = validationShare > 0 ? 2 : 1;
  if (sequences < needed) {
    const required = needed * length + 1;
    throw new Error(
      needed > 1
        ? l10n.t(
            "the text has {0} characters, but task.length {1} with validation requires {2}; use a longer text or a shorter length",
            characters,
            length,
            required,
          )
        : l10n.t(
            "the text has {0} characters, but task.length {1} requires {2}; use a longer text or a shorter length",
            characters,
            length,
            required,
          ),
    );
  }
  const symbols = symbolsOf(text, characters, codePoints);
  const outputSteps = outputs === "every" ? length : 1;
  const dataset: Dataset = {
    sequences,
    trainingSequences: sequences - countHeldOut(sequences, validationShare),
    timeSteps: length,
    inputSize: codePoints.length,
    outputSize: codePoints.length,
    outputSteps,
    inputKind: "one-hot",
    inputs: windowsOf([symbols], length, (sequence) => sequence * length),
    targetKind: "classes",
    targets: windowsOf([symbols], outputSteps, (sequence) => (sequence + 1) * length - outputSteps + 1),
    score: { tolerance: null, steps: outputSteps },
    stream: true,
  };
  return { dataset, vocabulary: codePoints.map((codePoint) => String.fromCodePoint(codePoint)) };
}

/** The symbol of each character: its place among the code points, which ascend. */
function symbolsOf(text: string, characters: number, codePoints: readonly number[]): Column {
  const symbolOf = new Uint32Array((codePoints.at(-1) ?? 0) + 1);
  for (const [symbol, codePoint] of codePoints.entries()) symbolOf[codePoint] = symbol;
  const symbols =
    codePoints.length <= 2 ** 8
      ? new Uint8Array(characters)
      : codePoints.length <= 2 ** 16
        ? new Uint16Array(characters)
        : new Uint32Array(characters);
  let at = 0;
  for (let n = 0; n < characters; n++) {
    const codePoint = text.codePointAt(at)!;
    symbols[n] = symbolOf[codePoint]!;
    at += codePoint > 0xffff ? 2 : 1;
  }
  return symbols;
}
