/** The equation that a view shows, under its title: opened by the reader. */
import * as l10n from "@vscode/l10n";
import { element, setAttribute, setHidden } from "../ui/dom";
import type { Formula } from "./catalogue";
import { toMathMl } from "./mathml";

export class FormulaNote {
  readonly button: HTMLButtonElement;
  readonly element = element("div", { class: "formula", attributes: { role: "note" } });
  private shown = "";

  /** @param formula null: the view has none; it may return null while nothing is known of the model */
  constructor(
    title: string,
    private readonly formula: (() => Formula | null) | null,
  ) {
    this.button = element(
      "button",
      {
        class: "tool tool-formula",
        attributes: {
          type: "button",
          "aria-pressed": "false",
          title: l10n.t("Show formula"),
          "aria-label": l10n.t("Show formula for {0}", title),
        },
      },
      "ƒ",
    );
    this.button.addEventListener("click", () => {
      setAttribute(this.button, "aria-pressed", String(!this.isOpen));
      this.show();
    });
    setHidden(this.button, formula === null);
    setHidden(this.element, true);
  }

  /** Call it when the run may be another one. */
  show(): void {
    const formula = this.isOpen ? (this.formula?.() ?? null) : null;
    setHidden(this.element, !this.isOpen);
    if (!this.isOpen) return;
    const key = JSON.stringify(formula);
    if (key === this.shown) return;
    this.shown = key;
    this.element.replaceChildren(
      ...(formula === null
        ? [element("p", {}, l10n.t("The formula depends on the model. Run the experiment first."))]
        : [
            element(
              "div",
              { class: "formula-equations" },
              ...formula.equations.map((equation) => toMathMl(equation) as HTMLElement),
            ),
            element("p", {}, formula.sentence),
            element("p", { class: "formula-source" }, formula.source),
          ]),
    );
  }

  private get isOpen(): boolean {
    return this.button.getAttribute("aria-pressed") === "true";
  }
}
