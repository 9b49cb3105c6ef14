import type { Carrier, CarrierEnd, CarrierEvents } from "./carriers/carrier";
import type { WorkerReport, WorkerRequest } from "./trainingMessages";
import type { ProcessCarrier } from "./processCarrier";

/** A process, in whose place something else works if it could not be started. */
export class FallbackCarrier implements Carrier<WorkerRequest> {
  readonly exited: Promise<void>;
  private carrier: Carrier<WorkerRequest>;
  /** What a process that may not start has been asked. */
  private unsure: WorkerRequest[] = [];
  private isTerminated = false;
  private isUnreferenced = false;

  /** @param replace starts what works in its place, with the same events */
  constructor(
    private readonly process: ProcessCarrier,
    events: CarrierEvents<WorkerReport>,
    replace: (end: CarrierEnd) => Carrier<WorkerRequest>,
  ) {
    this.carrier = process;
    this.exited = process.exited.then(() => (this.carrier === process ? undefined : this.carrier.exited));
    process.listen({
      onReport: events.onReport,
      onEnd: (end) => {
        if (process.isReady || this.isTerminated) return events.onEnd(end);
        this.carrier = replace(end);
        if (this.isUnreferenced) this.carrier.unref();
        for (const request of this.unsure.splice(0)) this.carrier.post(request);
      },
    });
  }

  get pid(): number {
    return this.carrier.pid;
  }

  post(request: WorkerRequest): void {
    if (this.carrier === this.process && !this.process.isReady) this.unsure.push(request);
    else this.unsure = [];
    this.carrier.post(request);
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
