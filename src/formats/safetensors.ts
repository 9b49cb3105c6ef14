import * as l10n from "@vscode/l10n";
import { printable } from "../lib/outsideText";

/**
 * Tensors in a file, in the safetensors format: 8 bytes little-endian length of a JSON header, the header
 * (name -> {dtype, shape, data_offsets}), then the data without gaps. Any safetensors library reads what this writes.
 * https://huggingface.co/docs/safetensors/index#format
 */
export interface Tensor {
  readonly name: string;
  /** Row-major; [] is a scalar. */
  readonly shape: readonly number[];
  readonly values: Float64Array;
}

export interface TensorFile {
  readonly metadata: Readonly<Record<string, string>>;
  readonly tensors: readonly Tensor[];
}

/** Of the dtypes that parameters have. */
const ELEMENT_BYTES: Readonly<Record<string, number>> = { F64: 8, F32: 4 };
const METADATA = "__metadata__";
/** The limit of the reference implementation. */
const MAX_HEADER_BYTES = 100_000_000;

/**
 * All tensors as F64, in the order given.
 * @throws RangeError when a shape and its values do not match, or a name comes twice.
 */
export function writeSafetensors(
  tensors: readonly Tensor[],
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  const header: [string, unknown][] = Object.keys(metadata).length > 0 ? [[METADATA, metadata]] : [];
  let end = 0;
  for (const { name, shape, values } of tensors) {
    if (elements(shape) !== values.length)
      throw new RangeError(
        l10n.t("tensor {0}: shape [{1}] does not match {2} values", name, shape.join(", "), values.length),
      );
    if (name === METADATA || header.some(([other]) => other === name))
      throw new RangeError(l10n.t("tensor {0}: the name is already in use", name));
    header.push([name, { dtype: "F64", shape, data_offsets: [end, (end += values.byteLength)] }]);
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  // Blanks after the header align the data to 8 bytes.
  const dataStart = 8 + Math.ceil(json.length / 8) * 8;
  const bytes = new Uint8Array(dataStart + end);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(dataStart - 8), true);
  bytes.set(json, 8);
  bytes.fill(0x20, 8 + json.length, dataStart);
  let at = dataStart;
  for (const { values } of tensors)
    for (const value of values) {
      view.setFloat64(at, value, true);
      at += 8;
    }
  return bytes;
}

/** Reads F64 and F32 tensors, in the order of their data. @throws Error saying what is wrong with the file. */
export function readSafetensors(bytes: Uint8Array): TensorFile {
  const { metadata, places } = locateTensors(bytes, ELEMENT_BYTES);
  const tensors = places.map(({ name, dtype, shape, length, data }): Tensor => {
    const values = Float64Array.from({ length }, (_, i) =>
      dtype === "F64" ? data.getFloat64(i * 8, true) : data.getFloat32(i * 4, true),
    );
    return { name, shape, values };
  });
  return { metadata, tensors };
}

/** Where a tensor stands in its file. */
export interface TensorPlace {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly length: number;
  readonly data: DataView;
}

/**
 * The tensors in the order of their data, none of them read.
 * @param elementBytes of the dtypes that the caller reads; others are refused by name
 * @throws Error saying what is wrong with the file
 */
export function locateTensors(
  bytes: Uint8Array,
  elementBytes: Readonly<Record<string, number>>,
): { readonly metadata: Readonly<Record<string, string>>; readonly places: readonly TensorPlace[] } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 8)
    throw new Error(l10n.t("not a safetensors file: {0} bytes are too few to hold the header length", bytes.length));
  const headerBytes = Number(view.getBigUint64(0, true));
  if (headerBytes > MAX_HEADER_BYTES || headerBytes > bytes.length - 8)
    throw new Error(
      l10n.t("not a safetensors file: the header length is {0} bytes, but the file has {1}", headerBytes, bytes.length),
    );
  const start = view.byteOffset + 8 + headerBytes;
  const dataBytes = view.byteLength - 8 - headerBytes;
  const { metadata, entries } = readHeader(bytes.subarray(8, 8 + headerBytes));
  let expectedStart = 0;
  const places = entries.map((entry): TensorPlace => {
    const length = checkEntry(entry, elementBytes, expectedStart, dataBytes);
    expectedStart = entry.end;
    return { ...entry, length, data: new DataView(view.buffer, start + entry.start, entry.end - entry.start) };
  });
  if (expectedStart !== dataBytes)
    throw new Error(l10n.t("unexpected bytes after the last tensor: {0}", dataBytes - expectedStart));
  return { metadata, places };
}

/** @returns the number of elements */
function checkEntry(
  { name, dtype, shape, start, end }: Entry,
  elementBytes: Readonly<Record<string, number>>,
  expectedStart: number,
  dataBytes: number,
): number {
  const size = Object.hasOwn(elementBytes, dtype) ? elementBytes[dtype]! : null;
  const label = printable(name);
  if (size === null)
    throw new Error(
      l10n.t(
        "tensor {0}: dtype {1} is not supported; use one of {2}",
        label,
        printable(dtype),
        Object.keys(elementBytes).join(", "),
      ),
    );
  if (start !== expectedStart)
    throw new Error(l10n.t("tensor {0}: data starts at byte {1}, expected {2}", label, start, expectedStart));
  if (end > dataBytes)
    throw new Error(
      l10n.t("tensor {0}: data ends at byte {1}, but the file has {2} bytes of data", label, end, dataBytes),
    );
  const length = elements(shape);
  if (end - start !== length * size)
    throw new Error(
      l10n.t(
        "tensor {0}: shape [{1}] of {2} requires {3} bytes, but there are {4}",
        label,
        printable(shape.join(", ")),
        dtype,
        length * size,
        end - start,
      ),
    );
  return length;
}

interface Entry {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly start: number;
  readonly end: number;
}

function readHeader(bytes: Uint8Array): { metadata: Record<string, string>; entries: Entry[] } {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    throw new Error(l10n.t("not a safetensors file: the header is not JSON"), { cause: error });
  }
  if (!isRecord(header)) throw new Error(l10n.t("not a safetensors file: the header is not an object"));
  let metadata: Record<string, string> = {};
  const entries: Entry[] = [];
  for (const [name, value] of Object.entries(header)) {
    if (name === METADATA) {
      if (!isTexts(value)) throw new Error(l10n.t("not a safetensors file: metadata values must be strings"));
      metadata = value;
    } else entries.push(readEntry(name, value));
  }
  return { metadata, entries: entries.sort((a, b) => a.start - b.start || a.end - b.end) };
}

function readEntry(name: string, value: unknown): Entry {
  const { dtype, shape, data_offsets: offsets } = isRecord(value) ? value : {};
  const [start, end] = isCounts(offsets) && offsets.length === 2 ? offsets : [];
  if (typeof dtype !== "string" || !isCounts(shape) || start === undefined || end === undefined || end < start)
    throw new Error(l10n.t("tensor {0}: the header must specify dtype, shape, and data_offsets", printable(name)));
  return { name, dtype, shape, start, end };
}

const elements = (shape: readonly number[]) => shape.reduce((product, length) => product * length, 1);
const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isTexts = (value: unknown): value is Record<string, string> =>
  isRecord(value) && Object.values(value).every((item) => typeof item === "string");
const isCounts = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0);
