import { Deadline } from "./deadline";
import type { Disposable } from "./dispose";

/**
 * Calls that come no closer together than some time: the first is made at once, and of those that are asked for before
 * the time is over one is made at its end.
 */
export class SpacedCalls implements Disposable {
  private readonly pause: Deadline;
  private isDue = false;

  constructor(
    afterMs: number,
    private readonly call: () => void,
  ) {
    this.pause = new Deadline(afterMs);
  }

  request(): void {
    if (this.pause.isSet) {
      this.isDue = true;
      return;
    }
    this.isDue = false;
    this.pause.set(() => this.isDue && this.request());
    this.call();
  }

  /** The next call that is asked for is made at once; one that is due is not made. */
  reset(): void {
    this.isDue = false;
    this.pause.clear();
  }

  dispose(): void {
    this.reset();
  }
}
