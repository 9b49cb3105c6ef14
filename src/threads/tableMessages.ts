/** Messages to and from a thread that looks at a table. Both ends are ours, so the types are trusted. */
import type { TableOverview } from "../tables/describeTable";
import type { TableKeys } from "../tables/dialect";

export interface TableJob {
  /** Of the table, and of the experiment that will be beside it. */
  readonly folder: string;
  readonly file: string;
  readonly keys: TableKeys;
}

/** What a thread found. */
export interface LookedAtTable {
  readonly overview: TableOverview;
  readonly bytes: number;
  /** The overview is of so many bytes from the start. */
  readonly readBytes: number;
}

export type TableReply =
  | ({ readonly type: "done" } & LookedAtTable)
  /** In words for a person. */
  | { readonly type: "failed"; readonly message: string };
