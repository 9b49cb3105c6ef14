/** The result of a gradient check: a verdict, and the worst element of each tensor. */
import { formatSpoken, formatValue } from "../../src/shared/numberFormat";
import type { GradientCheck } from "../../src/shared/trace";
import { element, setHidden } from "../dom";
import { createIcon } from "../icons";

export class GradientCheckCard {
  readonly element = element("section", { class: "card check-card", attributes: { "aria-label": "Gradient check" } });
  private shown: string | null = null;

  constructor(private readonly onDismiss: () => void) {
    setHidden(this.element, true);
  }

  /** `key` names the result; null hides the card. */
  show(check: GradientCheck | null, key: string | null): void {
    setHidden(this.element, check === null || key === null);
    if (check === null || key === null || key === this.shown) {
      if (key === null) this.shown = null;
      return;
    }
    this.shown = key;
    const worst = check.tensors.reduce((most, tensor) => Math.max(most, Number.isNaN(tensor.maxRelativeError) ? Infinity : tensor.maxRelativeError), 0);
    const close = element("button", { class: "tool", attributes: { type: "button", "aria-label": "Put the gradient check away", title: "Close" } }, createIcon("close"));
    close.addEventListener("click", this.onDismiss);
    this.element.replaceChildren(
      element(
        "header",
        { class: "card-header" },
        element("h2", {}, "Gradient check"),
        element("span", { class: `verdict verdict-${check.passed ? "passed" : "failed"}` }, createIcon(check.passed ? "checkCircle" : "error"), check.passed ? "Passed" : "Failed"),
        element("span", { class: "card-subtitle" }, `at iteration ${check.iteration} · largest relative error ${formatValue(worst, 2)}, ${formatValue(check.tolerance, 2)} allowed`),
        element("div", { class: "card-tools" }, close),
      ),
      element("div", { class: "check-scroll", attributes: { tabindex: "0", role: "region", "aria-label": "Gradient check by tensor" } }, createTable(check)),
    );
  }
}

function createTable(check: GradientCheck): HTMLElement {
  const heading = (text: string): HTMLElement => element("th", { attributes: { scope: "col" } }, text);
  const rows = check.tensors.map((tensor) => {
    const passed = tensor.maxRelativeError <= check.tolerance;
    return element(
      "tr",
      {},
      element("th", { attributes: { scope: "row" } }, element("span", { class: passed ? "mark mark-passed" : "mark mark-failed" }, createIcon(passed ? "check" : "close"), element("span", { class: "visually-hidden" }, passed ? "passed: " : "failed: ")), element("code", {}, tensor.name)),
      element("td", {}, tensor.shape.join(" × ")),
      element("td", {}, formatSpoken(tensor.maxRelativeError, 3)),
      element("td", {}, formatSpoken(tensor.worst.analytic, 8)),
      element("td", {}, formatSpoken(tensor.worst.numeric, 8)),
    );
  });
  return element("table", {}, element("thead", {}, element("tr", {}, ...["Tensor", "Shape", "Max. relative error", "By backpropagation", "By finite differences"].map(heading))), element("tbody", {}, ...rows));
}
