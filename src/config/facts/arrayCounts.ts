/** The sizes of arrays, by headers and by two lines of a text, to estimate the memory they take. */
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
  /** Of the longest sequence, as far as its line is the longest one. */
  readonly timeSteps: number;
  /** Whether sequences may have different lengths. */
  readonly isPadded: boolean;
  readonly inputSize: number;
  /** Of classes a guess, which is more than there usually are: the outputs take little beside the states. */
  readonly outputSize: number;
}

type ArrayTask = Extract<TaskConfig, { readonly kind: "arrays" }>;
type Sizes = Pick<ArrayCounts, "sequences" | "timeSteps" | "isPadded" | "inputSize" | "outputSize">;

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
    const timeSteps = Math.max(sizes.timeSteps, held?.timeSteps ?? 0);
    const isPadded = sizes.isPadded || held?.isPadded === true || sizes.timeSteps < timeSteps;
    return { ...sizes, timeSteps, isPadded, outputSize, validationSequences: held?.sequences ?? null };
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
  const isPadded = task.lengths !== "" || task.mask !== "";
  return { sequences, timeSteps, isPadded, inputSize, outputSize: third ?? (second === timeSteps ? 1 : second) };
}

/** By the number of lines, the first sequence, and that of the longest line. */
function textSizes(task: ArrayTask, format: "jsonl" | "ts", bytes: Uint8Array): Sizes | null {
  let sequences = 0;
  let end = 0;
  let longest = { from: 0, to: 0 };
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
      if (next - start > longest.to - longest.from) longest = { from: start, to: next };
    }
    if (format === "ts" && /^@data/i.test(head)) isData = true;
    start = next;
  }
  if (end === 0) return null;
  const first = bytes.subarray(0, end);
  const { inputs, targets } = readText(task, format, first);
  const [steps = 0] = inputs.lengths;
  const line = bytes.subarray(longest.from, longest.to);
  const most = format === "ts" ? stepsOfLine(decoder.decode(line)) : readText(task, format, line).inputs.lengths[0]!;
  return {
    sequences,
    timeSteps: Math.max(steps, most),
    isPadded: most !== steps,
    inputSize: inputs.width,
    outputSize: targets === null ? 1 : targets.lengths[0] === steps ? targets.width : targets.values.length,
  };
}

function readText(task: ArrayTask, format: "jsonl" | "ts", bytes: Uint8Array) {
  return format === "ts" ? { ...readTs(bytes), targets: null } : readJsonLines(bytes, { ...task, mask: null });
}

/** Values of the first dimension of a line of a .ts file: "1,2,3:4,5,6:label", or pairs of time and value. */
function stepsOfLine(line: string): number {
  return line.trimStart().startsWith("(") ? countOf(line, "(") : countOf(line.split(":", 1)[0]!, ",") + 1;
}

function countOf(text: string, character: string): number {
  return text.split(character).length - 1;
}
