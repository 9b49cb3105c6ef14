import * as vscode from "vscode";
import { IN_WINDOW } from "../config/facts/memoryEstimate";
import type { Disposable } from "../lib/dispose";
import { MemoryBudget } from "../lib/memoryBudget";
import { readMemoryLimit } from "../threads/machineMemory";
import { limitMemory } from "../threads/threadMemory";
import type { Notifications } from "../window/notifications";

const SETTING = "rnnLab.memory.limit";

/** The memory that all training in this window shares, as the setting or the machine says. */
export class TrainingMemory implements Disposable {
  readonly budget = new MemoryBudget(0);
  private readonly subscription: vscode.Disposable;

  /** @param notifications of a setting that is no limit */
  constructor(private readonly notifications: Pick<Notifications, "show">) {
    this.apply();
    this.subscription = vscode.workspace.onDidChangeConfiguration(
      (change) => change.affectsConfiguration(SETTING) && this.apply(),
    );
  }

  dispose(): void {
    this.subscription.dispose();
  }

  private apply(): void {
    const { bytes, problem } = readMemoryLimit(vscode.workspace.getConfiguration().get<unknown>(SETTING));
    if (problem !== null) this.notifications.show(`${SETTING}: ${problem}`);
    limitMemory({ bytes, setting: SETTING, place: IN_WINDOW });
    this.budget.limit = bytes;
  }
}
