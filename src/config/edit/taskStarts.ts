/** Where an experiment on a task may begin: a model and a way to train it that learns, and what to look at. */
import * as l10n from "@vscode/l10n";
import type { TaskConfig } from "../schema/schema";

export interface TaskStart {
  readonly title: string;
  /** What comes in, what is wanted. */
  readonly about: string;
  readonly task: string;
  readonly model: string;
  readonly modelNote: string;
  readonly training: readonly string[];
}

const adam = (rate: number, iterations: number, batchSize: number, more: readonly string[] = []): string[] => [
  `// ${l10n.t("A good first choice. When the loss jumps about, divide the learning rate by 10.")}`,
  `"optimizer": { "kind": "adam", "learningRate": ${rate} },`,
  `"batchSize": ${batchSize},`,
  `"iterations": ${iterations},`,
  ...more,
];
const clip = `// ${l10n.t("For gradients that explode; null for none.")}`;
const held = (every: number): string[] => [
  `// ${l10n.t("Sequences that training does not see: how good it is on new ones.")}`,
  `"validation": { "share": 0.1, "every": ${every} }`,
];

export const TASK_STARTS: Readonly<Record<Exclude<TaskConfig["kind"], "count-ones">, TaskStart>> = {
  "binary-addition": {
    title: l10n.t("Binary addition"),
    about: l10n.t(
      "Two binary numbers come in, least significant bit first; the bits of their sum are wanted. What has to be remembered is the carry.",
    ),
    task: `{ "kind": "binary-addition", "sequences": 2000, "bits": 6 }`,
    model: `"cell": "rnn", "hiddenSize": 6`,
    modelNote: l10n.t("Three tanh units are enough, six find it more often."),
    training: adam(0.02, 1500, 100, held(50)),
  },
  adding: {
    title: l10n.t("Adding"),
    about: l10n.t(
      "Random numbers come in, two of them marked; at the end their sum is wanted. Always answering 1 has a loss of 0.167.",
    ),
    task: `{ "kind": "adding", "sequences": 2000, "length": 30 }`,
    model: `"cell": "lstm", "hiddenSize": 24, "init": { "forgetBias": 1 }`,
    modelNote: l10n.t('A forget gate that starts open keeps what was read. Try "rnn" and see the gradient vanish.'),
    training: adam(0.01, 1000, 50, [clip, `"clip": { "norm": 1 },`, ...held(50)]),
  },
  copy: {
    title: l10n.t("Copy"),
    about: l10n.t("Some symbols come in, then a pause, then they are wanted back in the same order."),
    task: `{ "kind": "copy", "sequences": 2000, "symbols": 4, "items": 3, "delay": 6 }`,
    model: `"cell": "gru", "hiddenSize": 32`,
    modelNote: l10n.t("The longer the delay, the more the gradient has to last."),
    training: adam(0.01, 1000, 50, [clip, `"clip": { "norm": 1 },`, ...held(50)]),
  },
  parity: {
    title: l10n.t("Parity"),
    about: l10n.t(
      "Random bits come in; wanted is whether an odd number of them is 1. Every single bit turns the answer around.",
    ),
    task: `{ "kind": "parity", "sequences": 2000, "length": 6 }`,
    model: `"cell": "lstm", "hiddenSize": 16`,
    modelNote: l10n.t("Nothing helps but to count: the loss stays at 0.69 for a while and then falls off."),
    training: adam(0.02, 1500, 100, held(50)),
  },
  "temporal-order": {
    title: l10n.t("Temporal order"),
    about: l10n.t("Two signs come far apart among distractors; wanted is in which order."),
    task: `{ "kind": "temporal-order", "sequences": 2000, "length": 20 }`,
    model: `"cell": "lstm", "hiddenSize": 24, "init": { "forgetBias": 1 }`,
    modelNote: l10n.t("A forget gate that starts open keeps what was read."),
    training: adam(0.01, 1000, 50, [clip, `"clip": { "norm": 1 },`, ...held(50)]),
  },
  sine: {
    title: l10n.t("Sine"),
    about: l10n.t("A sine wave of random phase comes in; its next value is wanted."),
    task: `{ "kind": "sine", "sequences": 100, "length": 40, "period": 20 }`,
    model: `"cell": "rnn", "hiddenSize": 12, "init": { "scheme": "orthogonal" }`,
    modelNote: l10n.t("Orthogonal weights neither lengthen nor shorten what passes through them."),
    training: adam(0.01, 600, 20, held(20)),
  },
  text: {
    title: l10n.t("Text"),
    about: l10n.t("The characters of a text come in; the next one is wanted. Put a file of your own beside it."),
    task: `{ "kind": "text", "file": "weather-words.txt", "length": 40 }`,
    model: `"cell": "lstm", "hiddenSize": 48`,
    modelNote: l10n.t('"RNN Lab: Sample Text…" lets it write.'),
    training: adam(0.01, 600, 8, [clip, `"clip": { "norm": 5 }`]),
  },
  csv: {
    title: l10n.t("Series"),
    about: l10n.t(
      "Columns of a table come in, in time; the next value of a column is wanted. Put a file of your own beside it.",
    ),
    task: `{ "kind": "csv", "file": "river-station.csv", "columns": ["temperature", "river"], "target": "river", "length": 24 }`,
    model: `"cell": "gru", "hiddenSize": 12`,
    modelNote: l10n.t("With more units it learns the noise by heart: watch the loss of what is held out."),
    training: adam(0.01, 400, 32, held(20)),
  },
};
