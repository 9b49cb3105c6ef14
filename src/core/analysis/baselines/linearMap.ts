import type { SlicedTask } from "../../../lib/slicedTask";
import { sequenceReader } from "../../tasks/sequenceValues";
import type { Dataset } from "../../tasks/task";
import { lossOf } from "./answer";
import { fittedOn, measuredOn, type BaselineTask } from "./baselineTask";
import { fitRidge, predict } from "./ridge";

/** rows × (inputs × steps)² that a fit may cost in multiplications: some seconds' worth. */
const MAX_WORK = 1e10;

export interface WindowResult {
  readonly loss: number;
  /** Of the window, up to the step that is answered. */
  readonly steps: number;
}

/**
 * The loss of a ridge regression of the window on the target: every output step t has a map of its own, of all inputs
 * from the start of the window up to t, as a network that is asked there has seen no more. Where rows × (inputs ×
 * steps)² exceeds 1e10, the window is cut to its last `steps`, and a step that has more before it is answered by the
 * map of that many.
 */
export function* linearWindow(task: BaselineTask, steps = affordableSteps(task.dataset)): SlicedTask<WindowResult> {
  const { dataset } = task;
  const { timeSteps: T, inputSize: I, outputSize: O, outputSteps: S, inputs, targets } = dataset;
  const read = sequenceReader(inputs);
  /** Output steps among the last `steps`. */
  const answered = Math.min(S, steps);
  const { intercepts, weights } = yield* fitRidge(
    {
      rows: fittedOn(dataset).to,
      featureCount: steps * I,
      targetCount: answered * O,
      fillFeatures: (n, into) => into.set(read(n).subarray((T - steps) * I)),
      targetAt: (n, k) => targets.at(n, (S - answered) * O + k),
      featuresOf: (k) => (steps - answered + Math.floor(k / O) + 1) * I,
    },
    (answered - 1) * O,
  );
  const loss = yield* lossOf(
    task,
    (n, s, o) => {
      const t = T - S + s;
      const used = Math.min(t + 1, steps);
      const k = (used - 1 - steps + answered) * O + o;
      return predict(intercepts[k]!, weights[k]!, read(n), (t + 1 - used) * I);
    },
    steps * I,
  );
  return { loss, steps };
}

/**
 * The loss of one ridge regression of the present step's inputs on the target, the same at every output step. Steps
 * that do not count take no part.
 */
export function* linearStep(task: BaselineTask): SlicedTask<number> {
  const { dataset } = task;
  const { timeSteps: T, inputSize: I, outputSize: O, outputSteps: S, inputs, targets } = dataset;
  const read = sequenceReader(inputs);
  const counted = countedRows(dataset);
  const rowOf = (row: number): number => counted?.[row] ?? row;
  const { intercepts, weights } = yield* fitRidge(
    {
      rows: counted?.length ?? fittedOn(dataset).to * S,
      featureCount: I,
      targetCount: O,
      fillFeatures(row, into) {
        const t = T - S + (rowOf(row) % S);
        into.set(read(Math.floor(rowOf(row) / S)).subarray(t * I, (t + 1) * I));
      },
      targetAt: (row, k) => targets.at(Math.floor(rowOf(row) / S), (rowOf(row) % S) * O + k),
      featuresOf: () => I,
    },
    0,
  );
  return yield* lossOf(task, (n, s, o) => predict(intercepts[o]!, weights[o]!, read(n), (T - S + s) * I), I);
}

/** Output steps of the sequences that are fitted on, counted through; null where all of them count. */
function countedRows(dataset: Dataset): Uint32Array | null {
  const { weights, outputSteps: S } = dataset;
  const rows = fittedOn(dataset).to * S;
  if (weights === undefined) return null;
  const isCounted = (row: number): boolean => weights.at(Math.floor(row / S), row % S) > 0;
  let count = 0;
  for (let row = 0; row < rows; row++) if (isCounted(row)) count++;
  const counted = new Uint32Array(count);
  let next = 0;
  for (let row = 0; row < rows; row++) if (isCounted(row)) counted[next++] = row;
  return counted;
}

/**
 * Steps of the window that keep the fit within {@link MAX_WORK}, and so the factors of the matrix, and the measuring.
 */
export function affordableSteps(
  dataset: Pick<Dataset, "sequences" | "trainingSequences" | "timeSteps" | "inputSize" | "outputSize" | "outputSteps">,
): number {
  const { timeSteps, inputSize, outputSize, outputSteps } = dataset;
  const { from, to } = measuredOn(dataset);
  const features = Math.min(
    Math.sqrt(MAX_WORK / fittedOn(dataset).to),
    Math.cbrt(MAX_WORK),
    MAX_WORK / ((to - from) * outputSteps * outputSize),
  );
  return Math.max(1, Math.min(timeSteps, Math.floor(features / inputSize)));
}
