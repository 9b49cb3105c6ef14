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

const sequences = (standard: number) =>
  Type.Integer({ title: "Sequences", description: "Number of sequences in the data set. More give a smoother gradient and cost time in proportion.", minimum: 1, maximum: 1_000_000, default: standard });
const sequenceLength = (standard: number, minimum = 1) =>
  Type.Integer({ title: "Sequence length", description: "Time steps in each sequence, which is how far back the gradient has to flow. Raise it to see gradients vanish or explode.", minimum, maximum: 100_000, default: standard });
const dataFile = (what: string) =>
  Type.String({ title: "File", description: `${what} Relative to the experiment file and inside its folder.`, minLength: 1, maxLength: 500 });

const CountOnes = Type.Object(
  {
    kind: Type.Literal("count-ones", { title: "Task", description: "Random bits in; the target is how many of them are 1." }),
    sequences: sequences(20),
    length: sequenceLength(10),
  },
  { ...closed, title: "count-ones", description: "Count the ones of a random bit sequence. Bits are drawn as NumPy's `RandomState(seed)` draws them." },
);

const BinaryAddition = Type.Object(
  {
    kind: Type.Literal("binary-addition", { title: "Task", description: "Two binary numbers in, least significant bit first; the target at every step is the bit of their sum." }),
    sequences: sequences(2000),
    bits: Type.Integer({ title: "Bits", description: "Bits of each number. The sequences are one step longer, for the last carry.", minimum: 1, maximum: 10_000, default: 6 }),
  },
  { ...closed, title: "binary-addition", description: "Add two binary numbers. The network has to carry one bit from step to step." },
);

const Adding = Type.Object(
  {
    kind: Type.Literal("adding", { title: "Task", description: "Random numbers of which two are marked, one in each half; the target is the sum of the two." }),
    sequences: sequences(5000),
    length: sequenceLength(100, 2),
  },
  { ...closed, title: "adding", description: "The adding problem (Hochreiter and Schmidhuber, 1997). Always answering 1 has a loss of 0.167; below that something is remembered." },
);

const Copy = Type.Object(
  {
    kind: Type.Literal("copy", { title: "Task", description: "Some symbols, a pause, and then the same symbols are to be given back." }),
    sequences: sequences(2000),
    symbols: Type.Integer({ title: "Symbols", description: "Different symbols there are.", minimum: 1, maximum: 1_000, default: 8 }),
    items: Type.Integer({ title: "Items", description: "Symbols to remember.", minimum: 1, maximum: 10_000, default: 5 }),
    delay: Type.Integer({ title: "Delay", description: "Steps from the last symbol to the sign to begin, which is the last of them.", minimum: 1, maximum: 100_000, default: 10 }),
  },
  { ...closed, title: "copy", description: "The copy task: hold symbols over a delay. The loss stays at the height of guessing the symbols until the network really remembers." },
);

const Parity = Type.Object(
  {
    kind: Type.Literal("parity", { title: "Task", description: "Random bits in; the target is 1 when an odd number of them is 1." }),
    sequences: sequences(2000),
    length: sequenceLength(10),
  },
  { ...closed, title: "parity", description: "Odd or even? Every single bit turns the answer around." },
);

const TemporalOrder = Type.Object(
  {
    kind: Type.Literal("temporal-order", { title: "Task", description: "Two signs far apart among distractors; the class is told by their order." }),
    sequences: sequences(2000),
    length: sequenceLength(50, 10),
  },
  { ...closed, title: "temporal-order", description: "The temporal order problem (Hochreiter and Schmidhuber, 1997): which of two signs came first, which second." },
);

const Sine = Type.Object(
  {
    kind: Type.Literal("sine", { title: "Task", description: "Sine waves of random phase; the target is the next value." }),
    sequences: sequences(100),
    length: sequenceLength(40),
    period: Type.Number({ title: "Period", description: "Steps of one wave.", exclusiveMinimum: 0, maximum: 100_000, default: 20 }),
    noise: Type.Number({ title: "Noise", description: "Largest random error added to each input; the target stays clean.", minimum: 0, maximum: 100, default: 0 }),
  },
  { ...closed, title: "sine", description: "Foretell a sine wave." },
);

const Text = Type.Object(
  {
    kind: Type.Literal("text", { title: "Task", description: "The characters of a text file; the target is the next character." }),
    file: dataFile("The text, in UTF-8."),
    length: sequenceLength(50),
    stream: Type.Boolean({ title: "Carry the state over", description: "With a batch size: every row of the batch reads its own part of the text from front to back, and the state at the end of a window is the start of the next. False: windows in random order, each from a state of zeros.", default: true }),
  },
  { ...closed, title: "text", description: "Next character of a text of your own. The vocabulary is the characters of the file." },
);

const Csv = Type.Object(
  {
    kind: Type.Literal("csv", { title: "Task", description: "Columns of a table, in time; the target is a later value." }),
    file: dataFile("The table: comma-separated values with a header line."),
    columns: Type.Array(Type.String({ minLength: 1, maxLength: 200 }), { title: "Input columns", description: "Names of the columns that the network sees.", minItems: 1, maxItems: 100 }),
    target: Type.String({ title: "Target column", description: "Name of the column to foretell. Left empty: the input columns themselves.", maxLength: 200, default: "" }),
    length: sequenceLength(50),
    horizon: Type.Integer({ title: "Horizon", description: "How many rows ahead the target is. 0 is the same row, which makes sense only with another target column.", minimum: 0, maximum: 10_000, default: 1 }),
    stride: Type.Integer({ title: "Stride", description: "Rows from the start of one window to the start of the next.", minimum: 1, maximum: 100_000, default: 1 }),
  },
  { ...closed, title: "csv", description: "A series of your own from a CSV file. Columns are standardised with mean and deviation of the training rows; validation rows come last in time." },
);

const Task = Type.Union([CountOnes, BinaryAddition, Adding, Copy, Parity, TemporalOrder, Sine, Text, Csv], {
  title: "Task",
  description: "The data set: sequences in, targets out, generated from `seed` or read from a file of your own.",
  discriminator: { propertyName: "kind" },
  default: { kind: "count-ones", sequences: 20, length: 10 },
});

const weight = { minimum: -1_000_000, maximum: 1_000_000 } as const;

const Init = Type.Object(
  {
    scheme: Type.Enum(["auto", "pytorch", "xavier", "orthogonal", "identity", "constant"], {
      title: "Scheme",
      description: "How the weights are drawn.",
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
    constant: Type.Number({ title: "Constant", description: "The value of `constant`.", ...weight, default: 0 }),
    forgetBias: Type.Number({ title: "Forget-gate bias", description: "Added to the forget gate's part of every `bias_ih` of an lstm. 1 makes it remember from the start.", minimum: -100, maximum: 100, default: 0 }),
    values: Type.Unsafe<Record<string, unknown>>({
      type: "object", title: "Explicit values", default: {},
      description: "Values by the name of the tensor, in place of drawn ones: a number for all elements, or nested lists in the tensor's shape. For example `{ \"weight_hh_l0\": [[1, 0], [0, 1]] }`.",
    }),
    file: Type.String({ title: "Weights file", description: "A safetensors file to start from, with PyTorch's names. Relative to the experiment file and inside its folder. Left empty: none.", maxLength: 500, default: "" }),
  },
  { ...closed, title: "Initial weights", description: "Where training starts.", default: {} },
);

const Model = Type.Object(
  {
    cell: Type.Enum(["linear", "rnn", "lstm", "gru"], {
      title: "Cell",
      description: "The recurrent cell, as PyTorch defines it.",
      enumDescriptions: [
        "h_t = x_t W_ih^T + h_(t-1) W_hh^T: the tutorial's cell, without nonlinearity.",
        "The simple recurrent cell: h_t = tanh(…) or relu(…) of the same sum. Its gradient vanishes or explodes over long spans.",
        "Long short-term memory: a cell state that gates write, keep and read. Made so that the gradient lasts.",
        "Gated recurrent unit: two gates and no separate cell state, a quarter cheaper than lstm.",
      ],
      default: "linear",
    }),
    nonlinearity: Type.Enum(["tanh", "relu"], { title: "Nonlinearity", description: "Of the rnn cell; the others have their own.", enumDescriptions: ["Bounded; saturates.", "Unbounded; units may die."], default: "tanh" }),
    hiddenSize: Type.Integer({ title: "Hidden size", description: "Hidden units of each layer. More can remember more and cost time.", minimum: 1, maximum: 4_096, default: 1 }),
    numLayers: Type.Integer({ title: "Layers", description: "Recurrent layers, one on top of the other.", minimum: 1, maximum: 16, default: 1 }),
    bias: Type.Unsafe<"auto" | boolean>({ enum: ["auto", true, false], title: "Bias", description: "Whether cells and read-out have biases.", enumDescriptions: ["Not for the linear cell, else yes.", "Biases.", "No biases."], default: "auto" }),
    dropout: Type.Number({ title: "Dropout", description: "Probability that an output of a layer is dropped on its way to the next one while training. Needs two layers.", minimum: 0, exclusiveMaximum: 1, default: 0 }),
    readout: Type.Enum(["auto", "state", "last", "every"], {
      title: "Read-out",
      description: "How the output is made of the hidden states.",
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
  { ...closed, title: "Model", description: "The recurrent network.", default: {} },
);

const learningRate = (standard: number) =>
  Type.Number({ title: "Learning rate", description: "Step per unit of gradient. Too large and the loss grows; then divide it by 10 or clip the gradient.", exclusiveMinimum: 0, maximum: 1_000_000, default: standard });
const weightDecay = (standard: number, description = "Added to the gradient: this times the weight. Pulls weights towards 0.") =>
  Type.Number({ title: "Weight decay", description, minimum: 0, maximum: 1_000_000, default: standard });
const momentumFactor = (standard: number) =>
  Type.Number({ title: "Momentum", description: "Share of the last step that goes on into the next.", minimum: 0, exclusiveMaximum: 1, default: standard });
const optimizerKind = <K extends string>(kind: K, description: string) => Type.Literal(kind, { title: "Optimizer", description });
const rpropFactors = {
  etaPlus: Type.Number({ title: "Eta plus", description: "Factor on a weight's step size while its gradient keeps its sign. 1.2 is the usual value; larger is bolder.", minimum: 1, maximum: 10, default: 1.2 }),
  etaMinus: Type.Number({ title: "Eta minus", description: "Factor on a weight's step size when its gradient changes sign. 0.5 is the usual value.", exclusiveMinimum: 0, exclusiveMaximum: 1, default: 0.5 }),
  initialStep: Type.Number({ title: "Initial step", description: "Step size of every weight at the start. It adapts within some ten iterations, so it rarely needs a change.", exclusiveMinimum: 0, maximum: 1_000, default: 0.001 }),
};

const Rprop = Type.Object(
  { kind: optimizerKind("rprop", "Resilient backpropagation: only the sign of the gradient counts, and each weight has a step size of its own."), ...rpropFactors },
  { ...closed, title: "rprop", description: "Resilient backpropagation (Riedmiller and Braun, 1993). The size of the gradient does not matter to it, so it survives exploding gradients." },
);

const RpropPytorch = Type.Object(
  {
    kind: optimizerKind("rprop-pytorch", "Resilient backpropagation as torch.optim.Rprop: with limits, and no move where the sign changed."),
    ...rpropFactors,
    minStep: Type.Number({ title: "Smallest step", description: "Step sizes stay at least this.", exclusiveMinimum: 0, maximum: 1_000, default: 0.000001 }),
    maxStep: Type.Number({ title: "Largest step", description: "Step sizes stay at most this.", exclusiveMinimum: 0, maximum: 1_000_000, default: 50 }),
  },
  { ...closed, title: "rprop-pytorch", description: "PyTorch's variant of rprop." },
);

const Sgd = Type.Object(
  { kind: optimizerKind("sgd", "Gradient descent: every weight moves by minus the learning rate times its gradient."), learningRate: learningRate(0.001), weightDecay: weightDecay(0) },
  { ...closed, title: "sgd", description: "Plain gradient descent. The step grows with the gradient, so one exploding gradient throws the weights far away unless it is clipped." },
);

const Momentum = Type.Object(
  { kind: optimizerKind("momentum", "Gradient descent that keeps rolling."), learningRate: learningRate(0.001), momentum: momentumFactor(0.9), weightDecay: weightDecay(0) },
  { ...closed, title: "momentum", description: "Gradient descent with momentum, as torch.optim.SGD." },
);

const Nesterov = Type.Object(
  { kind: optimizerKind("nesterov", "Momentum that looks ahead."), learningRate: learningRate(0.001), momentum: momentumFactor(0.9), weightDecay: weightDecay(0) },
  { ...closed, title: "nesterov", description: "Nesterov's accelerated gradient, as torch.optim.SGD with nesterov." },
);

const Rmsprop = Type.Object(
  {
    kind: optimizerKind("rmsprop", "Every weight's step is scaled by the recent size of its gradient."),
    learningRate: learningRate(0.01),
    alpha: Type.Number({ title: "Alpha", description: "How much of the mean of squared gradients is kept at each step.", minimum: 0, exclusiveMaximum: 1, default: 0.99 }),
    epsilon: Type.Number({ title: "Epsilon", description: "Added to the divisor, against division by 0.", exclusiveMinimum: 0, maximum: 1, default: 1e-8 }),
    momentum: momentumFactor(0),
    weightDecay: weightDecay(0),
  },
  { ...closed, title: "rmsprop", description: "RMSprop (Hinton, 2012), as PyTorch's." },
);

const adamFields = {
  learningRate: learningRate(0.001),
  beta1: Type.Number({ title: "Beta 1", description: "How much of the mean of gradients is kept at each step.", minimum: 0, exclusiveMaximum: 1, default: 0.9 }),
  beta2: Type.Number({ title: "Beta 2", description: "How much of the mean of squared gradients is kept at each step.", minimum: 0, exclusiveMaximum: 1, default: 0.999 }),
  epsilon: Type.Number({ title: "Epsilon", description: "Added to the divisor, against division by 0.", exclusiveMinimum: 0, maximum: 1, default: 1e-8 }),
};

const Adam = Type.Object(
  { kind: optimizerKind("adam", "Momentum and scaling of every weight's step together."), ...adamFields, weightDecay: weightDecay(0) },
  { ...closed, title: "adam", description: "Adam (Kingma and Ba, 2015), as PyTorch's. A good first choice for rnn, lstm and gru." },
);

const Adamw = Type.Object(
  { kind: optimizerKind("adamw", "Adam with weight decay of its own."), ...adamFields, weightDecay: weightDecay(0.01, "Share of each weight that is taken away per step, times the learning rate.") },
  { ...closed, title: "adamw", description: "AdamW (Loshchilov and Hutter, 2019), as PyTorch's." },
);

const Optimizer = Type.Union([Rprop, RpropPytorch, Sgd, Momentum, Nesterov, Rmsprop, Adam, Adamw], {
  title: "Optimizer",
  description: "How gradients become updates of the weights.",
  discriminator: { propertyName: "kind" },
  default: { kind: "rprop", etaPlus: 1.2, etaMinus: 0.5, initialStep: 0.001 },
});

const scheduleKind = <K extends string>(kind: K, description: string) => Type.Literal(kind, { title: "Schedule", description });
const gamma = (standard: number) =>
  Type.Number({ title: "Gamma", description: "Factor on the learning rate.", exclusiveMinimum: 0, maximum: 10, default: standard });

const Schedule = Type.Union(
  [
    Type.Object({ kind: scheduleKind("constant", "The learning rate stays.") }, { ...closed, title: "constant", description: "The learning rate stays." }),
    Type.Object(
      {
        kind: scheduleKind("step", "The learning rate falls in steps."),
        stepSize: Type.Integer({ title: "Step size", description: "Iterations from one step to the next.", minimum: 1, maximum: 10_000_000, default: 1_000 }),
        gamma: gamma(0.1),
      },
      { ...closed, title: "step", description: "Times `gamma` each `stepSize` iterations, as PyTorch's StepLR." },
    ),
    Type.Object({ kind: scheduleKind("exponential", "The learning rate falls a little at every iteration."), gamma: gamma(0.999) }, { ...closed, title: "exponential", description: "Times `gamma` at every iteration, as PyTorch's ExponentialLR." }),
    Type.Object(
      {
        kind: scheduleKind("cosine", "Up in a line, then down along a half cosine wave."),
        warmup: Type.Integer({ title: "Warm-up", description: "Iterations in which the learning rate rises from near 0 to its value.", minimum: 0, maximum: 10_000_000, default: 0 }),
        minimum: Type.Number({ title: "Minimum", description: "Learning rate at the end.", minimum: 0, maximum: 1_000_000, default: 0 }),
      },
      { ...closed, title: "cosine", description: "Cosine annealing over the run (Loshchilov and Hutter, 2017) after a linear warm-up." },
    ),
  ],
  {
    title: "Schedule",
    description: "How the learning rate changes. Rprop has none, so it is not touched.",
    discriminator: { propertyName: "kind" },
    default: { kind: "constant" },
  },
);

const Validation = Type.Object(
  {
    share: Type.Number({ title: "Share", description: "Share of the sequences held out from training; the last ones, for text and csv the latest in time. 0 holds out none.", minimum: 0, maximum: 0.9, default: 0 }),
    every: Type.Integer({ title: "Validate every", description: "Iterations from one evaluation to the next. Between two the last result is shown.", minimum: 1, maximum: 1_000_000, default: 10 }),
  },
  { ...closed, title: "Validation", description: "Sequences that training does not see, with a loss and accuracy of their own.", default: {} },
);

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
    schedule: Schedule,
    loss: Type.Enum(["auto", "mse", "bce-with-logits", "cross-entropy"], {
      title: "Loss",
      description: "What is made small. It has to fit the targets of the task.",
      enumDescriptions: [
        "Mean squared error for numbers, bce-with-logits for bits, cross-entropy for classes.",
        "Mean squared error, for numbers and bits.",
        "Binary cross-entropy of logits, for bits.",
        "Softmax cross-entropy of logits, for classes.",
      ],
      default: "auto",
    }),
    iterations: Type.Integer({ title: "Iterations", description: "Updates to make. The trace has one row more, for the weights after the last update.", minimum: 1, maximum: 10_000_000, default: 500 }),
    epochs: Type.Integer({ title: "Epochs", description: "Times to go through the training sequences. Above 0 it counts instead of `iterations`.", minimum: 0, maximum: 1_000_000, default: 0 }),
    batchSize: Type.Union([Type.Literal("full", { title: "full", description: "Every update uses all sequences." }), Type.Integer({ title: "sequences", description: "Sequences in each update, drawn in a new random order in each epoch; what does not fill a batch at the end waits for the next order.", minimum: 1, maximum: 1_000_000 })], {
      title: "Batch size",
      description: "Sequences in each update: `\"full\"` for all, or a number.",
      default: "full",
    }),
    clip: Clip,
    truncate: Type.Integer({ title: "Truncate", description: "Truncated backpropagation: the gradient flows back at most this many steps, in pieces counted from the end of the sequence. 0: through all.", minimum: 0, maximum: 100_000, default: 0 }),
    validation: Validation,
  },
  { ...closed, title: "Training", description: "How the network is trained.", default: {} },
);

const Trace = Type.Object(
  {
    every: Type.Integer({ title: "Trace every", description: "Record a row each this many iterations (and always the last). 1 shows everything; raise it for very long runs.", minimum: 1, maximum: 1_000_000, default: 1 }),
    sequence: Type.Integer({ title: "Inspected sequence", description: "The sequence whose hidden states are shown, counted from 0. Must be one of the training sequences.", minimum: 0, maximum: 999_999, default: 0 }),
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
    engine: Type.Enum(["auto", "float64", "float32"], {
      title: "Engine",
      description: "What does the arithmetic.",
      enumDescriptions: ["float64 for the linear cell of up to 8 units, else float32 where it is there.", "Plain TypeScript in 64-bit floats: the reference.", "WebAssembly with SIMD in 32-bit floats: many times faster."],
      default: "auto",
    }),
  },
  { ...closed, title: "RNN Lab experiment", description: "An experiment for RNN Lab: a task, a network, and how to train it. JSON with comments. What is left out has the default." },
);

type DeepReadonly<T> = T extends object ? { readonly [K in keyof T]: DeepReadonly<T[K]> } : T;

/** A whole experiment with all defaults filled in; frozen when it comes from parse.ts. */
export type Experiment = DeepReadonly<Static<typeof ExperimentSchema>>;
export type TaskConfig = Experiment["task"];
export type ModelConfig = Experiment["model"];
export type OptimizerConfig = Experiment["training"]["optimizer"];
export type ClipConfig = Experiment["training"]["clip"];
