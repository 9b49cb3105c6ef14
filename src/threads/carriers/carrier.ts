/** Something that computes beside the thread that started it, and the only way to talk to it. */
export interface Carrier<Request> {
  /** Resolves once nothing of it is left. */
  readonly exited: Promise<void>;
  /** Of the process that it is in. */
  readonly pid: number;
  post(request: Request): void;
  /** What was written to memory that it shares is seen there soon, without a message. */
  flush(): void;
  /** Ends it, even in the middle of a step. Resolves when it has exited. */
  terminate(): Promise<void>;
  /** Ends it; where it is a process, once it has written what a run under way needs to go on. */
  release(): void;
  /** It does not keep this program alive. */
  unref(): void;
}

/** Why a carrier ended: what broke it, or else what it exited with. */
export interface CarrierEnd {
  readonly error: Error | null;
  /** Or the name of the signal that ended it. */
  readonly code: number | string;
  /** What a process that broke has said, for the log. */
  readonly output?: string;
  /** Whether it is the end of a process, with all threads that were in it. */
  readonly isOfProcess?: boolean;
}

export interface CarrierEvents<Report> {
  onReport(report: Report): void;
  /** Called once, also after {@link Carrier.terminate}. Nothing more comes from it. */
  onEnd(end: CarrierEnd): void;
}
