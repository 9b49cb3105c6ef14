import * as l10n from "@vscode/l10n";
import type { AnalysisAnswer, AnalysisKind } from "../../src/shared/wire/questions";
import { element, setAttribute, setHidden, setText } from "../ui/dom";

/** A part of an analysis. */
interface Part {
  readonly iteration: number;
  readonly attempt: number;
  readonly poll: number;
}

type Progress = Pick<AnalysisAnswer<AnalysisKind>, "attempt" | "poll" | "done" | "total">;

/**
 * The button, the progress bar and the message of an analysis that takes seconds: started, canceled, and asked for step
 * by step.
 */
export class AnalysisTask<O extends object> {
  readonly button = element("button", { class: "tool tool-text", attributes: { type: "button" } });
  readonly progress: HTMLElement;
  /** Why there is no result. */
  readonly message = element("p", { class: "typed-message is-problem", attributes: { role: "alert" } });
  private readonly fill = element("div", { class: "progress-fill" });
  private wanted = false;
  private asked: { readonly runId: string; readonly iteration: number; readonly options: O } | null = null;
  private attempt = 0;
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
    setHidden(this.message, true);
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

  /**
   * The next part, to be asked at every draw; null where nothing is computed.
   * @param readOptions of an analysis that begins, or why it cannot
   */
  partOf(runId: string, iteration: number, readOptions: () => O | { readonly problem: string }): (O & Part) | null {
    if (this.asked !== null && this.asked.runId !== runId) this.stop();
    if (this.wanted) {
      this.wanted = false;
      const options = readOptions();
      if ("problem" in options) this.fail(options.problem);
      else this.begin({ runId, iteration, options });
    }
    setText(this.button, this.asked === null ? this.labels.start : l10n.t("Cancel"));
    this.button.title = this.asked === null ? this.labels.title : l10n.t("Cancel");
    if (this.asked === null) return null;
    return { ...this.asked.options, iteration: this.asked.iteration, attempt: this.attempt, poll: this.nextPoll };
  }

  private begin(asked: NonNullable<typeof this.asked>): void {
    this.asked = asked;
    this.attempt++;
    this.nextPoll = 0;
    setHidden(this.message, true);
    this.show(0, 1);
  }

  /** @param reason in a sentence */
  fail(reason: string): void {
    this.stop();
    setText(this.message, reason);
    setHidden(this.message, false);
  }

  /** @returns whether it is the end */
  receive({ attempt, poll, done, total }: Progress, isDone: boolean): boolean {
    if (this.asked === null || attempt !== this.attempt || poll !== this.nextPoll) return false;
    this.nextPoll++;
    this.show(done, total);
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
