import type { Experiment } from "../config/schema/schema";
import type { EngineName } from "../shared/trace/trace";
import type { ConfigPath } from "../shared/wire/findings";
import { hasForgetBias } from "../config/facts/forgetBias";
import { hasRing } from "../config/facts/ringStart";
import { resolveReadout } from "../config/facts/taskTraits";

/** What the rules and their fixes need to know of the experiment. */
export interface ExperimentFacts {
  readonly experiment: Experiment;
  /** Time steps T of a sequence. */
  readonly timeSteps: number;
  /** The first step that the gradient of the last one reaches: 1, or later with truncation. */
  readonly firstStep: number;
  /** The loss is about the last step alone, so that every gradient at an earlier one has flowed back. */
  readonly readsLast: boolean;
  /** All updates see the same data. */
  readonly fullBatch: boolean;
  /** Null for rprop, to which the size of a gradient does not matter. */
  readonly learningRate: number | null;
  /** The update is in proportion to the gradient: no scaling per weight. */
  readonly proportional: boolean;
  /** The optimizer's value for the size of its steps. */
  readonly stepPath: ConfigPath;
}

/** What the rules need to know of the run as well. */
export interface RunFacts extends ExperimentFacts {
  /** Updates to make. */
  readonly iterations: number;
  /** Training sequences. */
  readonly sequences: number;
  readonly engine: EngineName;
}

const PROPORTIONAL: readonly string[] = ["sgd", "momentum", "nesterov"];

export function collectFacts(experiment: Experiment, timeSteps: number, fullBatch: boolean): ExperimentFacts {
  const { optimizer, truncate } = experiment.training;
  const learningRate = "learningRate" in optimizer ? optimizer.learningRate : null;
  return {
    experiment,
    timeSteps,
    fullBatch,
    learningRate,
    firstStep: truncate > 0 ? Math.max(1, timeSteps - truncate + 1) : 1,
    readsLast: resolveReadout(experiment) !== "every",
    proportional: PROPORTIONAL.includes(optimizer.kind),
    stepPath: ["training", "optimizer", learningRate === null ? "initialStep" : "learningRate"],
  };
}

/** The value that says how the recurrent weights start, where one does; else the cell. */
export function initPath({ experiment: { model } }: ExperimentFacts): ConfigPath {
  const { cell, init } = model;
  if (init.file !== "") return ["model", "init", "file"];
  const explicit = Object.keys(init.values).find((name) => name.startsWith("weight_hh"));
  if (explicit !== undefined) return ["model", "init", "values", explicit];
  if (hasForgetBias(model) && init.forgetBias !== 0) return ["model", "init", "forgetBias"];
  if (hasRing(cell) && init.scheme !== "constant" && init.rMin !== "auto") return ["model", "init", "rMin"];
  if (init.scheme === "auto") return cell === "linear" ? ["model", "init", "weight_hh_l0"] : ["model", "cell"];
  if (init.scheme === "constant") return ["model", "init", "constant"];
  return [
    "model",
    "init",
    (init.scheme === "orthogonal" || init.scheme === "identity") && init.gain !== 1 ? "gain" : "scheme",
  ];
}
