/** The network of the experiment file. */
import * as l10n from "@vscode/l10n";
import * as Type from "typebox";
import { closed } from "./closed";
import type { JsonSchema } from "./jsonSchema";
import { LEAKY_KEYS } from "./leakySchema";
import { LSTM_KEYS } from "./lstmSchema";

/** A schema that typebox has no type for. */
const unsafe = <T>(schema: JsonSchema) => Type.Unsafe<T>(schema) as Type.TUnsafe<T> & JsonSchema;

const weight = { minimum: -1_000_000, maximum: 1_000_000, step: 0.1 } as const;

/** A radius of the ring, or the published one. */
function radius(title: string, description: string, published: string) {
  return Type.Union(
    [
      Type.Number({ title: l10n.t("number"), description, minimum: 0, maximum: 1, step: 0.01 }),
      Type.Literal("auto", { title: "auto", description: published }),
    ],
    { title, description, default: "auto" },
  );
}

const Init = Type.Object(
  {
    scheme: Type.Enum(["auto", "pytorch", "xavier", "orthogonal", "identity", "constant"], {
      title: l10n.t("Scheme"),
      description: l10n.t(
        "How the weights are initialized. With `orthogonal`, the gradient of an rnn survives more steps than with `pytorch`. Learning from distant steps still takes many updates.",
      ),
      enumDescriptions: [
        l10n.t("`weight_ih_l0` and `weight_hh_l0` below for the linear cell, pytorch for the others."),
        [
          l10n.t("PyTorch's default: all weights and biases uniform in ±1 / sqrt(hiddenSize)."),
          l10n.t("Of mingru and minlstm, which are nn.Linear layers, in ±1 / sqrt(inputs)."),
        ].join(" "),
        l10n.t(
          "Weights uniform in ±sqrt(6 / (rows + columns)) of each gate's block (Glorot and Bengio, 2010); biases 0.",
        ),
        l10n.t(
          "Recurrent weights of each gate: a random orthogonal matrix times `gain` (Saxe et al., 2014), which preserves the norm of the state. Other weights as in xavier; biases 0.",
        ),
        l10n.t(
          "Recurrent weights of each gate: the identity times `gain`. Other weights as in pytorch; biases 0. With relu this is the IRNN (Le et al., 2015); clip its gradient.",
        ),
        l10n.t("Every weight and bias is set to `constant`."),
      ],
      default: "auto",
    }),
    weight_ih_l0: Type.Number({
      title: l10n.t("Input weight"),
      description: l10n.t(
        "Initial input-to-hidden weight of the linear cell, called `wx` in the tutorial. The solution of count-ones is 1.",
      ),
      ...weight,
      default: -1.5,
    }),
    weight_hh_l0: Type.Number({
      title: l10n.t("Recurrent weight"),
      description: l10n.t(
        "Initial hidden-to-hidden weight of the linear cell, called `wRec` in the tutorial. Backpropagation multiplies the gradient by it at every time step: above 1 in magnitude the gradient explodes, below 1 it vanishes.",
      ),
      ...weight,
      default: 2,
    }),
    gain: Type.Number({
      title: l10n.t("Gain"),
      description: l10n.t(
        "Scaling factor for the recurrent weights of `orthogonal` and `identity`. Above 1 gradients tend to explode, below 1 to vanish. With tanh they shrink at 1, too, by its slope.",
      ),
      ...weight,
      default: 1,
    }),
    orthogonal: Type.Enum(["per-gate", "joint"], {
      title: l10n.t("Orthogonal blocks"),
      description: [
        l10n.t("Which recurrent weights the scheme `orthogonal` makes orthogonal together."),
        l10n.t("It matters only for cells with several gates."),
      ].join(" "),
      enumDescriptions: [
        l10n.t("The block of each gate is an orthogonal matrix of its own, as in flax's LSTMCell."),
        [
          l10n.t(
            "The blocks of all gates are one matrix with orthonormal columns, as in Keras and in flax's nnx.GRUCell.",
          ),
          l10n.t("The singular values of one gate's block then have a root mean square of 1 / sqrt(number of gates)."),
        ].join(" "),
      ],
      default: "per-gate",
    }),
    constant: Type.Number({
      title: l10n.t("Constant"),
      description: l10n.t(
        "Initial value for the `constant` scheme. Units that start out equal stay equal, so use it for demonstrations, not for training.",
      ),
      ...weight,
      default: 0,
    }),
    forgetBias: Type.Union(
      [
        Type.Number({
          title: l10n.t("number"),
          description: l10n.t("Added to the part of every `bias_ih` that belongs to the gate."),
          step: 0.5,
          minimum: -100,
          maximum: 100,
        }),
        Type.Literal("chrono", {
          title: "chrono",
          description: l10n.t(
            "ln(u) for each unit, with u uniform from 1 to the sequence length minus 1; −ln(u) for the input gate of an lstm or minlstm (Tallec and Ollivier, 2018).",
          ),
        }),
      ],
      {
        title: l10n.t("Forget-gate bias"),
        description: l10n.t(
          "Bias of the gate that keeps the state: the forget gate of an lstm, minlstm or slstm, the update gate z of a gru. For a mingru, whose z writes, it is the bias of 1 − z: that of z with the other sign. A number is added to the gate's part of every `bias_ih`; with 1, the gate starts at sigmoid(1) = 0.73 and keeps the state for about four steps. {0} is the chrono initialization (Tallec and Ollivier, 2018): the bias of each unit is ln(u), with u uniform from 1 to the sequence length minus 1, so that units keep the state over all time scales of the task. The input gate of an lstm or minlstm gets −ln(u). For text and csv, the length is that of a window.",
          '`"chrono"`',
        ),
        default: 0,
      },
    ),
    rMin: radius(
      l10n.t("Minimum radius"),
      [
        l10n.t("Inner radius of the ring on which the factors of lru and rglru start."),
        l10n.t("A unit with the factor 0.9 keeps 0.9 of its state at each step."),
        l10n.t("For rglru it is the factor before the gate, which raises it to the power of 0 to 8."),
      ].join(" "),
      l10n.t("0 for lru, 0.9 for rglru, as published."),
    ),
    rMax: radius(
      l10n.t("Maximum radius"),
      [
        l10n.t("Outer radius of the ring on which the factors of lru and rglru start."),
        l10n.t(
          "For dependencies over many steps, choose both radii close to 1: 0.99 keeps the state for about 100 steps.",
        ),
      ].join(" "),
      l10n.t("1 for lru, 0.999 for rglru, as published."),
    ),
    maxPhase: Type.Number({
      title: l10n.t("Maximum phase"),
      description: [
        l10n.t("Largest initial angle of the factors of lru, in radians per step. The smallest is 0."),
        l10n.t("Small angles favor slow changes."),
      ].join(" "),
      exclusiveMinimum: 0,
      maximum: 6.283185307179586,
      step: 0.1,
      default: 6.283185307179586,
    }),
    values: unsafe<Record<string, unknown>>({
      type: "object",
      title: l10n.t("Explicit values"),
      default: {},
      description: l10n.t(
        "Initial values by tensor name, in place of random ones: one number for all elements, or nested lists in the tensor's shape. For example {0}.",
        '`{ "weight_hh_l0": [[1, 0], [0, 1]] }`',
      ),
    }),
    file: Type.String({
      title: l10n.t("Weights file"),
      description: l10n.t(
        "A safetensors file with initial weights under PyTorch's names. The path is relative to the experiment file and inside its folder. Empty: no file.",
      ),
      maxLength: 500,
      default: "",
    }),
  },
  {
    ...closed,
    title: l10n.t("Initial weights"),
    description: l10n.t(
      "Initialization of the weights. It determines whether gradients explode or vanish at iteration 0.",
    ),
    default: {},
  },
);

export const Model = Type.Object(
  {
    cell: Type.Enum(["linear", "rnn", "lstm", "gru", "ctrnn", "mingru", "minlstm", "lru", "rglru", "slstm"], {
      title: l10n.t("Cell"),
      description: [
        l10n.t("The recurrent cell, as PyTorch defines it where it has one."),
        l10n.t("Use lstm or gru for dependencies over more than about 20 time steps (50 with orthogonal weights)."),
      ].join(" "),
      enumDescriptions: [
        l10n.t("h_t = x_t W_ih^T + h_(t-1) W_hh^T: the tutorial's cell, without a nonlinearity."),
        l10n.t(
          "The simple (Elman) cell: h_t = tanh(…) or relu(…) of the same sum. Its gradient tends to vanish or explode over long sequences.",
        ),
        l10n.t(
          "Long short-term memory: gates write, keep and read a cell state, along which the gradient is multiplied by the forget gate alone.",
        ),
        l10n.t("Gated recurrent unit: two gates and no separate cell state; a quarter fewer weights than lstm."),
        l10n.t("Leaky network of neuroscience (continuous time): see `form`, `dt`, `tau` and the keys after them."),
        [
          l10n.t("minGRU (Feng et al., 2024): h_t = (1 − z_t) h_(t-1) + z_t n_t."),
          l10n.t("The gate z and the candidate n see the input alone: there are no recurrent weights."),
        ].join(" "),
        [
          l10n.t("minLSTM (Feng et al., 2024): h_t = f_t h_(t-1) + i_t g_t, with f_t + i_t = 1."),
          l10n.t("The gates and the candidate g see the input alone: there are no recurrent weights."),
        ].join(" "),
        [
          l10n.t("Linear recurrent unit (Orvieto et al., 2023): complex units, each with a factor λ of its own."),
          l10n.t("Each step back multiplies the gradient of a unit by exactly |λ|. Linear in its input."),
        ].join(" "),
        [
          l10n.t(
            "Real-gated linear recurrent unit (De et al., 2024): a gate of the input sets the factor of each unit.",
          ),
          l10n.t("No recurrent weights."),
        ].join(" "),
        [
          l10n.t("sLSTM of xLSTM (Beck et al., 2024): an lstm with an exponential input gate."),
          l10n.t("Its state is a weighted mean of what it has read."),
        ].join(" "),
      ],
      default: "linear",
    }),
    nonlinearity: Type.Enum(["tanh", "relu", "softplus", "retanh", "power"], {
      title: l10n.t("Nonlinearity"),
      description: [
        l10n.t("Nonlinearity of the rnn and ctrnn cells; the other cells have their own."),
        l10n.t("With the scheme `identity`, relu preserves gradients, and it learns sooner with clipping."),
      ].join(" "),
      enumDescriptions: [
        l10n.t("Bounded; can saturate."),
        l10n.t("Unbounded; units can die."),
        l10n.t("ln(1 + e^a): a smooth relu, always positive. Only for ctrnn."),
        l10n.t("tanh(max(0, a)): a rate from 0 to 1. Only for ctrnn."),
        l10n.t("max(0, a)²; start with small recurrent weights. Only for ctrnn."),
      ],
      default: "tanh",
    }),
    ...LEAKY_KEYS,
    variant: Type.Enum(["plain", "log-space"], {
      title: l10n.t("Variant"),
      description: [
        l10n.t("What mingru and minlstm write into their state: the candidate, of a linear map u of the input."),
        l10n.t("The first step starts from a state of 0. A state that is carried over is used as it is."),
      ].join(" "),
      enumDescriptions: [
        l10n.t("The candidate is u: the simple form of the paper, with a state of any sign."),
        [
          l10n.t("The candidate is u + 0.5 where u is 0 or more, else sigmoid(u): the form for sums of logarithms."),
          l10n.t("The state is never negative. A learned initial state is a candidate, too, and so stays positive."),
        ].join(" "),
      ],
      default: "plain",
    }),
    forgetGate: Type.Enum(["sigmoid", "exponential"], {
      title: l10n.t("Forget gate"),
      description: [
        l10n.t("Of the slstm cell: how the forget gate follows from its weights."),
        l10n.t("Leave it at `sigmoid` unless earlier steps should be able to gain weight."),
      ].join(" "),
      enumDescriptions: [
        l10n.t("Between 0 and 1, as in the published code: the weight of earlier steps decays."),
        l10n.t("Any positive number, as the paper allows."),
      ],
      default: "sigmoid",
    }),
    ...LSTM_KEYS,
    hiddenSize: Type.Integer({
      title: l10n.t("Hidden size"),
      description: l10n.t(
        "Number of hidden units in each layer. The number of recurrent weights grows with its square.",
      ),
      minimum: 1,
      maximum: 4_096,
      default: 1,
    }),
    numLayers: Type.Integer({
      title: l10n.t("Layers"),
      description: l10n.t("Number of stacked recurrent layers. One is enough for every built-in task."),
      minimum: 1,
      maximum: 16,
      default: 1,
    }),
    bias: unsafe<"auto" | boolean>({
      enum: ["auto", true, false],
      title: l10n.t("Bias"),
      description: l10n.t(
        "Whether the cells and the readout have biases. Leave it at `auto` unless you want to study two weights alone.",
      ),
      enumDescriptions: [
        l10n.t("No biases for the linear cell, biases for the others."),
        l10n.t("With biases."),
        l10n.t("Without biases."),
      ],
      default: "auto",
    }),
    dropout: Type.Number({
      title: l10n.t("Dropout"),
      step: 0.05,
      description: [
        l10n.t("Probability of dropping each output between one layer and the next during training."),
        l10n.t("It needs at least two layers."),
      ].join(" "),
      minimum: 0,
      exclusiveMaximum: 1,
      default: 0,
    }),
    bidirectional: Type.Boolean({
      title: l10n.t("Bidirectional"),
      description: [
        l10n.t(
          "Of the rnn, lstm and gru cells: if true, each layer also reads the sequence from its end to its start.",
        ),
        l10n.t("The outputs of both directions are concatenated for the next layer and the readout."),
        l10n.t("A task with one target uses the last state of each direction, as PyTorch's `h_n`."),
      ].join(" "),
      default: false,
    }),
    readout: Type.Enum(["auto", "state", "last", "every"], {
      title: l10n.t("Readout"),
      description: l10n.t(
        "How the output is computed from the hidden states. Leave it at `auto` unless you want to try another readout.",
      ),
      enumDescriptions: [
        l10n.t("What the task needs; for a one-unit linear cell on count-ones, the state itself."),
        l10n.t("The last hidden state is the output."),
        l10n.t("A linear layer on the last hidden state."),
        l10n.t("A linear layer on the hidden state at every time step, with a target at every step."),
      ],
      default: "auto",
    }),
    learnedInitialState: Type.Boolean({
      title: l10n.t("Learned initial state"),
      description: [
        l10n.t("If true, the states before the first time step are parameters: `h0_l0`, for an lstm also `c0_l0`."),
        l10n.t("Each layer has one vector for all sequences, zero at first. If false, they stay zero."),
        l10n.t("A state carried over from the previous window takes their place."),
      ].join(" "),
      default: false,
    }),
    heads: Type.Integer({
      title: l10n.t("Heads"),
      description: [
        l10n.t("Blocks of equal size on the diagonal of weights; must divide `hiddenSize`."),
        l10n.t("Of slstm: the recurrent weights connect only units of the same head."),
        l10n.t("Of rglru: a gate sees the inputs of its block."),
      ].join(" "),
      minimum: 1,
      maximum: 4_096,
      default: 1,
    }),
    init: Init,
  },
  {
    ...closed,
    title: l10n.t("Model"),
    description: l10n.t(
      "The recurrent network. The smallest network that solves the task is the easiest to understand.",
    ),
    default: {},
  },
);
