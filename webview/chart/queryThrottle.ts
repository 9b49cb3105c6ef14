import type { Question } from "../../src/shared/wire/questions";
import type { CardHost } from "./card";
import type { RowModel } from "./model";

/** While the cursor follows a run that goes on: often enough to look alive, seldom enough for the training. */
const ASK_EVERY_MS = 200;

/** Limits how often a view asks the same question while the cursor follows a run that goes on. */
export class QueryThrottle {
  private askedAt = -Infinity;
  private askedFor = "";
  private timer: number | null = null;

  constructor(
    private readonly host: Pick<CardHost, "ask" | "requestDraw">,
    private readonly everyMs = ASK_EVERY_MS,
  ) {}

  /** Asks about the iteration of the cursor, if it is time to. Call it at every draw. */
  ask(model: RowModel, question: Question): void {
    const about = `${model.header.runId} ${JSON.stringify({ ...question, iteration: 0 })}`;
    if (this.isDue(about, model.place.followsLatest)) this.host.ask(question);
  }

  /**
   * Whether to ask now. If not, a draw follows when it is time: what the last rows of a run brought must show in the
   * end.
   * @param about another subject is asked about at once
   * @param live the same question has another answer with every row
   */
  isDue(about: string, live: boolean): boolean {
    const wait = this.askedAt + this.everyMs - performance.now();
    if (live && about === this.askedFor && wait > 0) {
      this.timer ??= window.setTimeout(() => {
        this.timer = null;
        this.host.requestDraw();
      }, wait);
      return false;
    }
    this.askedAt = performance.now();
    this.askedFor = about;
    return true;
  }
}
