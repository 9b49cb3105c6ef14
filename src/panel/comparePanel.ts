import * as vscode from "vscode";
import type { CompareHostMessage, ComparePageMessage, Comparison } from "../shared/wire/comparison";
import { DisposableStore, type Disposable } from "../lib/dispose";
import { readComparePageMessage } from "./compareMessages";
import type { PanelPages } from "./panelPages";
import { SinglePanel } from "./singlePanel";

/** Also in package.json, where it wakes the extension for a panel that a window reload left behind. */
export const COMPARE_TYPE = "rnnLab.compare";

export interface CompareHost {
  collect(ids: readonly string[]): Promise<Comparison>;
  /** Names of the compared runs. */
  names(ids: readonly string[]): readonly string[];
  act(message: Extract<ComparePageMessage, { type: "verb" }>): void;
  warn(message: string): void;
}

/** The panel that compares runs, which is given other runs when others are chosen. */
export class ComparePanel implements Disposable {
  private readonly owned = new DisposableStore();
  private readonly panel: SinglePanel<CompareHostMessage, ComparePageMessage>;
  private ids: readonly string[] = [];
  private collecting = 0;
  private readonly sent = this.owned.add(new vscode.EventEmitter<Comparison>());
  /** What was sent to the page. */
  readonly onDidSend = this.sent.event;

  constructor(
    pages: PanelPages,
    private readonly host: CompareHost,
  ) {
    this.panel = this.owned.add(
      new SinglePanel<CompareHostMessage, ComparePageMessage>(pages, {
        type: COMPARE_TYPE,
        script: "compare",
        name: "the run comparison",
        read: readComparePageMessage,
        onDidAppear: () => this.send(),
        onMessage: (message) => {
          if (message.type === "verb") return host.act(message);
          this.ids = this.ids.filter((id) => id !== message.id);
          this.send();
        },
        warn: (message) => host.warn(message),
      }),
    );
  }

  /** That of its tab. */
  get title(): string | null {
    return this.panel.title;
  }

  get comparedIds(): readonly string[] {
    return this.panel.exists ? this.ids : [];
  }

  show(ids: readonly string[]): void {
    this.ids = [...new Set(ids)];
    this.panel.show(vscode.l10n.t("Compare Runs"));
    this.send();
  }

  /** Takes over a panel that a window reload has left. */
  restore(panel: vscode.WebviewPanel, ids: readonly string[]): void {
    if (this.panel.exists || ids.length === 0) {
      panel.dispose();
      return;
    }
    this.ids = ids;
    this.panel.restore(panel);
  }

  /** Runs or their notes have changed. */
  refresh(): void {
    if (this.panel.exists) this.send();
  }

  dispose(): void {
    this.owned.dispose();
  }

  /** Of two runs their names, of more their number. */
  private showTitle(): void {
    const names = this.host.names(this.ids);
    this.panel.setTitle(
      names.length === 2
        ? vscode.l10n.t("Compare {0}", names.join(" ↔ "))
        : vscode.l10n.t("Compare {0} Runs", names.length),
    );
  }

  /** What was asked for last is what is shown. */
  private send(): void {
    this.showTitle();
    if (!this.panel.isOpen) return;
    const turn = ++this.collecting;
    this.host.collect(this.ids).then(
      (comparison) => {
        if (turn !== this.collecting || !this.panel.isOpen) return;
        this.panel.post({ type: "comparison", comparison });
        this.sent.fire(comparison);
      },
      (error: unknown) => this.host.warn(`The runs could not be compared: ${String(error)}`),
    );
  }
}
