/** The text of a new experiment file, with comments. */
import * as l10n from "@vscode/l10n";
import { TASK_STARTS, type TaskStart } from "./taskStarts";

export type StartKind = "count-ones" | keyof typeof TASK_STARTS;

/** The first lines of an experiment, as comments. */
export const INTRODUCTION = `// ${l10n.t("An RNN Lab experiment. Run it with the play button above; while its panel is open, it re-runs as you edit it.")}
// ${l10n.t("Hover over a key to see what it does; press Ctrl+Space for suggestions. Omitted keys use their defaults.")}
`;

/** By default the tutorial's, with the main keys spelled out. */
export function newExperimentText(name: string, kind: StartKind = "count-ones"): string {
  return kind === "count-ones" ? tutorialText(name) : taskText(name, TASK_STARTS[kind]);
}

function taskText(name: string, { about, task, model, modelNote, training }: TaskStart): string {
  return `${INTRODUCTION}{
  "name": ${JSON.stringify(name)},

  // ${l10n.t("Random seed: data, initialization and batches depend on it.")}
  "seed": 1,

  // ${about}
  "task": ${task},

  // ${modelNote}
  "model": { ${model} },

  "training": {
    ${training.join("\n    ")}
  }
}
`;
}

function tutorialText(name: string): string {
  return `${INTRODUCTION}{
  "name": ${JSON.stringify(name)},

  // ${l10n.t("Random seed: data, initialization and batches depend on it.")}
  "seed": 1,

  // ${l10n.t("20 sequences of 10 bits. The target is the number of ones.")}
  "task": { "kind": "count-ones", "sequences": 20, "length": 10 },

  "model": {
    // ${l10n.t("h_t = x_t * weight_ih_l0 + h_(t-1) * weight_hh_l0; the output is the last h. With both weights at 1 it counts.")}
    "cell": "linear",
    "init": { "weight_ih_l0": -1.5, "weight_hh_l0": 2 }
  },

  "training": {
    // ${l10n.t("Uses only the sign of the gradient. Try {0} instead.", '{ "kind": "sgd", "learningRate": 0.001 }')}
    "optimizer": { "kind": "rprop", "etaPlus": 1.2, "etaMinus": 0.5, "initialStep": 0.001 },
    "iterations": 500,
    // ${l10n.t("Gradient clipping: null for none, {0} or {1}.", '{ "norm": 1 }', '{ "value": 1 }')}
    "clip": null
  }
}
`;
}
