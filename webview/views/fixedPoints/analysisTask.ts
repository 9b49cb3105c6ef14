import * as l10n from "@vscode/l10n";
import { element, setAttribute, setHidden, setText } from "../../ui/dom";

/** The button and the progress bar of an analysis that takes seconds: started, canceled, and asked for step by step. */
export class AnalysisTask {
  readonly button = element("button", { class: "tool tool-text", attributes: { type: "button" } });
  readonly progress: HTMLElement;
  private readonly fill = element("div", { class: "progress-fill" });
  private wanted = false;
  private asked: { readonly runId: string; readonly iteration: number } | null = null;
  private nextPoll = 0;

  constructor(
    private readonly labels: { readonly start: string; readonly title: string },
    private readonly requestDraw: () => void,
  ) {
    this.progress = element(
      "div",
      { class: "progress", attributes: { role: "progressbar", "aria-label": labels.title, "aria-valuemin": "0" } },
      this.fill,
    );
    setHidden(this.progress, true);
    this.button.addEventListener("click", () => {
      if (this.asked === null) return this.start();
      this.stop();
      requestDraw();
    });
  }

  /** With the next draw, unless it runs already. */
  start(): void {
    this.wanted = this.asked === null;
    this.requestDraw();
  }

  get isRunning(): boolean {
    return this.asked !== null;
  }

  /** Of the next part, to be asked at every draw; null where nothing is computed. */
  questionOf(runId: string, iteration: number): { readonly iteration: number; readonly poll: number } | null {
    if (this.asked !== null && this.asked.runId !== runId) this.stop();
    if (this.wanted) {
      this.wanted = false;
      this.nextPoll = 0;
      this.asked = { runId, iteration };
      this.show(0, 1);
    }
    setText(this.button, this.asked === null ? this.labels.start : l10n.t("Cancel"));
    this.button.title = this.asked === null ? this.labels.title : l10n.t("Cancel");
    return this.asked === null ? null : { iteration: this.asked.iteration, poll: this.nextPoll };
  }

  /** @returns whether it is the end */
  receive(answer: { readonly poll: number; readonly done: number; readonly total: number }, isDone: boolean): boolean {
    if (this.asked === null || answer.poll !== this.nextPoll) return false;
    this.nextPoll++;
    this.show(answer.done, answer.total);
    if (isDone) this.stop();
    return isDone;
  }

  stop(): void {
    this.asked = null;
    setHidden(this.progress, true);
  }

  private show(done: number, total: number): void {
    setHidden(this.progress, false);
    this.fill.style.transform = `scaleX(${done / Math.max(1, total)})`;
    setAttribute(this.progress, "aria-valuemax", String(total));
    setAttribute(this.progress, "aria-valuenow", String(done));
  }
}
