import * as vscode from "vscode";
import { checkLimit, KEEP_SETTING, MAX_SIZE_SETTING, type LimitSetting } from "../runs/limitSettings";
import type { RetentionLimits } from "../runs/retention";
import type { SessionLog } from "../session/experimentSession";
import { isOfWorkspace, type RunsFolder } from "./runsFolder";

const BYTES_PER_GIGABYTE = 1e9;

/** The limits in the settings. A value that cannot be followed is reported once. */
export class RunLimits {
  private readonly reported = new Set<string>();

  constructor(private readonly log: SessionLog) {}

  /** A workspace does not decide about a folder outside of it. */
  read(folder: RunsFolder): RetentionLimits {
    const isWorkspaceValue = isOfWorkspace(folder);
    return {
      runs: this.check(KEEP_SETTING, isWorkspaceValue),
      bytes: this.check(MAX_SIZE_SETTING, isWorkspaceValue) * BYTES_PER_GIGABYTE,
    };
  }

  private check(setting: LimitSetting, isWorkspaceValue: boolean): number {
    const configuration = vscode.workspace.getConfiguration();
    const ofUser = configuration.inspect(setting.key);
    const set: unknown = isWorkspaceValue ? configuration.get(setting.key) : ofUser?.globalValue;
    const { value, problem } = checkLimit(setting, set === undefined ? setting.fallback : set);
    if (problem !== null && !this.reported.has(problem)) {
      this.reported.add(problem);
      this.log.warn(problem);
      const open = vscode.l10n.t("Open Settings");
      vscode.window.showWarningMessage(problem, open).then(
        (answer) =>
          answer === open ? vscode.commands.executeCommand("workbench.action.openSettings", setting.key) : undefined,
        (error: unknown) => this.log.warn(String(error)),
      );
    }
    return value;
  }
}
