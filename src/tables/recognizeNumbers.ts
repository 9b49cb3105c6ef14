/** Decimal and thousands marks, by what no other convention could have written. */
import { cellKind, isNumeric } from "./cellKind";
import type { Delimiter, Dialect } from "./dialect";

export interface NumberMarks extends Pick<Dialect, "decimal" | "thousands"> {
  /** A cell that means one number with a decimal comma and another with a point; null where nothing is in doubt. */
  readonly doubtful: string | null;
}

interface Evidence {
  point: number;
  comma: number;
  /** One group of three digits after a mark: "1.234". */
  pointOrGroup: string | null;
  commaOrGroup: string | null;
  groups: Dialect["thousands"];
}

const ONE_GROUP = /^[1-9]\d{0,2}([.,])\d{3}$/;
const SIGN = /^[+-]?\s*[$€£¥]?\s*[+-]?|\s*[%$€£¥]$/gu;
/** The rarer mark is an error in a cell, not the convention, up to this share. */
const RARE = 0.1;

/**
 * @param cells of the rows
 * @param given what the experiment says
 */
export function recognizeNumbers(
  cells: Iterable<string>,
  delimiter: Delimiter,
  given: { readonly decimal: Dialect["decimal"] | null; readonly thousands: Dialect["thousands"] | null },
): NumberMarks {
  const evidence: Evidence = { point: 0, comma: 0, pointOrGroup: null, commaOrGroup: null, groups: "" };
  for (const cell of cells) if (isNumeric(cellKind(cell))) weigh(cell.trim().replace(SIGN, ""), evidence);
  const { point, comma, pointOrGroup, commaOrGroup, groups } = evidence;
  if (given.decimal === null && Math.min(point, comma) > RARE * Math.max(point, comma))
    return { decimal: ".", thousands: given.thousands ?? "", doubtful: pointOrGroup ?? commaOrGroup ?? "1,5" };
  const decimal = given.decimal ?? decimalOf(evidence, delimiter);
  const ownGroup = decimal === "," ? pointOrGroup : commaOrGroup;
  const other = decimal === "," ? "." : ",";
  const thousands = given.thousands ?? (groups !== "" && groups !== decimal ? groups : ownGroup !== null ? other : "");
  const isOpen = given.decimal === null && given.thousands === null && point + comma === 0 && groups === "";
  // Tables with semicolons come from where the comma is decimal; tabs from everywhere.
  const inDoubt = (delimiter === ";" && (pointOrGroup ?? commaOrGroup)) || (delimiter !== "," && commaOrGroup) || null;
  return { decimal, thousands, doubtful: isOpen ? inDoubt : null };
}

function decimalOf({ point, comma, groups }: Evidence, delimiter: Delimiter): "." | "," {
  if (point !== comma) return comma > point ? "," : ".";
  if (groups === ".") return ",";
  return delimiter === "," || groups !== "," ? "." : ".";
}

function weigh(cell: string, evidence: Evidence): void {
  const marks = cell.replace(/[eE][+-]?\d+$/, "").replace(/\d/g, "");
  if (marks === "") return;
  if (marks === ".") {
    if (ONE_GROUP.test(cell)) evidence.pointOrGroup ??= cell;
    else evidence.point++;
  } else if (marks === ",") {
    if (ONE_GROUP.test(cell)) evidence.commaOrGroup ??= cell;
    else evidence.comma++;
  } else {
    const [first] = marks;
    const last = marks.at(-1)!;
    const isBlank = /^[ \u00a0\u202f\u2009]$/.test(first!);
    evidence.groups = isBlank ? " " : (first as Dialect["thousands"]);
    if (last !== first) evidence[last === "," ? "comma" : "point"]++;
  }
}
