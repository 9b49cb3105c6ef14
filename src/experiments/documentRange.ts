import * as vscode from "vscode";
import type { TextRange } from "../config/schema/problem";

/** The range in the editor of a range of UTF-16 offsets. */
export function rangeIn(document: vscode.TextDocument, { offset, length }: TextRange): vscode.Range {
  return new vscode.Range(document.positionAt(offset), document.positionAt(offset + length));
}
