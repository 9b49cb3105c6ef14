import { createTrainer } from "../../../src/core/training/trainer";
import type { TrialResources } from "../../../src/fixes/fixTrial";
import type { SearchedRun } from "../../../src/fixes/fixSearch";
import type { Finding, Fix, RuleName } from "../../../src/shared/wire/findings";
import { experimentIn } from "../diagnosis/support";

/** The tutorial's second experiment, which diverges: the gradient explodes. */
export const EXPLODING = `{
  "seed": 1,
  "task": { "kind": "count-ones", "sequences": 20, "length": 10 },
  "model": { "cell": "linear", "init": { "weight_ih_l0": -1.5, "weight_hh_l0": 2 } }, // too large
  "training": { "optimizer": { "kind": "sgd", "learningRate": 0.001 }, "iterations": 500 }
}`;

export function setFix(title: string, ...edits: readonly (readonly [path: string, value: unknown])[]): Fix {
  return { title, edits: edits.map(([path, value]) => ({ path: path.split("."), value })) };
}

export const CLIP = setFix("Clip", ["training.clip", { norm: 1 }]);
export const RATE = setFix("Rate", ["training.optimizer.learningRate", 0.03]);
export const SLOW = setFix("Slow", ["training.optimizer.learningRate", 2e-10]);

/** Float64 trainers, and a clock on which each look takes so many milliseconds. */
export function steppingResources(millisecondsPerLook: number): TrialResources {
  let now = 0;
  return {
    now: () => (now += millisecondsPerLook),
    prepare: (experiment) => ({ trainer: createTrainer(experiment), dispose: () => undefined }),
  };
}

export function searchedRun(text: string, change: Partial<SearchedRun> = {}): SearchedRun {
  return {
    text,
    experiment: experimentIn(text),
    judgedLoss: Infinity,
    shownLoss: Infinity,
    trainMs: 10_000,
    baselines: [{ name: "best-constant", loss: 2 }],
    ...change,
  };
}

export function finding(rule: RuleName, fixes: readonly Fix[]): Finding {
  return {
    rule,
    severity: "warning",
    iteration: 0,
    timeStep: null,
    numbers: {},
    message: rule,
    configPath: ["training"],
    fixes,
  };
}
