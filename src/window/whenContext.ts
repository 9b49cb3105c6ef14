import * as vscode from "vscode";

/**
 * Keys for the `when` clauses of package.json. Each is set only when its value changes: every one is a message to the
 * window, which looks at its menus anew.
 */
export class WhenContext {
  private readonly known = new Map<string, string>();

  /** As they were last set. */
  get values(): Readonly<Record<string, unknown>> {
    return Object.fromEntries([...this.known].map(([key, json]) => [key, JSON.parse(json) as unknown]));
  }

  set(key: string, value: unknown): void {
    const json = JSON.stringify(value);
    if (this.known.get(key) === json) return;
    this.known.set(key, json);
    void vscode.commands.executeCommand("setContext", key, value);
  }
}
