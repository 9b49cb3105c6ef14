/** The sizes of arrays, by headers and by the first sequence of a text, for an estimate of the memory they take. */
import { readJsonLines } from "../../formats/jsonLines";
import { npyShapes } from "../../formats/npy";
import { safetensorsShapes } from "../../formats/safetensorsArrays";
import { readTs } from "../../formats/tsFile";
import type { TaskConfig } from "../schema/schema";
import type { ArrayFiles, ArrayPart } from "./dataFiles";

export interface ArrayCounts {
  readonly sequences: number;
  /** Of the validation file; null where there is none. */
  readonly validationSequences: number | null;
  readonly timeSteps: number;
  readonly inputSize: number;
  /** Of classes a guess, which is more than there usually are: the outputs take little beside the states. */
  readonly outputSize: number;
}

type ArrayTask = Extract<TaskConfig, { readonly kind: "arrays" }>;
type Sizes = Pick<ArrayCounts, "sequences" | "timeSteps" | "inputSize" | "outputSize">;

const GUESSED_CLASSES = 64;

/** Null where a file cannot be read; why is said where it is read for training. */
export function countArrays(task: ArrayTask, { format, training, validation }: ArrayFiles): ArrayCounts | null {
  const sizesOf = (parts: readonly ArrayPart[]): Sizes | null =>
    format === "ts" || format === "jsonl" ? textSizes(task, format, parts[0]!.bytes) : shapeSizes(task, format, parts);
  try {
    const sizes = sizesOf(training);
    const held = validation === null ? null : sizesOf(validation);
    if (sizes === null || (validation !== null && held === null)) return null;
    const outputSize = task.targetKind === "classes" ? GUESSED_CLASSES : sizes.outputSize;
    return { ...sizes, outputSize, validationSequences: held?.sequences ?? null };
  } catch {
    return null;
  }
}

export function bytesOfArrays({ training, validation }: ArrayFiles): number {
  return [...training, ...(validation ?? [])].reduce((sum, { bytes }) => sum + bytes.length, 0);
}

function shapeSizes(task: ArrayTask, format: "npy" | "npz" | "safetensors", parts: readonly ArrayPart[]): Sizes | null {
  const shapes = parts.flatMap(({ name, bytes }) =>
    format === "safetensors" ? safetensorsShapes(bytes) : npyShapes(bytes, name),
  );
  const inputs = shapes.find(({ name }) => name === task.inputs || name === "")?.shape;
  const targets = shapes.find(({ name }) => name === task.targets)?.shape;
  const [sequences, timeSteps, inputSize = 1] = inputs ?? [];
  if (sequences === undefined || timeSteps === undefined) return null;
  const [, second = 1, third] = targets ?? [];
  return { sequences, timeSteps, inputSize, outputSize: third ?? (second === timeSteps ? 1 : second) };
}

/** By the number of lines and the first sequence. */
function textSizes(task: ArrayTask, format: "jsonl" | "ts", bytes: Uint8Array): Sizes | null {
  let sequences = 0;
  let end = 0;
  let isData = format === "jsonl";
  const decoder = new TextDecoder();
  for (let start = 0; start < bytes.length;) {
    const found = bytes.indexOf(0x0a, start);
    const next = found < 0 ? bytes.length : found + 1;
    // The start of a line says what it is.
    const head = decoder.decode(bytes.subarray(start, Math.min(next, start + 16))).trim();
    const isComment = head === "" || (format === "ts" && /^[#%]/.test(head));
    if (isData && !isComment) {
      sequences++;
      if (end === 0) end = next;
    }
    if (format === "ts" && /^@data/i.test(head)) isData = true;
    start = next;
  }
  if (end === 0) return null;
  const first = bytes.subarray(0, end);
  const mask = null;
  const { inputs, targets } =
    format === "ts" ? { ...readTs(first), targets: null } : readJsonLines(first, { ...task, mask });
  return {
    sequences,
    timeSteps: inputs.lengths[0] ?? 0,
    inputSize: inputs.width,
    outputSize: targets === null ? 1 : targets.lengths[0] === inputs.lengths[0] ? targets.width : targets.values.length,
  };
}
