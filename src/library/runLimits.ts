import * as vscode from "vscode";
import { checkLimit, KEEP_SETTING, MAX_SIZE_SETTING, type LimitSetting } from "../runs/limitSettings";
import type { RetentionLimits } from "../runs/retention";
import type { SessionLog } from "../session/experimentSession";
import { countsHere, isOfWorkspace, type RunsFolder } from "./runsFolder";
import { showWarning } from "../window/notifications";

const BYTES_PER_GIGABYTE = 1e9;

/** The limits in the settings, for the runs of a folder. A value that cannot be followed is reported once. */
export class RunLimits {
  private folder: RunsFolder | null = null;
  /**
   * Whether the runs of an experiment file count. Another function once it may say something else: a plan is kept as
   * long as it is the same.
   */
  counts: (experimentUri: string) => boolean = () => false;
  private readonly reported = new Set<string>();

  constructor(private readonly log: SessionLog) {}

  /** The settings or the folders of the workspace have changed. @param folder null: no disk to keep runs on */
  use(folder: RunsFolder | null): void {
    this.folder = folder;
    this.counts = (experimentUri) => folder !== null && countsHere(folder, experimentUri);
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
