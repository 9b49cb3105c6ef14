/**
 * What an `Event` of TensorBoard says of scalars. Field numbers are those of event.proto, summary.proto and
 * tensor.proto (https://github.com/tensorflow/tensorboard/tree/master/tensorboard/compat/proto).
 */
import { fieldsOf, MessageError, varintsOf } from "./protobufFields";

export interface SummaryEvent {
  /** Seconds since 1970. */
  readonly wallTime: number;
  readonly step: number;
  /** The writer has begun anew at this step: what it wrote at this one and later ones no longer counts. */
  readonly isRestart: boolean;
  readonly scalars: readonly EventScalar[];
}

export interface EventScalar {
  readonly tag: string;
  readonly value: number;
}

const EVENT = { wallTime: 1, step: 2, summary: 5, sessionLog: 7 } as const;
const SESSION_STATUS = 1;
const SESSION_START = 1n;
const SUMMARY_VALUE = 1;
const VALUE = { tag: 1, simple: 2, tensor: 8, metadata: 9 } as const;
const METADATA_PLUGIN = 1;
const PLUGIN_NAME = 1;
const TENSOR = { type: 1, shape: 2, content: 4, float: 5, double: 6, int: 7, int64: 10, bool: 11, half: 13 } as const;
const SHAPE_DIMENSION = 2;
const DIMENSION_SIZE = 1;
const SCALARS_PLUGIN = "scalars";
const utf8 = new TextDecoder();

/** Numbers of DataType in types.proto. */
const DTYPE = {
  float: 1,
  double: 2,
  int32: 3,
  uint8: 4,
  int16: 5,
  int8: 6,
  int64: 9,
  bool: 10,
  bfloat16: 14,
  half: 19,
} as const;

/** Remembers which plugin a tag belongs to: the writer says it with the first value only. */
export class SummaryReader {
  private readonly plugins = new Map<string, string>();

  /** @throws MessageError when the bytes are no event */
  read(bytes: Uint8Array): SummaryEvent {
    let [wallTime, step, isRestart] = [NaN, 0, false];
    const scalars: EventScalar[] = [];
    for (const { field, value } of fieldsOf(bytes)) {
      if (field === EVENT.wallTime) wallTime = float64(value);
      else if (field === EVENT.step) step = Number(BigInt.asIntN(64, number(value)));
      else if (field === EVENT.summary)
        for (const { field: part, value: entry } of fieldsOf(message(value))) {
          const scalar = part === SUMMARY_VALUE ? this.readValue(message(entry)) : null;
          if (scalar !== null) scalars.push(scalar);
        }
      else if (field === EVENT.sessionLog)
        for (const { field: part, value: status } of fieldsOf(message(value)))
          isRestart ||= part === SESSION_STATUS && status === SESSION_START;
    }
    return { wallTime, step, isRestart, scalars };
  }

  /** Null for what is no scalar. */
  private readValue(bytes: Uint8Array): EventScalar | null {
    let tag = "";
    let value: number | null = null;
    for (const { field, value: part } of fieldsOf(bytes)) {
      if (field === VALUE.tag) tag = utf8.decode(message(part));
      else if (field === VALUE.simple) value = float32(part);
      else if (field === VALUE.tensor) value = tensorScalar(message(part));
      else if (field === VALUE.metadata) this.notePlugin(tag, message(part));
    }
    const plugin = this.plugins.get(tag);
    return value === null || (plugin !== undefined && plugin !== SCALARS_PLUGIN) ? null : { tag, value };
  }

  /** The tag comes before, in every writer there is. */
  private notePlugin(tag: string, metadata: Uint8Array): void {
    if (this.plugins.has(tag)) return;
    for (const { field, value } of fieldsOf(metadata)) {
      if (field !== METADATA_PLUGIN) continue;
      for (const { field: part, value: name } of fieldsOf(message(value)))
        if (part === PLUGIN_NAME) this.plugins.set(tag, utf8.decode(message(name)));
    }
  }
}

/** The number in a tensor that has one; null for any other. */
function tensorScalar(bytes: Uint8Array): number | null {
  let type = 0;
  let elements = 1;
  let content: Uint8Array | null = null;
  const stated: { readonly field: number; readonly value: bigint | Uint8Array }[] = [];
  for (const { field, value } of fieldsOf(bytes)) {
    if (field === TENSOR.type) type = Number(number(value));
    else if (field === TENSOR.shape) elements = elementsOf(message(value));
    else if (field === TENSOR.content) content = message(value);
    else stated.push({ field, value });
  }
  if (elements !== 1) return null;
  if (content !== null && content.length > 0) return ofContent(type, content);
  // A value of 0 may be left out.
  const last = stated.at(-1);
  return last === undefined ? (isNumeric(type) ? 0 : null) : ofField(type, last.field, last.value);
}

function elementsOf(shape: Uint8Array): number {
  let elements = 1;
  for (const { field, value } of fieldsOf(shape)) {
    if (field !== SHAPE_DIMENSION) continue;
    let size = 0n;
    for (const { field: part, value: stated } of fieldsOf(message(value)))
      if (part === DIMENSION_SIZE) size = BigInt.asIntN(64, number(stated));
    elements *= Number(size);
  }
  return elements;
}

function isNumeric(type: number): boolean {
  return Object.values(DTYPE).some((known) => known === type);
}

function ofContent(type: number, bytes: Uint8Array): number | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const needs = (length: number): boolean => bytes.length === length;
  switch (type) {
    case DTYPE.float:
      return needs(4) ? view.getFloat32(0, true) : null;
    case DTYPE.double:
      return needs(8) ? view.getFloat64(0, true) : null;
    case DTYPE.int32:
      return needs(4) ? view.getInt32(0, true) : null;
    case DTYPE.int64:
      return needs(8) ? Number(view.getBigInt64(0, true)) : null;
    case DTYPE.int16:
      return needs(2) ? view.getInt16(0, true) : null;
    case DTYPE.int8:
      return needs(1) ? view.getInt8(0) : null;
    case DTYPE.uint8:
    case DTYPE.bool:
      return needs(1) ? view.getUint8(0) : null;
    case DTYPE.half:
      return needs(2) ? float16(view.getUint16(0, true)) : null;
    case DTYPE.bfloat16:
      return needs(2) ? bfloat16(view.getUint16(0, true)) : null;
    default:
      return null;
  }
}

/** One element, or a packed list of one. */
function ofField(type: number, field: number, value: bigint | Uint8Array): number | null {
  switch (field) {
    case TENSOR.float:
      return type === DTYPE.float ? float32(value) : null;
    case TENSOR.double:
      return type === DTYPE.double ? float64(value) : null;
    case TENSOR.int:
    case TENSOR.int64:
    case TENSOR.bool:
      return isNumeric(type) ? Number(BigInt.asIntN(64, first(value))) : null;
    case TENSOR.half:
      return type === DTYPE.half
        ? float16(Number(first(value)))
        : type === DTYPE.bfloat16
          ? bfloat16(Number(first(value)))
          : null;
    default:
      return null;
  }
}

function first(value: bigint | Uint8Array): bigint {
  return typeof value === "bigint" ? value : (varintsOf(value)[0] ?? 0n);
}

function message(value: bigint | Uint8Array): Uint8Array {
  if (typeof value === "bigint") throw new MessageError("A field has another type.");
  return value;
}

function number(value: bigint | Uint8Array): bigint {
  if (typeof value !== "bigint") throw new MessageError("A field has another type.");
  return value;
}

function float64(value: bigint | Uint8Array): number {
  const bytes = message(value);
  if (bytes.length < 8) throw new MessageError("A number is cut off.");
  return new DataView(bytes.buffer, bytes.byteOffset).getFloat64(0, true);
}

function float32(value: bigint | Uint8Array): number {
  const bytes = message(value);
  if (bytes.length < 4) throw new MessageError("A number is cut off.");
  return new DataView(bytes.buffer, bytes.byteOffset).getFloat32(0, true);
}

function bfloat16(bits: number): number {
  return new Float32Array(Uint32Array.of((bits & 0xffff) << 16).buffer)[0]!;
}

/** IEEE 754 binary16. */
function float16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15));
}
