import { datasetShape } from "../../config/facts/datasetShape";
import type { ChoiceTask } from "../../config/facts/trialTasks";
import type { SlicedTask } from "../../lib/slicedTask";
import type { LogisticFit, Psychometric, PsychometricCurve, PsychometricPoint } from "../../shared/trace/psychometric";
import { createRandom, STREAM } from "../numerics/random";
import { createDataset } from "../tasks/createDataset";
import type { Dataset } from "../tasks/task";
import { forwardParts, type ForwardPart } from "../training/evaluate";
import { indexOfLargest } from "../training/score";
import type { RunSnapshot } from "./runSnapshot";

/** Of each coherence or pair and side, and of each context where there are two; fewer where the model is large. */
const TRIALS_EACH = 200;
const MIN_TRIALS = 100;
/** Multiplications to spend on all, and at once. */
const WORK = 2e9;
const PIECE = 4e6;

/**
 * The trials are drawn a batch at a time.
 * @param task that of the snapshot
 */
export function* analyzePsychometric(
  { trainer, experiment, parameters }: RunSnapshot,
  task: ChoiceTask,
  onProgress: (done: number, total: number) => void = () => undefined,
): SlicedTask<Psychometric> {
  const { timeSteps } = datasetShape(task, 0)!;
  const one = timeSteps * trainer.parameterCount;
  const most = Math.max(MIN_TRIALS, Math.floor(WORK / one));
  const strengths = "coherences" in task ? task.coherences : task.pairs;
  const contexts = task.kind === "context-decision" && task.context === "cued" ? 2 : 1;
  const total = Math.min(2 * TRIALS_EACH * strengths.length * contexts, most);
  const random = createRandom(experiment.seed, STREAM.evaluation);
  const size = Math.max(1, Math.min(total, Math.floor(PIECE / one)));
  const network = trainer.cloneNetwork({ batch: size, timeSteps });
  network.writeParameters(parameters);
  yield;
  const counted = new ChoiceCounts();
  for (let done = 0; done < total;) {
    const sequences = Math.min(size, total - done);
    const { dataset } = createDataset({ ...task, sequences }, "every", 0, random, null);
    for (const part of forwardParts(network, dataset, 0, sequences, sequences, false))
      for (const [b, sequence] of part.sequences.entries())
        counted.add(dataset.trials!, sequence, choiceOf(dataset, part, b));
    done += sequences;
    onProgress(done, total);
    yield;
  }
  return { measure: "coherences" in task ? "coherence" : "difference", trials: total, ...counted.result() };
}

/** By the evidence. */
class ChoiceCurve {
  private readonly counts = new Map<number, [trials: number, first: number, second: number]>();

  add(evidence: number, choice: number): void {
    const count = this.counts.get(evidence) ?? [0, 0, 0];
    count[0]++;
    if (choice === 1 || choice === 2) count[choice]++;
    this.counts.set(evidence, count);
  }

  result(): PsychometricCurve {
    const points = [...this.counts]
      .map(([evidence, [trials, first, second]]): PsychometricPoint => ({ evidence, trials, first, second }))
      .sort((a, b) => a.evidence - b.evidence);
    return { points, fit: fitLogistic(points) };
  }
}

class ChoiceCounts {
  private readonly all = new ChoiceCurve();
  private readonly ratio = new ChoiceCurve();
  private readonly contexts = new Map<number, Record<"deciding" | "ignored", ChoiceCurve>>();

  add({ evidence: of, logRatio, context }: NonNullable<Dataset["trials"]>, sequence: number, choice: number): void {
    const evidence = of!(sequence);
    this.all.add(evidence, choice);
    if (logRatio !== null) this.ratio.add(logRatio(sequence), choice);
    if (context === null) return;
    const { modality, ignored } = context(sequence);
    const curves = this.contexts.get(modality) ?? { deciding: new ChoiceCurve(), ignored: new ChoiceCurve() };
    curves.deciding.add(evidence, choice);
    curves.ignored.add(ignored, choice);
    this.contexts.set(modality, curves);
  }

  result(): Omit<Psychometric, "measure" | "trials"> {
    const contexts = [...this.contexts]
      .map(([modality, { deciding, ignored }]) => ({
        modality,
        deciding: deciding.result(),
        ignored: ignored.result(),
      }))
      .sort((a, b) => a.modality - b.modality);
    const ratio = this.ratio.result();
    return { ...this.all.result(), contexts, ratio: ratio.points.length === 0 ? null : ratio };
  }
}

/** The first answer in the decision period that is not to fixate; 0 if there is none. */
function choiceOf({ outputSteps: S, outputSize: O }: Dataset, { batch, outputs }: ForwardPart, b: number): number {
  for (let row = b * S; row < (b + 1) * S; row++) {
    if (batch.weights![row] === 0) continue;
    const answer = indexOfLargest(outputs, row * O, O);
    if (answer !== 0 && !Number.isNaN(outputs[row * O + answer]!)) return answer;
  }
  return 0;
}

const NEWTON_STEPS = 100;
const PRECISION = 1e-10;

/**
 * By Newton's method, which finds the one maximum of the likelihood. It is finite where each choice is made with
 * evidence above some with which the other is made (Albert and Anderson, 1984).
 */
export function fitLogistic(points: readonly PsychometricPoint[]): LogisticFit | null {
  const at = (key: "first" | "second"): number[] => points.filter((one) => one[key] > 0).map((one) => one.evidence);
  const [first, second] = [at("first"), at("second")];
  if (!(Math.min(...first) < Math.max(...second) && Math.min(...second) < Math.max(...first))) return null;
  // Evidence of the order of 1 keep the equations well conditioned.
  const unit = Math.max(...points.map(({ evidence }) => Math.abs(evidence)));
  let [intercept, slope] = [0, 0];
  for (let step = 0; step < NEWTON_STEPS; step++) {
    let [g0, g1, h00, h01, h11] = [0, 0, 0, 0, 0];
    for (const point of points) {
      const x = point.evidence / unit;
      const count = point.first + point.second;
      const p = 1 / (1 + Math.exp(-(intercept + slope * x)));
      const [error, weight] = [point.first - count * p, count * p * (1 - p)];
      g0 += error;
      g1 += error * x;
      h00 += weight;
      h01 += weight * x;
      h11 += weight * x * x;
    }
    const determinant = h00 * h11 - h01 * h01;
    const [d0, d1] = [(h11 * g0 - h01 * g1) / determinant, (h00 * g1 - h01 * g0) / determinant];
    intercept += d0;
    slope += d1;
    if (Math.hypot(d0, d1) <= PRECISION * Math.hypot(intercept, slope)) break;
  }
  const scale = unit / slope;
  const bias = -intercept * scale;
  return Number.isFinite(scale) && Number.isFinite(bias) ? { bias, scale, threshold: Math.log(3) * scale } : null;
}
