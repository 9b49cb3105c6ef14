/** The result of a gradient check: a verdict, and for each tensor its worst element and the error over the step. Put away, it is a badge. */
import { formatSpoken, formatValue } from "../../src/shared/numberFormat";
import type { GradientCheck } from "../../src/shared/trace";
import { element, setHidden } from "../dom";
import { createIcon } from "../icons";
import { createErrorCurve } from "./errorCurve";

export class GradientCheckCard {
  readonly element = element("section", { class: "card check-card", attributes: { "aria-label": "Gradient check" } });
  private readonly close = element("button", { class: "tool", attributes: { type: "button", "aria-label": "Put the gradient check away", title: "Put away" } }, createIcon("close"));
  private shown: string | null = null;

  /** The verdict alone, for a check that was put away. */
  readonly badge = element("button", { class: "tool check-badge", attributes: { type: "button", "aria-expanded": "false" } });

  constructor(onDismiss: () => void, onBringBack: () => void) {
    this.close.addEventListener("click", onDismiss);
    this.badge.addEventListener("click", onBringBack);
    setHidden(this.element, true);
    setHidden(this.badge, true);
  }

  /** `key` names the result; null when there is none. */
  show(check: GradientCheck | null, key: string | null, isPutAway: boolean): void {
    setHidden(this.element, check === null || key === null || isPutAway);
    setHidden(this.badge, check === null || key === null || !isPutAway);
    if (check === null || key === null || key === this.shown) return;
    this.shown = key;
    const worst = check.tensors.reduce((most, tensor) => Math.max(most, Number.isNaN(tensor.maxRelativeError) ? Infinity : tensor.maxRelativeError), 0);
    const words = `Gradient check ${check.passed ? "passed" : "failed"} at iteration ${check.iteration}: largest relative error ${formatValue(worst, 2)}`;
    this.badge.replaceChildren(createVerdict(check.passed, check.passed ? "Gradients right" : "Gradients wrong"));
    this.badge.title = `${words}. Show the table.`;
    this.badge.setAttribute("aria-label", `${words}. Show the table.`);
    this.element.replaceChildren(
      element(
        "header",
        { class: "card-header" },
        element("h2", {}, "Gradient check"),
        createVerdict(check.passed, check.passed ? "Passed" : "Failed"),
        element("span", { class: "card-subtitle" }, `at iteration ${check.iteration} · largest relative error ${formatValue(worst, 2)}, ${formatValue(check.tolerance, 2)} allowed`),
        element("div", { class: "card-tools" }, this.close),
      ),
      element("div", { class: "check-scroll", attributes: { tabindex: "0", role: "region", "aria-label": "Gradient check by tensor" } }, createTable(check)),
    );
  }
}

function createVerdict(passed: boolean, words: string): HTMLElement {
  return element("span", { class: `verdict verdict-${passed ? "passed" : "failed"}` }, createIcon(passed ? "checkCircle" : "error"), words);
}

function createTable(check: GradientCheck): HTMLElement {
  const heading = (text: string): HTMLElement => element("th", { attributes: { scope: "col" } }, text);
  const { epsilons } = check;
  const rows = check.tensors.map((tensor) => {
    const passed = tensor.maxRelativeError <= check.tolerance;
    return element(
      "tr",
      {},
      element("th", { attributes: { scope: "row" } }, element("span", { class: passed ? "mark mark-passed" : "mark mark-failed" }, createIcon(passed ? "check" : "close"), element("span", { class: "visually-hidden" }, passed ? "passed: " : "failed: ")), element("code", {}, tensor.name)),
      element("td", {}, tensor.shape.join(" × ")),
      element("td", {}, formatSpoken(tensor.maxRelativeError, 3)),
      ...(epsilons === undefined ? [] : [element("td", { class: "error-cell" }, tensor.errors === undefined ? null : (createErrorCurve(epsilons, tensor.errors, check.epsilon, check.tolerance)))]),
      element("td", {}, formatSpoken(tensor.worst.analytic, 8)),
      element("td", {}, formatSpoken(tensor.worst.numeric, 8)),
    );
  });
  return element("table", {}, element("thead", {}, element("tr", {}, ...["Tensor", "Shape", "Max. relative error", ...(epsilons === undefined ? [] : ["Error over the step"]), "By backpropagation", "By finite differences"].map(heading))), element("tbody", {}, ...rows));
}
