/**
 * The largest eigenvalues of the Hessian of the training loss, by Lanczos' method on products of the Hessian with a
 * vector, and the noise of its gradient.
 *
 *   H v = (g(p + e v) - g(p - e v)) / 2e          g the gradient by backpropagation in float64, |v| = 1
 */
import type { OptimizerConfig } from "../../config/schema/schema";
import { lanczos } from "../numerics/symmetricEigen";
import { createRandom, STREAM } from "../numerics/random";
import { learningRateAt } from "../optimizers/schedule";
import { dot } from "../numerics/dot";
import type { RunSnapshot } from "../analysis/runSnapshot";
import type { Sharpness } from "../../shared/trace/dynamics";
import type { SlicedTask } from "../../lib/slicedTask";
import { GradientOfSequences } from "./meanGradient";
import type { OnProgress } from "./progress";

const EIGENVALUES = 5;
const MOST_PRODUCTS = 80;
const TOLERANCE = 1e-7;
/** e: its error is about e^2, that of rounding 1e-16 / e. */
const STEP = 1e-4;
/** Batches whose gradients differ. */
const BATCHES = 32;
/** Multiplications of all gradients, which limit the sequences of each. */
const WORK = 1e10;
const MAX_SEQUENCES = 512;
const MIN_SEQUENCES = 16;

export function* analyzeSharpness(snapshot: RunSnapshot, onProgress: OnProgress): SlicedTask<Sharpness> {
  const { trainer, parameters } = snapshot;
  const { trainingSequences: N, timeSteps } = trainer.dataset;
  const affordable = Math.floor(WORK / (2 * MOST_PRODUCTS * 3 * trainer.parameterCount * timeSteps));
  const count = Math.min(N, MAX_SEQUENCES, Math.max(MIN_SEQUENCES, affordable));
  const chosen = Array.from({ length: count }, (_, i) => Math.floor((i * N) / count));
  const gradient = new GradientOfSequences(snapshot);
  const total = MOST_PRODUCTS + BATCHES;
  let products = 0;
  const { values, residuals } = yield* lanczos(
    function* (v) {
      onProgress(products++, total);
      const above = yield* gradient.at(moved(parameters, v, STEP), chosen);
      const below = yield* gradient.at(moved(parameters, v, -STEP), chosen);
      return above.gradient.map((value, i) => (value - below.gradient[i]!) / (2 * STEP));
    },
    trainer.parameterCount,
    { count: Math.min(EIGENVALUES, trainer.parameterCount), most: MOST_PRODUCTS, tolerance: TOLERANCE },
  );
  const { loss } = yield* gradient.at(parameters, chosen);
  const noise = yield* gradientNoise(snapshot, gradient, (done) => onProgress(MOST_PRODUCTS + done, total));
  onProgress(total, total);
  const optimizer = optimizerAt(snapshot);
  return {
    eigenvalues: values,
    errors: residuals,
    sequences: count,
    loss,
    learningRate: "learningRate" in optimizer ? optimizer.learningRate : null,
    threshold: stabilityThreshold(optimizer),
    ...noise,
  };
}

/** With the learning rate of the iteration; that of reduce-on-plateau, which follows the losses, is the first one. */
function optimizerAt({ experiment, trainer, iteration }: RunSnapshot): OptimizerConfig {
  const { optimizer, schedule } = experiment.training;
  if (!("learningRate" in optimizer) || schedule.kind === "reduce-on-plateau") return optimizer;
  const learningRate = learningRateAt(schedule, optimizer.learningRate, iteration, trainer.iterations);
  return { ...optimizer, learningRate };
}

function moved(parameters: Float64Array, direction: Float64Array, by: number): Float64Array {
  return parameters.map((value, i) => value + by * direction[i]!);
}

/**
 * The curvature above which plain updates grow on a quadratic (Cohen et al., ICLR 2021, section 2 and appendix B).
 * Adaptive ones scale each parameter, so that no curvature of the loss alone decides.
 */
export function stabilityThreshold(optimizer: OptimizerConfig): number | null {
  switch (optimizer.kind) {
    case "sgd":
      return 2 / optimizer.learningRate;
    case "momentum":
      return (2 + 2 * optimizer.momentum) / optimizer.learningRate;
    case "nesterov":
      return (2 + 2 * optimizer.momentum) / ((1 + 2 * optimizer.momentum) * optimizer.learningRate);
    default:
      return null;
  }
}

/**
 * tr(Sigma) / |G|^2 (McCandlish et al., 2018, equation 2.9), both without bias from gradients of K batches of b
 * sequences drawn independently, and of all together (appendix A.1).
 */
export function* gradientNoise(
  { trainer, parameters, experiment }: RunSnapshot,
  gradient: GradientOfSequences,
  onBatch: (done: number) => void,
): SlicedTask<Pick<Sharpness, "noiseScale" | "gradientVariance" | "gradientSquared" | "batches" | "batchSize">> {
  const { trainingSequences: N, timeSteps } = trainer.dataset;
  const affordable = Math.floor(WORK / (BATCHES * 3 * trainer.parameterCount * timeSteps));
  const b = Math.max(1, Math.min(trainer.batchSize, Math.floor(N / 4), affordable));
  const random = createRandom(experiment.seed, STREAM.evaluation);
  const mean = new Float64Array(trainer.parameterCount);
  let small = 0;
  for (let k = 0; k < BATCHES; k++) {
    onBatch(k);
    const batch = Array.from({ length: b }, () => Math.floor(random.double() * N));
    const { gradient: g } = yield* gradient.at(parameters, batch);
    small += dot(g, g) / BATCHES;
    for (let i = 0; i < g.length; i++) mean[i] = mean[i]! + g[i]! / BATCHES;
  }
  const large = dot(mean, mean);
  const all = BATCHES * b;
  const gradientSquared = (all * large - b * small) / (all - b);
  const gradientVariance = (small - large) / (1 / b - 1 / all);
  const noiseScale = gradientSquared > 0 ? gradientVariance / gradientSquared : null;
  return { noiseScale, gradientVariance, gradientSquared, batches: BATCHES, batchSize: b };
}
