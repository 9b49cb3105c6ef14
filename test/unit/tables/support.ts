import type { Dialect, TableKeys } from "../../../src/tables/dialect";
import type { ColumnRequest } from "../../../src/tables/readTable";

/** Nothing is said about the table. */
export const AUTO: TableKeys = {
  delimiter: "auto",
  decimal: "auto",
  thousands: "auto",
  header: "auto",
  skip: "auto",
  footer: "auto",
  comment: "auto",
  missing: null,
};

export const PLAIN_DIALECT: Dialect = {
  delimiter: ",",
  decimal: ".",
  thousands: "",
  skip: 0,
  header: 1,
  footer: 0,
  comment: "",
  markers: [],
};

export function requestOf(name: string): ColumnRequest {
  return { name, kind: "number", format: null, key: "columns" };
}
