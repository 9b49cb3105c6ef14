import assert from "node:assert/strict";
import * as vscode from "vscode";
import { newExperimentText } from "../../src/config/edit/newExperiment";
import type { ActivatedServices, Services } from "../../src/app/services";
import type { ExperimentSession } from "../../src/session/experimentSession";
import type { PanelSession } from "../../src/session/panelSession";
import type { RunPhase } from "../../src/shared/trace/trace";
import type { Ghost } from "../../src/shared/wire/protocol";
import golden from "../fixtures/count-ones.json";

export { golden };

/** The extension under test: what its `activate` returned. */
export async function activateLab(): Promise<ActivatedServices> {
  const extension = vscode.extensions.getExtension<ActivatedServices>("rnn-lab.rnn-lab");
  assert.ok(extension, "the extension is installed");
  return extension.activate();
}

export const TUTORIAL = newExperimentText("Count the ones");
/** Long enough never to finish in a test. */
export const ENDLESS = TUTORIAL.replace(`"iterations": 500`, `"iterations": 10000000`);
export const DIVERGING = TUTORIAL.replace(/"optimizer": \{.*\}/, `"optimizer": { "kind": "sgd", "learningRate": 1 }`);

export function workspaceFile(name: string): vscode.Uri {
  const folder = vscode.workspace.workspaceFolders?.[0];
  assert.ok(folder, "a folder is open");
  return vscode.Uri.joinPath(folder.uri, name);
}

const written = new Map<string, string>();

/**
 * A new file, or the same once more. Another text needs another name: VS Code keeps documents, and runs that typing
 * starts come with them.
 */
export async function writeExperiment(name: string, text: string): Promise<vscode.Uri> {
  assert.equal(written.get(name) ?? text, text, `${name} is the file of another test; choose another name`);
  written.set(name, text);
  const uri = workspaceFile(name);
  await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
  return uri;
}

/** Opens the file in the first group, where it is the active editor. */
export async function show(uri: vscode.Uri): Promise<vscode.TextDocument> {
  const document = await vscode.workspace.openTextDocument(uri);
  await vscode.window.showTextDocument(document, vscode.ViewColumn.One);
  return document;
}

export async function command<T>(name: string, ...args: readonly unknown[]): Promise<T> {
  return (await vscode.commands.executeCommand<T>(`rnnLab.${name}`, ...args)) as T;
}

type EventSource<T> = (listener: (value: T) => unknown) => { dispose(): unknown };

/** Resolves as soon as the condition holds, now or after an event. The time limit of the test is the only one. */
export function until<T>(event: EventSource<T>, condition: () => boolean): Promise<void> {
  if (condition()) {
    return Promise.resolve();
  }
  return new Promise((resolve) => {
    const listener = event(() => {
      if (condition()) {
        listener.dispose();
        resolve();
      }
    });
  });
}

/** The next value of an event; ask before causing it. */
export function next<T>(event: EventSource<T>): Promise<T> {
  return new Promise((resolve) => {
    const listener = event((value) => {
      listener.dispose();
      resolve(value);
    });
  });
}

export function untilPhase(session: Pick<PanelSession, "status" | "onDidChange">, phase: RunPhase): Promise<void> {
  return until(session.onDidChange, () => session.status.phase === phase);
}

/** The curves of its earlier runs, as its views show them. */
export function ghostsOf({ history }: ExperimentSession): readonly Ghost[] {
  return history.ghosts;
}

/** Some rows have come since the call. */
export function untilRows(session: ExperimentSession): Promise<void> {
  let seen = false;
  return until(
    (listener) =>
      session.onDidChange((event) => {
        seen ||= event.kind === "rows" && event.rows.rows > 0;
        listener(event);
      }),
    () => seen,
  );
}

export async function replaceInFile(document: vscode.TextDocument, from: string, to: string): Promise<void> {
  const start = document.getText().indexOf(from);
  assert.ok(start >= 0, `the file contains ${from}`);
  const edit = new vscode.WorkspaceEdit();
  edit.replace(
    document.uri,
    new vscode.Range(document.positionAt(start), document.positionAt(start + from.length)),
    to,
  );
  assert.ok(await vscode.workspace.applyEdit(edit));
}

/**
 * Types into the editor of the document, as keys would, over what the pattern's first group holds. Not for quotes and
 * brackets: the editor pairs them.
 */
export async function typeOver(document: vscode.TextDocument, pattern: RegExp, text: string): Promise<void> {
  const editor = await vscode.window.showTextDocument(document, vscode.ViewColumn.One);
  const found = pattern.exec(document.getText());
  const typedOver = found?.[1];
  assert.ok(found !== null && typedOver !== undefined, `the file has ${pattern.source}`);
  const start = found.index + found[0].lastIndexOf(typedOver);
  editor.selection = new vscode.Selection(document.positionAt(start), document.positionAt(start + typedOver.length));
  await vscode.commands.executeCommand("type", { text });
}

/** Leaves out the test that calls it. @param reason why, and how to get it run; it stands in the log of the tests */
export function skip(context: Mocha.Context, reason: string): void {
  if (context.test !== undefined) context.test.title += ` (not run: ${reason})`;
  context.skip();
}

/** Ends all runs and closes all editors and panels, so that a test leaves nothing to the next. */
export async function cleanUp(lab: Services): Promise<void> {
  for (const session of lab.sessions.all) {
    session.stop();
    await until(session.onDidChange, () => !session.isActive);
  }
  // Not VS Code's settings, which it writes itself when a test changes one.
  for (const document of vscode.workspace.textDocuments.filter(
    ({ isDirty, uri }) => isDirty && !uri.path.endsWith("/settings.json"),
  )) {
    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
  }
  const panelsGone = lab.panels.all.map(({ panel }) => next(panel.onDidDispose));
  await vscode.commands.executeCommand("workbench.action.closeAllEditors");
  await Promise.all(panelsGone);
}

export function lastWeights(session: ExperimentSession): readonly number[] {
  return [...(session.run?.trace?.column("parameters") ?? [])].slice(-2);
}
