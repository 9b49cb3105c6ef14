/** Outputs and targets of the inspected sequence, read as the task means them, each at its time step. */
import { vectorColumn, type TraceHeader } from "../../src/shared/trace/trace";

export interface StepOutput {
  /** From 1 to T. */
  readonly timeStep: number;
  /** Values as they are; for bits the probability of a 1; for classes the most likely one. */
  readonly output: readonly number[];
  /** Empty, or NaN, where there is none. */
  readonly target: readonly number[];
  /** Classes: probability of the most likely one. */
  readonly confidence: number;
  /** Null for values, where right and wrong make no sense here, and where there is no target. */
  readonly right: boolean | null;
}

export type TargetKind = NonNullable<TraceHeader["data"]>["targetKind"];

export function targetKindOf(header: TraceHeader): TargetKind {
  return header.data?.targetKind ?? "values";
}

/** One entry an output step: one in all, or one for each time step. */
export function readOutputs(header: TraceHeader, output: ArrayLike<number>): StepOutput[] {
  const shape = header.columns.find((spec) => spec.name === vectorColumn.output)?.shape ?? [];
  const everyStep = shape.length === 2;
  const steps = everyStep ? (shape[0] ?? 0) : 1;
  const width = (everyStep ? shape[1] : shape[0]) ?? 0;
  const kind = targetKindOf(header);
  const targetWidth = kind === "classes" ? 1 : width;
  return Array.from({ length: steps }, (_, step) => {
    const raw = Array.from({ length: width }, (_unused, i) => output[step * width + i] ?? NaN);
    const target = header.inspected.target.slice(step * targetWidth, (step + 1) * targetWidth);
    const known = target.length > 0 && target.every(Number.isFinite);
    const timeStep = everyStep ? step + 1 : header.timeSteps;
    if (kind === "classes") {
      const { index, probability } = mostLikely(raw);
      return { timeStep, output: [index], target, confidence: probability, right: known ? index === target[0] : null };
    }
    if (kind === "bits") {
      const probabilities = raw.map(sigmoid);
      return {
        timeStep,
        output: probabilities,
        target,
        confidence: NaN,
        right: known ? probabilities.every((p, i) => Math.round(p) === target[i]) : null,
      };
    }
    return { timeStep, output: raw, target, confidence: NaN, right: null };
  });
}

/** Of a class or symbol: its text when there is one, spaces made visible, else its number. */
export function symbolText(header: TraceHeader, symbol: number): string {
  const text = header.data?.classes?.[symbol] ?? header.data?.vocabulary?.[symbol];
  if (text === undefined) return Number.isFinite(symbol) ? String(symbol) : "?";
  return VISIBLE[text] ?? text;
}

/** Of a class of the targets: its name where it has one, else as a symbol. */
export function classText(header: TraceHeader, index: number): string {
  return header.data?.classes?.[index] ?? symbolText(header, index);
}

const VISIBLE: Readonly<Record<string, string>> = { " ": "␣", "\n": "⏎", "\t": "⇥", "\r": "␍" };

/** The largest of logits and its softmax; the largest is subtracted first, so that exp cannot overflow. */
function mostLikely(logits: readonly number[]): { index: number; probability: number } {
  let index = 0;
  for (let i = 1; i < logits.length; i++) if ((logits[i] ?? NaN) > (logits[index] ?? NaN)) index = i;
  const top = logits[index] ?? NaN;
  return { index, probability: 1 / logits.reduce((sum, logit) => sum + Math.exp(logit - top), 0) };
}

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}
