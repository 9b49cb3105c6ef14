/** Changes of an experiment that a finding may offer. Null where one does not make sense for the experiment. */
import * as l10n from "@vscode/l10n";
import { hasValidationFile } from "../config/facts/earlyStopping";
import type { Fix } from "../shared/wire/findings";
import { hasForgetBias } from "../config/facts/forgetBias";
import { hasRing } from "../config/facts/ringStart";
import { hasRecurrentWeights } from "../shared/trace/cells";
import { datasetShape } from "../config/facts/datasetShape";
import { validationInterval } from "../config/facts/validationInterval";
import { resolveBias } from "../config/facts/taskTraits";
import type { LargestUpdate } from "./history";
import { THRESHOLDS } from "./thresholds";
import type { ExperimentFacts } from "./runFacts";

/** Learning rates that may be suggested, and how far from the present one. */
const MIN_RATE = 1e-6;
const MAX_RATE = 1;
const MAX_FACTOR = 100;
/** Gradient norms that a clip may be suggested for. */
const MAX_CLIP = 1e6;
const MAX_TRUNCATION = 100_000;

export function fixesOf(...fixes: readonly (Fix | null)[]): Fix[] {
  return fixes.filter((fix) => fix !== null);
}

/** The largest of 1, 2, 5 times a power of ten that is not above `value` > 0. */
export function roundDown(value: number): number {
  const power = Math.floor(Math.log10(value) + 1e-9);
  const mantissa = value / 10 ** power;
  return Number(`${mantissa >= 5 - 1e-9 ? 5 : mantissa >= 2 - 1e-9 ? 2 : 1}e${power}`);
}

/** @param factor what the rate is too high by, at most 1 / 2 */
export function lowerLearningRate({ learningRate, stepPath }: ExperimentFacts, factor: number): Fix | null {
  if (learningRate === null || !(factor > 0)) return null;
  const value = saneRate(learningRate * Math.max(1 / MAX_FACTOR, Math.min(0.5, factor)));
  return value < learningRate
    ? { title: l10n.t("Lower the learning rate to {0}", value), edits: [{ path: stepPath, value }] }
    : null;
}

export function raiseLearningRate({ learningRate, stepPath }: ExperimentFacts, factor: number): Fix | null {
  if (learningRate === null || !(factor > 1) || !Number.isFinite(factor)) return null;
  const value = saneRate(learningRate * Math.min(MAX_FACTOR, factor));
  return value > learningRate
    ? { title: l10n.t("Raise the learning rate to {0}", value), edits: [{ path: stepPath, value }] }
    : null;
}

function saneRate(rate: number): number {
  return Math.min(MAX_RATE, Math.max(MIN_RATE, roundDown(rate)));
}

/**
 * A clip at which an update that was `ratio` of the parameters becomes the largest that is good.
 * For optimizers that scale each weight's step the usual 1, as their updates say nothing about the gradient.
 */
export function clipNorm(
  { experiment, proportional, learningRate }: ExperimentFacts,
  { clippedNorm, ratio }: Omit<LargestUpdate, "iteration">,
): Fix | null {
  if (learningRate === null) return null;
  // An update beyond numbers has no ratio; then the weights are taken to be of size 1.
  const measured = ratio > 0 && ratio < Infinity;
  const computed = measured
    ? Math.min(clippedNorm / 2, (clippedNorm * THRESHOLDS.clippedUpdateRatio) / ratio)
    : THRESHOLDS.clippedUpdateRatio / learningRate;
  const norm = proportional && computed > 0 && computed < 1e12 ? roundDown(computed) : 1;
  const { clip } = experiment.training;
  if (clip !== null && "norm" in clip) {
    return norm < clip.norm
      ? {
          title: l10n.t("Lower the clipping norm to {0}", norm),
          edits: [{ path: ["training", "clip", "norm"], value: norm }],
        }
      : null;
  }
  return norm > 0
    ? {
        title: l10n.t("Clip the gradient norm to {0}", norm),
        edits: [{ path: ["training", "clip"], value: { norm } }],
      }
    : null;
}

/**
 * For a loss that float32 cannot hold.
 * @param loss of the same iteration in float64; null: not known
 */
export function useFloat64(loss: number | null): Fix | null {
  if (loss === null || !Number.isFinite(loss)) return null;
  return { title: l10n.t("Use the float64 engine"), edits: [{ path: ["engine"], value: "float64" }] };
}

/** Recurrent weights that preserve the norm of states and gradients; with relu, which has no bound, also a clip. */
export function preserveNorm(facts: ExperimentFacts): Fix | null {
  const { cell, nonlinearity, init } = facts.experiment.model;
  // What a leaky unit keeps depends on its leak, and orthogonal weights do not follow Dale's law.
  if (!hasRecurrentWeights(cell) || cell === "ctrnn" || init.file !== "") return null;
  if (Object.keys(init.values).some((name) => name.startsWith("weight_hh"))) return null;
  if (cell === "linear" && init.scheme === "auto") {
    return init.weight_hh_l0 === 1
      ? null
      : {
          title: l10n.t("Set the initial recurrent weight to 1"),
          edits: [{ path: ["model", "init", "weight_hh_l0"], value: 1 }],
        };
  }
  const isRelu = cell === "rnn" && nonlinearity === "relu";
  const wanted = cell === "linear" || isRelu ? "identity" : "orthogonal";
  const edits: { path: readonly string[]; value: unknown }[] = [];
  if (init.scheme !== wanted) edits.push({ path: ["model", "init", "scheme"], value: wanted });
  if (init.gain !== 1) edits.push({ path: ["model", "init", "gain"], value: 1 });
  if (edits.length === 0) return null;
  const title =
    init.scheme === wanted ? l10n.t("Set the initialization gain to 1") : l10n.t("Use {0} recurrent weights", wanted);
  if (!isRelu || facts.experiment.training.clip !== null || facts.learningRate === null) return { title, edits };
  return {
    title: l10n.t("{0} and clip the gradient norm to {1}", title, 1),
    edits: [...edits, { path: ["training", "clip"], value: { norm: 1 } }],
  };
}

/** A start of lru and rglru at which units keep a gradient over a hundred steps and more. */
const SLOW_RING = { rMin: 0.99, rMax: 0.9999 } as const;

function slowRing({ cell, init }: ExperimentFacts["experiment"]["model"]): Fix | null {
  const own = cell === "lru" ? "nu_log" : "a_param";
  const isGiven = init.file !== "" || Object.keys(init.values).some((name) => name.startsWith(own));
  if (isGiven || init.scheme === "constant" || (init.rMin !== "auto" && init.rMin >= SLOW_RING.rMin)) return null;
  const { rMin, rMax } = SLOW_RING;
  return {
    title: l10n.t("Start with factors of {0} to {1}, which keep the gradient for longer", rMin, rMax),
    edits: [
      { path: ["model", "init", "rMin"], value: rMin },
      { path: ["model", "init", "rMax"], value: rMax },
    ],
  };
}

/** The rate of Adam at which tanh units with orthogonal weights learn over a hundred steps. */
const SLOW_RATE = 0.001;

/**
 * Against a gradient that vanishes. Orthogonal weights keep the gradient of tanh units alive at first, and no more:
 * learning takes thousands of updates at a low rate.
 */
export function preserveGradient(facts: ExperimentFacts): Fix | null {
  const { model, training } = facts.experiment;
  if (hasRing(model.cell)) return slowRing(model);
  const fix = preserveNorm(facts);
  if (fix === null || model.cell !== "rnn" || model.nonlinearity !== "tanh") return fix;
  const { kind } = training.optimizer;
  const { learningRate, stepPath } = facts;
  const isFast = (kind === "adam" || kind === "adamw") && learningRate !== null && learningRate > SLOW_RATE;
  return isFast
    ? {
        title: l10n.t(
          "{0} and a learning rate of {1} (keeps the gradient alive at first; learning stays slow)",
          fix.title,
          SLOW_RATE,
        ),
        edits: [...fix.edits, { path: stepPath, value: SLOW_RATE }],
      }
    : { title: l10n.t("{0} (keeps the gradient alive at first; learning stays slow)", fix.title), edits: fix.edits };
}

/** Tallec and Ollivier, 2018: forget-gate biases spread over the lengths of the task, input-gate biases minus those. */
const CHRONO = { path: ["model", "init", "forgetBias"], value: "chrono" } as const;

/** Fewer steps than the chrono initialization has a use for. */
const MIN_CHRONO_STEPS = 3;

export function chronoBiases({ experiment: { model }, timeSteps }: ExperimentFacts): Fix | null {
  const { init } = model;
  if (model.cell !== "lstm" && model.cell !== "slstm") return null;
  if (init.forgetBias === "chrono" || init.file !== "" || timeSteps < MIN_CHRONO_STEPS) return null;
  if (!hasForgetBias(model) || Object.keys(init.values).some((name) => name.startsWith("bias_"))) return null;
  return {
    title: l10n.t("Initialize the forget-gate biases for {0} steps (chrono)", timeSteps),
    edits: [CHRONO],
  };
}

export function switchCell({ experiment: { model }, timeSteps }: ExperimentFacts, cell: "lstm" | "gru"): Fix | null {
  if (
    model.cell !== "rnn" ||
    model.readout === "state" ||
    model.init.scheme === "constant" ||
    model.init.file !== "" ||
    Object.keys(model.init.values).length > 0
  )
    return null;
  const edits = [{ path: ["model", "cell"], value: cell as unknown }];
  // With the usual biases its gradient starts as small as that of tanh units, and comes back while the loss is flat.
  if (cell === "gru") return { title: l10n.t("Switch to GRU (the gradient may still vanish at first)"), edits };
  const isChrono = timeSteps >= MIN_CHRONO_STEPS && resolveBias(model);
  return isChrono
    ? { title: l10n.t("Switch to LSTM (chrono initialization)"), edits: [...edits, CHRONO] }
    : { title: l10n.t("Switch to LSTM"), edits };
}

/**
 * So few steps back that a gradient of `norm` shrinks to a good one.
 * @param growth of the gradient a step back, above 1
 */
export function truncateAt({ timeSteps, firstStep }: ExperimentFacts, growth: number, norm: number): Fix | null {
  const tooMany = Math.ceil(Math.log((10 * norm) / THRESHOLDS.explodingNorm) / Math.log(growth));
  const steps = Math.min(MAX_TRUNCATION, timeSteps - firstStep - tooMany);
  if (!(steps >= 1)) return null;
  return {
    title: steps === 1 ? l10n.t("Truncate BPTT at 1 step") : l10n.t("Truncate BPTT at {0} steps", steps),
    edits: [{ path: ["training", "truncate"], value: steps }],
  };
}

/**
 * The clip at the usual norm. Where the update is in proportion to the gradient, the learning rate falls by the same
 * factor: a clipped step stays as long as it was, and a smaller gradient makes a smaller step again.
 * @param shorter factor on the length of the steps
 */
export function relaxClip(
  { experiment, proportional, learningRate, stepPath }: ExperimentFacts,
  norm: number,
  shorter = 1,
): Fix | null {
  const { clip } = experiment.training;
  if (clip === null || !(norm > 0)) return null;
  if (learningRate === null)
    return {
      title: l10n.t("Remove clipping: rprop uses only the sign of the gradient"),
      edits: [{ path: ["training", "clip"], value: null }],
    };
  // Above the median, so that about half of the steps pass.
  const raised = roundDown(2.5 * norm);
  if (raised > MAX_CLIP) return null;
  const edits: { path: readonly string[]; value: unknown }[] = [
    { path: ["training", "clip"], value: { norm: raised } },
  ];
  if (!proportional || !("norm" in clip)) {
    const title =
      "norm" in clip
        ? l10n.t("Raise the clipping norm to {0}", raised)
        : l10n.t("Clip the gradient norm to {0}", raised);
    return { title, edits };
  }
  const rate = roundDown((shorter * learningRate * clip.norm) / raised);
  return rate >= MIN_RATE
    ? {
        title: l10n.t("Raise the clipping norm to {0} and lower the learning rate to {1}", raised, rate),
        edits: [...edits, { path: stepPath, value: rate }],
      }
    : null;
}

export function fewerLayers({ experiment: { model } }: ExperimentFacts, value: number): Fix | null {
  if (value >= model.numLayers || model.init.file !== "" || Object.keys(model.init.values).length > 0) return null;
  const title =
    value === 1
      ? l10n.t("Use 1 layer instead of {0}", model.numLayers)
      : l10n.t("Use {0} layers instead of {1}", value, model.numLayers);
  const edits: { path: readonly string[]; value?: unknown }[] = [{ path: ["model", "numLayers"], value }];
  // Dropout acts between layers.
  if (value === 1 && model.dropout > 0) edits.push({ path: ["model", "dropout"] });
  return { title, edits };
}

/** A clip that shortens updates to nothing, at its usual value. */
export function usualClip({ experiment: { training } }: ExperimentFacts): Fix | null {
  const { clip } = training;
  if (clip === null || ("norm" in clip && clip.norm >= 1)) return null;
  const title =
    "norm" in clip ? l10n.t("Raise the clipping norm to {0}", 1) : l10n.t("Clip the gradient norm to {0}", 1);
  return { title, edits: [{ path: ["training", "clip"], value: { norm: 1 } }] };
}

/** PyTorch's initialization, with which no unit is saturated by inputs of usual size. */
export function defaultInitialization({
  experiment: {
    model: { init, cell },
  },
}: ExperimentFacts): Fix | null {
  if ((cell === "lstm" || cell === "slstm") && init.forgetBias !== "chrono" && init.forgetBias < 0)
    return {
      title: l10n.t("Set forget-gate bias to {0}", 1),
      edits: [{ path: ["model", "init", "forgetBias"], value: 1 }],
    };
  if (init.file !== "" || (init.scheme === "auto" && Object.keys(init.values).length === 0)) return null;
  const edits = [];
  if (init.scheme !== "auto") edits.push({ path: ["model", "init", "scheme"], value: "auto" as unknown });
  if (Object.keys(init.values).length > 0) edits.push({ path: ["model", "init", "values"], value: {} });
  return { title: l10n.t("Use PyTorch's default initialization"), edits };
}

/** Ends at the best validation loss, after so many iterations without a better one. */
export function stopEarly({ experiment: { task, training } }: ExperimentFacts): Fix | null {
  const { validation, stop, iterations } = training;
  if ((validation.share === 0 && !hasValidationFile(task)) || stop !== null) return null;
  const patience = Math.max(
    5 * validationInterval(training, datasetShape(task, validation.share)),
    Math.round(iterations / 10),
  );
  return {
    title: l10n.t("Stop early, after {0} iterations without a better validation loss", patience),
    edits: [{ path: ["training", "stop"], value: { patience } }],
  };
}

/** Momentum that averages over more than a hundred steps, at its usual value. */
export function usualMomentum({ experiment: { training } }: ExperimentFacts): Fix | null {
  const { optimizer } = training;
  if (!("momentum" in optimizer) || !(optimizer.momentum > 0.99)) return null;
  return {
    title: l10n.t("Lower the momentum to {0}", 0.9),
    edits: [{ path: ["training", "optimizer", "momentum"], value: 0.9 }],
  };
}

/** Sequences from which on PyTorch's variant of Rprop settles more reliably than the original. */
const LONG_FOR_RPROP = 30;

export function steadierRprop({ experiment: { training }, timeSteps }: ExperimentFacts): Fix | null {
  if (training.optimizer.kind !== "rprop" || timeSteps < LONG_FOR_RPROP) return null;
  return {
    title: l10n.t("Switch to rprop-pytorch, which is steadier on long sequences"),
    edits: [{ path: ["training", "optimizer", "kind"], value: "rprop-pytorch" }],
  };
}
