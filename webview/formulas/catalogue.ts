/** What each view computes, by the id of its card: equations, a sentence, and where they come from. */
import * as l10n from "@vscode/l10n";
import { isMinimalCell, type CellKind } from "../../src/shared/trace/cells";
import { targetKindOf } from "../state/sequenceOutputs";
import type { TraceHeader } from "../../src/shared/trace/trace";
import { over, sub, sumOver, sup, type Notation } from "./mathml";

export interface Formula {
  readonly equations: readonly Notation[];
  readonly sentence: string;
  readonly source: string;
}

const DEEP_LEARNING = "Goodfellow, Bengio and Courville, Deep Learning, 2016";
const LEAKY = "Song, Yang and Wang, PLoS Computational Biology 12, 2016; Yang et al., Nature Neuroscience 22, 2019";
const MINIMAL = "Feng, Tung, Ahmed, Bengio and Hajimirsadeghi, Were RNNs all we needed?, 2024";
const PASCANU = "Pascanu, Mikolov and Bengio, On the difficulty of training recurrent neural networks, ICML 2013";

const norm = (inside: Notation): Notation => ["|", inside, "|"];

const t: Notation = "t";
const before: Notation = ["t", "−", "1"];
const L: Notation = "L";
const h = (index: Notation): Notation => sub("h", index);
const c = (index: Notation): Notation => sub("c", index);
const v = (index: Notation): Notation => sub("v", index);
/** What the leak of a ctrnn keeps, alpha being dt / tau. */
const KEPT: Notation = ["(", "1", "−", "α", ")"];
const LEAK_WORDS = [
  l10n.t("Each step back, the leak keeps 1 − α of the gradient, with α = dt / tau."),
  l10n.t("The omitted terms pass through the recurrent weights."),
].join(" ");
const W: Notation = sub("W", "hh");
const transposed: Notation = { both: ["W", "hh", "T"] };
const gradient = (of: Notation): Notation => over(["∂", L], ["∂", of]);
const squares: Notation = [
  L,
  "=",
  over("1", "n"),
  sumOver("i"),
  sup(["(", sub("y", "i"), "−", sub("target", "i"), ")"], "2"),
];

const LOSSES: Readonly<Record<ReturnType<typeof targetKindOf>, Formula>> = {
  values: {
    equations: [squares],
    sentence: [
      l10n.t("Mean squared error over all n outputs of the batch."),
      l10n.t('With the loss "mae", it is the mean absolute error.'),
      l10n.t('With "huber", each error is squared up to training.delta, and counts linearly beyond.'),
    ].join(" "),
    source: `${DEEP_LEARNING}, section 5.1.4`,
  },
  bits: {
    equations: [
      [
        L,
        "=",
        "−",
        over("1", "n"),
        sumOver("i"),
        "[",
        sub("b", "i"),
        "ln",
        "σ",
        "(",
        sub("y", "i"),
        ")",
        "+",
        "(",
        "1",
        "−",
        sub("b", "i"),
        ")",
        "ln",
        "(",
        "1",
        "−",
        "σ",
        "(",
        sub("y", "i"),
        ")",
        ")",
        "]",
      ],
    ],
    sentence: l10n.t(
      'Binary cross-entropy of each bit b, where σ(y) is the probability of a 1. With the loss "mse", the mean squared error of y − b is used instead.',
    ),
    source: `${DEEP_LEARNING}, section 6.2.2.2`,
  },
  classes: {
    equations: [
      [
        L,
        "=",
        "−",
        over("1", "n"),
        sumOver("i"),
        "ln",
        over(
          ["exp", "(", sub("y", ["i", ",", "right"]), ")"],
          [sumOver("k"), "exp", "(", sub("y", ["i", ",", "k"]), ")"],
        ),
      ],
    ],
    sentence: l10n.t("Cross-entropy of the target class, with the outputs y as logits. exp L is the perplexity."),
    source: `${DEEP_LEARNING}, section 6.2.2.3`,
  },
};

interface CellFormulas {
  readonly forward: readonly Notation[];
  /** dL/dh on its way back by one step. */
  readonly back: readonly Notation[];
  readonly words: string;
  readonly source: string;
}

/** Complex state of lru. */
const state = (index: Notation): Notation => sub("z", index);
/** √(1 − a²) */
const squareRootOf = (factor: Notation): Notation => ({ root: ["1", "−", sup(factor, "2")] });

const LSTM_WORDS = [
  l10n.t("Along the cell state, each step back multiplies the gradient by the forget gate only."),
  l10n.t("The omitted terms pass through the gates: through their recurrent weights and their peepholes p."),
  l10n.t("A model without peepholes has p = 0; without layer normalization, LN(c) is c; without a projection, h is m."),
].join(" ");
const LSTM_OPTIONS = [
  "Gers and Schmidhuber, 2000; Ba, Kiros and Hinton, 2016;",
  "Sak, Senior and Beaufays, Interspeech 2014",
].join(" ");
/** o sees c_t through its peephole, and the output the cell state through the normalization and the projection. */
const LSTM_OUTPUT: readonly Notation[] = [
  [sub("o", t), "=", "σ", "(", "…", "+", sub("p", "o"), "⊙", c(t), ")"],
  [sub("m", t), "=", sub("o", t), "⊙", "tanh", "(", "LN", "(", c(t), ")", ")"],
  [h(t), "=", sub("W", "hr"), sub("m", t)],
];
const LSTM_BACK: readonly Notation[] = [[gradient(c(before)), "=", sub("f", t), "⊙", gradient(c(t)), "+", "…"]];
const LSTM_CELL: Notation = [c(t), "=", sub("f", t), "⊙", c(before), "+", sub("i", t), "⊙", sub("g", t)];
const LSTM_GATES_WORDS = l10n.t(
  "Along the cell state, each step back multiplies the gradient by the forget gate only; the omitted terms pass through the gates and their recurrent weights.",
);

const CELLS: Readonly<Record<string, CellFormulas>> = {
  linear: {
    forward: [[h(t), "=", sub("w", "x"), sub("x", t), "+", sub("w", "h"), h(before)]],
    back: [[gradient(h(before)), "=", sub("w", "h"), "·", gradient(h(t)), "+", "…"]],
    words: l10n.t(
      "Each step back multiplies the gradient by the recurrent weight: the gradient explodes if its absolute value is above 1 and vanishes if it is below 1.",
    ),
    source: `${PASCANU}, section 2.1`,
  },
  rnn: {
    forward: [[h(t), "=", "f", "(", sub("W", "ih"), sub("x", t), "+", W, h(before), "+", "b", ")"]],
    back: [[gradient(h(before)), "=", transposed, "diag", "(", sub("f′", t), ")", gradient(h(t)), "+", "…"]],
    words: l10n.t(
      "Each step back multiplies the gradient by the recurrent matrix and by the slope f′ of the nonlinearity, which for tanh is 1 − h² and at most 1.",
    ),
    source: `${PASCANU}, section 2`,
  },
  lstm: {
    forward: [LSTM_CELL, [h(t), "=", sub("o", t), "⊙", "tanh", "(", c(t), ")"]],
    back: LSTM_BACK,
    words: LSTM_GATES_WORDS,
    source:
      "Hochreiter and Schmidhuber, Neural Computation 9, 1997; Gers, Schmidhuber and Cummins, Neural Computation 12, 2000",
  },
  "lstm-variant": {
    forward: [[sub("f", t), "=", "σ", "(", "…", "+", sub("p", "f"), "⊙", c(before), ")"], LSTM_CELL, ...LSTM_OUTPUT],
    back: LSTM_BACK,
    words: LSTM_WORDS,
    source: LSTM_OPTIONS,
  },
  "lstm-coupled": {
    forward: [
      [sub("f", t), "=", "σ", "(", "…", "+", sub("p", "f"), "⊙", c(before), ")"],
      [c(t), "=", sub("f", t), "⊙", c(before), "+", "(", "1", "−", sub("f", t), ")", "⊙", sub("g", t)],
      ...LSTM_OUTPUT,
    ],
    back: LSTM_BACK,
    words: LSTM_WORDS,
    source: `Greff et al., LSTM: a search space odyssey, IEEE TNNLS 28, 2017; ${LSTM_OPTIONS}`,
  },
  gru: {
    forward: [[h(t), "=", "(", "1", "−", sub("z", t), ")", "⊙", sub("n", t), "+", sub("z", t), "⊙", h(before)]],
    back: [[gradient(h(before)), "=", sub("z", t), "⊙", gradient(h(t)), "+", "…"]],
    words: l10n.t(
      "Where the update gate z is near 1, the state and its gradient pass through unchanged; the omitted terms pass through the gates.",
    ),
    source: "Cho et al., Learning phrase representations using RNN encoder–decoder, EMNLP 2014, as PyTorch's nn.GRU",
  },
  ctrnn: {
    forward: [
      ["rate: ", h(t), "=", KEPT, h(before), "+", "α", "f", "(", sub("p", t), ")"],
      ["leak-inside: ", h(t), "=", "f", "(", KEPT, h(before), "+", "α", sub("p", t), ")"],
    ],
    back: [
      ["rate: ", gradient(h(before)), "=", KEPT, gradient(h(t)), "+", "…"],
      ["leak-inside: ", gradient(h(before)), "=", KEPT, sub("f′", t), "⊙", gradient(h(t)), "+", "…"],
    ],
    words: LEAK_WORDS,
    source: LEAKY,
  },
  "ctrnn-current": {
    forward: [
      [v(t), "=", KEPT, v(before), "+", "α", sub("p", t)],
      [h(t), "=", "f", "(", v(t), ")"],
    ],
    back: [[gradient(v(before)), "=", KEPT, gradient(v(t)), "+", "…"]],
    words: LEAK_WORDS,
    source: LEAKY,
  },
  mingru: {
    forward: [
      [sub("z", t), "=", "σ", "(", sub("W", "z"), sub("x", t), "+", sub("b", "z"), ")"],
      [h(t), "=", "(", "1", "−", sub("z", t), ")", "⊙", h(before), "+", sub("z", t), "⊙", sub("n", t)],
    ],
    back: [[gradient(h(before)), "=", "(", "1", "−", sub("z", t), ")", "⊙", gradient(h(t)), "+", "…"]],
    words: l10n.t(
      "Each step back multiplies the gradient of a unit by 1 − z and by nothing else; the gate sees the input alone.",
    ),
    source: MINIMAL,
  },
  minlstm: {
    forward: [
      [sub("f", t), "+", sub("i", t), "=", "1"],
      [h(t), "=", sub("f", t), "⊙", h(before), "+", sub("i", t), "⊙", sub("g", t)],
    ],
    back: [[gradient(h(before)), "=", sub("f", t), "⊙", gradient(h(t)), "+", "…"]],
    words: l10n.t(
      "Each step back multiplies the gradient of a unit by f and by nothing else; the gates see the input alone.",
    ),
    source: MINIMAL,
  },
  lru: {
    forward: [
      ["λ", "=", "exp", "(", "−", "exp", "(", "ν", ")", "+", "i", "exp", "(", "θ", ")", ")"],
      [state(t), "=", "λ", "⊙", state(before), "+", "γ", "⊙", "B", sub("u", t)],
      [h(t), "=", "Re", "(", "C", state(t), ")", "+", "D", "⊙", sub("u", t)],
    ],
    back: [[gradient(state(before)), "=", "λ̄", "⊙", gradient(state(t)), "+", "…"]],
    words: [
      l10n.t("Each unit is a complex number z, from which h is read; the gradient shown is that of z, by its modulus."),
      l10n.t("Each step back multiplies it by the conjugate of λ: in size by exactly |λ|, which is below 1."),
    ].join(" "),
    source:
      "Orvieto et al., Resurrecting recurrent neural networks for long sequences, ICML 2023, as in lrnnx 1.0.0.post1",
  },
  rglru: {
    forward: [
      [sub("a", t), "=", "exp", "(", "−", "8", sub("r", t), "⊙", "softplus", "(", "Λ", ")", ")"],
      [h(t), "=", sub("a", t), "⊙", h(before), "+", squareRootOf(sub("a", t)), "⊙", sub("i", t), "⊙", sub("u", t)],
    ],
    back: [[gradient(h(before)), "=", sub("a", t), "⊙", gradient(h(t)), "+", "…"]],
    words: [
      l10n.t("Each step back multiplies the gradient of a unit by its factor a."),
      l10n.t("The recurrence gate r sets it from the input alone: there are no recurrent weights."),
    ].join(" "),
    source:
      "De et al., Griffin: mixing gated linear recurrences with local attention, 2024, as in recurrentgemma 1.0.1",
  },
  slstm: {
    forward: [
      [c(t), "=", sub("f′", t), "⊙", c(before), "+", sub("i′", t), "⊙", sub("g", t)],
      [sub("n", t), "=", sub("f′", t), "⊙", sub("n", before), "+", sub("i′", t)],
      [sub("μ", t), "=", c(t), "/", sub("n", t)],
      [h(t), "=", sub("o", t), "⊙", sub("μ", t)],
    ],
    back: [[gradient(sub("μ", before)), "=", sub("f", t), "⊙", gradient(sub("μ", t)), "+", "…"]],
    words: [
      l10n.t("μ = c / n is a mean of the candidates g, and f is the share of it that a step keeps."),
      l10n.t("Along μ, each step back multiplies the gradient by f only, which is at most 1."),
    ].join(" "),
    source: "Beck et al., xLSTM: extended long short-term memory, 2024, as in xlstm 2.0.6",
  },
};

/** PyTorch's nn.LSTM with proj_size: without the peepholes and the normalization of the other variants. */
const PROJECTED_LSTM: CellFormulas = {
  forward: [LSTM_CELL, [h(t), "=", sub("W", "hr"), "(", sub("o", t), "⊙", "tanh", "(", c(t), ")", ")"]],
  back: LSTM_BACK,
  words: LSTM_GATES_WORDS,
  source: "Sak, Senior and Beaufays, Interspeech 2014, as PyTorch's nn.LSTM with proj_size",
};

function cellFormulas({ cell, parameters }: TraceHeader): CellFormulas | undefined {
  const has = (name: RegExp): boolean => parameters.some((parameter) => name.test(parameter.name));
  return cell === "lstm-variant" && has(/^weight_hr_/) && !has(/^weight_(peephole|ln)_/) ? PROJECTED_LSTM : CELLS[cell];
}

const MEMORY: Formula = {
  equations: [
    [
      "m",
      "=",
      "min",
      "{",
      "k",
      " : ",
      over(norm(over(["∂", h("T")], ["∂", h(["T", "−", "k"])])), { root: "H" }),
      "<",
      sup("10", ["−", "3"]),
      "}",
    ],
  ],
  sentence: l10n.t(
    "The memory of a cell: the number of steps back after which the last state hardly depends on the state there. The norm is that of Frobenius; divided by the root of the number of units H, it is 1 for no step back.",
  ),
  source: l10n.t("{0}, equation 5, for the Jacobian; the norm and the threshold of 0.001 are our choice", PASCANU),
};

const mean = (of: Notation): Notation => ["E", "[", of, "]"];
const predicted = (index: Notation): Notation => sub("p", index);
/** State of an lstm. */
const both = (index: Notation): Notation => ["(", h(index), ",", c(index), ")"];

/** The state of slstm without its arbitrary scale. */
const scaleFree = (index: Notation): Notation => [
  "(",
  h(index),
  ",",
  sub("μ", index),
  ",",
  "ln",
  "(",
  "1",
  "+",
  sub("n", index),
  sup("e", sub("m", index)),
  ")",
  ")",
];

/** The Jacobian of one step. */
const JACOBIANS: Readonly<Record<string, Notation>> = {
  rnn: ["diag", "(", sub("f′", t), ")", W],
  lstm: over(["∂", both(t)], ["∂", both(before)]),
  "lstm-variant": over(["∂", both(t)], ["∂", both(before)]),
  "lstm-coupled": over(["∂", both(t)], ["∂", both(before)]),
  gru: over(["∂", h(t)], ["∂", h(before)]),
  ctrnn: over(["∂", h(t)], ["∂", h(before)]),
  "ctrnn-current": over(["∂", v(t)], ["∂", v(before)]),
  mingru: ["diag", "(", "1", "−", sub("z", t), ")"],
  minlstm: ["diag", "(", sub("f", t), ")"],
  lru: over(["∂", state(t)], ["∂", state(before)]),
  rglru: ["diag", "(", sub("a", t), ")"],
  slstm: over(["∂", scaleFree(t)], ["∂", scaleFree(before)]),
};

/** The predicted line and the predicted factor per step back, ρ. */
function predictionEquations({ cell, hiddenSize }: TraceHeader): Notation[] {
  const jacobian = JACOBIANS[cell];
  if (jacobian === undefined)
    return hiddenSize === 1
      ? [[predicted(before), "=", sub("w", "h"), "·", predicted(t)]]
      : [
          [predicted(before), "=", transposed, predicted(t)],
          ["factor", "=", "ρ", "(", W, ")"],
        ];
  return [
    [sub("J", t), "=", jacobian],
    [predicted(before), "=", sup(mean(sub("J", t)), "T"), predicted(t)],
    ["factor", "=", "ρ", "(", mean("J"), ")"],
  ];
}

function predictionFormula(header: TraceHeader): Formula | null {
  const known = cellFormulas(header);
  if (known === undefined) return null;
  const equations = [...known.back, ...predictionEquations(header)];
  if (header.cell === "linear")
    return {
      equations,
      sentence: [
        known.words,
        header.hiddenSize === 1
          ? l10n.t("The prediction p is the same without what flows in on the way.")
          : l10n.t(
              "The prediction p is the same without what flows in on the way; ρ is the spectral radius, the largest modulus of the eigenvalues.",
            ),
      ].join(" "),
      source: known.source,
    };
  return {
    equations,
    sentence: [
      known.words,
      l10n.t(
        "The prediction p replaces the Jacobian J of each step by its mean E over training sequences, in which each has the weight of the gradient that it still carries; ρ is the spectral radius of the plain mean over sequences and steps.",
      ),
    ].join(" "),
    source: l10n.t(
      "{0}. The prediction is our estimate: Pascanu, Mikolov and Bengio (2013) bound the product of the Jacobians by their largest singular values, and give no estimate.",
      known.source,
    ),
  };
}

function spectrumFormula({ cell }: TraceHeader): Formula {
  const radius: Notation = ["ρ", "=", { under: ["max", "i"] }, norm(sub("λ", "i"))];
  if (cell === "linear")
    return {
      equations: [[W, "v", "=", "λ", "v"], radius],
      sentence: l10n.t(
        "Along an eigenvector, each step back multiplies the gradient by λ: it vanishes inside the unit circle and explodes outside; the angle is its rotation per step.",
      ),
      source: `${PASCANU}, section 2.1`,
    };
  if (cell === "rnn")
    return {
      equations: [[W, "v", "=", "λ", "v"], radius],
      sentence: l10n.t(
        "The eigenvalues of weight_hh alone. Each step back also multiplies the gradient by the slopes f′ of the units, so that the unit circle does not separate vanishing from exploding.",
      ),
      source: l10n.t(
        "{0}, section 2.1: with slopes of at most γ, a largest singular value below 1/γ is sufficient for vanishing, and one above it necessary for exploding",
        PASCANU,
      ),
    };
  if (cell === "lru")
    return {
      equations: [["λ", "=", "exp", "(", "−", "exp", "(", "ν", ")", "+", "i", "exp", "(", "θ", ")", ")"]],
      sentence: [
        l10n.t(
          "The layer has no recurrent weights: the eigenvalues are the factors λ of its units and their conjugates.",
        ),
        l10n.t("Each step back multiplies the gradient of a unit by |λ|; the angle is its rotation per step."),
      ].join(" "),
      source: CELLS["lru"]!.source,
    };
  return {
    equations: [[mean("J"), "v", "=", "λ", "v"], [sub("J", t), "=", JACOBIANS[cell] ?? ""], radius],
    sentence: [
      l10n.t(
        "E is the mean over training sequences and steps. Along an eigenvector, the mean Jacobian multiplies the gradient by λ with each step back; single sequences and steps differ from it.",
      ),
      ...(isMinimalCell(cell as CellKind)
        ? [l10n.t("The cell has no recurrent weights: λ is what a unit keeps of its state on average.")]
        : []),
    ].join(" "),
    source: l10n.t("Our estimate: the eigenvalues give the growth of the powers of a matrix (Gelfand, 1941)"),
  };
}

type Create = (header: TraceHeader) => Formula | null;

function gradientFormula(header: TraceHeader): Formula | null {
  const known = cellFormulas(header);
  return known === undefined ? null : { equations: known.back, sentence: known.words, source: known.source };
}

function normFormula({ clip }: TraceHeader): Formula {
  const whole: Notation = [norm("g"), "=", { root: [sumOver("i"), { both: ["g", "i", "2"] }] }];
  if (clip === null)
    return {
      equations: [whole],
      sentence: l10n.t("The L2 norm of the gradient of all parameters. This run does not clip it."),
      source: PASCANU,
    };
  const clipped = sub("g", "clipped");
  return "norm" in clip
    ? {
        equations: [whole, [clipped, "=", "min", "(", "1", ",", over(String(clip.norm), norm("g")), ")", "g"]],
        sentence: l10n.t(
          "A gradient whose norm exceeds the limit is rescaled to the limit. Its direction is preserved.",
        ),
        source: `${PASCANU}, section 3.2`,
      }
    : {
        equations: [
          [
            sub(clipped, "i"),
            "=",
            "max",
            "(",
            "−",
            String(clip.value),
            ",",
            "min",
            "(",
            String(clip.value),
            ",",
            sub("g", "i"),
            ")",
            ")",
          ],
          ["cos", "=", over(["g", "·", clipped], [norm("g"), norm(clipped)])],
        ],
        sentence: l10n.t(
          "Each element is clamped to the limit, which changes the direction of the gradient. The cosine similarity shows by how much: 1 means that the direction is preserved.",
        ),
        source: "Mikolov, Statistical language models based on neural networks, thesis, Brno 2012",
      };
}

const FORMULAS: Readonly<Record<string, Create>> = {
  loss: (header) => LOSSES[targetKindOf(header)],
  accuracy: () => ({
    equations: [["accuracy", "=", over("correct outputs", "all outputs")]],
    sentence: l10n.t(
      "A bit or a class is correct if it is the most probable one; a number is correct if it is within the tolerance of its target.",
    ),
    source: l10n.t("Computed on the validation set, or on the batch if there is none."),
  }),
  heat: gradientFormula,
  gradient: predictionFormula,
  attribution: () => ({
    equations: [[gradient(h("j")), "=", sumOver(["k", "≥", "j"]), over(["∂", sub(L, "k")], ["∂", h("j")])]],
    sentence: l10n.t(
      "With a loss at every step, the gradient at a state is the sum of the contributions of all later losses.",
    ),
    source: `${PASCANU}, section 1.1`,
  }),
  norm: normFormula,
  states: (header) => {
    const known = cellFormulas(header);
    return known === undefined
      ? null
      : {
          equations: known.forward,
          sentence: isMinimalCell(header.cell as CellKind)
            ? l10n.t("The computation of the cell at each step. The candidate is u, or g(u) in the variant log-space.")
            : l10n.t("The computation of the cell at each step, with PyTorch's names."),
          source: known.source,
        };
  },
  predictions: () => ({
    equations: [[sub("y", t), "=", sub("W", "out"), h(t), "+", sub("b", "out")]],
    sentence: l10n.t("The linear readout of the last layer's state. A model without a readout outputs its state."),
    source: `${DEEP_LEARNING}, section 10.2`,
  }),
  lengths: () => ({
    equations: [
      [L, "(", "T", ")", "=", over("1", "n"), sumOver("i"), L, "(", sub("s", "i"), ")"],
      [norm(sub("s", "i")), "=", "T"],
    ],
    sentence: l10n.t(
      "The loss of the trained weights over n unseen sequences s of each length T. It shows whether what the model learned holds at other lengths.",
    ),
    source: "Graves, Wayne and Danihelka, Neural Turing machines, 2014, section 4",
  }),
  surface: () => ({
    equations: [
      [L, "(", sub("w", "1"), ",", sub("w", "2"), ")"],
      [sub("w", ["k", "+", "1"]), "=", sub("w", "k"), "−", "η", "∇", L],
    ],
    sentence: l10n.t("The loss at each pair of the two weights, and the path of the updates across it."),
    source: `${PASCANU}, figure 6`,
  }),
  weights: () => ({
    equations: [[sub("W", ["i", ",", "j"])]],
    sentence: l10n.t(
      "Row i holds the weights into unit i, column j the weights from input or unit j. The gates of a cell are stacked in PyTorch's order.",
    ),
    source: "PyTorch, torch.nn",
  }),
  tensors: () => ({
    equations: [
      [norm("W"), "=", { root: [sumOver(["i", ",", "j"]), { both: ["W", ["i", ",", "j"], "2"] }] }],
      ["ratio", "=", over(norm("ΔW"), norm("W"))],
    ],
    sentence: l10n.t("The norm of each tensor, and the relative size of an update. A ratio of about 1e-3 is typical."),
    source: "Karpathy, CS231n notes, Neural networks part 3",
  }),
  spectrum: spectrumFormula,
  "fixed-points": () => ({
    equations: [
      ["q", "(", "h", ")", "=", over("1", "2"), sup(norm(["F", "(", "h", ")", "−", "h"]), "2")],
      ["J", "v", "=", "λ", "v", ",", "J", "=", over(["∂", "F"], ["∂", "h"])],
    ],
    sentence: [
      l10n.t("F(h) is the state one step after h, without input."),
      l10n.t("At a fixed point q is 0; at a slow point it has a minimum near 0."),
      l10n.t("Small changes along an eigenvector v of J grow if |λ| is above 1."),
    ].join(" "),
    source: "Sussillo and Barak, Opening the black box, Neural Computation 25, 2013",
  }),
  jacobians: () => ({
    equations: [
      [
        sub("J", t),
        "=",
        over(["∂", h(t)], ["∂", h(before)]),
        ",",
        over(["∂", h("T")], ["∂", h("0")]),
        "=",
        sub("J", "T"),
        "⋯",
        sub("J", "1"),
      ],
      [sub("J", t), sub("v", "i"), "=", sub("σ", "i"), sub("u", "i")],
    ],
    sentence: [
      l10n.t("In a step, a small change of the state along v grows by the factor σ, as does the gradient along u."),
      l10n.t("The singular values of the product say what is left of it over all steps."),
    ].join(" "),
    source: PASCANU,
  }),
  lyapunov: () => ({
    equations: [
      [sub("Q", t), sub("R", t), "=", sub("J", t), sub("Q", before)],
      [sub("λ", "i"), "=", over("1", "n"), sumOver("t"), "ln", "|", { sub: ["R", [t, ",", "i", "i"]] }, "|"],
    ],
    sentence: [
      l10n.t("The mean growth of small changes of the state per step, along the path under a constant input."),
      l10n.t("The largest exponent is positive in chaos, and negative where the state settles."),
    ].join(" "),
    source: "Benettin, Galgani, Giorgilli and Strelcyn, Meccanica 15, 1980",
  }),
  memory: () => ({
    equations: [
      [
        norm(over(["∂", sub("y", "T")], ["∂", sub("x", t)])),
        "=",
        {
          root: [
            sumOver(["i", ",", "j"]),
            sup(["(", over(["∂", sub("y", ["T", ",", "i"])], ["∂", sub("x", [t, ",", "j"])]), ")"], "2"),
          ],
        },
      ],
      [
        { both: ["R", "k", "2"] },
        "=",
        "1",
        "−",
        over(
          [sumOver("t"), sup(norm([sub("x", [t, "−", "k"]), "−", "A", h(t), "−", "b"]), "2")],
          [sumOver("t"), sup(norm([sub("x", [t, "−", "k"]), "−", "m"]), "2")],
        ),
      ],
    ],
    sentence: [
      l10n.t("How strongly the last output y depends on the input x of each step."),
      l10n.t("R² says how well a linear map A of the state predicts the input k steps back, whose mean is m."),
    ].join(" "),
    source: "Jaeger, Short term memory in echo state networks, GMD Report 152, 2001",
  }),
  psychometric: () => ({
    equations: [
      ["P", "(", "1", ")", "=", over("1", ["1", "+", "exp", "(", "−", "(", "c", "−", "b", ")", "/", "s", ")"])],
      [sub("c", "75%"), "=", "b", "+", "s", "·", "ln", "(", "3", ")"],
    ],
    sentence: [
      l10n.t("The probability of choice 1 with evidence c: both choices are equally likely at the bias b."),
      l10n.t("The threshold s ln 3 is how far from there choice 1 has a probability of 75%."),
      l10n.t("c is a coherence in percent, or a difference of strengths, or the logarithm of their ratio."),
      l10n.t("The intervals of the shares are Wilson's, of 95%."),
    ].join(" "),
    source: "Britten, Shadlen, Newsome and Movshon, Journal of Neuroscience 12, 1992; Wilson, JASA 22, 1927",
  }),
  sharpness: () => ({
    equations: [
      ["H", "v", "=", "λ", "v", ",", "H", "=", over([sup("∂", "2"), L], ["∂", sup("w", "2")])],
      [
        sub("λ", "max"),
        ">",
        over("2", "η"),
        ",",
        over(["2", "+", "2", "m"], "η"),
        ",",
        over(["2", "+", "2", "m"], ["(", "1", "+", "2", "m", ")", "η"]),
      ],
      [sub("B", "noise"), "=", over(["tr", "(", "Σ", ")"], sup(norm("G"), "2"))],
    ],
    sentence: [
      l10n.t("The sharpness is the largest eigenvalue of the Hessian H of the training loss."),
      l10n.t("On a quadratic, updates grow above the threshold: of sgd, of momentum m, and of Nesterov's momentum."),
      l10n.t("Σ is the covariance of the gradient of one sequence, G its mean."),
    ].join(" "),
    source: [
      "Cohen et al., Gradient descent on neural networks typically occurs at the edge of stability, ICLR 2021",
      "McCandlish et al., An empirical model of large-batch training, 2018",
    ].join("; "),
  }),
  race: () => MEMORY,
  "rate-test": () => ({
    equations: [
      [
        sub("η", "k"),
        "=",
        sub("η", "min"),
        sup(["(", over(sub("η", "max"), sub("η", "min")), ")"], over("k", ["n", "−", "1"])),
      ],
      [
        sub("s", "k"),
        "=",
        over(
          [{ under: ["∑", ["i", "≤", "k"]] }, sup("0.9", ["k", "−", "i"]), sub(L, "i")],
          [{ under: ["∑", ["i", "≤", "k"]] }, sup("0.9", ["k", "−", "i"])],
        ),
      ],
    ],
    sentence: l10n.t("The learning rate η grows by one factor at each of n updates; s is the smoothed loss."),
    source: "Smith, Cyclical learning rates for training neural networks, WACV 2017, section 3.3",
  }),
  rate: () => ({
    equations: [[sub("w", ["k", "+", "1"]), "=", sub("w", "k"), "−", sub("η", "k"), sub("u", "k")]],
    sentence: l10n.t(
      "The learning rate η scales the update u of the optimizer. A schedule changes it from iteration to iteration.",
    ),
    source: `${DEEP_LEARNING}, section 8.3`,
  }),
};

/** The ids of the cards that have one. */
export const FORMULA_CARDS: readonly string[] = Object.keys(FORMULAS);

export function formulaOf(card: string, header: TraceHeader): Formula | null {
  return Object.hasOwn(FORMULAS, card) ? (FORMULAS[card]?.(header) ?? null) : null;
}
