/** How the network of the experiment file is trained. */
import * as Type from "typebox";
import { closed } from "./closed";
import { Optimizer, Schedule } from "./optimizerSchema";

const Validation = Type.Object(
  {
    share: Type.Number({ title: "Share", step: 0.05, description: "Share of the sequences held out from training; the last ones, for text and csv the latest in time. 0 holds out none.", minimum: 0, maximum: 0.9, default: 0 }),
    every: Type.Integer({ title: "Validate every", step: 5, description: "Iterations from one evaluation to the next. Between two the last result is shown.", minimum: 1, maximum: 1_000_000, default: 10 }),
  },
  { ...closed, title: "Validation", description: "Sequences that training does not see, with a loss and accuracy of their own. When their loss rises while that of training falls, the network learns by heart.", default: {} },
);

const limit = { exclusiveMinimum: 0, maximum: 1e12, step: "1-2-5" } as const;

const Clip = Type.Union(
  [
    Type.Null({ title: "no clipping", description: "The gradient is used as it is." }),
    Type.Object(
      { norm: Type.Number({ title: "Clip norm", description: "Largest L2 norm of the whole gradient; a longer one is scaled down and keeps its direction. 1 is a good start; look at the raw norm and choose a little above its usual value.", ...limit }) },
      { ...closed, title: "clip by norm", description: "As PyTorch's `clip_grad_norm_`, without its small constant in the denominator. The first thing to try when gradients explode." },
    ),
    Type.Object(
      { value: Type.Number({ title: "Clip value", description: "Largest magnitude of each element of the gradient; each is cut on its own, which turns the direction. Prefer the norm, which does not.", ...limit }) },
      { ...closed, title: "clip by value", description: "As PyTorch's `clip_grad_value_`. Simple, but the step no longer points where the gradient does." },
    ),
  ],
  { title: "Clipping", description: "Limits the gradient before the update. Use it when gradients explode: `{ \"norm\": 1 }` is a good start.", default: null },
);

export const Training = Type.Object(
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
    iterations: Type.Integer({ title: "Iterations", step: 100, description: "Updates to make. The trace has one row more, for the weights after the last update.", minimum: 1, maximum: 10_000_000, default: 500 }),
    epochs: Type.Integer({ title: "Epochs", description: "Times to go through the training sequences. Above 0 it counts instead of `iterations`.", minimum: 0, maximum: 1_000_000, default: 0 }),
    batchSize: Type.Union([Type.Literal("full", { title: "full", description: "Every update uses all sequences." }), Type.Integer({ title: "sequences", description: "Sequences in each update, drawn in a new random order in each epoch; what does not fill a batch at the end waits for the next order.", minimum: 1, maximum: 1_000_000 })], {
      title: "Batch size",
      description: "Sequences in each update: `\"full\"` for all, or a number. Small batches learn sooner and more noisily; 32 to 128 is usual.",
      default: "full",
    }),
    clip: Clip,
    truncate: Type.Integer({ title: "Truncate", description: "Truncated backpropagation: the gradient flows back at most this many steps, in pieces counted from the end of the sequence. 0: through all.", minimum: 0, maximum: 100_000, default: 0 }),
    validation: Validation,
  },
  { ...closed, title: "Training", description: "How the network is trained. Change one thing at a time, and compare with the ghost.", default: {} },
);
