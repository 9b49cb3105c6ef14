/** Snippets for an experiment and for a model, as VS Code's completion offers them; Tab goes from value to value. */
import * as l10n from "@vscode/l10n";
import type { JsonSchema } from "./jsonSchema";

type Snippets = NonNullable<JsonSchema["defaultSnippets"]>;

const units = (stop: number, count: number): string => `^\${${stop}:${count}}`;

export const MODEL_SNIPPETS: Snippets = [
  {
    label: l10n.t("linear: the tutorial's cell"),
    markdownDescription: l10n.t("One linear unit. Its gradient is multiplied by `weight_hh_l0` at each step back."),
    body: { cell: "linear", init: { weight_ih_l0: "^${1:-1.5}", weight_hh_l0: "^${2:2}" } },
  },
  {
    label: l10n.t("rnn: tanh units"),
    markdownDescription: l10n.t(
      "The simple recurrent network, with orthogonal recurrent weights, which keep the gradient larger at the start.",
    ),
    body: { cell: "rnn", hiddenSize: units(1, 32), init: { scheme: "orthogonal" } },
  },
  {
    label: l10n.t("rnn: relu units initialized to the identity"),
    markdownDescription: l10n.t(
      "The IRNN (Le, Jaitly and Hinton, 2015), which starts by preserving its state. Clip its gradient.",
    ),
    body: { cell: "rnn", nonlinearity: "relu", hiddenSize: units(1, 32), init: { scheme: "identity" } },
  },
  {
    label: l10n.t("lstm: gates and a cell state"),
    markdownDescription: l10n.t("Long short-term memory with a forget-gate bias of 1."),
    body: { cell: "lstm", hiddenSize: units(1, 32), init: { forgetBias: "^${2:1}" } },
  },
  {
    label: l10n.t("gru: two gates"),
    markdownDescription: l10n.t("Gated recurrent units, with a quarter fewer weights than lstm."),
    body: { cell: "gru", hiddenSize: units(1, 32) },
  },
  {
    label: l10n.t("lstm: two layers"),
    markdownDescription: l10n.t("Two stacked layers, with dropout between them."),
    body: { cell: "lstm", hiddenSize: units(1, 32), numLayers: 2, dropout: "^${2:0.1}" },
  },
];

const adam = {
  optimizer: { kind: "adam", learningRate: "^${2:0.01}" },
  batchSize: "^${3:50}",
  iterations: "^${4:1000}",
  clip: { norm: 1 },
};

export const EXPERIMENT_SNIPPETS: Snippets = [
  {
    label: l10n.t("experiment: count ones with a linear cell"),
    markdownDescription: l10n.t("The tutorial: 20 sequences of 10 bits, one linear unit, and rprop."),
    body: {
      name: `\${1:${l10n.t("Count the ones")}}`,
      seed: 1,
      task: { kind: "count-ones", sequences: 20, length: 10 },
      model: { cell: "linear", init: { weight_ih_l0: -1.5, weight_hh_l0: 2 } },
      training: { optimizer: { kind: "rprop" }, iterations: 500 },
    },
  },
  {
    label: l10n.t("experiment: the adding problem with an lstm"),
    markdownDescription: l10n.t(
      "Remember two marked numbers over many steps. Always predicting 1 has an expected loss of 0.167.",
    ),
    body: {
      name: `\${1:${l10n.t("Adding")}}`,
      seed: 1,
      task: { kind: "adding", sequences: 2000, length: 50 },
      model: { cell: "lstm", hiddenSize: 32, init: { forgetBias: 1 } },
      training: adam,
    },
  },
  {
    label: l10n.t("experiment: next character of a text"),
    markdownDescription: l10n.t("Predicts the next character of a text file next to the experiment."),
    body: {
      name: `\${1:${l10n.t("Text")}}`,
      seed: 1,
      task: { kind: "text", file: "${5:text.txt}", length: 50 },
      model: { cell: "gru", hiddenSize: 64 },
      training: adam,
    },
  },
  {
    label: l10n.t("experiment: next value of a time series"),
    markdownDescription: l10n.t(
      "Predicts a column of a CSV file next to the experiment; a quarter of the rows is the validation set.",
    ),
    body: {
      name: `\${1:${l10n.t("Series")}}`,
      seed: 1,
      task: { kind: "csv", file: "${5:table.csv}", columns: ["${6:value}"], length: 24 },
      model: { cell: "gru", hiddenSize: 16 },
      training: { ...adam, validation: { share: 0.25 } },
    },
  },
];
