/** The tasks of the experiment file: data sets generated from the seed, and the user's own. */
import * as l10n from "@vscode/l10n";
import * as Type from "typebox";
import { closed } from "./closed";

const sequences = (standard: number) =>
  Type.Integer({
    title: l10n.t("Sequences"),
    description: l10n.t(
      "Number of sequences in the data set. More give a smoother gradient and cost time in proportion.",
    ),
    step: 10,
    minimum: 1,
    maximum: 1_000_000,
    default: standard,
  });
const sequenceLength = (standard: number, minimum = 1) =>
  Type.Integer({
    title: l10n.t("Sequence length"),
    description: l10n.t(
      "Time steps in each sequence, which is how far back the gradient has to flow. Raise it to see gradients vanish or explode.",
    ),
    minimum,
    maximum: 100_000,
    default: standard,
  });
const dataFile = (what: string, example: string) =>
  Type.String({
    title: l10n.t("File"),
    examples: [example],
    description: `${what} ${l10n.t("Relative to the experiment file and inside its folder.")}`,
    minLength: 1,
    maxLength: 500,
  });

const CountOnes = Type.Object(
  {
    kind: Type.Literal("count-ones", {
      title: l10n.t("Task"),
      description: l10n.t("Random bits in; the target is how many of them are 1."),
    }),
    sequences: sequences(20),
    length: sequenceLength(10),
  },
  {
    ...closed,
    title: "count-ones",
    description: l10n.t(
      "Count the ones of a random bit sequence. Bits are drawn as NumPy's `RandomState(seed)` draws them.",
    ),
  },
);

const BinaryAddition = Type.Object(
  {
    kind: Type.Literal("binary-addition", {
      title: l10n.t("Task"),
      description: l10n.t(
        "Two binary numbers in, least significant bit first; the target at every step is the bit of their sum.",
      ),
    }),
    sequences: sequences(2000),
    bits: Type.Integer({
      title: l10n.t("Bits"),
      description: l10n.t("Bits of each number. The sequences are one step longer, for the last carry."),
      minimum: 1,
      maximum: 10_000,
      default: 6,
    }),
  },
  {
    ...closed,
    title: "binary-addition",
    description: l10n.t("Add two binary numbers. The network has to carry one bit from step to step."),
  },
);

const Adding = Type.Object(
  {
    kind: Type.Literal("adding", {
      title: l10n.t("Task"),
      description: l10n.t(
        "Random numbers of which two are marked, one in each half; the target is the sum of the two.",
      ),
    }),
    sequences: sequences(5000),
    length: sequenceLength(100, 2),
  },
  {
    ...closed,
    title: "adding",
    description: l10n.t(
      "The adding problem (Hochreiter and Schmidhuber, 1997). Always answering 1 has a loss of 0.167; below that something is remembered.",
    ),
  },
);

const Copy = Type.Object(
  {
    kind: Type.Literal("copy", {
      title: l10n.t("Task"),
      description: l10n.t("Some symbols, a pause, and then the same symbols are to be given back."),
    }),
    sequences: sequences(2000),
    symbols: Type.Integer({
      title: l10n.t("Symbols"),
      description: l10n.t(
        "Different symbols there are. More make guessing harder, and the loss at which the network only guesses higher.",
      ),
      minimum: 1,
      maximum: 1_000,
      default: 8,
    }),
    items: Type.Integer({
      title: l10n.t("Items"),
      description: l10n.t("Symbols to remember. Each needs room in the hidden state; raise the hidden size with it."),
      minimum: 1,
      maximum: 10_000,
      default: 5,
    }),
    delay: Type.Integer({
      title: l10n.t("Delay"),
      description: l10n.t(
        "Steps from the last symbol to the sign to begin, which is the last of them. The gradient has to flow back over all of them; raise it until the network forgets.",
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
      "The copy task: hold symbols over a delay. The loss stays at the height of guessing the symbols until the network really remembers.",
    ),
  },
);

const Parity = Type.Object(
  {
    kind: Type.Literal("parity", {
      title: l10n.t("Task"),
      description: l10n.t("Random bits in; the target is 1 when an odd number of them is 1."),
    }),
    sequences: sequences(2000),
    length: sequenceLength(10),
  },
  { ...closed, title: "parity", description: l10n.t("Odd or even? Every single bit turns the answer around.") },
);

const TemporalOrder = Type.Object(
  {
    kind: Type.Literal("temporal-order", {
      title: l10n.t("Task"),
      description: l10n.t("Two signs far apart among distractors; the class is told by their order."),
    }),
    sequences: sequences(2000),
    length: sequenceLength(50, 10),
  },
  {
    ...closed,
    title: "temporal-order",
    description: l10n.t(
      "The temporal order problem (Hochreiter and Schmidhuber, 1997): which of two signs came first, which second. A cell with gates finds it; a simple one forgets the first sign.",
    ),
  },
);

const Sine = Type.Object(
  {
    kind: Type.Literal("sine", {
      title: l10n.t("Task"),
      description: l10n.t("Sine waves of random phase; the target is the next value."),
    }),
    sequences: sequences(100),
    length: sequenceLength(40),
    period: Type.Number({
      title: l10n.t("Period"),
      step: 1,
      description: l10n.t("Steps of one wave. With less than about 4 there is hardly a wave to see."),
      exclusiveMinimum: 0,
      maximum: 100_000,
      default: 20,
    }),
    noise: Type.Number({
      title: l10n.t("Noise"),
      step: 0.05,
      description: l10n.t(
        "Largest random error added to each input; the target stays clean. A little makes the network robust, much hides the wave.",
      ),
      minimum: 0,
      maximum: 100,
      default: 0,
    }),
  },
  {
    ...closed,
    title: "sine",
    description: l10n.t("Foretell a sine wave. Easy without noise; a good test of whether anything is learnt at all."),
  },
);

const Text = Type.Object(
  {
    kind: Type.Literal("text", {
      title: l10n.t("Task"),
      description: l10n.t("The characters of a text file; the target is the next character."),
    }),
    file: dataFile(l10n.t("The text, in UTF-8."), "text.txt"),
    length: sequenceLength(50),
    stream: Type.Boolean({
      title: l10n.t("Carry the state over"),
      description: l10n.t(
        "With a batch size: every row of the batch reads its own part of the text from front to back, and the state at the end of a window is the start of the next. False: windows in random order, each from a state of zeros.",
      ),
      default: true,
    }),
  },
  {
    ...closed,
    title: "text",
    description: l10n.t("Next character of a text of your own. The vocabulary is the characters of the file."),
  },
);

const Csv = Type.Object(
  {
    kind: Type.Literal("csv", {
      title: l10n.t("Task"),
      description: l10n.t("Columns of a table, in time; the target is a later value."),
    }),
    file: dataFile(l10n.t("The table: comma-separated values with a header line."), "table.csv"),
    columns: Type.Array(Type.String({ minLength: 1, maxLength: 200 }), {
      title: l10n.t("Input columns"),
      description: l10n.t(
        "Names of the columns that the network sees. Begin with the target's own past; add others when they help the loss on what is held out.",
      ),
      examples: [["value"]],
      minItems: 1,
      maxItems: 100,
    }),
    target: Type.String({
      title: l10n.t("Target column"),
      description: l10n.t("Name of the column to foretell. Left empty: the input columns themselves."),
      maxLength: 200,
      default: "",
    }),
    length: sequenceLength(50),
    horizon: Type.Integer({
      title: l10n.t("Horizon"),
      description: l10n.t(
        "How many rows ahead the target is. 0 is the same row, which makes sense only with another target column.",
      ),
      minimum: 0,
      maximum: 10_000,
      default: 1,
    }),
    stride: Type.Integer({
      title: l10n.t("Stride"),
      description: l10n.t(
        "Rows from the start of one window to the start of the next. 1 gives the most windows; as many as the length, and none overlap.",
      ),
      minimum: 1,
      maximum: 100_000,
      default: 1,
    }),
  },
  {
    ...closed,
    title: "csv",
    description: l10n.t(
      "A series of your own from a CSV file. Columns are standardised with mean and deviation of the training rows; validation rows come last in time.",
    ),
  },
);

export const Task = Type.Union([CountOnes, BinaryAddition, Adding, Copy, Parity, TemporalOrder, Sine, Text, Csv], {
  title: l10n.t("Task"),
  description: l10n.t(
    "The data set: sequences in, targets out, generated from `seed` or read from a file of your own. Begin with a short one and see that it learns.",
  ),
  discriminator: { propertyName: "kind" },
  default: { kind: "count-ones", sequences: 20, length: 10 },
});
