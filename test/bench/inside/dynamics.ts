/** Meets the right answers of docs/dynamics.md, and times each analysis; see results.mjs for what it prints. */
import { withDefaults } from "../../../src/config/schema/defaults";
import { experimentSchema } from "../../../src/config/schema/fileSchema";
import type { Experiment } from "../../../src/config/schema/schema";
import type { ChoiceTask } from "../../../src/config/facts/trialTasks";
import { analyzePsychometric } from "../../../src/core/analysis/psychometric";
import { createSnapshot, type RunSnapshot } from "../../../src/core/analysis/runSnapshot";
import { analyzeFixedPoints, findFixedPoints } from "../../../src/core/dynamics/fixedPoints";
import { analyzeJacobians } from "../../../src/core/dynamics/jacobians";
import { analyzeLyapunov, lyapunovExponents } from "../../../src/core/dynamics/lyapunov";
import { analyzeMemory } from "../../../src/core/dynamics/memory";
import { analyzeSharpness } from "../../../src/core/dynamics/sharpness";
import { analyzeTrajectories } from "../../../src/core/dynamics/trajectories";
import { evaluateSequences } from "../../../src/core/training/evaluate";
import { createTrainer } from "../../../src/core/training/trainer";
import { finishWork, type SlicedTask } from "../../../src/lib/slicedTask";
import { leakyMap, NO_INPUT, randomNumbers, rolledWeights, tanhMap, unheard } from "../../unit/core/dynamics/maps";

const experimentOf = (file: object) => withDefaults(experimentSchema, file) as Experiment;

const isSmoke = process.argv.includes("--smoke");

function rolled(n: number) {
  const { fixed } = finishWork(
    findFixedPoints(tanhMap(rolledWeights(n)), randomNumbers(200 * n, 3), NO_INPUT, unheard),
  );
  return { units: n, found: fixed.length, stable: fixed.filter(({ kind }) => kind === "stable").length };
}

/** Trains the flip-flop of three bits and searches without input. */
function flipFlop(cell: "rnn" | "gru", seed: number) {
  const experiment = experimentOf({
    seed,
    task: { kind: "flip-flop", sequences: 500, length: 40, bits: 3 },
    model: {
      cell,
      hiddenSize: cell === "rnn" ? 32 : 24,
      ...(cell === "rnn" ? { init: { scheme: "orthogonal" } } : {}),
    },
    training: {
      optimizer: { kind: "adam", learningRate: 0.005 },
      batchSize: 50,
      iterations: isSmoke ? 20 : 800,
      clip: { norm: 1 },
      validation: { share: 0.2, every: 50 },
    },
    engine: "float64",
  });
  const trainer = createTrainer(experiment);
  while (trainer.step(null) === "running");
  const { dataset, loss } = trainer;
  const { trainingSequences, sequences } = dataset;
  const { accuracy } = evaluateSequences(trainer.cloneNetwork(), dataset, loss, trainingSequences, sequences, 100);
  const { points } = finishWork(analyzeFixedPoints(snapshotOf(experiment, trainer), null, unheard));
  const stable = points.filter(({ kind }) => kind === "stable");
  const saddles = points.filter(({ kind }) => kind === "saddle").length;
  return { cell, seed, accuracy: accuracy ?? 0, stable: stable.length, saddles };
}

function snapshotOf(experiment: RunSnapshot["experiment"], trainer: ReturnType<typeof createTrainer>): RunSnapshot {
  return createSnapshot(experiment, trainer, { iteration: trainer.iteration, parameters: trainer.parameters() });
}

/** Of a time constant, in continuous time. */
const ALPHA = 0.05;

interface RandomNetworks {
  readonly units: number;
  readonly gain: number;
  readonly draws: number;
  /** A map, or continuous time. */
  readonly unit: "step" | "tau";
  /** The silent state itself, or what the network comes to from another one. */
  readonly start: "silent" | "random";
}

/** The largest exponents of random tanh networks. */
function randomNetworks({ units, gain, draws, unit, start }: RandomNetworks) {
  const inStep = unit === "step" ? 1 : ALPHA;
  const [transient, steps] = (isSmoke ? [10, 20] : [100, unit === "step" ? 300 : 150]).map((time) => time / inStep);
  const exponents = Array.from({ length: draws }, (_, draw) => {
    const weights = randomNumbers(units * units, draw + 1, gain / Math.sqrt(units));
    const map = unit === "step" ? tanhMap(weights) : leakyMap(weights, ALPHA);
    const from = randomNumbers(units, 1001 + draw, start === "silent" ? 0 : 0.5);
    const plan = { exponents: 1, steps: steps!, transient: transient! };
    return finishWork(lyapunovExponents(map, from, NO_INPUT, plan, unheard)).exponents[0]! / inStep;
  });
  return { units, gain, unit, start, exponents, mean: exponents.reduce((sum, value) => sum + value, 0) / draws };
}

const RANDOM_NETWORKS: readonly RandomNetworks[] = [
  { units: 300, gain: 0.9, draws: 3, unit: "step", start: "silent" },
  { units: 300, gain: 1.1, draws: 3, unit: "step", start: "silent" },
  { units: 500, gain: 1.5, draws: 10, unit: "step", start: "random" },
  { units: 500, gain: 1.5, draws: 10, unit: "tau", start: "random" },
];
const SMALL_NETWORKS = RANDOM_NETWORKS.slice(-2).map((one) => ({ ...one, units: 20, draws: 2 }));

const ANALYSES: Readonly<Record<string, (snapshot: RunSnapshot) => SlicedTask<unknown>>> = {
  "fixed-points": (snapshot) => analyzeFixedPoints(snapshot, null, unheard),
  trajectories: (snapshot) => analyzeTrajectories(snapshot),
  jacobians: (snapshot) => analyzeJacobians(snapshot, 0, unheard),
  lyapunov: (snapshot) => analyzeLyapunov(snapshot, null, unheard),
  sharpness: (snapshot) => analyzeSharpness(snapshot, unheard),
  memory: (snapshot) => analyzeMemory(snapshot, unheard),
  psychometric: (snapshot) => analyzePsychometric(snapshot, snapshot.experiment.task as ChoiceTask),
};

/**
 * Of a gru before training, on the flip-flop of three bits, or for the psychometric curve on a perceptual decision; a
 * piece is the longest that training would wait for.
 */
function timesOf(units: number) {
  const experiment = experimentOf({
    task: { kind: "flip-flop", sequences: 200, length: isSmoke ? 5 : 40, bits: 3 },
    model: { cell: "gru", hiddenSize: units },
    training: { batchSize: 50 },
    engine: "float64",
  });
  const decision = experimentOf({
    task: { kind: "perceptual-decision", sequences: 200, ...(isSmoke ? { stimulus: 200 } : {}) },
    model: { cell: "gru", hiddenSize: units },
  });
  const snapshot = snapshotOf(experiment, createTrainer(experiment));
  const decides = snapshotOf(decision, createTrainer(decision));
  return Object.entries(ANALYSES).map(([analysis, start]) => {
    const work = start(analysis === "psychometric" ? decides : snapshot);
    let [seconds, longestPieceMs] = [0, 0];
    for (let done: boolean | undefined = false; done !== true;) {
      const before = performance.now();
      ({ done } = work.next());
      const ms = performance.now() - before;
      seconds += ms / 1000;
      longestPieceMs = Math.max(longestPieceMs, ms);
    }
    return { analysis, cell: "gru", units, seconds, longestPieceMs };
  });
}

const seeds = Array.from({ length: isSmoke ? 1 : 10 }, (_, i) => i + 1);
console.log(
  JSON.stringify({
    rolled: [2, 3, 4].map(rolled),
    flipFlop: (isSmoke ? (["rnn"] as const) : (["rnn", "gru"] as const)).flatMap((cell) =>
      seeds.map((seed) => flipFlop(cell, seed)),
    ),
    lyapunov: (isSmoke ? SMALL_NETWORKS : RANDOM_NETWORKS).map(randomNetworks),
    times: (isSmoke ? [4] : [64, 256]).flatMap(timesOf),
  }),
);
