import * as vscode from "vscode";
import { checkLimit, KEEP_SETTING, MAX_SIZE_SETTING, type LimitSetting } from "../runs/limitSettings";
import type { RetentionLimits } from "../runs/retention";
import type { SessionLog } from "../session/experimentSession";
import { countsHere, isOfWorkspace, type RunsFolder } from "./runsFolder";
import { showWarning } from "../window/notifications";

const BYTES_PER_GIGABYTE = 1e9;

/** The limits in the settings, for the runs of a folder. A value that cannot be followed is reported once. */
export class RunLimits {
  /** Null where there is no disk to keep runs on. */
  folder: RunsFolder | null = null;
  private readonly reported = new Set<string>();

  constructor(private readonly log: SessionLog) {}

  /** Whether the runs of an experiment file count. */
  counts(experimentUri: string): boolean {
    return this.folder !== null && countsHere(this.folder, experimentUri);
  }

  /** A workspace does not decide about a folder outside of it. Null without a folder. */
  read(): RetentionLimits | null {
    if (this.folder === null) return null;
    const isWorkspaceValue = isOfWorkspace(this.folder);
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
      showWarning(this.log, problem, {
        label: vscode.l10n.t("Open Settings"),
        run: () => vscode.commands.executeCommand("workbench.action.openSettings", setting.key),
      });
    }
    return value;
  }
}
