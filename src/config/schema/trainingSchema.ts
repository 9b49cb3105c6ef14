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
        "Share of the sequences held out from training; the last ones, for text and csv the latest in time. 0 holds out none.",
      ),
      minimum: 0,
      maximum: 0.9,
      default: 0,
    }),
    every: Type.Integer({
      title: l10n.t("Validate every"),
      step: 5,
      description: l10n.t("Iterations from one evaluation to the next. Between two the last result is shown."),
      minimum: 1,
      maximum: 1_000_000,
      default: 10,
    }),
  },
  {
    ...closed,
    title: l10n.t("Validation"),
    description: l10n.t(
      "Sequences that training does not see, with a loss and accuracy of their own. When their loss rises while that of training falls, the network learns by heart.",
    ),
    default: {},
  },
);

const limit = { exclusiveMinimum: 0, maximum: 1e12, step: "1-2-5" } as const;

const Clip = Type.Union(
  [
    Type.Null({ title: l10n.t("no clipping"), description: l10n.t("The gradient is used as it is.") }),
    Type.Object(
      {
        norm: Type.Number({
          title: l10n.t("Clip norm"),
          description: l10n.t(
            "Largest L2 norm of the whole gradient; a longer one is scaled down and keeps its direction. 1 is a good start; look at the raw norm and choose a little above its usual value.",
          ),
          ...limit,
        }),
      },
      {
        ...closed,
        title: l10n.t("clip by norm"),
        description: l10n.t(
          "As PyTorch's `clip_grad_norm_`, without its small constant in the denominator. The first thing to try when gradients explode.",
        ),
      },
    ),
    Type.Object(
      {
        value: Type.Number({
          title: l10n.t("Clip value"),
          description: l10n.t(
            "Largest magnitude of each element of the gradient; each is cut on its own, which turns the direction. Prefer the norm, which does not.",
          ),
          ...limit,
        }),
      },
      {
        ...closed,
        title: l10n.t("clip by value"),
        description: l10n.t(
          "As PyTorch's `clip_grad_value_`. Simple, but the step no longer points where the gradient does.",
        ),
      },
    ),
  ],
  {
    title: l10n.t("Clipping"),
    description: l10n.t(
      "Limits the gradient before the update. Use it when gradients explode: {0} is a good start.",
      '`{ "norm": 1 }`',
    ),
    default: null,
  },
);

export const Training = Type.Object(
  {
    optimizer: Optimizer,
    schedule: Schedule,
    loss: Type.Enum(["auto", "mse", "bce-with-logits", "cross-entropy"], {
      title: l10n.t("Loss"),
      description: l10n.t("What is made small. It has to fit the targets of the task."),
      enumDescriptions: [
        l10n.t("Mean squared error for numbers, bce-with-logits for bits, cross-entropy for classes."),
        l10n.t("Mean squared error, for numbers and bits."),
        l10n.t("Binary cross-entropy of logits, for bits."),
        l10n.t("Softmax cross-entropy of logits, for classes."),
      ],
      default: "auto",
    }),
    iterations: Type.Integer({
      title: l10n.t("Iterations"),
      step: 100,
      description: l10n.t("Updates to make. The trace has one row more, for the weights after the last update."),
      minimum: 1,
      maximum: 10_000_000,
      default: 500,
    }),
    epochs: Type.Integer({
      title: l10n.t("Epochs"),
      description: l10n.t("Times to go through the training sequences. Above 0 it counts instead of `iterations`."),
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
            "Sequences in each update, drawn in a new random order in each epoch; what does not fill a batch at the end waits for the next order.",
          ),
          minimum: 1,
          maximum: 1_000_000,
        }),
      ],
      {
        title: l10n.t("Batch size"),
        description: l10n.t(
          'Sequences in each update: `"full"` for all, or a number. Small batches learn sooner and more noisily; 32 to 128 is usual.',
        ),
        default: "full",
      },
    ),
    clip: Clip,
    truncate: Type.Integer({
      title: l10n.t("Truncate"),
      description: l10n.t(
        "Truncated backpropagation: the gradient flows back at most this many steps, in pieces counted from the end of the sequence. 0: through all.",
      ),
      minimum: 0,
      maximum: 100_000,
      default: 0,
    }),
    validation: Validation,
  },
  {
    ...closed,
    title: l10n.t("Training"),
    description: l10n.t("How the network is trained. Change one thing at a time, and compare with the ghost."),
    default: {},
  },
);
