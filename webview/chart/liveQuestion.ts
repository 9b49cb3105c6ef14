import type { Question } from "../../src/shared/wire/questions";
import type { CardHost } from "./card";
import type { ChartModel } from "./model";

/** While the cursor follows a run that goes on: often enough to look alive, seldom enough for the training. */
const ASK_EVERY_MS = 200;

/** Asks about the iteration of the cursor, and not too often while that moves by itself. */
export class LiveQuery {
  private askedAt = -Infinity;
  private askedFor = "";
  private timer: number | null = null;

  constructor(private readonly host: Pick<CardHost, "ask" | "requestDraw">) {}

  /** Call it at every draw. */
  ask(model: ChartModel, question: Question): void {
    const about = `${model.header.runId} ${JSON.stringify({ ...question, iteration: 0 })}`;
    const wait = this.askedAt + ASK_EVERY_MS - performance.now();
    if (about === this.askedFor && model.place.followsLatest && wait > 0) {
      // What came in between must show in the end.
      this.timer ??= window.setTimeout(() => {
        this.timer = null;
        this.host.requestDraw();
      }, wait);
      return;
    }
    this.askedAt = performance.now();
    this.askedFor = about;
    this.host.ask(question);
  }
}
