/** Messages to and from a thread that looks at a table, or counts it. Both ends are ours, so the types are trusted. */
import type { TableFile } from "../config/facts/dataFiles";
import type { Experiment } from "../config/schema/schema";
import type { TableCounts } from "../tables/byteSource";
import type { TableOverview } from "../tables/describeTable";
import type { TableKeys } from "../tables/dialect";

export type TableJob =
  | {
      readonly kind: "look";
      /** Of the table, and of the experiment that will be beside it. */
      readonly folder: string;
      readonly file: string;
      readonly keys: TableKeys;
    }
  /** For the memory estimate of the experiment. */
  | { readonly kind: "count"; readonly table: TableFile; readonly experiment: Experiment };

/** What a thread found. */
export interface LookedAtTable {
  readonly overview: TableOverview;
  readonly bytes: number;
  /** The overview is of so many bytes from the start. */
  readonly readBytes: number;
}

export type TableReply =
  | ({ readonly type: "looked" } & LookedAtTable)
  | { readonly type: "counted"; readonly counts: TableCounts }
  /** How far the counting is, in words for a person. */
  | { readonly type: "progress"; readonly message: string }
  /** In words for a person. */
  | { readonly type: "failed"; readonly message: string };
