/** What each chart of a sweep computes, by the id of its card. */
import * as l10n from "@vscode/l10n";
import type { Formula } from "./catalogue";
import { over, sub, sumOver, sup, type Notation } from "./mathml";

const v = (index: Notation): Notation => sub("v", index);
const d = (index: Notation): Notation => sub("d", index);
const meanOf = (bar: Notation, of: Notation): Notation => [bar, "=", over("1", "n"), sumOver("s"), of];

const MEDIAN: Formula = {
  equations: [["m", "=", "median", "(", v("1"), ",", "…", ",", v("n"), ")"]],
  sentence: [
    l10n.t("The median over the n runs at a place; a run that diverged counts as the worst."),
    l10n.t("Of a goal, it is the fraction p of runs that reached it."),
  ].join(" "),
  source: "Wilson, Journal of the American Statistical Association 22, 1927 (95% CI)",
};

const FORMULAS: Readonly<Record<string, Formula>> = {
  parallel: {
    equations: [["u", "=", over(["x", "−", sub("x", "min")], [sub("x", "max"), "−", sub("x", "min")])]],
    sentence: [
      l10n.t("Each line is a run, and crosses each axis at the value of its parameter."),
      l10n.t("On a log axis, x is the logarithm of the value."),
    ].join(" "),
    source: "Inselberg, The Visual Computer 1, 1985",
  },
  best: {
    equations: [[sub("b", "n"), "=", { under: ["min", ["i", "≤", "n"]] }, v("i")]],
    sentence: l10n.t("The best of the first n runs that ended; of a metric where large is good, the maximum."),
    source: "Optuna, plot_optimization_history",
  },
  importance: {
    equations: [
      [
        sub("D", "i"),
        "=",
        sumOver("x"),
        over(sup(["(", sub("p", "best"), "(", "x", ")", "−", "p", "(", "x", ")", ")"], "2"), ["p", "(", "x", ")"]),
      ],
    ],
    sentence: [
      l10n.t("How much the values of a parameter among the best tenth of the runs differ from those of all runs:"),
      l10n.t("Pearson's divergence of the two densities, and its share of the sum over all parameters."),
    ].join(" "),
    source: "Watanabe, Bansal and Hutter, PED-ANOVA, IJCAI 2023; as in Optuna 5.0",
  },
  map: MEDIAN,
  parameter: MEDIAN,
  distribution: {
    equations: [["k", "=", "⌈", "2", { root: "n" }, "⌉"]],
    sentence: l10n.t("How many of the n runs end in each of k equal parts of the axis, 6 to 40 of them."),
    source: l10n.t("Our choice of the number of bars"),
  },
  contour: {
    equations: [
      ["f", "(", "q", ")", "=", over([sumOver("i"), sub("K", "i"), v("i")], [sumOver("i"), sub("K", "i")])],
      [
        sub("K", "i"),
        "=",
        sup("e", ["−", over([sup(["|", "q", "−", sub("q", "i"), "|"], "2")], ["2", sup("w", "2")])]),
      ],
    ],
    sentence: [
      l10n.t("The mean of the runs around q, those near it with more weight, over all values of the other parameters."),
      l10n.t("The width w is 0.29 n^(−1/6) of an axis for n runs, from 0.04 to 0.15."),
      l10n.t("If the color scale is logarithmic, it is the mean of the logarithms."),
      l10n.t("Where the sum of all K is under 1/3, no run is near, and nothing is drawn."),
      l10n.t("Runs that diverged are marked and not averaged. The surface has 64 by 64 cells."),
    ].join(" "),
    source: "Nadaraya, Theory of Probability & Its Applications 9, 1964; Scott, Multivariate Density Estimation, 1992",
  },
  reach: {
    equations: [
      [
        "r",
        "=",
        over(
          [sumOver("b"), "|", over(["∂", sub("L", "b")], ["∂", sub("h", "b,1")]), "|"],
          [sumOver("b"), "|", over(["∂", sub("L", "b")], ["∂", sub("h", "b,T")]), "|"],
        ),
      ],
    ],
    sentence: [
      l10n.t("How much of the gradient at the last step T is left at step 1, when a run ends:"),
      l10n.t("over the sequences b of its last batch, in the top layer, without dropout and noise."),
      l10n.t("L is the loss at the last step that counts, also where there is a loss at every step."),
      l10n.t("A cross is 0: truncation cuts the gradient off, or it is too small for the numbers of the engine."),
    ].join(" "),
    source: "Hochreiter and Schmidhuber, Neural Computation 9, 1997; Pascanu, Mikolov and Bengio, ICML 2013",
  },
  seeds: {
    equations: [
      meanOf("m", v("s")),
      [meanOf("d", d("s")), ",", d("s"), "=", v("s"), "−", sub("v", "best,s")],
      [sup("σ", "2"), "=", over("1", ["n", "−", "1"]), sumOver("s"), sup(["(", d("s"), "−", "d", ")"], "2")],
    ],
    sentence: [
      l10n.t("The mean over the n seeds s of a combination of values, with the band from the lowest to the highest."),
      l10n.t("As a difference, each run is compared with the run of the best combination that has the same seed:"),
      l10n.t("what a seed does to both is gone, and the band is the mean plus and minus σ."),
    ].join(" "),
    source: "Bouthillier et al., Accounting for Variance in Machine Learning Benchmarks, MLSys 2021",
  },
};

/** The charts of single parameters are alike. Null for a card that has none. */
export function sweepFormula(card: string): Formula | null {
  const id = card.replace(/-\d+$/, "");
  return Object.hasOwn(FORMULAS, id) ? FORMULAS[id]! : null;
}
