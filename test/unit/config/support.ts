import { parseExperiment } from "../../../src/config/read/parse";
import type { TextEdit } from "../../../src/config/edit/edit";
import type { Experiment } from "../../../src/config/schema/schema";

/** The experiment of a text that must be right. */
export function experimentOf(text: string): Experiment {
  const { experiment, problems } = parseExperiment(text);
  if (experiment === null) throw new Error(problems.map(({ message }) => message).join("\n"));
  return experiment;
}

/** As the editor applies edits: all offsets are those of the text before. */
export function applyEdits(text: string, edits: readonly TextEdit[] | null): string {
  if (edits === null) throw new Error("there is nothing to edit");
  return edits
    .toReversed()
    .reduce(
      (result, { offset, length, content }) => result.slice(0, offset) + content + result.slice(offset + length),
      text,
    );
}
