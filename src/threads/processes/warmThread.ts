import type { Carrier, CarrierEnd, CarrierEvents } from "../carriers/carrier";
import type { ProcessThread } from "./fallbackCarrier";
import type { ThreadProcess } from "./threadProcess";

/** A thread that has been started in a process before somebody needs it. */
export class WarmThread {
  private events: CarrierEvents<never> | null = null;
  private readonly carrier: Carrier<never>;

  /** @param onEnd before somebody uses it */
  constructor(
    readonly process: ThreadProcess,
    readonly thread: ProcessThread,
    onEnd: (end: CarrierEnd) => void,
  ) {
    this.carrier = process.start<never, never>(thread.script, thread.options, thread.environment, {
      onReport: (report) => this.events?.onReport(report),
      onEnd: (end) => (this.events?.onEnd ?? onEnd)(end),
    });
  }

  /** From now on; it must not have ended. */
  use<Request, Report>(events: CarrierEvents<Report>): Carrier<Request> {
    this.events = events;
    return this.carrier as Carrier<Request>;
  }
}
