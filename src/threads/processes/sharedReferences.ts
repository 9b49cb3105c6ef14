import type { SharedMirror } from "./sharedMirror";

/** In the place of shared memory in a message, or of its words. */
interface SharedReference {
  readonly sharedMemory: number;
  readonly isWords: boolean;
}

/** The message with the numbers of its shared memory. Looked for in plain objects, as deep as they are. */
export function withReferences(value: unknown, mirror: SharedMirror): unknown {
  if (value instanceof SharedArrayBuffer) return { sharedMemory: mirror.idOf(value), isWords: false };
  if (value instanceof Int32Array && value.buffer instanceof SharedArrayBuffer)
    return { sharedMemory: mirror.idOf(value.buffer), isWords: true };
  return mapObject(value, (inner) => withReferences(inner, mirror));
}

/** The message with the shared memory that its numbers stand for. @throws RangeError when that is forgotten */
export function withMemory(value: unknown, mirror: SharedMirror): unknown {
  if (!isReference(value)) return mapObject(value, (inner) => withMemory(inner, mirror));
  const memory = mirror.memoryOf(value.sharedMemory);
  return value.isWords ? new Int32Array(memory) : memory;
}

function isReference(value: unknown): value is SharedReference {
  return typeof value === "object" && value !== null && "sharedMemory" in value && "isWords" in value;
}

function mapObject(value: unknown, map: (inner: unknown) => unknown): unknown {
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, map(inner)]));
}
