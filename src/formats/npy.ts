/**
 * Arrays as NumPy saves them: the bytes \x93NUMPY, a version, the length of a header, the header as a Python literal
 * (descr, fortran_order, shape), and the values.
 * https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
import * as l10n from "@vscode/l10n";
import { describeError, printable } from "../lib/outsideText";
import { countElements, type FileArray } from "./fileArray";
import { isShape, readDescription, type NpyElement } from "./npyDtype";
import { readField } from "./npyValues";
import { readPythonLiteral, type PythonValue } from "./pythonLiteral";

interface NpyHeader {
  readonly shape: readonly number[];
  readonly fortranOrder: boolean;
  readonly element: NpyElement;
  /** Elements of the array. */
  readonly length: number;
  /** Where the values start. */
  readonly dataStart: number;
}

/** NumPy aligns the values to 64 bytes, and writes headers of some hundred. */
const MAX_HEADER_BYTES = 2 ** 20;
const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

/**
 * The array, or one for each field of an array of records.
 * @param name of the array; a field's name follows it after a dot
 * @throws Error saying what is wrong with the file, or naming a type that is not supported
 */
export function readNpy(bytes: Uint8Array, name = ""): FileArray[] {
  const { shape, fortranOrder, element, length, dataStart } = readNpyHeader(bytes);
  const data = bytes.subarray(dataStart);
  const needed = length * element.bytes;
  if (data.length !== needed)
    throw new Error(
      data.length < needed
        ? l10n.t(
            "the array [{0}] requires {1} bytes, but the file has {2}; it is incomplete",
            printable(shape.join(", ")),
            needed.toLocaleString("en-US"),
            data.length.toLocaleString("en-US"),
          )
        : l10n.t(
            "the array [{0}] has {1} bytes, but {2} follow the header. Save each array in a file of its own",
            printable(shape.join(", ")),
            needed.toLocaleString("en-US"),
            data.length.toLocaleString("en-US"),
          ),
    );
  return element.fields.map((field) => ({
    name: fullName(name, field.name),
    shape: [...shape, ...field.shape],
    dtype: field.type.dtype,
    ...readField(data, field, { shape, stride: element.bytes, length, fortranOrder }),
  }));
}

/** Names and shapes of what {@link readNpy} reads, by the header alone. */
export function npyShapes(bytes: Uint8Array, name = ""): Pick<FileArray, "name" | "shape">[] {
  const { shape, element } = readNpyHeader(bytes);
  return element.fields.map((field) => ({ name: fullName(name, field.name), shape: [...shape, ...field.shape] }));
}

function fullName(array: string, field: string): string {
  return [array, field].filter((part) => part !== "").join(".");
}

/** Of the start of a file, as far as the header goes. @throws Error when it is no header of a supported array */
function readNpyHeader(bytes: Uint8Array): NpyHeader {
  if (bytes.length < 10 || MAGIC.some((byte, i) => bytes[i] !== byte))
    throw new Error(l10n.t("not a .npy file: it does not begin with the bytes of one"));
  const version = bytes[6]!;
  if (version < 1 || version > 3) throw new Error(l10n.t("version {0} of the .npy format is not known", version));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const lengthBytes = version === 1 ? 2 : 4;
  const start = 8 + lengthBytes;
  const headerBytes =
    version === 1 ? view.getUint16(8, true) : bytes.length < start ? Infinity : view.getUint32(8, true);
  const dataStart = start + headerBytes;
  if (headerBytes > MAX_HEADER_BYTES || dataStart > bytes.length)
    throw new Error(l10n.t("not a .npy file: its header is incomplete"));
  const text = new TextDecoder(version === 3 ? "utf-8" : "latin1").decode(bytes.subarray(start, dataStart));
  const { descr, fortran_order: fortranOrder, shape } = readHeader(text);
  if (descr === undefined || typeof fortranOrder !== "boolean" || !isShape(shape))
    throw new Error(l10n.t("not a .npy file: the header must specify descr, fortran_order, and shape"));
  const element = readDescription(descr);
  if (element.bytes === 0) throw new Error(l10n.t("the elements of the array have no values"));
  const length = countElements(shape);
  if (length === null || !Number.isSafeInteger(length * element.bytes))
    throw new Error(l10n.t("the array [{0}] is too large", printable(shape.join(", "))));
  return { shape, fortranOrder, element, length, dataStart };
}

function readHeader(text: string): Readonly<Record<string, PythonValue>> {
  let value: PythonValue;
  try {
    value = readPythonLiteral(text);
  } catch (error) {
    throw new Error(l10n.t("not a .npy file: {0}", describeError(error)), { cause: error });
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value))
    return value as Readonly<Record<string, PythonValue>>;
  throw new Error(l10n.t("not a .npy file: the header is not a dictionary"));
}
