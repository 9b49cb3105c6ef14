/** A starting point for each task: a model and training that learn it, and what to look at. */
import * as l10n from "@vscode/l10n";
import type { TaskConfig } from "../schema/schema";

export interface TaskStart {
  readonly title: string;
  /** Input and target. */
  readonly about: string;
  readonly task: string;
  readonly model: string;
  readonly modelNote: string;
  readonly training: readonly string[];
}

const adam = (rate: number, iterations: number, batchSize: number, more: readonly string[] = []): string[] => [
  `// ${l10n.t("A good first choice. If the loss oscillates, try a lower learning rate.")}`,
  `"optimizer": { "kind": "adam", "learningRate": ${rate} },`,
  `"batchSize": ${batchSize},`,
  `"iterations": ${iterations},`,
  ...more,
];
const clip = `// ${l10n.t("Protects against exploding gradients; null turns it off.")}`;
const held = (every: number): string[] => [
  `// ${l10n.t("Share of the sequences in the validation set, which measures the loss on unseen data.")}`,
  `"validation": { "share": 0.1, "every": ${every} }`,
];

/** That of a table is made for the table, see tableExperiment.ts. */
export const TASK_STARTS: Readonly<Record<Exclude<TaskConfig["kind"], "count-ones" | "csv">, TaskStart>> = {
  "binary-addition": {
    title: l10n.t("Binary addition"),
    about: l10n.t(
      "Input: two binary numbers, least significant bit first; target: the bits of their sum. The network has to remember the carry.",
    ),
    task: `{ "kind": "binary-addition", "sequences": 2000, "bits": 6 }`,
    model: `"cell": "rnn", "hiddenSize": 6`,
    modelNote: l10n.t("Three tanh units learn it from about half of the initializations, six from nearly all."),
    training: adam(0.02, 1500, 100, held(50)),
  },
  adding: {
    title: l10n.t("Adding"),
    about: l10n.t(
      "Input: random numbers, two of them marked; target: the sum of the two. Always predicting 1 has an expected loss of 0.167.",
    ),
    task: `{ "kind": "adding", "sequences": 2000, "length": 30 }`,
    model: `"cell": "lstm", "hiddenSize": 24, "init": { "forgetBias": 1 }`,
    modelNote: l10n.t(
      'A forget-gate bias of 1 starts with the gate mostly open. Try "rnn" and see the gradient vanish.',
    ),
    training: adam(0.01, 1000, 50, [clip, `"clip": { "norm": 1 },`, ...held(50)]),
  },
  copy: {
    title: l10n.t("Copy"),
    about: l10n.t("Input: some symbols, then a delay; target: the same symbols in the same order after the delay."),
    task: `{ "kind": "copy", "sequences": 2000, "symbols": 4, "items": 3, "delay": 6 }`,
    model: `"cell": "gru", "hiddenSize": 32`,
    modelNote: l10n.t("The longer the delay, the more steps the gradient has to survive."),
    training: adam(0.01, 1000, 50, [clip, `"clip": { "norm": 1 },`, ...held(50)]),
  },
  parity: {
    title: l10n.t("Parity"),
    about: l10n.t("Input: random bits; target: 1 if the number of ones is odd. Flipping any bit flips the answer."),
    task: `{ "kind": "parity", "sequences": 2000, "length": 6 }`,
    model: `"cell": "lstm", "hiddenSize": 16`,
    modelNote: l10n.t(
      "The loss stays at 0.69, the loss of guessing, for hundreds of iterations, then drops, with nine seeds of ten.",
    ),
    training: adam(0.02, 1500, 100, held(50)),
  },
  "temporal-order": {
    title: l10n.t("Temporal order"),
    about: l10n.t("Input: two markers far apart among distractors; target: their order."),
    task: `{ "kind": "temporal-order", "sequences": 2000, "length": 20 }`,
    model: `"cell": "lstm", "hiddenSize": 24, "init": { "forgetBias": 1 }`,
    modelNote: l10n.t("A forget-gate bias of 1 starts with the gate mostly open."),
    training: adam(0.01, 1000, 50, [clip, `"clip": { "norm": 1 },`, ...held(50)]),
  },
  "flip-flop": {
    title: l10n.t("Flip-flop"),
    about: l10n.t("Input: random pulses of 1 and -1 on some inputs; target: the last pulse of each input."),
    task: `{ "kind": "flip-flop", "sequences": 500, "length": 40, "bits": 3 }`,
    model: `"cell": "gru", "hiddenSize": 24`,
    modelNote: l10n.t("Once it has learned the task, find its fixed points: one for each combination of the bits."),
    training: adam(0.01, 600, 50, [clip, `"clip": { "norm": 1 },`, ...held(50)]),
  },
  sine: {
    title: l10n.t("Sine"),
    about: l10n.t("Input: a sine wave with random phase; target: its next value."),
    task: `{ "kind": "sine", "sequences": 100, "length": 40, "period": 20 }`,
    model: `"cell": "rnn", "hiddenSize": 12, "init": { "scheme": "orthogonal" }`,
    modelNote: l10n.t("Orthogonal weights preserve the norm of what they multiply."),
    training: adam(0.01, 600, 20, held(20)),
  },
  "perceptual-decision": {
    title: l10n.t("Perceptual decision"),
    about: l10n.t("Input: two noisy stimuli for two seconds; target: which of them is stronger, in the last step."),
    task: `{ "kind": "perceptual-decision", "sequences": 2000 }`,
    model: `"cell": "gru", "hiddenSize": 16`,
    modelNote: l10n.t(
      "It has to add up the evidence. Compute its psychometric curve, in the panel or with --analyze psychometric.",
    ),
    training: adam(0.01, 400, 50, held(50)),
  },
  "context-decision": {
    title: l10n.t("Context-dependent decision"),
    about: l10n.t(
      "Input: stimuli of two modalities, and a cue which of them decides; target: the choice for that one.",
    ),
    task: `{ "kind": "context-decision", "sequences": 4000, "delay": 300 }`,
    model: `"cell": "gru", "hiddenSize": 32`,
    modelNote: l10n.t("The delay of the experiment with monkeys is a range: omit it to use that one."),
    training: adam(0.01, 1000, 100, [clip, `"clip": { "norm": 1 },`, ...held(50)]),
  },
  "delayed-match-to-sample": {
    title: l10n.t("Delayed match to sample"),
    about: l10n.t("Input: a sample, a delay, and a test stimulus; target: match or non-match."),
    task: `{ "kind": "delayed-match-to-sample", "sequences": 2000 }`,
    model: `"cell": "gru", "hiddenSize": 24`,
    modelNote: l10n.t("It has to remember the sample over a delay without a stimulus."),
    training: adam(0.01, 800, 50, [clip, `"clip": { "norm": 1 },`, ...held(50)]),
  },
  "go-no-go": {
    title: l10n.t("Go/no-go"),
    about: l10n.t("Input: a go or no-go stimulus, then a delay; target: go, or keep fixating."),
    task: `{ "kind": "go-no-go", "sequences": 500, "delay": [300, 1500] }`,
    model: `"cell": "rnn", "hiddenSize": 16, "init": { "scheme": "orthogonal" }`,
    modelNote: l10n.t("Without noise, all trials with the same stimulus and delay are equal."),
    training: adam(0.01, 300, 50, held(50)),
  },
  "ready-set-go": {
    title: l10n.t("Ready-set-go"),
    about: l10n.t("Input: the cues ready and set; target: go as long after set as set came after ready."),
    task: `{ "kind": "ready-set-go", "sequences": 1000 }`,
    model: `"cell": "gru", "hiddenSize": 32`,
    modelNote: l10n.t("The time has to be measured and then produced."),
    training: adam(0.01, 1000, 50, [
      `// ${l10n.t("Few targets are go: without this, never going is right at most steps.")}`,
      `"classWeights": "balanced",`,
      clip,
      `"clip": { "norm": 1 },`,
      ...held(50),
    ]),
  },
  "delay-comparison": {
    title: l10n.t("Delayed comparison"),
    about: l10n.t("Input: two stimuli with a delay between them; target: which one was larger."),
    task: `{ "kind": "delay-comparison", "sequences": 2000 }`,
    model: `"cell": "gru", "hiddenSize": 24`,
    modelNote: l10n.t("It has to remember a strength, not just one of two stimuli."),
    training: adam(0.01, 1000, 50, [clip, `"clip": { "norm": 1 },`, ...held(50)]),
  },
  "sine-generator": {
    title: l10n.t("Sine generator"),
    about: l10n.t("Input: a constant level; target: a sine wave whose frequency the level stands for."),
    task: `{ "kind": "sine-generator", "sequences": 60 }`,
    model: `"cell": "gru", "hiddenSize": 24`,
    modelNote: l10n.t("Its states become one cycle for each frequency."),
    training: adam(0.01, 1000, 20, [clip, `"clip": { "norm": 1 },`, ...held(50)]),
  },
  integrator: {
    title: l10n.t("Integrator"),
    about: l10n.t("Input: a noisy level; target: its integral over time, which is held when the input ends."),
    task: `{ "kind": "integrator", "sequences": 1000 }`,
    model: `"cell": "gru", "hiddenSize": 16`,
    modelNote: l10n.t("Its slow points lie on a line, one for each value of the integral."),
    training: adam(0.01, 600, 50, held(50)),
  },
  text: {
    title: l10n.t("Text"),
    about: l10n.t(
      "Input: the characters of a text; target: the next character. To use your own text, put it next to this file and change the name.",
    ),
    task: `{ "kind": "text", "file": "weather-words.txt", "length": 40 }`,
    model: `"cell": "lstm", "hiddenSize": 48`,
    modelNote: l10n.t('Run "RNN Lab: Generate Text…" to see what it writes.'),
    training: adam(0.01, 600, 8, [clip, `"clip": { "norm": 5 }`]),
  },
  arrays: {
    title: l10n.t("Arrays"),
    about: l10n.t("Input: sequences saved by a program; target: a class for each. Put your own file next to this one."),
    task: `{ "kind": "arrays", "file": "shapes.jsonl", "targetKind": "classes" }`,
    model: `"cell": "gru", "hiddenSize": 12`,
    modelNote: l10n.t("The last state says which class it is."),
    training: adam(0.01, 400, 32, held(20)),
  },
};
