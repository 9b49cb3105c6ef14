/**
 * A small extension next to the one under test, in the same extension host: it acts as a user, reports the state of the
 * host, and measures its event loop. Each new host starts it again, also after a crash.
 */
import { connect, type Socket } from "node:net";
import * as vscode from "vscode";
import type { ActivatedServices } from "../../src/app/services";
import type { ExperimentSession } from "../../src/session/experimentSession";
import { LoopDelays } from "./loopDelays";
import {
  lineReader,
  STATUS_PREFIX,
  type Edited,
  type HostMessage,
  type HostQuestion,
  type HostState,
  type PassedRun,
  type Question,
  type SessionState,
} from "./protocol";

/** A command that asks something is not waited for any longer. */
const COMMAND_MS = 8000;
const PROGRESS_MS = 50;
/** Until a typing error is seen and corrected. */
const TYPO_MS = 400;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const port = Number(process.env["RNNLAB_CHAOS_PORT"]);
  if (!Number.isInteger(port) || port === 0) return;
  const extension = vscode.extensions.getExtension<ActivatedServices>("rnn-lab.rnn-lab");
  if (extension === undefined) throw new Error("The extension under test is not installed.");
  const lab = await extension.activate();
  const socket = connect(port, "127.0.0.1");
  // The chaos run has ended, and this host is about to.
  socket.on("error", () => undefined);
  const probe = new Probe(lab, socket);
  const status = vscode.window.createStatusBarItem(vscode.StatusBarAlignment.Left, 1000);
  status.text = `${STATUS_PREFIX} ${process.pid}`;
  status.show();
  context.subscriptions.push(status, probe);
}

class Probe implements vscode.Disposable {
  private readonly delays = new LoopDelays();
  private readonly passed: PassedRun[] = [];
  /** The run of each session, and since when. */
  private readonly present = new Map<ExperimentSession, { runId: string; typed: boolean; since: number }>();
  private readonly told = new Map<string, number>();
  private readonly timer = setInterval(() => this.sendProgress(), PROGRESS_MS);

  constructor(
    private readonly lab: ActivatedServices,
    private readonly socket: Socket,
  ) {
    socket.setEncoding("utf8");
    socket.on(
      "data",
      lineReader((line) => this.onQuestion(JSON.parse(line) as HostQuestion)),
    );
    lab.sessions.onDidChange(({ session }) => this.follow(session));
    this.send({ type: "hello", process: process.pid });
  }

  dispose(): void {
    clearInterval(this.timer);
    this.delays.dispose();
    this.socket.destroy();
  }

  private send(message: HostMessage): void {
    if (!this.socket.destroyed) this.socket.write(`${JSON.stringify(message)}\n`);
  }

  private onQuestion({ id, question }: HostQuestion): void {
    this.answer(question).then(
      (value) => this.send({ type: "answer", id, value }),
      (error: unknown) =>
        this.send({
          type: "failed",
          id,
          error: error instanceof Error ? (error.stack ?? error.message) : String(error),
        }),
    );
  }

  private async answer(question: Question): Promise<unknown> {
    switch (question.kind) {
      case "state":
        return this.state();
      case "delays":
        return this.delays.take();
      case "command":
        return command(question.id, ...question.args.map(asArgument));
      case "open":
        await show(vscode.Uri.file(question.path));
        return null;
      case "closeEditors":
        return command("workbench.action.closeAllEditors");
      case "closePanel": {
        const session = this.lab.sessions.find(vscode.Uri.file(question.path).toString());
        if (session !== null) this.lab.panels.close(session);
        return null;
      }
      case "edit":
        return edit(question);
      case "typo":
        return typo(question);
      case "nudge":
        return nudge(question);
      default:
        return question satisfies never;
    }
  }

  private state(): HostState {
    const { sessions, panels, runs } = this.lab;
    return {
      rss: process.memoryUsage().rss,
      sessions: sessions.all.map(describeSession),
      panels: panels.all.map(({ panel, session }) => ({
        uri: session.file.uri,
        name: session.file.name,
        fileName: session.file.fileName,
        isVisible: panel.visible,
        phase: session.status.phase,
        iteration: session.status.iteration,
      })),
      listed: runs.store?.all.map(({ id, state }) => ({ id, state })) ?? [],
      passed: this.passed,
    };
  }

  private follow(session: ExperimentSession): void {
    const { run } = session;
    const before = this.present.get(session);
    if (run === null || before?.runId === run.runId) return;
    const typed = run.request.byTyping === true;
    const now = performance.now();
    if (before?.typed === true && typed) this.passed.push({ runId: before.runId, lifetimeMs: now - before.since });
    this.present.set(session, { runId: run.runId, typed, since: now });
  }

  private sendProgress(): void {
    const runs = this.lab.sessions.all.flatMap((session): [string, number][] => {
      const { runId, iteration, isRecorded } = describeSession(session);
      if (runId === null || !isRecorded || this.told.get(runId) === iteration) return [];
      this.told.set(runId, iteration);
      return [[runId, iteration]];
    });
    if (runs.length > 0) this.send({ type: "progress", runs });
  }
}

function describeSession(session: ExperimentSession): SessionState {
  const { run, file, status, handover } = session;
  return {
    uri: file.uri,
    name: file.name,
    fileName: file.fileName,
    phase: status.phase,
    iteration: status.iteration,
    runId: run?.runId ?? null,
    isRecorded: run !== null && run.recorded === null,
    notSaved: run?.notSaved ?? null,
    isOnTheMove: handover.hasNext || handover.editState === "coming",
  };
}

/** With a time limit: a command may wait for an answer of the user. */
function command(id: string, ...args: readonly unknown[]): Promise<unknown> {
  const waited = new Promise((resolve) => setTimeout(() => resolve("waits"), COMMAND_MS));
  return Promise.race([vscode.commands.executeCommand(id, ...args).then(describeResult), waited]);
}

function describeResult(value: unknown): string | number | boolean | null {
  if (value instanceof vscode.Uri) return value.fsPath;
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? value : null;
}

function asArgument(value: unknown): unknown {
  const path = (value as { readonly path?: unknown } | null)?.path;
  return typeof path === "string" ? vscode.Uri.file(path) : value;
}

async function show(uri: vscode.Uri): Promise<vscode.TextEditor> {
  return vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), vscode.ViewColumn.One);
}

/** Where the value of a field stands. */
function rangeOf(document: vscode.TextDocument, field: string): vscode.Range {
  const found = new RegExp(`("${field}":\\s*)([^,}\\s]*)`).exec(document.getText());
  if (found === null) throw new Error(`${document.fileName} has no ${field}`);
  const start = found.index + (found[1]?.length ?? 0);
  return new vscode.Range(document.positionAt(start), document.positionAt(start + (found[2]?.length ?? 0)));
}

async function edit({ path, field, value, save }: Extract<Question, { kind: "edit" }>): Promise<Edited> {
  const { document } = await show(vscode.Uri.file(path));
  const change = new vscode.WorkspaceEdit();
  change.replace(document.uri, rangeOf(document, field), value);
  await vscode.workspace.applyEdit(change);
  // Refused where another window has saved the file since this one read it.
  const isSaved = save && (await document.save());
  return { text: document.getText(), isSaved };
}

async function typo({ path, field }: Extract<Question, { kind: "typo" }>): Promise<null> {
  const { document } = await show(vscode.Uri.file(path));
  const right = document.getText(rangeOf(document, field));
  await edit({ kind: "edit", path, field, value: `${right}x`, save: false });
  await new Promise((resolve) => setTimeout(resolve, TYPO_MS));
  await edit({ kind: "edit", path, field, value: right, save: false });
  return null;
}

async function nudge({ path, field, times }: Extract<Question, { kind: "nudge" }>): Promise<string> {
  const editor = await show(vscode.Uri.file(path));
  const { start } = rangeOf(editor.document, field);
  editor.selection = new vscode.Selection(start, start);
  for (let step = 0; step < times; step++) await vscode.commands.executeCommand("rnnLab.increaseValue");
  return editor.document.getText();
}
