import type { Carrier, CarrierEvents } from "./carrier";
import { startThread, type ThreadOptions } from "./threadCarrier";

/** Where threads are: in this process, or in others. */
export interface ThreadPlace {
  /** Memory that a room takes there beside the work of its threads. */
  readonly overheadBytes: number;
  openRoom(): ThreadRoom;
}

/** Threads that belong together. Where they are in another process, those that are there at once share one. */
export interface ThreadRoom {
  /** A setting has changed that its threads were started with: another room is to be opened for the next. */
  readonly isOutdated: boolean;
  /** @param scriptPath one of dist */
  start<Request, Report>(scriptPath: string, options: ThreadOptions, events: CarrierEvents<Report>): Carrier<Request>;
}

export const THIS_PROCESS: ThreadPlace = {
  overheadBytes: 0,
  openRoom: () => ({ isOutdated: false, start: startThread }),
};
