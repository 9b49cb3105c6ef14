/** The dynamics of a network as JSON and as lines of a terminal. */
import type {
  FixedPoint,
  FixedPoints,
  Lyapunov,
  Sharpness,
  StepJacobians,
  Trajectories,
} from "../shared/trace/dynamics";
import type { NetworkMemory } from "../core/dynamics/memory";
import { formatValue } from "../shared/words/numberFormat";
import { jsonNumber } from "./jsonNumbers";

/** Points and exponents that a person reads. */
const SHOWN = 20;
const AXES = 3;

const numbers = (values: Float64Array) => Array.from(values, jsonNumber);
const orNull = (value: number | null) => (value === null ? null : jsonNumber(value));

/** Rows of so many numbers. */
function rowsOf(values: Float64Array, width: number) {
  return Array.from({ length: values.length / width }, (_, r) => numbers(values.subarray(r * width, (r + 1) * width)));
}

function pairsOf(re: Float64Array, im: Float64Array) {
  return Array.from(re, (value, i) => [jsonNumber(value), jsonNumber(im[i]!)]);
}

export function fixedPointsReport({ input, points, slowPoints, starts, settled, outliers }: FixedPoints) {
  return {
    input: numbers(input),
    fixedPoints: points.map(pointReport),
    slowPoints: slowPoints.map(pointReport),
    starts,
    settled,
    outliers,
  };
}

function pointReport({ state, q, kind, unstable, re, im }: FixedPoint) {
  return { state: numbers(state), q: jsonNumber(q), kind, unstable, eigenvalues: pairsOf(re, im) };
}

export function describeFixedPoints(found: FixedPoints): readonly string[] {
  const { input, points, slowPoints, starts, settled, outliers } = found;
  const stable = points.filter(({ kind }) => kind === "stable").length;
  return [
    `under the constant input ${[...input].map((value) => formatValue(value)).join(", ")}, from ${starts} starts: ` +
      `${points.length} fixed (${stable} stable), ${slowPoints.length} slow; ${starts - settled - outliers} starts ` +
      `did not settle, ${outliers} ended far outside of the states`,
    ...describePoints("fixed", points),
    ...describePoints("slow", slowPoints),
  ];
}

function describePoints(word: string, points: readonly FixedPoint[]): readonly string[] {
  const lines = points.slice(0, SHOWN).map(({ kind, unstable, q, re, im, state }) => {
    const radius = Math.hypot(re[0]!, im[0]!);
    const what = kind === "saddle" ? `saddle, ${unstable} unstable` : kind;
    const first = [...state.subarray(0, 4)].map((value) => formatValue(value, 4)).join(", ");
    const rest = state.length > 4 ? ", …" : "";
    const speed = word === "slow" ? `, moves ${formatValue(Math.sqrt(2 * q), 3)} a step` : "";
    return `${word}: ${what}; largest modulus ${formatValue(radius, 4)}${speed}; state ${first}${rest}`;
  });
  return points.length > SHOWN ? [...lines, `… and ${points.length - SHOWN} more; --json prints all`] : lines;
}

export function trajectoriesReport({ mean, axes, shares, sequences, places, classes }: Trajectories) {
  const perSequence = places.length / sequences;
  return {
    mean: numbers(mean),
    axes: rowsOf(axes, mean.length),
    shares: numbers(shares),
    trajectories: Array.from({ length: sequences }, (_, b) =>
      rowsOf(places.subarray(b * perSequence, (b + 1) * perSequence), AXES),
    ),
    classes,
  };
}

export function describeTrajectories({ shares, sequences, timeSteps, mean }: Trajectories): readonly string[] {
  const percent = [...shares].map((share) => `${formatValue(100 * share, 3)}%`).join(", ");
  return [
    `${sequences} sequences of ${timeSteps} steps in the principal components of ${mean.length} numbers`,
    `variance of the first ${AXES} components: ${percent}`,
    "--json prints the axes and the trajectories",
  ];
}

export function jacobiansReport(found: StepJacobians) {
  const { sequence, steps, singularValues, re, im, logProduct, logProductEigenvalues } = found;
  const n = logProduct.length;
  return {
    sequence,
    steps: [...steps],
    singularValues: rowsOf(singularValues, n),
    eigenvalues: Array.from(steps, (_, r) => pairsOf(re.subarray(r * n, (r + 1) * n), im.subarray(r * n, (r + 1) * n))),
    logProductSingularValues: numbers(logProduct),
    logProductEigenvalues: numbers(logProductEigenvalues),
  };
}

export function describeJacobians(found: StepJacobians): readonly string[] {
  const { timeSteps, steps, singularValues, re, im, logProduct } = found;
  const n = logProduct.length;
  const line = (row: number) =>
    `step ${steps[row]}: largest singular value ${formatValue(singularValues[row * n]!, 4)}, ` +
    `smallest ${formatValue(singularValues[(row + 1) * n - 1]!, 4)}, ` +
    `spectral radius ${formatValue(Math.hypot(re[row * n]!, im[row * n]!), 4)}`;
  const shown = [...new Set([0, Math.floor((steps.length - 1) / 2), steps.length - 1])];
  const perStep = Math.exp(logProduct[0]! / timeSteps);
  return [
    ...shown.map(line),
    `all ${timeSteps} steps: largest singular value ${formatValue(Math.exp(logProduct[0]!), 4)}, ` +
      `${formatValue(perStep, 4)} per step`,
  ];
}

export function lyapunovReport({ input, exponents, steps, transient, dimension }: Lyapunov) {
  return {
    input: numbers(input),
    lyapunov: numbers(exponents),
    unit: "per step",
    steps,
    transient,
    dimension: orNull(dimension),
  };
}

export function describeLyapunov({ exponents, steps, transient, dimension }: Lyapunov): readonly string[] {
  const shown = [...exponents.subarray(0, SHOWN)].map((value) => formatValue(value, 4)).join(", ");
  const largest = exponents[0]!;
  const kind =
    largest > 0.005 ? "chaotic" : largest < -0.005 ? "contracting" : "neither contracting nor clearly chaotic";
  return [
    `largest exponent ${formatValue(largest, 4)} per step over ${steps} steps after ${transient}: ${kind}`,
    `exponents per step: ${shown}${exponents.length > SHOWN ? ", …" : ""}`,
    dimension === null
      ? "dimension of the attractor (Kaplan and Yorke): above the number of exponents computed"
      : `dimension of the attractor (Kaplan and Yorke): ${formatValue(dimension, 3)}`,
  ];
}

export function sharpnessReport({ eigenvalues, errors, ...rest }: Sharpness) {
  return {
    eigenvalues: numbers(eigenvalues),
    errors: numbers(errors),
    sequences: rest.sequences,
    loss: jsonNumber(rest.loss),
    learningRate: orNull(rest.learningRate),
    threshold: orNull(rest.threshold),
    noiseScale: orNull(rest.noiseScale),
    gradientVariance: jsonNumber(rest.gradientVariance),
    gradientSquared: jsonNumber(rest.gradientSquared),
    batches: rest.batches,
    batchSize: rest.batchSize,
  };
}

export function describeSharpness(found: Sharpness): readonly string[] {
  const { eigenvalues, sequences, threshold, noiseScale, batches, batchSize } = found;
  const values = [...eigenvalues].map((value) => formatValue(value, 4)).join(", ");
  return [
    `largest eigenvalues of the Hessian of the loss over ${sequences} sequences: ${values}`,
    threshold === null
      ? "this optimizer scales each parameter, so the sharpness alone has no limit"
      : `limit of stability at this learning rate: ${formatValue(threshold, 4)} ` +
        `(the sharpness is ${formatValue(eigenvalues[0]! / threshold, 3)} of it)`,
    noiseScale === null
      ? `noise scale: none, since the mean gradient of ${batches} batches of ${batchSize} is below its noise`
      : `noise scale tr(Σ)/|G|²: ${formatValue(noiseScale, 3)} sequences, from ${batches} batches of ${batchSize}`,
  ];
}

export function memoryReport({ inputGradient, decodable, capacity, sequences, fitted, tested }: NetworkMemory) {
  return {
    inputGradient: numbers(inputGradient),
    sequences,
    decodable: numbers(decodable),
    capacity: jsonNumber(capacity),
    fitted,
    tested,
  };
}

export function describeMemory({ timeSteps, inputGradient, decodable, capacity }: NetworkMemory): readonly string[] {
  const at = (t: number) => formatValue(inputGradient[t - 1]!, 3);
  const lags = [...new Set([0, 1, 2, 5, 10, 20, decodable.length - 1])].filter((k) => k < decodable.length);
  return [
    `|dy/dx| of the last output: ${at(timeSteps)} at step ${timeSteps}, ` +
      `${at(Math.ceil(timeSteps / 2))} at step ${Math.ceil(timeSteps / 2)}, ${at(1)} at step 1`,
    `R² of past inputs read linearly from the state: ${lags
      .map((k) => `${formatValue(decodable[k]!, 3)} ${k === 0 ? "now" : `${k} back`}`)
      .join(", ")}`,
    `memory capacity, the sum of R² over ${decodable.length} steps: ${formatValue(capacity, 3)}`,
  ];
}
