/** The optimizers of the experiment file, and how their learning rate changes. */
import * as l10n from "@vscode/l10n";
import * as Type from "typebox";
import { closed } from "./closed";

const learningRate = (standard: number) =>
  Type.Number({
    title: l10n.t("Learning rate"),
    step: "1-2-5",
    description: l10n.t("Step size per unit of gradient. If the loss grows, try a lower one or clip the gradient."),
    exclusiveMinimum: 0,
    maximum: 1_000_000,
    default: standard,
  });
const weightDecay = (
  standard: number,
  description = l10n.t("L2 penalty: this times the weight is added to the gradient. It pulls weights toward 0."),
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
      "Fraction of the previous step that is added to the next one. 0.9 is typical; the closer to 1, the longer old steps last.",
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
    description: l10n.t("Factor applied to a weight's step size while its gradient keeps its sign. 1.2 is typical."),
    minimum: 1,
    maximum: 10,
    default: 1.2,
  }),
  etaMinus: Type.Number({
    title: l10n.t("Eta minus"),
    step: 0.05,
    description: l10n.t("Factor applied to a weight's step size when its gradient changes sign. 0.5 is typical."),
    exclusiveMinimum: 0,
    exclusiveMaximum: 1,
    default: 0.5,
  }),
  initialStep: Type.Number({
    title: l10n.t("Initial step"),
    step: "1-2-5",
    description: l10n.t(
      "Initial step size of every weight, which adapts. The tutorial converges from any value from 1e-6 to 1.",
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
        "Resilient backpropagation: uses only the sign of the gradient, with a separate step size for each weight.",
      ),
    ),
    ...rpropFactors,
  },
  {
    ...closed,
    title: "rprop",
    description: l10n.t(
      "Resilient backpropagation (Riedmiller and Braun, 1993). It ignores the gradient's magnitude, so exploding gradients do not make it diverge; on long sequences it needs more iterations to converge.",
    ),
  },
);

const RpropPytorch = Type.Object(
  {
    kind: optimizerKind(
      "rprop-pytorch",
      l10n.t(
        "Resilient backpropagation as in torch.optim.Rprop: with step-size limits, and no update where the sign changed.",
      ),
    ),
    ...rpropFactors,
    minStep: Type.Number({
      title: l10n.t("Minimum step"),
      step: "1-2-5",
      description: l10n.t("Minimum step size. Steps do not shrink below it, however often the gradient changes sign."),
      exclusiveMinimum: 0,
      maximum: 1_000,
      default: 0.000001,
    }),
    maxStep: Type.Number({
      title: l10n.t("Maximum step"),
      step: "1-2-5",
      description: l10n.t("Maximum step size. Steps do not grow beyond it, however long the gradient keeps its sign."),
      exclusiveMinimum: 0,
      maximum: 1_000_000,
      default: 50,
    }),
  },
  {
    ...closed,
    title: "rprop-pytorch",
    description: l10n.t(
      "PyTorch's variant of rprop; the tutorial uses `rprop`. On long sequences it converges in fewer iterations.",
    ),
  },
);

const Sgd = Type.Object(
  {
    kind: optimizerKind("sgd", l10n.t("Gradient descent: subtracts the learning rate times the gradient.")),
    learningRate: learningRate(0.001),
    weightDecay: weightDecay(0),
  },
  {
    ...closed,
    title: "sgd",
    description: l10n.t(
      "Plain gradient descent. The step is proportional to the gradient, so a single exploding gradient ruins the weights unless it is clipped.",
    ),
  },
);

const Momentum = Type.Object(
  {
    kind: optimizerKind("momentum", l10n.t("SGD with momentum.")),
    learningRate: learningRate(0.001),
    momentum: momentumFactor(0.9),
    weightDecay: weightDecay(0),
  },
  {
    ...closed,
    title: "momentum",
    description: l10n.t(
      "Gradient descent with momentum, as in torch.optim.SGD. Faster than sgd along narrow valleys, where steps in the same direction add up.",
    ),
  },
);

const Nesterov = Type.Object(
  {
    kind: optimizerKind("nesterov", l10n.t("SGD with Nesterov momentum.")),
    learningRate: learningRate(0.001),
    momentum: momentumFactor(0.9),
    weightDecay: weightDecay(0),
  },
  {
    ...closed,
    title: "nesterov",
    description: l10n.t(
      "Nesterov's accelerated gradient, as in torch.optim.SGD with nesterov=True. The update looks one momentum step ahead.",
    ),
  },
);

const Rmsprop = Type.Object(
  {
    kind: optimizerKind("rmsprop", l10n.t("Divides each weight's step by the recent magnitude of its gradient.")),
    learningRate: learningRate(0.01),
    alpha: Type.Number({
      title: l10n.t("Alpha"),
      step: "nines",
      description: l10n.t("Decay rate of the running mean of squared gradients. 0.99 averages over about 100 steps."),
      minimum: 0,
      exclusiveMaximum: 1,
      default: 0.99,
    }),
    epsilon: Type.Number({
      title: l10n.t("Epsilon"),
      step: "1-2-5",
      description: l10n.t(
        "Added to the denominator to avoid division by zero. Raise it if steps are too large where the gradient is near 0.",
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
      "RMSprop (Hinton, 2012), as in PyTorch. Weights with small gradients take steps as large as the others.",
    ),
  },
);

const adamFields = {
  learningRate: learningRate(0.001),
  beta1: Type.Number({
    title: l10n.t("Beta 1"),
    step: "nines",
    description: l10n.t("Decay rate of the running mean of gradients. 0.9 averages over about 10 steps."),
    minimum: 0,
    exclusiveMaximum: 1,
    default: 0.9,
  }),
  beta2: Type.Number({
    title: l10n.t("Beta 2"),
    step: "nines",
    description: l10n.t(
      "Decay rate of the running mean of squared gradients. 0.999 averages over about 1,000 steps, 0.99 over 100.",
    ),
    minimum: 0,
    exclusiveMaximum: 1,
    default: 0.999,
  }),
  epsilon: Type.Number({
    title: l10n.t("Epsilon"),
    step: "1-2-5",
    description: l10n.t(
      "Added to the denominator to avoid division by zero. Raise it if steps are too large where the gradient is near 0.",
    ),
    exclusiveMinimum: 0,
    maximum: 1,
    default: 1e-8,
  }),
};

const Adam = Type.Object(
  {
    kind: optimizerKind("adam", l10n.t("Combines momentum with a step size for each weight.")),
    ...adamFields,
    weightDecay: weightDecay(0),
  },
  {
    ...closed,
    title: "adam",
    description: l10n.t("Adam (Kingma and Ba, 2015), as in PyTorch. A good first choice for rnn, lstm and gru."),
  },
);

const Adamw = Type.Object(
  {
    kind: optimizerKind("adamw", l10n.t("Adam with decoupled weight decay.")),
    ...adamFields,
    weightDecay: weightDecay(
      0.01,
      l10n.t(
        "Decoupled weight decay: each step shrinks the weights by this times the learning rate. 0.01 is typical; 0 is plain adam.",
      ),
    ),
  },
  {
    ...closed,
    title: "adamw",
    description: l10n.t(
      "AdamW (Loshchilov and Hutter, 2019), as in PyTorch. Use it instead of adam when you want weight decay.",
    ),
  },
);

export const Optimizer = Type.Union([Rprop, RpropPytorch, Sgd, Momentum, Nesterov, Rmsprop, Adam, Adamw], {
  title: l10n.t("Optimizer"),
  description: l10n.t("How gradients update the weights. Start with adam; rprop ignores gradient magnitude."),
  discriminator: { propertyName: "kind" },
  default: { kind: "rprop", etaPlus: 1.2, etaMinus: 0.5, initialStep: 0.001 },
});

const scheduleKind = <K extends string>(kind: K, description: string) =>
  Type.Literal(kind, { title: l10n.t("Schedule"), description });
const gamma = (standard: number) =>
  Type.Number({
    title: l10n.t("Gamma"),
    step: "nines",
    description: l10n.t("Factor applied to the learning rate. Below 1 the rate decays; 1 keeps it constant."),
    exclusiveMinimum: 0,
    maximum: 10,
    default: standard,
  });

const ReduceOnPlateau = Type.Object(
  {
    kind: scheduleKind("reduce-on-plateau", l10n.t("Reduces the learning rate when the loss stops improving.")),
    factor: Type.Number({
      title: l10n.t("Factor"),
      step: 0.05,
      description: l10n.t("The learning rate is multiplied by it at each reduction."),
      exclusiveMinimum: 0,
      exclusiveMaximum: 1,
      default: 0.1,
    }),
    patience: Type.Integer({
      title: l10n.t("Plateau patience"),
      step: "1-2-5",
      description: [
        l10n.t("Evaluations without an improvement that are tolerated; the next one reduces the rate."),
        l10n.t("It counts evaluations, or epochs without a validation set, not iterations."),
      ].join(" "),
      minimum: 0,
      maximum: 10_000_000,
      default: 10,
    }),
    threshold: Type.Number({
      title: l10n.t("Threshold"),
      step: "1-2-5",
      description: l10n.t("An improvement is a loss below the best one by this fraction of it."),
      minimum: 0,
      exclusiveMaximum: 1,
      default: 0.0001,
    }),
    cooldown: Type.Integer({
      title: l10n.t("Cooldown"),
      step: "1-2-5",
      description: l10n.t("Evaluations after a reduction that do not count against the patience."),
      minimum: 0,
      maximum: 10_000_000,
      default: 0,
    }),
    minimum: Type.Number({
      title: l10n.t("Minimum"),
      step: "1-2-5",
      description: l10n.t("The learning rate is not reduced below it."),
      minimum: 0,
      maximum: 1_000_000,
      default: 0,
    }),
  },
  {
    ...closed,
    title: "reduce-on-plateau",
    description: [
      l10n.t("Multiplies the learning rate by `factor` when the loss stops improving, as PyTorch's ReduceLROnPlateau."),
      l10n.t("It looks at each validation loss, or without a validation set at the mean training loss of each epoch."),
    ].join(" "),
  },
);

export const Schedule = Type.Union(
  [
    Type.Object(
      { kind: scheduleKind("constant", l10n.t("Constant learning rate.")) },
      {
        ...closed,
        title: "constant",
        description: l10n.t("Constant learning rate. Use it while you look for a good value."),
      },
    ),
    Type.Object(
      {
        kind: scheduleKind("step", l10n.t("Decays the learning rate in steps.")),
        stepSize: Type.Integer({
          title: l10n.t("Step size"),
          step: 100,
          description: l10n.t("Iterations between steps. With more than `iterations`, the learning rate is constant."),
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
          "Multiplies the learning rate by `gamma` every `stepSize` iterations, as PyTorch's StepLR. Helps an oscillating loss converge.",
        ),
      },
    ),
    Type.Object(
      {
        kind: scheduleKind("exponential", l10n.t("Decays the learning rate at every iteration.")),
        gamma: gamma(0.999),
      },
      {
        ...closed,
        title: "exponential",
        description: l10n.t(
          "Multiplies the learning rate by `gamma` at every iteration, as PyTorch's ExponentialLR. 0.999 halves it in about 700 iterations.",
        ),
      },
    ),
    Type.Object(
      {
        kind: scheduleKind("cosine", l10n.t("Linear warm-up, then cosine annealing.")),
        warmup: Type.Integer({
          title: l10n.t("Warm-up"),
          step: 10,
          description: l10n.t(
            "Iterations over which the learning rate rises from near 0 to its value. 0 means no warm-up.",
          ),
          minimum: 0,
          maximum: 10_000_000,
          default: 0,
        }),
        minimum: Type.Number({
          title: l10n.t("Minimum"),
          step: "1-2-5",
          description: l10n.t("Final learning rate. With 0, an oscillating loss settles."),
          minimum: 0,
          maximum: 1_000_000,
          default: 0,
        }),
      },
      {
        ...closed,
        title: "cosine",
        description: l10n.t(
          "Cosine annealing over the run (Loshchilov and Hutter, 2017) after a linear warm-up. It depends on the number of iterations.",
        ),
      },
    ),
    ReduceOnPlateau,
  ],
  {
    title: l10n.t("Schedule"),
    description: l10n.t(
      "How the learning rate changes during training. Rprop has no learning rate, so it is unaffected. Decay it toward the end if the loss oscillates.",
    ),
    discriminator: { propertyName: "kind" },
    default: { kind: "constant" },
  },
);
