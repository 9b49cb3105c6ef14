import * as l10n from "@vscode/l10n";
import {
  EXACT_INTEGERS,
  indicesOf,
  inexactInteger,
  type ArrayValues,
  type NumberArray,
  type TextArray,
} from "./fileArray";
import type { NpyField, ScalarType } from "./npyDtype";

/** How the elements of an array stand in its file. */
interface Layout {
  readonly shape: readonly number[];
  /** Bytes from an element to the next. */
  readonly stride: number;
  readonly length: number;
  /** The first index varies fastest. */
  readonly fortranOrder: boolean;
}

type FieldValues = Pick<NumberArray, "kind" | "values"> | Pick<TextArray, "kind" | "values">;

/**
 * The values of a field in C order. Takes the memory of the result alone, also for arrays in Fortran order.
 * @param data the elements, and nothing else
 * @throws Error naming the place of an integer that a double does not hold, or of bytes that are no text
 */
export function readField(data: Uint8Array, field: NpyField, layout: Layout): FieldValues {
  const { type } = field;
  if (type.code === "U" || type.code === "S") return { kind: "text", values: readTexts(data, field, layout) };
  const kind = type.code === "b" ? "boolean" : type.code === "f" ? "float" : "integer";
  const count = layout.length * elementsOf(field);
  const whole = field.shape.length === 0 && layout.stride === type.bytes && !layout.fortranOrder;
  const asItIs = whole && type.littleEndian ? sameBytes(data, type) : null;
  if (asItIs !== null) return { kind, values: asItIs };
  const values = createValues(type, count);
  const read = numberReader(data, type, [...layout.shape, ...field.shape]);
  forEachValue(field, layout, (offset, position) => {
    values[position] = read(offset, position);
  });
  return { kind, values };
}

/** Values that stand in the file as they do in memory. Every supported processor is little-endian. */
function sameBytes(data: Uint8Array, { code, bytes }: ScalarType): ArrayValues | null {
  // A copy begins at 0, so that it is aligned. The slice of a Buffer of Node is no copy.
  if (code === "f" && bytes === 8) return new Float64Array(new Uint8Array(data).buffer);
  if (code === "f" && bytes === 4) return new Float32Array(new Uint8Array(data).buffer);
  return code === "u" && bytes === 1 ? new Uint8Array(data) : null;
}

function createValues({ code, bytes }: ScalarType, count: number): ArrayValues {
  if (code === "f" && bytes <= 4) return new Float32Array(count);
  return code === "b" || (code === "u" && bytes === 1) ? new Uint8Array(count) : new Float64Array(count);
}

/** @param shape of the values, to name the place of one */
function numberReader(
  data: Uint8Array,
  { code, bytes, littleEndian }: ScalarType,
  shape: readonly number[],
): (offset: number, position: number) => number {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const exact = (value: bigint, position: number): number => {
    if (value > EXACT_INTEGERS || value < -EXACT_INTEGERS) throw inexactInteger(value, position, shape);
    return Number(value);
  };
  switch (`${code}${bytes}`) {
    case "f2":
      return (offset) => halfFloat(view.getUint16(offset, littleEndian));
    case "f4":
      return (offset) => view.getFloat32(offset, littleEndian);
    case "f8":
      return (offset) => view.getFloat64(offset, littleEndian);
    case "i1":
      return (offset) => view.getInt8(offset);
    case "i2":
      return (offset) => view.getInt16(offset, littleEndian);
    case "i4":
      return (offset) => view.getInt32(offset, littleEndian);
    case "i8":
      return (offset, position) => exact(view.getBigInt64(offset, littleEndian), position);
    case "u2":
      return (offset) => view.getUint16(offset, littleEndian);
    case "u4":
      return (offset) => view.getUint32(offset, littleEndian);
    case "u8":
      return (offset, position) => exact(view.getBigUint64(offset, littleEndian), position);
    case "b1":
      return (offset) => (view.getUint8(offset) === 0 ? 0 : 1);
    default:
      return (offset) => view.getUint8(offset);
  }
}

/** IEEE 754 binary16: 1 bit of sign, 5 of exponent with bias 15, 10 of mantissa. */
export function halfFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const mantissa = bits & 0x3ff;
  if (exponent === 0x1f) return mantissa === 0 ? sign * Infinity : NaN;
  return exponent === 0 ? sign * mantissa * 2 ** -24 : sign * (1 + mantissa / 1024) * 2 ** (exponent - 15);
}

/** Equal texts are one string: labels come again and again. */
function readTexts(data: Uint8Array, field: NpyField, layout: Layout): readonly string[] {
  const values = Array.from({ length: layout.length * elementsOf(field) }, () => "");
  const known = new Map<string, string>();
  const { type } = field;
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  forEachValue(field, layout, (offset, position) => {
    let text: string | null;
    try {
      text = type.code === "U" ? readCodePoints(view, offset, type) : decoder.decode(readBytes(data, offset, type));
    } catch {
      text = null;
    }
    if (text === null)
      throw new Error(
        l10n.t(
          "the bytes at [{0}] are not UTF-8 text. Convert the array with np.char.decode",
          indicesOf(position, [...layout.shape, ...field.shape]).join(", "),
        ),
      );
    const same = known.get(text);
    if (same === undefined) known.set(text, text);
    values[position] = same ?? text;
  });
  return values;
}

/** NumPy fills the rest of a text with zeros. @throws RangeError for what is no code point */
function readCodePoints(view: DataView, offset: number, { bytes, littleEndian }: ScalarType): string {
  const codePoints: number[] = [];
  for (let at = offset; at < offset + bytes; at += 4) codePoints.push(view.getUint32(at, littleEndian));
  while (codePoints.at(-1) === 0) codePoints.pop();
  let text = "";
  for (const codePoint of codePoints) text += String.fromCodePoint(codePoint);
  return text;
}

function readBytes(data: Uint8Array, offset: number, { bytes }: ScalarType): Uint8Array {
  let end = offset + bytes;
  while (end > offset && data[end - 1] === 0) end--;
  return data.subarray(offset, end);
}

function elementsOf({ shape }: NpyField): number {
  return shape.reduce((product, length) => product * length, 1);
}

/**
 * Visits the values of a field in the order of the file.
 * @param visit with the byte where the value begins, and its place in C order
 */
function forEachValue(
  field: NpyField,
  { shape, stride, length, fortranOrder }: Layout,
  visit: (offset: number, position: number) => void,
): void {
  const inner = elementsOf(field);
  const { bytes } = field.type;
  const index = shape.map(() => 0);
  const steps = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, count) => product * count, 1));
  let place = 0;
  for (let element = 0; element < length; element++) {
    const offset = element * stride + field.offset;
    for (let i = 0; i < inner; i++) visit(offset + i * bytes, (fortranOrder ? place : element) * inner + i);
    // On to the next element in Fortran order.
    for (let axis = 0; fortranOrder && axis < shape.length; axis++) {
      place += steps[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      place -= steps[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
}
