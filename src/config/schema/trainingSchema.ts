/** How the network of the experiment file is trained. */
import * as l10n from "@vscode/l10n";
import * as Type from "typebox";
import { closed } from "./closed";
import { Optimizer, Schedule } from "./optimizerSchema";

const Validation = Type.Object(
  {
    share: Type.Number({
      title: l10n.t("Share"),
      step: 0.05,
      description: l10n.t(
        "Fraction of the sequences in the validation set: the last ones, which for text and csv are the latest in time. 0 means no validation set.",
      ),
      minimum: 0,
      maximum: 0.9,
      default: 0,
    }),
    every: Type.Union(
      [
        Type.Literal("auto", {
          title: "auto",
          description: l10n.t("Every 10 iterations, or less often: at most a tenth of the multiply-adds of training."),
        }),
        Type.Integer({
          title: l10n.t("iterations"),
          description: l10n.t("Exactly this many, whatever the cost."),
          step: 5,
          minimum: 1,
          maximum: 1_000_000,
        }),
      ],
      {
        title: l10n.t("Validate every"),
        description: [
          l10n.t("Iterations between evaluations on the validation set. Until the next one, the last result is shown."),
          l10n.t('`"auto"` limits their cost by counting multiply-adds, so it is the same on every machine.'),
          l10n.t("The first and the last iteration are always evaluated."),
        ].join(" "),
        default: "auto",
      },
    ),
  },
  {
    ...closed,
    title: l10n.t("Validation"),
    description: l10n.t(
      "The validation set: sequences that are not used for training, with their own loss and accuracy. If the validation loss rises while the training loss falls, the network is overfitting.",
    ),
    default: {},
  },
);

const Stop = Type.Union(
  [
    Type.Null({ title: l10n.t("no early stopping"), description: l10n.t("Training runs for all iterations.") }),
    Type.Object(
      {
        patience: Type.Integer({
          title: l10n.t("Patience"),
          step: "1-2-5",
          description: l10n.t(
            "Iterations without a new minimum of the validation loss after which training stops. It is checked at every evaluation, so use several times `validation.every`.",
          ),
          minimum: 1,
          maximum: 10_000_000,
          examples: [100],
        }),
      },
      {
        ...closed,
        title: l10n.t("early stopping"),
        description: [
          l10n.t(
            "Training stops at the first evaluation at least `patience` iterations after the lowest validation loss.",
          ),
          l10n.t("The panel shows the last weights; those of the minimum are the best checkpoint."),
        ].join(" "),
      },
    ),
  ],
  {
    title: l10n.t("Early stopping"),
    description: l10n.t(
      "Ends training when the validation loss stops improving, for example {0}. Requires a validation set. Use it against overfitting.",
      '`{ "patience": 100 }`',
    ),
    default: null,
  },
);

const limit = { exclusiveMinimum: 0, maximum: 1e12, step: "1-2-5" } as const;

const Clip = Type.Union(
  [
    Type.Null({ title: l10n.t("no clipping"), description: l10n.t("The gradient is used unchanged.") }),
    Type.Object(
      {
        norm: Type.Number({
          title: l10n.t("Clip norm"),
          description: l10n.t(
            "Maximum L2 norm of the whole gradient; a larger gradient is scaled down and keeps its direction. 1 is common; look at the raw norm and choose a value slightly above its usual level.",
          ),
          ...limit,
        }),
      },
      {
        ...closed,
        title: l10n.t("clip by norm"),
        description: l10n.t(
          "Same as PyTorch's `clip_grad_norm_`, without its small constant in the denominator. It preserves the direction of the gradient.",
        ),
      },
    ),
    Type.Object(
      {
        value: Type.Number({
          title: l10n.t("Clip value"),
          description: l10n.t("Maximum magnitude of each gradient element. Elements are clipped independently."),
          ...limit,
        }),
      },
      {
        ...closed,
        title: l10n.t("clip by value"),
        description: l10n.t("Same as PyTorch's `clip_grad_value_`. It changes the direction of the gradient."),
      },
    ),
  ],
  {
    title: l10n.t("Clipping"),
    description: l10n.t(
      "Limits the gradient before each update. Use it when gradients explode, for example {0}.",
      '`{ "norm": 1 }`',
    ),
    default: null,
  },
);

const ClassWeights = Type.Union(
  [
    Type.Null({ title: l10n.t("no weights"), description: l10n.t("All targets count alike.") }),
    Type.Literal("balanced", {
      title: "balanced",
      description: l10n.t(
        "From the training targets: for classes n / (classes · n_c), for bits the zeros over the ones.",
      ),
    }),
    Type.Array(Type.Number({ exclusiveMinimum: 0, maximum: 1e12 }), {
      title: l10n.t("numbers"),
      description: l10n.t("One for each class in the order of the labels, or for each bit of a target."),
      minItems: 1,
      maxItems: 10_000,
      examples: [[1, 5]],
    }),
  ],
  {
    title: l10n.t("Class weights"),
    description: [
      l10n.t("How much each class counts in the loss, where some are rare."),
      l10n.t("For cross-entropy they are PyTorch's `weight`; for bce-with-logits its `pos_weight`."),
      l10n.t("Accuracy and other metrics count all targets alike."),
    ].join(" "),
    default: null,
  },
);

export const Training = Type.Object(
  {
    optimizer: Optimizer,
    schedule: Schedule,
    loss: Type.Enum(["auto", "mse", "mae", "huber", "bce-with-logits", "cross-entropy"], {
      title: l10n.t("Loss"),
      description: l10n.t("Loss function to minimize. It has to match the targets of the task."),
      enumDescriptions: [
        l10n.t("mse for numbers, bce-with-logits for bits, cross-entropy for classes."),
        l10n.t("Mean squared error, for numbers and bits."),
        l10n.t("Mean absolute error, for numbers: PyTorch's L1Loss. Outliers count in proportion to their error."),
        l10n.t("Quadratic for errors up to `delta` and linear beyond, for numbers: PyTorch's HuberLoss."),
        l10n.t("Binary cross-entropy on logits, for bits."),
        l10n.t("Softmax cross-entropy on logits, for classes."),
      ],
      default: "auto",
    }),
    delta: Type.Number({
      title: l10n.t("Huber delta"),
      description: [
        l10n.t("Error at which the loss huber changes from quadratic to linear, in the units of the targets."),
        l10n.t("For csv, these are standard deviations. Larger errors all have the same gradient."),
      ].join(" "),
      step: "1-2-5",
      exclusiveMinimum: 0,
      maximum: 1e12,
      default: 1,
    }),
    classWeights: ClassWeights,
    iterations: Type.Integer({
      title: l10n.t("Iterations"),
      step: 100,
      description: l10n.t("Number of updates. The trace has one more row, for the weights after the last update."),
      minimum: 1,
      maximum: 10_000_000,
      default: 500,
    }),
    epochs: Type.Integer({
      title: l10n.t("Epochs"),
      description: l10n.t("Number of passes over the training set. If above 0, it replaces `iterations`."),
      minimum: 0,
      maximum: 1_000_000,
      default: 0,
    }),
    batchSize: Type.Union(
      [
        Type.Literal("full", { title: "full", description: l10n.t("Every update uses all sequences.") }),
        Type.Integer({
          title: l10n.t("sequences"),
          description: l10n.t(
            "Sequences per update, shuffled in each epoch. The sequences left over at the end of an epoch move on to the next one.",
          ),
          minimum: 1,
          maximum: 1_000_000,
        }),
      ],
      {
        title: l10n.t("Batch size"),
        description: l10n.t(
          'Sequences per update: `"full"` for all, or a number. Small batches give more updates per epoch, each from a noisier gradient; 32 to 128 is typical.',
        ),
        default: "full",
      },
    ),
    accumulate: Type.Integer({
      title: l10n.t("Accumulate"),
      step: "1-2-5",
      description: [
        l10n.t("Batches per update: their gradients are averaged, as of one batch this many times the size."),
        l10n.t("An iteration is one update; its loss is the mean over its batches, and clipping comes after."),
        l10n.t("Use it where a larger batch does not fit in memory."),
      ].join(" "),
      minimum: 1,
      maximum: 10_000,
      default: 1,
    }),
    clip: Clip,
    truncate: Type.Integer({
      title: l10n.t("Truncate BPTT"),
      description: l10n.t(
        "Truncated backpropagation through time: the gradient flows back at most this many steps, in chunks counted from the end of the sequence. 0 means no truncation.",
      ),
      minimum: 0,
      maximum: 100_000,
      default: 0,
    }),
    validation: Validation,
    stop: Stop,
  },
  {
    ...closed,
    title: l10n.t("Training"),
    description: l10n.t("How the network is trained. Change one thing at a time and compare with the previous run."),
    default: {},
  },
);
