/** The network of the experiment file. */
import * as Type from "typebox";
import { closed } from "./closed";
import type { JsonSchema } from "./jsonSchema";

/** A schema that typebox has no type for. */
const unsafe = <T>(schema: JsonSchema) => Type.Unsafe<T>(schema) as Type.TUnsafe<T> & JsonSchema;

const weight = { minimum: -1_000_000, maximum: 1_000_000, step: 0.1 } as const;

const Init = Type.Object(
  {
    scheme: Type.Enum(["auto", "pytorch", "xavier", "orthogonal", "identity", "constant"], {
      title: "Scheme",
      description: "How the weights are drawn. `orthogonal` keeps gradients of an rnn alive over more steps than `pytorch` does.",
      enumDescriptions: [
        "For the linear cell `weight_ih_l0` and `weight_hh_l0` below; for the others pytorch.",
        "PyTorch's default: everything uniform within 1 / sqrt(hiddenSize).",
        "Weights uniform within sqrt(6 / (rows + columns)) of each gate's block (Glorot and Bengio, 2010); biases 0.",
        "Recurrent weights of each gate a random orthogonal matrix times `gain` (Saxe et al., 2014), the others as xavier; biases 0. It keeps the length of the state.",
        "Recurrent weights of each gate the identity times `gain`, the others as pytorch; biases 0. With relu this is the IRNN (Le et al., 2015).",
        "Every weight and bias is `constant`.",
      ],
      default: "auto",
    }),
    weight_ih_l0: Type.Number({ title: "Input weight", description: "Initial input-to-hidden weight of the linear cell, `wx` of the tutorial. The solution of count-ones is 1.", ...weight, default: -1.5 }),
    weight_hh_l0: Type.Number({ title: "Recurrent weight", description: "Initial hidden-to-hidden weight of the linear cell, `wRec` of the tutorial. Going back in time the gradient is multiplied by it at every step: above 1 in magnitude it explodes, below 1 it vanishes.", ...weight, default: 2 }),
    gain: Type.Number({ title: "Gain", description: "Factor on the recurrent weights of `orthogonal` and `identity`. Above 1 gradients tend to explode, below 1 to vanish.", ...weight, default: 1 }),
    constant: Type.Number({ title: "Constant", description: "The value of `constant`. Units that start alike stay alike, so this is for looking at, not for learning.", ...weight, default: 0 }),
    forgetBias: Type.Number({ title: "Forget-gate bias", step: 0.5, description: "Added to the forget gate's part of every `bias_ih` of an lstm. 1 makes it remember from the start.", minimum: -100, maximum: 100, default: 0 }),
    values: unsafe<Record<string, unknown>>({
      type: "object", title: "Explicit values", default: {},
      description: "Values by the name of the tensor, in place of drawn ones: a number for all elements, or nested lists in the tensor's shape. For example `{ \"weight_hh_l0\": [[1, 0], [0, 1]] }`.",
    }),
    file: Type.String({ title: "Weights file", description: "A safetensors file to start from, with PyTorch's names. Relative to the experiment file and inside its folder. Left empty: none.", maxLength: 500, default: "" }),
  },
  { ...closed, title: "Initial weights", description: "Where training starts. Gradients that explode or vanish in iteration 0 come from here.", default: {} },
);

export const Model = Type.Object(
  {
    cell: Type.Enum(["linear", "rnn", "lstm", "gru"], {
      title: "Cell",
      description: "The recurrent cell, as PyTorch defines it. Take lstm or gru when something has to be remembered over more than about ten steps.",
      enumDescriptions: [
        "h_t = x_t W_ih^T + h_(t-1) W_hh^T: the tutorial's cell, without nonlinearity.",
        "The simple recurrent cell: h_t = tanh(…) or relu(…) of the same sum. Its gradient vanishes or explodes over long spans.",
        "Long short-term memory: a cell state that gates write, keep and read. Made so that the gradient lasts.",
        "Gated recurrent unit: two gates and no separate cell state, a quarter cheaper than lstm.",
      ],
      default: "linear",
    }),
    nonlinearity: Type.Enum(["tanh", "relu"], { title: "Nonlinearity", description: "Of the rnn cell; the others have their own. Begin with tanh; relu keeps gradients alive when it starts from `identity`, and needs a clip.", enumDescriptions: ["Bounded; saturates.", "Unbounded; units may die."], default: "tanh" }),
    hiddenSize: Type.Integer({ title: "Hidden size", description: "Hidden units of each layer. More can remember more and cost time.", minimum: 1, maximum: 4_096, default: 1 }),
    numLayers: Type.Integer({ title: "Layers", description: "Recurrent layers, one on top of the other. One is enough for every task here; more train more slowly.", minimum: 1, maximum: 16, default: 1 }),
    bias: unsafe<"auto" | boolean>({ enum: ["auto", true, false], title: "Bias", description: "Whether cells and read-out have biases. Leave it at `auto`, unless you look at two weights alone.", enumDescriptions: ["Not for the linear cell, else yes.", "Biases.", "No biases."], default: "auto" }),
    dropout: Type.Number({ title: "Dropout", step: 0.05, description: "Probability that an output of a layer is dropped on its way to the next one while training. Needs two layers.", minimum: 0, exclusiveMaximum: 1, default: 0 }),
    readout: Type.Enum(["auto", "state", "last", "every"], {
      title: "Read-out",
      description: "How the output is made of the hidden states. Leave it at `auto`, unless you want to see a task read in another way.",
      enumDescriptions: [
        "What the task needs; for the linear cell of one unit on count-ones the state itself.",
        "The last hidden state is the output.",
        "A linear map of the last hidden state.",
        "A linear map of the hidden state of every step, with a target at every step.",
      ],
      default: "auto",
    }),
    init: Init,
  },
  { ...closed, title: "Model", description: "The recurrent network. The smallest that can do the task shows most.", default: {} },
);
