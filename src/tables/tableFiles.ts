/** A table that is spread over files: each is one series, and a table of labels may say what they are. */
export interface NamedTable {
  /** As people know it: "recordings/a.csv". */
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface TableFiles {
  /** In the order of their names; at least one. */
  readonly tables: readonly NamedTable[];
  readonly labels: NamedTable | null;
}

/** Whether data are those of several tables. */
export function areTableFiles<T>(data: T | TableFiles): data is TableFiles {
  return typeof data === "object" && data !== null && "tables" in data;
}
