import { describe, expect, it } from "vitest";
import { FORMULA_CARDS, formulaOf } from "../../../webview/formulas/catalogue";
import { toText } from "../../../webview/formulas/mathml";
import { headerOf } from "./support";

const header = headerOf("run 1");

describe("the formula of a view", () => {
  it("has an equation, a sentence and a source, for each cell", () => {
    for (const cell of ["linear", "rnn", "lstm", "gru"]) {
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
    expect(text("gradient", { cell: "linear" })).toBe("(∂L)/(∂h_(t − 1)) = w_h · (∂L)/(∂h_t) + …");
    expect(text("gradient", { cell: "lstm" })).toContain("f_t⊙");
    expect(text("loss", {})).toBe("L = 1/n∑_i (y_i − target_i)^2");
    expect(
      text("loss", { data: { inputKind: "values", targetKind: "classes", vocabulary: null, batchesPerEpoch: 1 } }),
    ).toContain("ln");
    expect(text("norm", { clip: { norm: 5 } })).toContain("min(1,5/(|g|))g");
    expect(text("norm", { clip: { value: 2 } })).toContain("cos = ");
  });
});
