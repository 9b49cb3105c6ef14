/** The tasks of the experiment file: data sets generated from the seed, and the user's own. */
import * as l10n from "@vscode/l10n";
import * as Type from "typebox";
import { closed } from "./closed";
import { filesKeys, seriesKeys, targetKeys } from "./seriesSchema";
import { Columns, tableKeys } from "./tableSchema";
import { sequences } from "./taskKeys";
import { trialTasks } from "./trialSchema";

const lengthTexts = {
  title: l10n.t("Sequence length"),
  description: l10n.t(
    "Number of time steps in each sequence, which is how far back the gradient has to flow. Raise it to see gradients vanish or explode.",
  ),
};
const sequenceLength = (standard: number, minimum = 1) =>
  Type.Integer({
    ...lengthTexts,
    minimum,
    maximum: 100_000,
    default: standard,
  });
/** One length for all sequences, or a range of which each sequence has its own. */
const lengthOrRange = (standard: number, minimum = 1) =>
  Type.Union(
    [
      Type.Integer({
        title: l10n.t("steps"),
        description: l10n.t("All sequences have this length."),
        minimum,
        maximum: 100_000,
      }),
      Type.Array(Type.Integer({ minimum, maximum: 100_000 }), {
        title: l10n.t("shortest and longest"),
        description: l10n.t("The length of each sequence is drawn uniformly from this range, using the seed."),
        minItems: 2,
        maxItems: 2,
        examples: [[minimum, standard]],
      }),
    ],
    {
      title: lengthTexts.title,
      description: [
        lengthTexts.description,
        l10n.t("Two numbers, for example `[1, 50]`, give each sequence a length of its own."),
        l10n.t("Padding changes neither loss nor gradient."),
      ].join(" "),
      default: standard,
    },
  );
const dataFile = (what: string, example: string) =>
  Type.String({
    title: l10n.t("File"),
    examples: [example],
    description: `${what} ${l10n.t("The path is relative to the experiment file and inside its folder.")}`,
    minLength: 1,
    maxLength: 500,
  });

const CountOnes = Type.Object(
  {
    kind: Type.Literal("count-ones", {
      title: l10n.t("Task"),
      description: l10n.t("Input: random bits. Target: how many of them are 1."),
    }),
    sequences: sequences(20),
    length: lengthOrRange(10),
  },
  {
    ...closed,
    title: "count-ones",
    description: l10n.t("Count the ones in a random bit sequence. The bits are those of NumPy's `RandomState(seed)`."),
  },
);

const BinaryAddition = Type.Object(
  {
    kind: Type.Literal("binary-addition", {
      title: l10n.t("Task"),
      description: l10n.t(
        "Input: two binary numbers, least significant bit first. Target: the matching bit of their sum at every step.",
      ),
    }),
    sequences: sequences(2000),
    bits: Type.Integer({
      title: l10n.t("Bits"),
      description: l10n.t("Number of bits in each number. Sequences are one step longer, for the last carry."),
      minimum: 1,
      maximum: 10_000,
      default: 6,
    }),
  },
  {
    ...closed,
    title: "binary-addition",
    description: l10n.t("Add two binary numbers. The network has to remember one bit, the carry, from step to step."),
  },
);

const Adding = Type.Object(
  {
    kind: Type.Literal("adding", {
      title: l10n.t("Task"),
      description: l10n.t("Input: random numbers, two of them marked, one in each half. Target: the sum of the two."),
    }),
    sequences: sequences(5000),
    length: lengthOrRange(100, 2),
  },
  {
    ...closed,
    title: "adding",
    description: l10n.t(
      "The adding problem (Hochreiter and Schmidhuber, 1997). Always predicting 1 has an expected loss of 0.167; the loss of the best constant on the validation set is a dotted line in the Loss chart.",
    ),
  },
);

const Copy = Type.Object(
  {
    kind: Type.Literal("copy", {
      title: l10n.t("Task"),
      description: l10n.t(
        "Input: some symbols, a delay, and a signal to start. Target: the same symbols after the signal.",
      ),
    }),
    sequences: sequences(2000),
    symbols: Type.Integer({
      title: l10n.t("Symbols"),
      description: l10n.t("Number of distinct symbols. The more there are, the higher the loss of guessing."),
      minimum: 1,
      maximum: 1_000,
      default: 8,
    }),
    items: Type.Integer({
      title: l10n.t("Items"),
      description: l10n.t("Number of symbols to remember. Sequences have `delay` + 2 `items` time steps."),
      minimum: 1,
      maximum: 10_000,
      default: 5,
    }),
    delay: Type.Integer({
      title: l10n.t("Delay"),
      description: l10n.t(
        "Time steps from the last symbol to the start signal, inclusive. The gradient has to flow back over all.",
      ),
      minimum: 1,
      maximum: 100_000,
      default: 10,
    }),
  },
  {
    ...closed,
    title: "copy",
    description: l10n.t(
      "The copy task: remember symbols over a delay. The loss first falls past that of the best constant to that of guessing the symbols, and stays there until the network begins to remember them. Both are dotted lines in the Loss chart.",
    ),
  },
);

const Parity = Type.Object(
  {
    kind: Type.Literal("parity", {
      title: l10n.t("Task"),
      description: l10n.t("Input: random bits. Target: 1 if the number of ones is odd, otherwise 0."),
    }),
    sequences: sequences(2000),
    length: lengthOrRange(10),
  },
  { ...closed, title: "parity", description: l10n.t("Is the number of ones odd? Flipping any bit flips the answer.") },
);

const TemporalOrder = Type.Object(
  {
    kind: Type.Literal("temporal-order", {
      title: l10n.t("Task"),
      description: l10n.t("Input: two markers far apart among distractors. Target: a class for their order."),
    }),
    sequences: sequences(2000),
    length: lengthOrRange(50, 10),
  },
  {
    ...closed,
    title: "temporal-order",
    description: l10n.t(
      "The temporal order problem (Hochreiter and Schmidhuber, 1997): which of two markers came first, and which second. At length 30, a gru and an rnn with orthogonal weights learn it in fewer updates than an rnn initialized as `pytorch`.",
    ),
  },
);

const FlipFlop = Type.Object(
  {
    kind: Type.Literal("flip-flop", {
      title: l10n.t("Task"),
      description: l10n.t("Input: random pulses of 1 and -1. Target: the last pulse of each input."),
    }),
    sequences: sequences(500),
    length: lengthOrRange(40),
    bits: Type.Integer({
      title: l10n.t("Bits"),
      description: l10n.t("Number of inputs and outputs. The network has to hold one of two values for each."),
      minimum: 1,
      maximum: 64,
      default: 3,
    }),
    pulses: Type.Number({
      title: l10n.t("Pulse frequency"),
      step: 0.05,
      description: l10n.t("Probability of a pulse at each step of each input. All inputs have one at the first step."),
      exclusiveMinimum: 0,
      maximum: 1,
      default: 0.2,
    }),
  },
  {
    ...closed,
    title: "flip-flop",
    description: [
      l10n.t("The n-bit flip-flop (Sussillo and Barak, 2013): hold the sign of the last pulse of each input."),
      l10n.t("A network that has learned it has a stable fixed point for each combination of the bits."),
    ].join(" "),
  },
);

const Sine = Type.Object(
  {
    kind: Type.Literal("sine", {
      title: l10n.t("Task"),
      description: l10n.t("Input: sine waves with random phase. Target: the next value."),
    }),
    sequences: sequences(100),
    length: lengthOrRange(40),
    period: Type.Number({
      title: l10n.t("Period"),
      step: 1,
      description: l10n.t("Time steps per period. The phase of each sequence is random."),
      exclusiveMinimum: 0,
      maximum: 100_000,
      default: 20,
    }),
    noise: Type.Number({
      title: l10n.t("Noise"),
      step: 0.05,
      description: l10n.t("Maximum random noise added to each input; the target stays clean. 0 means no noise."),
      minimum: 0,
      maximum: 100,
      default: 0,
    }),
  },
  {
    ...closed,
    title: "sine",
    description: l10n.t(
      "Predict a sine wave. Without noise, a dozen tanh units learn it within a few hundred updates.",
    ),
  },
);

const Text = Type.Object(
  {
    kind: Type.Literal("text", {
      title: l10n.t("Task"),
      description: l10n.t("Input: the characters of a text file. Target: the next character."),
    }),
    file: dataFile(l10n.t("The text file, in UTF-8."), "text.txt"),
    length: sequenceLength(50),
    stream: Type.Boolean({
      title: l10n.t("Carry state over"),
      description: l10n.t(
        "If true and `batchSize` is a number, each row of the batch reads its own part of the text in order, and each window starts from the final state of the previous one, in validation as well. If false, windows are shuffled, and each starts from a zero state.",
      ),
      default: true,
    }),
  },
  {
    ...closed,
    title: "text",
    description: l10n.t(
      "Predict the next character of your own text. The vocabulary is the set of characters in the file.",
    ),
  },
);

const Csv = Type.Object(
  {
    kind: Type.Literal("csv", {
      title: l10n.t("Task"),
      description: l10n.t("Input: columns of a table, one row per time step. Target: later values, or labels."),
    }),
    file: Type.String({
      ...dataFile(
        l10n.t("The table: values separated by commas, semicolons, tabs, vertical bars or spaces, in UTF-8."),
        "table.csv",
      ),
      minLength: 0,
      default: "",
    }),
    ...filesKeys,
    columns: Columns,
    ...targetKeys,
    length: Type.Union(
      [
        Type.Integer({
          title: l10n.t("rows"),
          description: l10n.t("Windows of this many rows."),
          minimum: 1,
          maximum: 100_000,
        }),
        Type.Literal("series", {
          title: "series",
          description: l10n.t("Each series is one sequence, as long as it is. The last series are for validation."),
        }),
      ],
      {
        title: lengthTexts.title,
        description: [
          lengthTexts.description,
          l10n.t('`"series"` makes each series of `group` one sequence of its own length.'),
          l10n.t("Padding changes neither loss nor gradient."),
        ].join(" "),
        default: 50,
      },
    ),
    horizon: Type.Integer({
      title: l10n.t("Horizon"),
      description: l10n.t(
        "How many rows ahead to predict. 0 is the same row, which makes sense only if the target column is not an input.",
      ),
      minimum: 0,
      maximum: 10_000,
      default: 1,
    }),
    stride: Type.Integer({
      title: l10n.t("Stride"),
      description: l10n.t(
        "Rows from the start of one window to the start of the next. 1 gives the most windows; with a stride equal to the length, windows do not overlap. Windows start at multiples of it, in validation too.",
      ),
      minimum: 1,
      maximum: 100_000,
      default: 1,
    }),
    ...seriesKeys,
    ...tableKeys,
  },
  {
    ...closed,
    title: "csv",
    description: [
      l10n.t("Predict your own time series, or labels, from a table."),
      l10n.t("Columns are standardized with the mean and standard deviation of the training rows."),
      l10n.t("The validation set is the last part of each series, and no training window reaches into it."),
      l10n.t("If it is too short, validation windows start earlier, and only their targets in it count."),
    ].join(" "),
  },
);

const arrayName = (title: string, description: string, standard: string) =>
  Type.String({ title, description, maxLength: 500, default: standard });

const Arrays = Type.Object(
  {
    kind: Type.Literal("arrays", {
      title: l10n.t("Task"),
      description: l10n.t("Input: sequences saved by your own program. Target: the targets saved with them."),
    }),
    file: dataFile(
      l10n.t("A `.npz`, `.npy`, `.safetensors`, JSON Lines (`.jsonl`), or UCR/UEA `.ts` file."),
      "data.npz",
    ),
    inputs: arrayName(
      l10n.t("Inputs"),
      l10n.t("Name of the array [sequences, time steps, features]. `.npy` and `.ts` files have no names."),
      "inputs",
    ),
    targets: arrayName(
      l10n.t("Targets"),
      l10n.t("Name of the array of targets. One per sequence or time step; for a `.npy` file, another one."),
      "targets",
    ),
    targetKind: Type.Enum(["values", "bits", "classes"], {
      title: l10n.t("Kind of the targets"),
      description: l10n.t("What the targets are. It decides which loss functions can be used."),
      enumDescriptions: [
        l10n.t("Numbers, for the losses mse, mae and huber."),
        l10n.t("0 or 1, for the loss bce-with-logits."),
        l10n.t("Labels, as integers or text, for the loss cross-entropy. Classes are numbered in their order."),
      ],
      default: "values",
    }),
    mask: arrayName(
      l10n.t("Mask"),
      [
        l10n.t("Name of an array [sequences, time steps]: 1 for steps that count in the loss, 0 for others."),
        l10n.t("Steps after the last 1 of a sequence are padding. Empty: all steps count."),
      ].join(" "),
      "",
    ),
    lengths: arrayName(
      l10n.t("Lengths"),
      [
        l10n.t("Name of an array [sequences] with the time steps of each sequence; the rest is padding."),
        l10n.t("Empty: all sequences are as long as the array."),
      ].join(" "),
      "",
    ),
    validation: Type.String({
      title: l10n.t("Validation file"),
      description: l10n.t(
        "File with the validation sequences. Empty: the last ones of the file, by `validation.share`.",
      ),
      maxLength: 500,
      default: "",
    }),
  },
  {
    ...closed,
    title: "arrays",
    description: l10n.t(
      "Learn from arrays saved by NumPy or another program. They are used as they are: scale them first.",
    ),
  },
);

export const Task = Type.Union(
  [CountOnes, BinaryAddition, Adding, Copy, Parity, TemporalOrder, FlipFlop, Sine, ...trialTasks, Text, Csv, Arrays],
  {
    title: l10n.t("Task"),
    description: l10n.t(
      "The data set: input sequences and targets, generated from `seed` or read from your own file. Start with short sequences and check that the network learns.",
    ),
    discriminator: { propertyName: "kind" },
    default: { kind: "count-ones", sequences: 20, length: 10 },
  },
);
