/**
 * VS Code sends what is not a typed array as JSON, which has no NaN and no infinities: `postMessage` would make null of
 * them. They go as their names, and the guard of the message puts the numbers back (`Real` in
 * ../guards/schemaParts.ts).
 */

/**
 * The same value where there is nothing to write otherwise, which is nearly always; arrays of bytes are left as they
 * are.
 */
export function encodeNonFinite<T>(value: T): T {
  return encode(value) as T;
}

function encode(value: unknown): unknown {
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return value;
  return Array.isArray(value) ? encodeItems(value) : encodeFields(value as Readonly<Record<string, unknown>>);
}

function encodeItems(items: readonly unknown[]): readonly unknown[] {
  const encoded = items.map(encode);
  return encoded.some((item, i) => item !== items[i]) ? encoded : items;
}

function encodeFields(fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const changed = Object.keys(fields).flatMap((key) => {
    const encoded = encode(fields[key]);
    return encoded === fields[key] ? [] : [[key, encoded] as const];
  });
  return changed.length === 0 ? fields : { ...fields, ...Object.fromEntries(changed) };
}
