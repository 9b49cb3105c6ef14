import type { Carrier, CarrierEnd, CarrierEvents } from "../carriers/carrier";
import type { ThreadOptions } from "../carriers/threadCarrier";
import type { ThreadEnvironment } from "./processMessages";
import type { ThreadProcess } from "./threadProcess";

/** What is started in a process. */
export interface ProcessThread {
  readonly script: string;
  readonly options: ThreadOptions;
  readonly environment: ThreadEnvironment;
}

/** A thread in a process, in whose place something else works if the process could not be started. */
export class FallbackCarrier<Request, Report> implements Carrier<Request> {
  readonly exited: Promise<void>;
  private readonly first: Carrier<Request>;
  private carrier: Carrier<Request>;
  /** What a process that may not start has been asked. */
  private unsure: Request[] = [];
  private isTerminated = false;
  private isUnreferenced = false;

  /**
   * @param start in the process
   * @param replace starts what works in its place, with the same events
   */
  constructor(
    private readonly process: ThreadProcess,
    start: (events: CarrierEvents<Report>) => Carrier<Request>,
    events: CarrierEvents<Report>,
    replace: (end: CarrierEnd) => Carrier<Request>,
  ) {
    this.first = start({
      onReport: events.onReport,
      onEnd: (end) => {
        if (process.isReady || this.isTerminated) return events.onEnd(end);
        this.carrier = replace(end);
        if (this.isUnreferenced) this.carrier.unref();
        for (const request of this.unsure.splice(0)) this.carrier.post(request);
      },
    });
    this.carrier = this.first;
    this.exited = this.first.exited.then(() => (this.carrier === this.first ? undefined : this.carrier.exited));
  }

  get pid(): number {
    return this.carrier.pid;
  }

  post(request: Request): void {
    if (this.carrier === this.first && !this.process.isReady) this.unsure.push(request);
    else this.unsure = [];
    this.carrier.post(request);
  }

  flush(): void {
    this.carrier.flush();
  }

  async terminate(): Promise<void> {
    this.isTerminated = true;
    await this.carrier.terminate();
  }

  release(): void {
    this.isTerminated = true;
    this.carrier.release();
  }

  unref(): void {
    this.isUnreferenced = true;
    this.carrier.unref();
  }
}
