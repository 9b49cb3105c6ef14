/** The network of the experiment file. */
import * as l10n from "@vscode/l10n";
import * as Type from "typebox";
import { closed } from "./closed";
import type { JsonSchema } from "./jsonSchema";

/** A schema that typebox has no type for. */
const unsafe = <T>(schema: JsonSchema) => Type.Unsafe<T>(schema) as Type.TUnsafe<T> & JsonSchema;

const weight = { minimum: -1_000_000, maximum: 1_000_000, step: 0.1 } as const;

const Init = Type.Object(
  {
    scheme: Type.Enum(["auto", "pytorch", "xavier", "orthogonal", "identity", "constant"], {
      title: l10n.t("Scheme"),
      description: l10n.t(
        "How the weights are drawn. `orthogonal` keeps gradients of an rnn alive over more steps than `pytorch` does.",
      ),
      enumDescriptions: [
        l10n.t("For the linear cell `weight_ih_l0` and `weight_hh_l0` below; for the others pytorch."),
        l10n.t("PyTorch's default: everything uniform within 1 / sqrt(hiddenSize)."),
        l10n.t(
          "Weights uniform within sqrt(6 / (rows + columns)) of each gate's block (Glorot and Bengio, 2010); biases 0.",
        ),
        l10n.t(
          "Recurrent weights of each gate a random orthogonal matrix times `gain` (Saxe et al., 2014), the others as xavier; biases 0. It keeps the length of the state.",
        ),
        l10n.t(
          "Recurrent weights of each gate the identity times `gain`, the others as pytorch; biases 0. With relu this is the IRNN (Le et al., 2015).",
        ),
        l10n.t("Every weight and bias is `constant`."),
      ],
      default: "auto",
    }),
    weight_ih_l0: Type.Number({
      title: l10n.t("Input weight"),
      description: l10n.t(
        "Initial input-to-hidden weight of the linear cell, `wx` of the tutorial. The solution of count-ones is 1.",
      ),
      ...weight,
      default: -1.5,
    }),
    weight_hh_l0: Type.Number({
      title: l10n.t("Recurrent weight"),
      description: l10n.t(
        "Initial hidden-to-hidden weight of the linear cell, `wRec` of the tutorial. Going back in time the gradient is multiplied by it at every step: above 1 in magnitude it explodes, below 1 it vanishes.",
      ),
      ...weight,
      default: 2,
    }),
    gain: Type.Number({
      title: l10n.t("Gain"),
      description: l10n.t(
        "Factor on the recurrent weights of `orthogonal` and `identity`. Above 1 gradients tend to explode, below 1 to vanish.",
      ),
      ...weight,
      default: 1,
    }),
    constant: Type.Number({
      title: l10n.t("Constant"),
      description: l10n.t(
        "The value of `constant`. Units that start alike stay alike, so this is for looking at, not for learning.",
      ),
      ...weight,
      default: 0,
    }),
    forgetBias: Type.Number({
      title: l10n.t("Forget-gate bias"),
      step: 0.5,
      description: l10n.t(
        "Added to the forget gate's part of every `bias_ih` of an lstm. 1 makes it remember from the start.",
      ),
      minimum: -100,
      maximum: 100,
      default: 0,
    }),
    values: unsafe<Record<string, unknown>>({
      type: "object",
      title: l10n.t("Explicit values"),
      default: {},
      description: l10n.t(
        "Values by the name of the tensor, in place of drawn ones: a number for all elements, or nested lists in the tensor's shape. For example {0}.",
        '`{ "weight_hh_l0": [[1, 0], [0, 1]] }`',
      ),
    }),
    file: Type.String({
      title: l10n.t("Weights file"),
      description: l10n.t(
        "A safetensors file to start from, with PyTorch's names. Relative to the experiment file and inside its folder. Left empty: none.",
      ),
      maxLength: 500,
      default: "",
    }),
  },
  {
    ...closed,
    title: l10n.t("Initial weights"),
    description: l10n.t("Where training starts. Gradients that explode or vanish in iteration 0 come from here."),
    default: {},
  },
);

export const Model = Type.Object(
  {
    cell: Type.Enum(["linear", "rnn", "lstm", "gru"], {
      title: l10n.t("Cell"),
      description: l10n.t(
        "The recurrent cell, as PyTorch defines it. Take lstm or gru when something has to be remembered over more than about ten steps.",
      ),
      enumDescriptions: [
        l10n.t("h_t = x_t W_ih^T + h_(t-1) W_hh^T: the tutorial's cell, without nonlinearity."),
        l10n.t(
          "The simple recurrent cell: h_t = tanh(…) or relu(…) of the same sum. Its gradient vanishes or explodes over long spans.",
        ),
        l10n.t(
          "Long short-term memory: a cell state that gates write, keep and read. Made so that the gradient lasts.",
        ),
        l10n.t("Gated recurrent unit: two gates and no separate cell state, a quarter cheaper than lstm."),
      ],
      default: "linear",
    }),
    nonlinearity: Type.Enum(["tanh", "relu"], {
      title: l10n.t("Nonlinearity"),
      description: l10n.t(
        "Of the rnn cell; the others have their own. Begin with tanh; relu keeps gradients alive when it starts from `identity`, and needs a clip.",
      ),
      enumDescriptions: [l10n.t("Bounded; saturates."), l10n.t("Unbounded; units may die.")],
      default: "tanh",
    }),
    hiddenSize: Type.Integer({
      title: l10n.t("Hidden size"),
      description: l10n.t("Hidden units of each layer. More can remember more and cost time."),
      minimum: 1,
      maximum: 4_096,
      default: 1,
    }),
    numLayers: Type.Integer({
      title: l10n.t("Layers"),
      description: l10n.t(
        "Recurrent layers, one on top of the other. One is enough for every task here; more train more slowly.",
      ),
      minimum: 1,
      maximum: 16,
      default: 1,
    }),
    bias: unsafe<"auto" | boolean>({
      enum: ["auto", true, false],
      title: l10n.t("Bias"),
      description: l10n.t(
        "Whether cells and read-out have biases. Leave it at `auto`, unless you look at two weights alone.",
      ),
      enumDescriptions: [l10n.t("Not for the linear cell, else yes."), l10n.t("Biases."), l10n.t("No biases.")],
      default: "auto",
    }),
    dropout: Type.Number({
      title: l10n.t("Dropout"),
      step: 0.05,
      description: l10n.t(
        "Probability that an output of a layer is dropped on its way to the next one while training. Needs two layers.",
      ),
      minimum: 0,
      exclusiveMaximum: 1,
      default: 0,
    }),
    readout: Type.Enum(["auto", "state", "last", "every"], {
      title: l10n.t("Read-out"),
      description: l10n.t(
        "How the output is made of the hidden states. Leave it at `auto`, unless you want to see a task read in another way.",
      ),
      enumDescriptions: [
        l10n.t("What the task needs; for the linear cell of one unit on count-ones the state itself."),
        l10n.t("The last hidden state is the output."),
        l10n.t("A linear map of the last hidden state."),
        l10n.t("A linear map of the hidden state of every step, with a target at every step."),
      ],
      default: "auto",
    }),
    init: Init,
  },
  {
    ...closed,
    title: l10n.t("Model"),
    description: l10n.t("The recurrent network. The smallest that can do the task shows most."),
    default: {},
  },
);
