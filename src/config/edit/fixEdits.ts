import type { FixEdit } from "../../shared/wire/findings";
import { editBetween, withoutValue, type TextEdit } from "./edit";
import { removeValue, setValue, textWithField } from "./editField";
import { parseExperiment } from "../read/parse";

/**
 * The edits of the text that make a fix, none of which overlap, comments kept.
 * Null when the text has an error, or when the fix would not leave an experiment.
 */
export function collectFixEdits(text: string, changes: readonly FixEdit[]): TextEdit[] | null {
  let after: string | null = text;
  for (const { path, value } of changes) {
    if (after !== null) after = value === undefined ? withoutValue(after, path) : textWithField(after, path, value);
  }
  if (after === null) return null;
  const wanted = parseExperiment(after).experiment;
  if (wanted === null) return null;
  // Each change by itself leaves what is between them alone. Where they meet, one edit makes them all.
  const single = changes.flatMap(
    ({ path, value }) => (value === undefined ? removeValue(text, path) : setValue(text, path, value)) ?? [],
  );
  const separate = withEdits(text, single);
  const same = separate !== null && JSON.stringify(parseExperiment(separate).experiment) === JSON.stringify(wanted);
  return same ? single : editBetween(text, after);
}

/** Null when two of the edits touch. */
export function withEdits(text: string, edits: readonly TextEdit[]): string | null {
  const fromEnd = [...edits].sort((a, b) => b.offset - a.offset);
  let result = text;
  let start = Infinity;
  for (const { offset, length, content } of fromEnd) {
    if (offset + length >= start) return null;
    result = result.slice(0, offset) + content + result.slice(offset + length);
    start = offset;
  }
  return result;
}
