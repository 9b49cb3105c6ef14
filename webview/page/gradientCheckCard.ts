/**
 * The result of a gradient check: a verdict, and for each tensor its worst element and the error over the step. Closed,
 * it is a badge.
 */
import * as l10n from "@vscode/l10n";
import { formatCount, formatValue } from "../../src/shared/words/numberFormat";
import type { GradientCheck } from "../../src/shared/trace/trace";
import { element, setHidden } from "../ui/dom";
import { createIcon } from "../ui/icons";
import { createErrorCurve } from "./errorCurve";

export class GradientCheckCard {
  readonly element = element("section", {
    class: "card check-card",
    attributes: { "aria-label": l10n.t("Gradient check") },
  });
  private readonly close = element(
    "button",
    {
      class: "tool",
      attributes: { type: "button", "aria-label": l10n.t("Close the gradient check"), title: l10n.t("Close") },
    },
    createIcon("close"),
  );
  private shown: string | null = null;

  /** The verdict alone, after the card was closed. */
  readonly badge = element("button", {
    class: "tool check-badge",
    attributes: { type: "button", "aria-expanded": "false" },
  });

  constructor(onDismiss: () => void, onBringBack: () => void) {
    this.close.addEventListener("click", onDismiss);
    this.badge.addEventListener("click", onBringBack);
    setHidden(this.element, true);
    setHidden(this.badge, true);
  }

  /** `key` names the result; null when there is none. */
  show(check: GradientCheck | null, key: string | null, isClosed: boolean): void {
    setHidden(this.element, check === null || key === null || isClosed);
    setHidden(this.badge, check === null || key === null || !isClosed);
    if (check === null || key === null || key === this.shown) return;
    this.shown = key;
    const worst = check.tensors.reduce(
      (most, tensor) => Math.max(most, Number.isNaN(tensor.maxRelativeError) ? Infinity : tensor.maxRelativeError),
      0,
    );
    const words = check.passed
      ? l10n.t(
          "Gradient check passed at iteration {0}: largest relative error {1}.",
          formatCount(check.iteration),
          formatValue(worst, 3),
        )
      : l10n.t(
          "Gradient check failed at iteration {0}: largest relative error {1}.",
          formatCount(check.iteration),
          formatValue(worst, 3),
        );
    this.badge.replaceChildren(
      createVerdict(check.passed, check.passed ? l10n.t("Gradient check passed") : l10n.t("Gradient check failed")),
    );
    this.badge.title = `${words} ${l10n.t("Select to show the table.")}`;
    this.badge.setAttribute("aria-label", this.badge.title);
    this.element.replaceChildren(
      element(
        "header",
        { class: "card-header" },
        element("h2", {}, l10n.t("Gradient check")),
        createVerdict(check.passed, check.passed ? l10n.t("Passed") : l10n.t("Failed")),
        element(
          "span",
          { class: "card-subtitle" },
          l10n.t(
            "iteration {0} · largest relative error {1} (tolerance {2})",
            formatCount(check.iteration),
            formatValue(worst, 3),
            formatValue(check.tolerance, 3),
          ),
        ),
        element("div", { class: "card-tools" }, this.close),
      ),
      element(
        "div",
        {
          class: "check-scroll",
          attributes: { tabindex: "0", role: "region", "aria-label": l10n.t("Gradient check by tensor") },
        },
        createTable(check),
      ),
    );
  }
}

function createVerdict(passed: boolean, words: string): HTMLElement {
  return element(
    "span",
    { class: `verdict verdict-${passed ? "passed" : "failed"}` },
    createIcon(passed ? "checkCircle" : "error"),
    words,
  );
}

function createTable(check: GradientCheck): HTMLElement {
  const heading = (text: string): HTMLElement => element("th", { attributes: { scope: "col" } }, text);
  const { epsilons } = check;
  const rows = check.tensors.map((tensor) => {
    const passed = tensor.maxRelativeError <= check.tolerance;
    return element(
      "tr",
      {},
      element(
        "th",
        { attributes: { scope: "row" } },
        element(
          "span",
          { class: passed ? "mark mark-passed" : "mark mark-failed" },
          createIcon(passed ? "check" : "close"),
          element("span", { class: "visually-hidden" }, `${passed ? l10n.t("passed") : l10n.t("failed")}: `),
        ),
        element("code", {}, tensor.name),
      ),
      element("td", {}, tensor.shape.join(" × ")),
      element("td", {}, formatValue(tensor.maxRelativeError, 3)),
      ...(epsilons === undefined
        ? []
        : [
            element(
              "td",
              { class: "error-cell" },
              tensor.errors === undefined
                ? null
                : createErrorCurve(epsilons, tensor.errors, check.epsilon, check.tolerance),
            ),
          ]),
      element("td", {}, formatValue(tensor.worst.analytic, 8)),
      element("td", {}, formatValue(tensor.worst.numeric, 8)),
    );
  });
  return element(
    "table",
    {},
    element(
      "thead",
      {},
      element(
        "tr",
        {},
        ...[
          l10n.t("Tensor"),
          l10n.t("Shape"),
          l10n.t("Max relative error"),
          ...(epsilons === undefined ? [] : [l10n.t("Error by step size")]),
          l10n.t("Backpropagation"),
          l10n.t("Finite differences"),
        ].map(heading),
      ),
    ),
    element("tbody", {}, ...rows),
  );
}
