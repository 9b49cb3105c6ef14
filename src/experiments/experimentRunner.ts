import * as vscode from "vscode";
import { NO_FILES } from "../config/facts/dataFiles";
import type { Problem } from "../config/schema/problem";
import { problemAt } from "../config/read/problemAt";
import { namesFiles, readExperimentFiles } from "../files/readExperimentFiles";
import type { ExperimentSession } from "../session/experimentSession";
import type { RunRequest } from "../session/runState";
import { ExperimentError } from "../config/facts/experimentError";
import type { RunOrigin } from "../shared/handover/policy";
import { fileNameOf } from "./experimentPath";
import type { GradientCheck } from "../shared/trace/trace";
import type { ThreadsSetting } from "../lib/threadCount";
import { rangeIn } from "./documentRange";
import { folderOf, textError, type ExperimentFiles, type RunnableText } from "./experimentFiles";
import { configuredThreads } from "./threadsSetting";
import type { Notifications } from "../window/notifications";

type Runnable = Required<Pick<RunRequest, "experiment" | "configHash" | "files" | "text">>;

/** From the text of a file to a run of its session, or to a message that says why not. */
export class ExperimentRunner {
  constructor(
    private readonly files: ExperimentFiles,
    private readonly notifications: Notifications,
    /** Settles when a run can be numbered. */
    private readonly ready: () => Promise<void>,
  ) {}

  /** @returns whether a run was started */
  async run(session: ExperimentSession, { paused }: { readonly paused: boolean }): Promise<boolean> {
    const isWanted = session.handover.watch();
    const runnable = await this.readText(session);
    await this.ready();
    if (runnable === null || !isWanted()) {
      return false;
    }
    session.start({ ...runnable, threads: threadsFor(session), paused });
    return true;
  }

  /**
   * Runs a text that was just typed, at once when it names no files. Someone who types wants no message in a corner:
   * what is wrong is said in the panel.
   */
  async runTyped(
    session: ExperimentSession,
    { document, experiment, hash }: RunnableText,
    origin: Pick<RunOrigin, "movement"> = {},
  ): Promise<void> {
    const start = (files: Runnable["files"]): void =>
      session.start({
        experiment,
        configHash: hash,
        text: document.getText(),
        files,
        threads: threadsFor(session),
        paused: false,
        byTyping: true,
        ...origin,
      });
    if (!namesFiles(experiment)) {
      start(NO_FILES);
      return;
    }
    const { version } = document;
    const isWanted = session.handover.watch();
    const runnable = await this.readFiles({ document, experiment, hash });
    // A later text has its own turn.
    if (document.version === version && isWanted()) {
      if ("problem" in runnable) {
        const { experiment: _spoilt, ...file } = session.file;
        session.describe({ ...file, configHash: null, error: textError(document, runnable.problem) });
      } else {
        start(runnable.files);
      }
    }
  }

  /** @returns whether a race was started */
  async race(session: ExperimentSession): Promise<boolean> {
    const runnable = await this.readRunnable(session);
    if (runnable !== null) session.beside.race.start(runnable);
    return runnable !== null;
  }

  /** @returns whether a learning-rate range test was started */
  async testRates(session: ExperimentSession): Promise<boolean> {
    const runnable = await this.readRunnable(session);
    if (runnable === null) return false;
    try {
      session.beside.rateTest.start(runnable);
      return true;
    } catch (error) {
      if (!(error instanceof ExperimentError)) throw error;
      const { document } = await this.files.open(vscode.Uri.parse(session.file.uri));
      this.refuse(document, [problemAt(runnable.text, error.code, error.path, error.message)]);
      return false;
    }
  }

  /** Trains the experiment with several seeds, beside its run. @returns whether that was started */
  async trySeeds(session: ExperimentSession): Promise<boolean> {
    const runnable = await this.readRunnable(session);
    if (runnable !== null) session.beside.seeds.start(runnable);
    return runnable !== null;
  }

  /**
   * The run under way takes over what the text says now; the file is not saved.
   * @throws Error in words for a person when it cannot
   */
  async applyToRunning(session: ExperimentSession): Promise<void> {
    const { document, experiment, hash, problems } = await this.files.open(vscode.Uri.parse(session.file.uri));
    if (experiment === null) {
      this.refuse(document, problems);
    } else {
      await session.applyUpdates({ experiment, configHash: hash });
    }
  }

  /** Null when it was refused. */
  async checkGradients(session: ExperimentSession): Promise<GradientCheck | null> {
    const runnable = await this.readRunnable(session);
    return runnable === null ? null : session.questions.checkGradients(runnable);
  }

  /**
   * What training beside a run needs, with the table counted; null when it was refused and the user was told why.
   * @throws Error in words for a person when the table cannot be read
   */
  async readRunnable(session: ExperimentSession): Promise<Runnable | null> {
    const runnable = await this.readText(session);
    return runnable && { ...runnable, files: await countFiles(session, runnable) };
  }

  /** What a run needs, or null when it was refused and the user was told why. */
  private async readText(session: ExperimentSession): Promise<Runnable | null> {
    if (!vscode.workspace.isTrusted) {
      this.notifications.show(
        vscode.l10n.t("RNN Lab does not run experiments in an untrusted workspace. Trust the workspace to run them."),
        {
          label: vscode.l10n.t("Manage Workspace Trust"),
          run: () => vscode.commands.executeCommand("workbench.trust.manage"),
        },
      );
      return null;
    }
    const text = await this.files.open(vscode.Uri.parse(session.file.uri));
    if (text.experiment === null) {
      this.refuse(text.document, text.problems);
      return null;
    }
    const runnable = await this.readFiles(text);
    if ("problem" in runnable) {
      this.refuse(text.document, [runnable.problem]);
      return null;
    }
    return runnable;
  }

  private async readFiles({
    document,
    experiment,
    hash,
  }: RunnableText): Promise<Runnable | { readonly problem: Problem }> {
    try {
      return {
        experiment,
        configHash: hash,
        text: document.getText(),
        files: await readExperimentFiles(folderOf(document.uri), experiment),
      };
    } catch (error) {
      if (!(error instanceof ExperimentError)) throw error;
      return { problem: problemAt(document.getText(), error.code, error.path, error.message) };
    }
  }

  /** Says the first error, with a way to its place. */
  refuse(document: vscode.TextDocument, problems: readonly Problem[]): void {
    const problem = problems.find(({ severity }) => severity === "error");
    const fileName = fileNameOf(document.uri.path);
    if (problem === undefined) {
      this.notifications.show(vscode.l10n.t("{0} has errors and cannot be run.", fileName));
      return;
    }
    const range = rangeIn(document, problem.range);
    this.notifications.show(vscode.l10n.t("{0}, line {1}: {2}", fileName, range.start.line + 1, problem.message), {
      label: vscode.l10n.t("Show Problem"),
      run: () => vscode.window.showTextDocument(document, { selection: range }),
    });
  }
}

/** Says so in the status bar while it takes its time. */
export function countFiles(
  session: ExperimentSession,
  { experiment, files }: Pick<Runnable, "experiment" | "files">,
): Promise<Runnable["files"]> {
  const title = vscode.l10n.t("Counting the rows of the table…");
  return Promise.resolve(
    vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title }, () =>
      session.thread.counter.countBeside(experiment, files),
    ),
  );
}

function threadsFor({ file }: ExperimentSession): ThreadsSetting {
  return configuredThreads(vscode.workspace.getConfiguration(undefined, vscode.Uri.parse(file.uri)));
}
