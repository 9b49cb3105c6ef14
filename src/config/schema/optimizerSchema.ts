/** The optimizers of the experiment file, and how their learning rate changes. */
import * as l10n from "@vscode/l10n";
import * as Type from "typebox";
import { closed } from "./closed";

const learningRate = (standard: number) =>
  Type.Number({
    title: l10n.t("Learning rate"),
    step: "1-2-5",
    description: l10n.t(
      "Step per unit of gradient. Too large and the loss grows; then divide it by 10 or clip the gradient.",
    ),
    exclusiveMinimum: 0,
    maximum: 1_000_000,
    default: standard,
  });
const weightDecay = (
  standard: number,
  description = l10n.t("Added to the gradient: this times the weight. Pulls weights towards 0."),
) =>
  Type.Number({
    title: l10n.t("Weight decay"),
    step: "1-2-5",
    description,
    minimum: 0,
    maximum: 1_000_000,
    default: standard,
  });
const momentumFactor = (standard: number) =>
  Type.Number({
    title: l10n.t("Momentum"),
    step: "nines",
    description: l10n.t(
      "Share of the last step that goes on into the next. 0.9 is usual; the nearer to 1, the longer an old step goes on.",
    ),
    minimum: 0,
    exclusiveMaximum: 1,
    default: standard,
  });
const optimizerKind = <K extends string>(kind: K, description: string) =>
  Type.Literal(kind, { title: l10n.t("Optimizer"), description });
const rpropFactors = {
  etaPlus: Type.Number({
    title: l10n.t("Eta plus"),
    description: l10n.t(
      "Factor on a weight's step size while its gradient keeps its sign. 1.2 is the usual value; larger is bolder.",
    ),
    minimum: 1,
    maximum: 10,
    default: 1.2,
  }),
  etaMinus: Type.Number({
    title: l10n.t("Eta minus"),
    step: 0.05,
    description: l10n.t("Factor on a weight's step size when its gradient changes sign. 0.5 is the usual value."),
    exclusiveMinimum: 0,
    exclusiveMaximum: 1,
    default: 0.5,
  }),
  initialStep: Type.Number({
    title: l10n.t("Initial step"),
    step: "1-2-5",
    description: l10n.t(
      "Step size of every weight at the start. It adapts within some ten iterations, so it rarely needs a change.",
    ),
    exclusiveMinimum: 0,
    maximum: 1_000,
    default: 0.001,
  }),
};

const Rprop = Type.Object(
  {
    kind: optimizerKind(
      "rprop",
      l10n.t(
        "Resilient backpropagation: only the sign of the gradient counts, and each weight has a step size of its own.",
      ),
    ),
    ...rpropFactors,
  },
  {
    ...closed,
    title: "rprop",
    description: l10n.t(
      "Resilient backpropagation (Riedmiller and Braun, 1993). The size of the gradient does not matter to it, so it survives exploding gradients.",
    ),
  },
);

const RpropPytorch = Type.Object(
  {
    kind: optimizerKind(
      "rprop-pytorch",
      l10n.t("Resilient backpropagation as torch.optim.Rprop: with limits, and no move where the sign changed."),
    ),
    ...rpropFactors,
    minStep: Type.Number({
      title: l10n.t("Smallest step"),
      step: "1-2-5",
      description: l10n.t("Step sizes stay at least this. Rarely needs a change."),
      exclusiveMinimum: 0,
      maximum: 1_000,
      default: 0.000001,
    }),
    maxStep: Type.Number({
      title: l10n.t("Largest step"),
      step: "1-2-5",
      description: l10n.t("Step sizes stay at most this. Lower it when a weight runs away."),
      exclusiveMinimum: 0,
      maximum: 1_000_000,
      default: 50,
    }),
  },
  {
    ...closed,
    title: "rprop-pytorch",
    description: l10n.t("PyTorch's variant of rprop. Take it to compare with PyTorch; the tutorial's is `rprop`."),
  },
);

const Sgd = Type.Object(
  {
    kind: optimizerKind(
      "sgd",
      l10n.t("Gradient descent: every weight moves by minus the learning rate times its gradient."),
    ),
    learningRate: learningRate(0.001),
    weightDecay: weightDecay(0),
  },
  {
    ...closed,
    title: "sgd",
    description: l10n.t(
      "Plain gradient descent. The step grows with the gradient, so one exploding gradient throws the weights far away unless it is clipped.",
    ),
  },
);

const Momentum = Type.Object(
  {
    kind: optimizerKind("momentum", l10n.t("Gradient descent that keeps rolling.")),
    learningRate: learningRate(0.001),
    momentum: momentumFactor(0.9),
    weightDecay: weightDecay(0),
  },
  {
    ...closed,
    title: "momentum",
    description: l10n.t(
      "Gradient descent with momentum, as torch.optim.SGD. Quicker through long valleys than sgd; lower the learning rate by what momentum adds.",
    ),
  },
);

const Nesterov = Type.Object(
  {
    kind: optimizerKind("nesterov", l10n.t("Momentum that looks ahead.")),
    learningRate: learningRate(0.001),
    momentum: momentumFactor(0.9),
    weightDecay: weightDecay(0),
  },
  {
    ...closed,
    title: "nesterov",
    description: l10n.t(
      "Nesterov's accelerated gradient, as torch.optim.SGD with nesterov. Overshoots less than plain momentum.",
    ),
  },
);

const Rmsprop = Type.Object(
  {
    kind: optimizerKind("rmsprop", l10n.t("Every weight's step is scaled by the recent size of its gradient.")),
    learningRate: learningRate(0.01),
    alpha: Type.Number({
      title: l10n.t("Alpha"),
      step: "nines",
      description: l10n.t(
        "How much of the mean of squared gradients is kept at each step. 0.99 looks back over about 100 steps.",
      ),
      minimum: 0,
      exclusiveMaximum: 1,
      default: 0.99,
    }),
    epsilon: Type.Number({
      title: l10n.t("Epsilon"),
      step: "1-2-5",
      description: l10n.t(
        "Added to the divisor, against division by 0. Raise it when steps are wild where the gradient is nearly 0.",
      ),
      exclusiveMinimum: 0,
      maximum: 1,
      default: 1e-8,
    }),
    momentum: momentumFactor(0),
    weightDecay: weightDecay(0),
  },
  {
    ...closed,
    title: "rmsprop",
    description: l10n.t(
      "RMSprop (Hinton, 2012), as PyTorch's. Good where gradients differ much in size from weight to weight.",
    ),
  },
);

const adamFields = {
  learningRate: learningRate(0.001),
  beta1: Type.Number({
    title: l10n.t("Beta 1"),
    step: "nines",
    description: l10n.t(
      "How much of the mean of gradients is kept at each step. 0.9 looks back over about 10 steps; lower it when the loss swings.",
    ),
    minimum: 0,
    exclusiveMaximum: 1,
    default: 0.9,
  }),
  beta2: Type.Number({
    title: l10n.t("Beta 2"),
    step: "nines",
    description: l10n.t(
      "How much of the mean of squared gradients is kept at each step. 0.999 looks back over about 1,000 steps; 0.99 forgets an early explosion sooner.",
    ),
    minimum: 0,
    exclusiveMaximum: 1,
    default: 0.999,
  }),
  epsilon: Type.Number({
    title: l10n.t("Epsilon"),
    step: "1-2-5",
    description: l10n.t(
      "Added to the divisor, against division by 0. Raise it when steps are wild where the gradient is nearly 0.",
    ),
    exclusiveMinimum: 0,
    maximum: 1,
    default: 1e-8,
  }),
};

const Adam = Type.Object(
  {
    kind: optimizerKind("adam", l10n.t("Momentum and scaling of every weight's step together.")),
    ...adamFields,
    weightDecay: weightDecay(0),
  },
  {
    ...closed,
    title: "adam",
    description: l10n.t("Adam (Kingma and Ba, 2015), as PyTorch's. A good first choice for rnn, lstm and gru."),
  },
);

const Adamw = Type.Object(
  {
    kind: optimizerKind("adamw", l10n.t("Adam with weight decay of its own.")),
    ...adamFields,
    weightDecay: weightDecay(
      0.01,
      l10n.t("Share of each weight that is taken away per step, times the learning rate. 0.01 is usual; 0 is adam."),
    ),
  },
  {
    ...closed,
    title: "adamw",
    description: l10n.t(
      "AdamW (Loshchilov and Hutter, 2019), as PyTorch's. Take it in place of adam when you want weight decay.",
    ),
  },
);

export const Optimizer = Type.Union([Rprop, RpropPytorch, Sgd, Momentum, Nesterov, Rmsprop, Adam, Adamw], {
  title: l10n.t("Optimizer"),
  description: l10n.t(
    "How gradients become updates of the weights. Begin with adam; rprop does not care for the size of the gradient.",
  ),
  discriminator: { propertyName: "kind" },
  default: { kind: "rprop", etaPlus: 1.2, etaMinus: 0.5, initialStep: 0.001 },
});

const scheduleKind = <K extends string>(kind: K, description: string) =>
  Type.Literal(kind, { title: l10n.t("Schedule"), description });
const gamma = (standard: number) =>
  Type.Number({
    title: l10n.t("Gamma"),
    step: "nines",
    description: l10n.t("Factor on the learning rate. Below 1 it falls; 1 leaves it."),
    exclusiveMinimum: 0,
    maximum: 10,
    default: standard,
  });

export const Schedule = Type.Union(
  [
    Type.Object(
      { kind: scheduleKind("constant", l10n.t("The learning rate stays.")) },
      {
        ...closed,
        title: "constant",
        description: l10n.t("The learning rate stays. Enough while you look for a good one."),
      },
    ),
    Type.Object(
      {
        kind: scheduleKind("step", l10n.t("The learning rate falls in steps.")),
        stepSize: Type.Integer({
          title: l10n.t("Step size"),
          step: 100,
          description: l10n.t("Iterations from one step to the next. A third of the run is a good start."),
          minimum: 1,
          maximum: 10_000_000,
          default: 1_000,
        }),
        gamma: gamma(0.1),
      },
      {
        ...closed,
        title: "step",
        description: l10n.t(
          "Times `gamma` each `stepSize` iterations, as PyTorch's StepLR. Lets a loss that hops about settle.",
        ),
      },
    ),
    Type.Object(
      {
        kind: scheduleKind("exponential", l10n.t("The learning rate falls a little at every iteration.")),
        gamma: gamma(0.999),
      },
      {
        ...closed,
        title: "exponential",
        description: l10n.t(
          "Times `gamma` at every iteration, as PyTorch's ExponentialLR. 0.999 halves it in about 700 iterations.",
        ),
      },
    ),
    Type.Object(
      {
        kind: scheduleKind("cosine", l10n.t("Up in a line, then down along a half cosine wave.")),
        warmup: Type.Integer({
          title: l10n.t("Warm-up"),
          step: 10,
          description: l10n.t(
            "Iterations in which the learning rate rises from near 0 to its value. Some hundred keep adam from a wild start.",
          ),
          minimum: 0,
          maximum: 10_000_000,
          default: 0,
        }),
        minimum: Type.Number({
          title: l10n.t("Minimum"),
          step: "1-2-5",
          description: l10n.t("Learning rate at the end. 0 lets the loss settle fully."),
          minimum: 0,
          maximum: 1_000_000,
          default: 0,
        }),
      },
      {
        ...closed,
        title: "cosine",
        description: l10n.t(
          "Cosine annealing over the run (Loshchilov and Hutter, 2017) after a linear warm-up. A good choice when the number of iterations is settled.",
        ),
      },
    ),
  ],
  {
    title: l10n.t("Schedule"),
    description: l10n.t(
      "How the learning rate changes. Rprop has none, so it is not touched. Lower it towards the end when the loss hops about.",
    ),
    discriminator: { propertyName: "kind" },
    default: { kind: "constant" },
  },
);
