/** The types of the values in a .npy file, and which of them are numbers or text. */
import * as l10n from "@vscode/l10n";
import { describeValue } from "../lib/outsideText";
import type { PythonValue } from "./pythonLiteral";

/** How the bytes of one value are read. */
export interface ScalarType {
  /** As the header names it: "<f4". */
  readonly dtype: string;
  readonly code: "f" | "i" | "u" | "b" | "U" | "S";
  readonly bytes: number;
  readonly littleEndian: boolean;
}

/** A field of each element: where it begins, and how many values it has, as an array of its own in each element. */
export interface NpyField {
  /** "" for the only one of an array without fields; names of nested fields are joined with dots. */
  readonly name: string;
  readonly type: ScalarType;
  readonly offset: number;
  readonly shape: readonly number[];
}

export interface NpyElement {
  readonly bytes: number;
  readonly fields: readonly NpyField[];
}

/** Deeper records, and more fields, are none that somebody has made by hand. */
const MAX_DEPTH = 8;
const MAX_FIELDS = 10_000;
const SIZES: Readonly<Record<ScalarType["code"], readonly number[] | null>> = {
  f: [2, 4, 8],
  i: [1, 2, 4, 8],
  u: [1, 2, 4, 8],
  b: [1],
  U: null,
  S: null,
};

/** The layout of an element. @throws Error naming a type that is no number and no text */
export function readDescription(description: PythonValue): NpyElement {
  if (typeof description === "string") {
    const type = scalarType(description, "");
    return { bytes: type.bytes, fields: [{ name: "", type, offset: 0, shape: [] }] };
  }
  const fields: NpyField[] = [];
  const bytes = readFields(description, "", 0, [], fields, 0);
  if (fields.length === 0) throw new Error(l10n.t("the dtype {0} has no fields", describeValue(description)));
  return { bytes, fields };
}

/** @returns the bytes of one record */
function readFields(
  list: PythonValue,
  prefix: string,
  start: number,
  outer: readonly number[],
  fields: NpyField[],
  depth: number,
): number {
  if (!Array.isArray(list) || depth > MAX_DEPTH) throw new Error(l10n.t("the header has no dtype that NumPy writes"));
  let bytes = 0;
  for (const entry of list as readonly PythonValue[]) {
    const [title, description, shape = []] = Array.isArray(entry) ? (entry as readonly PythonValue[]) : [];
    // A field may have a title beside its name.
    const name = Array.isArray(title) ? (title as readonly PythonValue[])[1] : title;
    const lengths = typeof shape === "number" ? [shape] : shape;
    if (typeof name !== "string" || description === undefined || !isShape(lengths) || fields.length >= MAX_FIELDS)
      throw new Error(l10n.t("the header has no dtype that NumPy writes"));
    const count = lengths.reduce((product, length) => product * length, 1);
    const full = prefix === "" ? name : `${prefix}.${name}`;
    if (typeof description === "string") {
      const padding = name === "" ? /^\|V(\d+)$/.exec(description) : null;
      if (padding !== null) {
        bytes += Number(padding[1]);
        continue;
      }
      const type = scalarType(description, full);
      fields.push({ name: full, type, offset: start + bytes, shape: [...outer, ...lengths] });
      bytes += type.bytes * count;
    } else {
      if (lengths.length > 0)
        throw new Error(
          l10n.t("the field {0} is an array of records; save it as an array of its own", describeValue(full)),
        );
      bytes += readFields(description, full, start + bytes, outer, fields, depth + 1);
    }
  }
  return bytes;
}

/** @param field "" where the array has no fields */
function scalarType(dtype: string, field: string): ScalarType {
  const [, order = "", code = "", size = ""] = /^([<>|=]?)([a-zA-Z])(\d*)/.exec(dtype) ?? [];
  const known = Object.hasOwn(SIZES, code) ? (code as ScalarType["code"]) : null;
  const sizes = known === null ? null : SIZES[known];
  const count = Number(size);
  const isKnown = known !== null && (sizes === null ? count > 0 : sizes.includes(count));
  if (!isKnown || !/^[<>|=]?[a-zA-Z]\d+$/.test(dtype)) throw new Error(describeRefused(dtype, code, field));
  return { dtype, code: known, bytes: known === "U" ? 4 * count : count, littleEndian: order !== ">" };
}

function describeRefused(dtype: string, code: string, field: string): string {
  const what =
    field === ""
      ? l10n.t("the dtype {0} is not supported", describeValue(dtype))
      : l10n.t("the dtype {0} of the field {1} is not supported", describeValue(dtype), describeValue(field));
  return `${what}: ${adviceFor(code, dtype)}`;
}

function adviceFor(code: string, dtype: string): string {
  switch (code) {
    case "O":
      return l10n.t(
        "its values are pickled Python objects. Convert the array with astype(float), or astype(str) for text",
      );
    case "M":
      return l10n.t('it is a time. Convert the array with astype("datetime64[s]").astype(float)');
    case "m":
      return l10n.t('it is a duration. Divide the array by np.timedelta64(1, "s")');
    case "c":
      return l10n.t("its numbers are complex. Save the real and the imaginary part as two arrays");
    case "V":
      return l10n.t(
        "its values are bytes without a type, as those of bfloat16. Convert the array with astype(np.float32)",
      );
    case "f":
      return l10n.t("it is not one of NumPy's common float types. Convert the array with astype(np.float64)");
    default:
      return /[US]0/.test(dtype)
        ? l10n.t("its strings have no characters")
        : l10n.t("numbers, booleans, and text are. Convert the array with astype");
  }
}

export function isShape(value: PythonValue | undefined): value is readonly number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && Number(item) >= 0);
}
