import * as vscode from "vscode";
import { editBetween } from "../config/edit/edit";
import { withEdits } from "../config/edit/fixEdits";
import { nudge } from "../config/edit/nudge";
import { isExperimentPath } from "../experiments/experimentPath";
import { rangeIn } from "../experiments/documentRange";

/** Steps that follow one another within this time are one step for undo: a key that is held down. */
const SAME_SERIES_MS = 700;

let lastNudge: { readonly document: vscode.TextDocument; readonly version: number; readonly askedAt: number } | null =
  null;

/**
 * Steps the value at each cursor of the active editor up or down, as a plain edit of the text: what runs experiments as
 * they are typed runs it.
 * @returns whether the text has changed
 */
export function nudgeValue(direction: 1 | -1): Promise<boolean> {
  // A key that is held down asks again before the edit is made, and each step starts from the one before. When it asked
  // counts, not when a busy window comes to it.
  const askedAt = performance.now();
  const nudged = latest.then(() => nudgeOnce(direction, askedAt));
  latest = nudged.catch(() => false);
  return nudged;
}

let latest: Promise<unknown> = Promise.resolve();

async function nudgeOnce(direction: 1 | -1, askedAt: number): Promise<boolean> {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined || !isExperimentPath(editor.document.uri.path)) {
    return false;
  }
  const { document } = editor;
  const before = document.getText();
  const cursors = [...new Set(editor.selections.map(({ active }) => document.offsetAt(active)))].sort((a, b) => b - a);
  // From the end of the text: what has changed does not move the cursors before it.
  let after = before;
  for (const offset of cursors) {
    after = withEdits(after, nudge(after, offset, direction)) ?? after;
  }
  const edits = editBetween(before, after);
  if (edits.length === 0) {
    return false;
  }
  const goesOn =
    lastNudge?.document === document &&
    lastNudge.version === document.version &&
    askedAt - lastNudge.askedAt < SAME_SERIES_MS;
  const done = await editor.edit(
    (builder) => edits.forEach(({ content, ...range }) => builder.replace(rangeIn(document, range), content)),
    { undoStopBefore: !goesOn, undoStopAfter: false },
  );
  lastNudge = { document, version: document.version, askedAt };
  return done;
}
