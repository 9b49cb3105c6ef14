/**
 * What is in a frame: a JSON value and named arrays of numbers.
 *
 *   u32 bytes of the JSON, the JSON in UTF-8, zeros up to a multiple of 8 from the start, then the arrays, each padded
 *   to 8
 *
 * The JSON is {"value": ..., "arrays": [[name, type, length], ...]}, type "f64", "f32" or "u32". A number that JSON
 * cannot say is {"nonFinite": "NaN"}, "Infinity" or "-Infinity". Float64 values that float32 can say as well are stored
 * as float32.
 */
export type NumberArray = Float64Array | Uint32Array;

export interface Payload {
  readonly value: unknown;
  readonly arrays: ReadonlyMap<string, NumberArray>;
}

type ElementType = "f64" | "f32" | "u32";
/** Of lists and objects in each other: far deeper than what is written, and no trouble for whoever recurses. */
const MAX_DEPTH = 64;
const DECODER = new TextDecoder("utf-8", { fatal: true });
const ELEMENT_BYTES: Readonly<Record<ElementType, number>> = { f64: 8, f32: 4, u32: 4 };

export function encodePayload(
  value: unknown,
  arrays: Readonly<Record<string, NumberArray>> = {},
): Uint8Array<ArrayBuffer> {
  const stored = Object.entries(arrays).map(([name, values]) => {
    const narrow = values instanceof Float64Array ? narrowed(values) : values;
    const type: ElementType = narrow instanceof Float64Array ? "f64" : narrow instanceof Float32Array ? "f32" : "u32";
    return { name, type, values: narrow };
  });
  const head = { value, arrays: stored.map(({ name, type, values }) => [name, type, values.length]) };
  const json = new TextEncoder().encode(
    JSON.stringify(head, (_key, item: unknown) =>
      typeof item === "number" && !Number.isFinite(item) ? { nonFinite: String(item) } : item,
    ),
  );
  let size = padded(4 + json.length);
  const starts = stored.map(({ values }) => {
    const start = size;
    size += padded(values.byteLength);
    return start;
  });
  const bytes = new Uint8Array(size);
  new DataView(bytes.buffer).setUint32(0, json.length, true);
  bytes.set(json, 4);
  stored.forEach(({ values }, i) =>
    bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), starts[i]),
  );
  return bytes;
}

/** Null when the bytes are no payload. The arrays are copies. */
export function decodePayload(bytes: Uint8Array): Payload | null {
  const head = readHead(bytes);
  if (head === null) return null;
  const arrays = new Map<string, NumberArray>();
  let at = head.end;
  for (const entry of head.arrays) {
    const [name, type, length] = Array.isArray(entry) ? (entry as unknown[]) : [];
    if (
      typeof name !== "string" ||
      !isElementType(type) ||
      typeof length !== "number" ||
      !Number.isSafeInteger(length) ||
      length < 0
    )
      return null;
    const end = at + length * ELEMENT_BYTES[type];
    if (end > bytes.length) return null;
    // A copy starts at an address that any element may have. Not `bytes.slice`: that of a Buffer copies nothing.
    const { buffer } = new Uint8Array(bytes.subarray(at, end));
    arrays.set(
      name,
      type === "u32"
        ? new Uint32Array(buffer)
        : type === "f64"
          ? new Float64Array(buffer)
          : Float64Array.from(new Float32Array(buffer)),
    );
    at = padded(end);
  }
  return { value: head.value, arrays };
}

function readHead(bytes: Uint8Array): { value: unknown; arrays: readonly unknown[]; end: number } | null {
  if (bytes.length < 4) return null;
  const length = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0, true);
  if (4 + length > bytes.length) return null;
  try {
    const text = DECODER.decode(bytes.subarray(4, 4 + length));
    // Most payloads have none, and are parsed in a third of the time.
    const parsed: unknown = text.includes('"nonFinite"') ? JSON.parse(text, revive) : JSON.parse(text);
    if (typeof parsed !== "object" || parsed === null || !("arrays" in parsed) || !Array.isArray(parsed.arrays))
      return null;
    const value = "value" in parsed ? parsed.value : undefined;
    return isShallow(value, MAX_DEPTH) ? { value, arrays: parsed.arrays, end: padded(4 + length) } : null;
  } catch {
    return null;
  }
}

function isShallow(value: unknown, depth: number): boolean {
  if (typeof value !== "object" || value === null) return true;
  return depth > 0 && Object.values(value).every((item) => isShallow(item, depth - 1));
}

function revive(_key: string, item: unknown): unknown {
  if (typeof item !== "object" || item === null || !("nonFinite" in item)) return item;
  return item.nonFinite === "Infinity" ? Infinity : item.nonFinite === "-Infinity" ? -Infinity : NaN;
}

function narrowed(values: Float64Array): Float64Array | Float32Array {
  for (let i = 0; i < values.length; i++) if (!Object.is(Math.fround(values[i]!), values[i])) return values;
  return Float32Array.from(values);
}

function padded(size: number): number {
  return Math.ceil(size / 8) * 8;
}

function isElementType(type: unknown): type is ElementType {
  return type === "f64" || type === "f32" || type === "u32";
}
