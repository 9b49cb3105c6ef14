import { describe, expect, it, test } from "vitest";
import { GATES } from "../../../src/shared/trace/cells";
import { FORMULA_CARDS, formulaOf } from "../../../webview/formulas/catalogue";
import { sweepFormula } from "../../../webview/formulas/sweepCatalogue";
import { toText } from "../../../webview/formulas/mathml";
import { headerOf } from "./support";

const header = headerOf("run 1");

describe("the formula of a view", () => {
  it("has an equation, a sentence and a source, for each cell", () => {
    for (const cell of Object.keys(GATES)) {
      for (const card of FORMULA_CARDS) {
        const formula = formulaOf(card, { ...header, cell });
        expect(formula, `${card} of ${cell}`).not.toBeNull();
        for (const equation of formula?.equations ?? []) expect(toText(equation).length).toBeGreaterThan(3);
        expect(formula?.sentence).toMatch(/\.$/);
        expect(formula?.source.length).toBeGreaterThan(5);
      }
    }
    expect(formulaOf("constructor", header)).toBeNull();
  });

  it("is that of the cell, of the kind of targets and of the clip in force", () => {
    const text = (card: string, change: Partial<typeof header>): string =>
      (formulaOf(card, { ...header, ...change })?.equations ?? []).map(toText).join("; ");
    expect(text("heat", { cell: "linear" })).toBe("(∂L)/(∂h_(t − 1)) = w_h · (∂L)/(∂h_t) + …");
    expect(text("gradient", { cell: "lstm" })).toContain("f_t⊙");
    expect(text("loss", {})).toBe("L = 1/n∑_i (y_i − target_i)^2");
    expect(
      text("loss", { data: { inputKind: "values", targetKind: "classes", vocabulary: null, batchesPerEpoch: 1 } }),
    ).toContain("ln");
    expect(text("norm", { clip: { norm: 5 } })).toContain("min(1,5/(|g|))g");
    expect(text("norm", { clip: { value: 2 } })).toContain("cos = ");
  });

  it("of the predicted gradient has the mean Jacobian of the cell, and cites no equation for it", () => {
    const formula = (card: string, cell: string, hiddenSize = 8) => formulaOf(card, { ...header, cell, hiddenSize });
    const text = (...of: Parameters<typeof formula>): string =>
      (formula(...of)?.equations ?? []).map(toText).join("; ");
    expect(text("gradient", "linear", 1)).toMatch(/; p_\(t − 1\) = w_h · p_t$/);
    expect(text("gradient", "linear")).toMatch(/p_t; factor = ρ\(W_hh\)$/);
    expect(text("gradient", "rnn")).toContain("J_t = diag(f′_t)W_hh; p_(t − 1) = E[J_t]^Tp_t");
    expect(text("gradient", "lstm")).toContain("J_t = (∂(h_t,c_t))/(∂(h_(t − 1),c_(t − 1)))");
    for (const cell of ["rnn", "lstm", "lstm-variant", "lstm-coupled", "gru", "mingru", "minlstm", "slstm"]) {
      expect(text("gradient", cell)).toMatch(/factor = ρ\(E\[J\]\)$/);
      expect(formula("gradient", cell)?.source).toMatch(
        /our estimate: .* bound the product .* and give no estimate\.$/,
      );
      expect(text("spectrum", cell)).toContain(cell === "rnn" ? "W_hhv = λv" : "E[J]v = λv");
    }
  });

  it("of an lstm has the parts that its parameters say: a projection alone is without peepholes", () => {
    const text = (...names: readonly string[]): string =>
      (
        formulaOf("states", {
          ...header,
          cell: "lstm-variant",
          parameters: names.map((name) => ({ name, shape: [1], offset: 0 })),
        })?.equations ?? []
      )
        .map(toText)
        .join("; ");
    expect(text("weight_hr_l0")).toBe("c_t = f_t⊙c_(t − 1) + i_t⊙g_t; h_t = W_hr(o_t⊙tanh(c_t))");
    expect(text("weight_hr_l0", "weight_peephole_l0")).toMatch(/p_f⊙c_\(t − 1\).*LN/);
  });

  it("of the memory divides by the root of the number of units", () => {
    expect((formulaOf("race", header)?.equations ?? []).map(toText).join()).toContain("/(√H) < 10^");
  });
});

test("each chart of a sweep has a formula, and that of a parameter is the same for all of them", () => {
  const cards = ["parallel", "parameter-0", "map", "importance", "contour", "seeds", "reach", "best", "distribution"];
  for (const card of cards) {
    const formula = sweepFormula(card);
    for (const equation of formula?.equations ?? []) expect(toText(equation).length).toBeGreaterThan(3);
    expect(formula?.sentence, card).toMatch(/\.$/);
    expect(formula?.source.length).toBeGreaterThan(5);
  }
  expect(sweepFormula("parameter-12")).toBe(sweepFormula("parameter-0"));
  expect(sweepFormula("constructor")).toBeNull();
});
