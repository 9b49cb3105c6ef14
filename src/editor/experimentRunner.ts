import * as vscode from "vscode";
import type { ExperimentSession } from "../session/experimentSession";
import { fileNameOf } from "../shared/experimentPath";
import type { GradientCheck } from "../shared/trace";
import { rangeIn } from "./diagnostics";
import type { ExperimentFiles, ExperimentText } from "./experimentFiles";
import type { Notifications } from "./notifications";

type ValidText = Extract<ExperimentText, { hash: string }>;

/** From the text of a file to a run of its session, or to a message that says why not. */
export class ExperimentRunner {
  constructor(
    private readonly files: ExperimentFiles,
    private readonly notifications: Notifications,
  ) {}

  /** @returns whether a run was started */
  async run(session: ExperimentSession, { paused }: { readonly paused: boolean }): Promise<boolean> {
    const text = await this.readRunnable(session);
    if (text === null) {
      return false;
    }
    session.start({ experiment: text.experiment, configHash: text.hash, paused });
    return true;
  }

  /** Null when it was refused. */
  async checkGradients(session: ExperimentSession): Promise<GradientCheck | null> {
    const text = await this.readRunnable(session);
    return text === null ? null : session.checkGradients(text.experiment, text.hash);
  }

  private async readRunnable(session: ExperimentSession): Promise<ValidText | null> {
    if (!vscode.workspace.isTrusted) {
      this.notifications.show("RNN Lab does not train in a workspace that is not trusted. Trust the workspace to run its experiments.", {
        label: "Manage Workspace Trust",
        run: () => vscode.commands.executeCommand("workbench.trust.manage"),
      });
      return null;
    }
    const text = await this.files.open(vscode.Uri.parse(session.file.uri));
    if (text.experiment === null) {
      this.refuse(text);
      return null;
    }
    return text;
  }

  private refuse({ document, problems }: ExperimentText): void {
    const problem = problems.find(({ severity }) => severity === "error");
    const fileName = fileNameOf(document.uri.path);
    if (problem === undefined) {
      this.notifications.show(`${fileName} is not an experiment that can run.`);
      return;
    }
    const range = rangeIn(document, problem.range);
    this.notifications.show(`${fileName}, line ${range.start.line + 1}: ${problem.message}`, {
      label: "Show Problem",
      run: () => vscode.window.showTextDocument(document, { selection: range }),
    });
  }
}
