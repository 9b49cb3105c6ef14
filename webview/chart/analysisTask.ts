import * as l10n from "@vscode/l10n";
import type { AnalysisAnswer, AnalysisKind } from "../../src/shared/wire/questions";
import { element, setAttribute, setHidden, setText } from "../ui/dom";

/** A part of an analysis. */
interface Part {
  readonly iteration: number;
  readonly attempt: number;
  readonly poll: number;
}

/** What is asked for, of one iteration after another. */
interface Asked<O> {
  readonly runId: string;
  readonly iterations: readonly number[];
  readonly options: O;
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
  private asked: Asked<O> | null = null;
  /** Of the iterations asked for. */
  private at = 0;
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
   * @param wish what an analysis that begins is asked with, or why it cannot begin
   */
  partOf(runId: string, wish: () => Omit<Asked<O>, "runId"> | { readonly problem: string }): (O & Part) | null {
    if (this.asked !== null && this.asked.runId !== runId) this.stop();
    if (this.wanted) {
      this.wanted = false;
      const wished = wish();
      if ("problem" in wished) this.fail(wished.problem);
      else this.begin({ runId, ...wished });
    }
    setText(this.button, this.asked === null ? this.labels.start : l10n.t("Cancel"));
    this.button.title = this.asked === null ? this.labels.title : l10n.t("Cancel");
    if (this.asked === null) return null;
    const { options, iterations } = this.asked;
    return { ...options, iteration: iterations[this.at] ?? 0, attempt: this.attempt, poll: this.nextPoll };
  }

  private begin(asked: Asked<O>): void {
    this.asked = asked;
    setHidden(this.message, true);
    this.beginAt(0);
  }

  private beginAt(at: number): void {
    this.at = at;
    this.attempt++;
    this.nextPoll = 0;
    this.show(0, 1);
  }

  /** @param reason in a sentence */
  fail(reason: string): void {
    this.stop();
    setText(this.message, reason);
    setHidden(this.message, false);
  }

  /** @returns the options of what is done with it; null: it is another answer, or a part */
  receive({ attempt, poll, done, total }: Progress, isDone: boolean): O | null {
    if (this.asked === null || attempt !== this.attempt || poll !== this.nextPoll) return null;
    const { options, iterations } = this.asked;
    this.nextPoll++;
    this.show(done, total);
    if (!isDone) return null;
    if (this.at + 1 < iterations.length) this.beginAt(this.at + 1);
    else this.stop();
    return options;
  }

  stop(): void {
    this.asked = null;
    setHidden(this.progress, true);
  }

  private show(done: number, total: number): void {
    setHidden(this.progress, false);
    const count = this.asked?.iterations.length ?? 1;
    const now = this.at * total + done;
    this.fill.style.transform = `scaleX(${now / Math.max(1, count * total)})`;
    setAttribute(this.progress, "aria-valuemax", String(count * total));
    setAttribute(this.progress, "aria-valuenow", String(now));
  }
}
