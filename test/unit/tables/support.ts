import type { Dialect } from "../../../src/tables/dialect";
import type { ColumnRequest } from "../../../src/tables/readTable";

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
