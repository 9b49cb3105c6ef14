/**
 * The experiment file's single source of truth. Types, validation, defaults, completion, hover texts and
 * docs/experiment-file.md all come from here.
 *
 * This is the *resolved* experiment: every property is required. One that has a `default` may be left out of a
 * file; fileSchema.ts derives the schema of the file from that. Words are PyTorch's where PyTorch has them.
 */
import * as Type from "typebox";
import type { Static } from "typebox";

/** No property but the listed ones; a typing error is then an error and not a silently ignored wish. */
const closed = { additionalProperties: false } as const;

const Task = Type.Union(
  [
    Type.Object(
      {
        kind: Type.Literal("count-ones", { title: "Task", description: "Random bits in; the target is how many of them are 1." }),
        sequences: Type.Integer({ title: "Sequences", description: "Number of sequences in the data set. More give a smoother gradient and cost time in proportion.", minimum: 1, maximum: 1_000_000, default: 20 }),
        length: Type.Integer({ title: "Sequence length", description: "Time steps in each sequence, which is how far back the gradient has to flow. Raise it to see gradients vanish or explode.", minimum: 1, maximum: 100_000, default: 10 }),
      },
      { ...closed, title: "count-ones", description: "Count the ones of a random bit sequence. Bits are drawn as NumPy's `RandomState(seed)` draws them." },
    ),
  ],
  {
    title: "Task",
    description: "The data set: sequences in, targets out, generated from `seed`.",
    discriminator: { propertyName: "kind" },
    default: { kind: "count-ones" },
  },
);

const weight = { minimum: -1_000_000, maximum: 1_000_000 } as const;

const Init = Type.Object(
  {
    weight_ih_l0: Type.Number({ title: "Input weight", description: "Initial input-to-hidden weight, `wx` of the tutorial. The solution of count-ones is 1.", ...weight, default: -1.5 }),
    weight_hh_l0: Type.Number({ title: "Recurrent weight", description: "Initial hidden-to-hidden weight, `wRec` of the tutorial. Going back in time the gradient is multiplied by it at every step: above 1 in magnitude it explodes, below 1 it vanishes.", ...weight, default: 2 }),
  },
  { ...closed, title: "Initial weights", description: "Where training starts.", default: {} },
);

const Model = Type.Object(
  {
    cell: Type.Enum(["linear"], {
      title: "Cell",
      description: "The recurrent cell.",
      enumDescriptions: ["One unit without bias or nonlinearity: h_t = x_t * weight_ih_l0 + h_(t-1) * weight_hh_l0. The last state is the output."],
      default: "linear",
    }),
    hiddenSize: Type.Literal(1, { title: "Hidden size", description: "Hidden units. The linear cell has one.", default: 1 }),
    init: Init,
  },
  { ...closed, title: "Model", description: "The recurrent network.", default: {} },
);

const Rprop = Type.Object(
  {
    kind: Type.Literal("rprop", { title: "Optimizer", description: "Resilient backpropagation: only the sign of the gradient counts, and each weight has a step size of its own." }),
    etaPlus: Type.Number({ title: "Eta plus", description: "Factor on a weight's step size while its gradient keeps its sign. 1.2 is the usual value; larger is bolder.", minimum: 1, maximum: 10, default: 1.2 }),
    etaMinus: Type.Number({ title: "Eta minus", description: "Factor on a weight's step size when its gradient changes sign. 0.5 is the usual value.", exclusiveMinimum: 0, exclusiveMaximum: 1, default: 0.5 }),
    initialStep: Type.Number({ title: "Initial step", description: "Step size of every weight at the start. It adapts within some ten iterations, so it rarely needs a change.", exclusiveMinimum: 0, maximum: 1_000, default: 0.001 }),
  },
  { ...closed, title: "rprop", description: "Resilient backpropagation (Riedmiller and Braun, 1993). The size of the gradient does not matter to it, so it survives exploding gradients." },
);

const Sgd = Type.Object(
  {
    kind: Type.Literal("sgd", { title: "Optimizer", description: "Gradient descent: every weight moves by minus the learning rate times its gradient." }),
    learningRate: Type.Number({ title: "Learning rate", description: "Step per unit of gradient. Too large and the loss grows; then divide it by 10 or clip the gradient.", exclusiveMinimum: 0, maximum: 1_000_000, default: 0.001 }),
  },
  { ...closed, title: "sgd", description: "Plain gradient descent. The step grows with the gradient, so one exploding gradient throws the weights far away unless it is clipped." },
);

const Optimizer = Type.Union([Rprop, Sgd], {
  title: "Optimizer",
  description: "How gradients become updates of the weights.",
  discriminator: { propertyName: "kind" },
  default: { kind: "rprop" },
});

const limit = { exclusiveMinimum: 0, maximum: 1e12 } as const;

const Clip = Type.Union(
  [
    Type.Null({ title: "no clipping", description: "The gradient is used as it is." }),
    Type.Object(
      { norm: Type.Number({ title: "Clip norm", description: "Largest L2 norm of the whole gradient; a longer one is scaled down and keeps its direction.", ...limit }) },
      { ...closed, title: "clip by norm", description: "As PyTorch's `clip_grad_norm_`, without its small constant in the denominator." },
    ),
    Type.Object(
      { value: Type.Number({ title: "Clip value", description: "Largest magnitude of each element of the gradient; each is cut on its own, which turns the direction.", ...limit }) },
      { ...closed, title: "clip by value", description: "As PyTorch's `clip_grad_value_`." },
    ),
  ],
  { title: "Clipping", description: "Limits the gradient before the update. Use it when gradients explode: `{ \"norm\": 1 }` is a good start.", default: null },
);

const Training = Type.Object(
  {
    optimizer: Optimizer,
    iterations: Type.Integer({ title: "Iterations", description: "Updates to make. The trace has one row more, for the weights after the last update.", minimum: 1, maximum: 10_000_000, default: 500 }),
    batchSize: Type.Enum(["full"], {
      title: "Batch size",
      description: "Sequences in each update.",
      enumDescriptions: ["Every update uses all sequences."],
      default: "full",
    }),
    clip: Clip,
  },
  { ...closed, title: "Training", description: "How the network is trained.", default: {} },
);

const Trace = Type.Object(
  {
    every: Type.Integer({ title: "Trace every", description: "Record a row each this many iterations (and always the last). 1 shows everything; raise it for very long runs.", minimum: 1, maximum: 1_000_000, default: 1 }),
    sequence: Type.Integer({ title: "Inspected sequence", description: "The sequence whose hidden states are shown, counted from 0. Must be below `task.sequences`.", minimum: 0, maximum: 999_999, default: 0 }),
  },
  { ...closed, title: "Trace", description: "What is recorded for the panel. It does not change the training.", default: {} },
);

export const ExperimentSchema = Type.Object(
  {
    name: Type.String({ title: "Name", description: "Shown in the panel. Left out, the file name is shown.", maxLength: 200, default: "" }),
    seed: Type.Integer({ title: "Seed", description: "Seed of everything random. The same file with the same seed gives the same run, bit for bit. Change it to see whether a result is luck.", minimum: 0, maximum: 4_294_967_295, default: 1 }),
    task: Task,
    model: Model,
    training: Training,
    trace: Trace,
    engine: Type.Enum(["auto", "float64"], {
      title: "Engine",
      description: "What does the arithmetic.",
      enumDescriptions: ["The best engine for the model; today that is float64.", "Plain TypeScript in 64-bit floats: the reference."],
      default: "auto",
    }),
  },
  { ...closed, title: "RNN Lab experiment", description: "An experiment for RNN Lab: a task, a network, and how to train it. JSON with comments. What is left out has the default." },
);

type DeepReadonly<T> = T extends object ? { readonly [K in keyof T]: DeepReadonly<T[K]> } : T;

/** A whole experiment with all defaults filled in; frozen when it comes from parse.ts. */
export type Experiment = DeepReadonly<Static<typeof ExperimentSchema>>;
export type OptimizerConfig = Experiment["training"]["optimizer"];
export type ClipConfig = Experiment["training"]["clip"];
