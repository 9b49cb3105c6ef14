/** Keys of the model that only the leaky cell, ctrnn, has. */
import * as l10n from "@vscode/l10n";
import * as Type from "typebox";

export const LEAKY_KEYS = {
  form: Type.Enum(["rate", "current", "leak-inside"], {
    title: l10n.t("Form"),
    description: [
      l10n.t("Where the leak of a ctrnn is, with α = dt / tau."),
      l10n.t("The three forms are different networks, although papers use one name for all of them."),
    ].join(" "),
    enumDescriptions: [
      l10n.t("h_t = (1 − α) h_(t-1) + α f(W x_t + U h_(t-1) + b): a leaky rate, as in Yang et al. (2019)."),
      l10n.t("v_t = (1 − α) v_(t-1) + α (W x_t + U f(v_(t-1)) + b), read out from h_t = f(v_t), as in PsychRNN."),
      l10n.t("h_t = f((1 − α) h_(t-1) + α (W x_t + U h_(t-1) + b)): the nonlinearity comes last, as in nn-brain."),
    ],
    default: "rate",
  }),
  dt: Type.Number({
    title: l10n.t("Time step"),
    description: l10n.t(
      "Milliseconds per time step of a ctrnn, at most `tau`. Smaller steps follow the continuous network more closely.",
    ),
    step: "1-2-5",
    exclusiveMinimum: 0,
    maximum: 1_000_000,
    default: 20,
  }),
  tau: Type.Number({
    title: l10n.t("Time constant"),
    description: l10n.t(
      "Milliseconds in which a unit of a ctrnn without input decays to 1/e. At each time step it keeps 1 − dt / tau.",
    ),
    step: "1-2-5",
    exclusiveMinimum: 0,
    maximum: 1_000_000,
    default: 100,
  }),
  learnedTau: Type.Boolean({
    title: l10n.t("Learned time constants"),
    description: [
      l10n.t("If true, each unit of a ctrnn learns a time constant of its own, which starts at `tau`."),
      l10n.t("The parameter is `leak_l0`, with dt / tau = sigmoid(leak), so that tau stays above dt."),
    ].join(" "),
    default: false,
  }),
  noise: Type.Number({
    title: l10n.t("Recurrent noise"),
    description: [
      l10n.t("Standard deviation σ of the noise of each unit of a ctrnn during training, drawn from the seed."),
      l10n.t("Each time step adds sqrt(2 / α) σ ξ to the sum, ξ being standard normal. Evaluation has no noise."),
    ].join(" "),
    minimum: 0,
    maximum: 1000,
    step: 0.01,
    default: 0,
  }),
  inputNoise: Type.Number({
    title: l10n.t("Input noise"),
    description: [
      l10n.t("Standard deviation σ of the noise on each input of a ctrnn during training."),
      l10n.t("Each time step adds sqrt(2 / α) σ ξ to it, with α = dt / tau. Evaluation has no noise."),
    ].join(" "),
    minimum: 0,
    maximum: 1000,
    step: 0.01,
    default: 0,
  }),
  dale: Type.Boolean({
    title: l10n.t("Dale's law"),
    description: [
      l10n.t("If true, each unit of a ctrnn sends recurrent weights of one sign only, and none to itself."),
      l10n.t("At the start, excitation and inhibition are balanced; each update sets weights of the wrong sign to 0."),
      l10n.t("Input and readout weights may have any sign."),
    ].join(" "),
    default: false,
  }),
  excitatory: Type.Number({
    title: l10n.t("Excitatory share"),
    description: [
      l10n.t("With `dale`, the share of units that are excitatory: the first ones of each layer."),
      l10n.t("The others are inhibitory."),
    ].join(" "),
    minimum: 0,
    maximum: 1,
    step: 0.1,
    default: 0.8,
  }),
  connectivity: Type.Union(
    [
      Type.Number({
        title: l10n.t("share"),
        description: l10n.t("The probability that a recurrent connection exists, drawn from the seed."),
        minimum: 0,
        maximum: 1,
        step: 0.1,
      }),
      Type.Array(Type.Array(Type.Integer({ minimum: 0, maximum: 1 }), { maxItems: 4096 }), {
        title: l10n.t("mask"),
        description: l10n.t("A row of 1 and 0 for each receiving unit: which units it receives from, in every layer."),
        minItems: 1,
        maxItems: 4096,
      }),
    ],
    {
      title: l10n.t("Connectivity"),
      description: l10n.t("Which recurrent connections of a ctrnn exist. The others stay 0 and have no gradient."),
      default: 1,
    },
  ),
  rateL2: Type.Number({
    title: l10n.t("L2 of the rates"),
    description: [
      l10n.t("This times the mean square of the hidden states h of a ctrnn is added to the loss of training."),
      l10n.t("It keeps rates low. The validation loss is without it."),
    ].join(" "),
    minimum: 0,
    maximum: 1000,
    step: 0.01,
    default: 0,
  }),
  weightL2: Type.Number({
    title: l10n.t("L2 of the weights"),
    description: [
      l10n.t("This times the mean square of each weight matrix of a ctrnn is added to the loss of training."),
      l10n.t("The optimizer's `weightDecay` also shrinks biases, and does not show in the loss."),
    ].join(" "),
    minimum: 0,
    maximum: 1000,
    step: 0.01,
    default: 0,
  }),
};
