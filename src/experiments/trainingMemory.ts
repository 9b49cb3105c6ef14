import { availableParallelism } from "node:os";
import * as vscode from "vscode";
import { IN_WINDOW } from "../config/facts/memoryEstimate";
import type { Disposable } from "../lib/dispose";
import { MemoryBudget } from "../lib/memoryBudget";
import { mostThreads } from "../lib/threadCount";
import { readMemoryLimit } from "../threads/machineMemory";
import { limitMemory } from "../threads/threadMemory";
import { configuredThreads, THREADS_SETTING } from "./threadsSetting";
import type { Notifications } from "../window/notifications";

const SETTING = "rnnLab.memory.limit";

/** The memory that all training in this window shares, as the setting or the machine says. */
export class TrainingMemory implements Disposable {
  readonly budget = new MemoryBudget(0);
  private readonly subscription: vscode.Disposable;

  /** @param notifications of a setting that is no limit */
  constructor(private readonly notifications: Pick<Notifications, "show">) {
    this.apply();
    this.subscription = vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration(SETTING) || change.affectsConfiguration(THREADS_SETTING)) this.apply();
    });
  }

  dispose(): void {
    this.subscription.dispose();
  }

  private apply(): void {
    const configuration = vscode.workspace.getConfiguration();
    const { bytes, problem } = readMemoryLimit(configuration.get<unknown>(SETTING));
    if (problem !== null) this.notifications.show(`${SETTING}: ${problem}`);
    const threads = mostThreads(configuredThreads(configuration), availableParallelism());
    limitMemory({ bytes, setting: SETTING, place: { ...IN_WINDOW, threads } });
    this.budget.limit = bytes;
  }
}
