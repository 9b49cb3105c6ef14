import * as l10n from "@vscode/l10n";
import { formatValue } from "../../../src/shared/words/numberFormat";
import { batchesPerEpoch } from "../../chart/iterationAxis";
import type { ScalarModel } from "../../chart/model";
import {
  MAX_SMOOTHING,
  SMOOTHING_STEP,
  type AxesChoice,
  type IterationRange,
  type LossScale,
  type XAxis,
} from "../../state/preferences";
import { element, setAttribute, setHidden, setText } from "../../ui/dom";

interface Option<T> {
  readonly value: T;
  readonly label: string;
  readonly title: string;
}

const SCALES: readonly Option<LossScale>[] = [
  { value: "log", label: l10n.t("Log"), title: l10n.t("Logarithmic loss axis (L)") },
  { value: "linear", label: l10n.t("Linear"), title: l10n.t("Linear loss axis (L)") },
];

const AXES: readonly Option<XAxis>[] = [
  { value: "iteration", label: l10n.t("Iteration"), title: l10n.t("Updates of the weights") },
  { value: "epoch", label: l10n.t("Epoch"), title: l10n.t("Passes over the training set") },
  { value: "time", label: l10n.t("Time"), title: l10n.t("Training time, without pauses") },
];

const RANGES: readonly Option<IterationRange>[] = [
  { value: "all", label: l10n.t("All"), title: l10n.t("All iterations (R)") },
  {
    value: "recent",
    label: l10n.t("Recent"),
    title: l10n.t("Most recent quarter of the run, with axes fitted to it (R)"),
  },
  {
    value: "afterSpike",
    label: l10n.t("After Spike"),
    title: l10n.t("All iterations, with the y axes fitted to what comes after the first tenth"),
  },
];

/** A button that opens the choices of axes and smoothing for all charts of lines over the iterations. */
export class AxesMenu {
  readonly element: HTMLElement;
  private readonly button = element(
    "button",
    {
      class: "tool tool-text",
      attributes: {
        type: "button",
        title: l10n.t("Scale, x axis, range and smoothing"),
        "aria-haspopup": "dialog",
        "aria-expanded": "false",
      },
    },
    l10n.t("Axes"),
  );
  private readonly panel: HTMLElement;
  private readonly scale: Choices<LossScale>;
  private readonly axis: Choices<XAxis>;
  private readonly range: Choices<IterationRange>;
  private readonly slider = element("input", {
    attributes: {
      type: "range",
      min: "0",
      max: String(MAX_SMOOTHING),
      step: String(SMOOTHING_STEP),
      "aria-label": l10n.t("Smoothing"),
      title: l10n.t("Weight of the exponential moving average: 0 shows the values as they are"),
    },
  });
  private readonly weight = element("output", { class: "axes-weight", attributes: { "aria-hidden": "true" } });

  /** @param bare the charts have no x axis to choose for */
  constructor(onDidChoose: (choice: AxesChoice) => void, bare: boolean) {
    this.scale = new Choices(l10n.t("Loss axis"), SCALES, (lossScale) => onDidChoose({ lossScale }));
    this.axis = new Choices(l10n.t("X axis"), AXES, (xAxis) => onDidChoose({ xAxis }));
    this.range = new Choices(l10n.t("Range"), RANGES, (range) => onDidChoose({ range }));
    this.slider.addEventListener("input", () => onDidChoose({ smoothing: Number(this.slider.value) }));
    const smoothing = element(
      "div",
      { class: "axes-row" },
      element("span", { class: "axes-name", attributes: { "aria-hidden": "true" } }, l10n.t("Smoothing")),
      this.slider,
      this.weight,
    );
    this.panel = element(
      "div",
      { class: "menu axes-panel", attributes: { role: "dialog", tabindex: "-1", "aria-label": l10n.t("Axes") } },
      this.scale.element,
      ...(bare ? [] : [this.axis.element]),
      this.range.element,
      smoothing,
    );
    this.element = element("div", { class: "menu-root axes-menu" }, this.button, this.panel);
    this.open(false);
    this.button.addEventListener("click", () => this.open(!this.isOpen));
    this.element.addEventListener("focusout", ({ relatedTarget }) => {
      if (!this.element.contains(relatedTarget as Node | null)) this.open(false);
    });
    this.element.addEventListener("keydown", (event) => this.onKey(event));
  }

  show(model: ScalarModel): void {
    const { preferences, header } = model;
    const hasEpochs = batchesPerEpoch(model) !== null;
    const hasTimes = model.clockOf(header.runId)?.isKnown === true;
    this.scale.show(preferences.lossScale);
    this.axis.show(preferences.xAxis, {
      epoch: hasEpochs ? null : l10n.t("No epochs: each iteration uses the whole training set"),
      time: hasTimes
        ? null
        : l10n.t("Training time was not recorded: it is known only of runs that this view saw train"),
    });
    this.range.show(model.isZoomed ? null : preferences.range);
    const text = formatValue(preferences.smoothing, 2);
    if (Number(this.slider.value) !== preferences.smoothing) this.slider.value = String(preferences.smoothing);
    setAttribute(this.slider, "aria-valuetext", text);
    setText(this.weight, text);
  }

  private get isOpen(): boolean {
    return this.button.getAttribute("aria-expanded") === "true";
  }

  private open(open: boolean): void {
    setHidden(this.panel, !open);
    this.button.setAttribute("aria-expanded", String(open));
    if (open) this.panel.querySelector<HTMLElement>("button, input")?.focus();
  }

  private onKey(event: KeyboardEvent): void {
    if (event.key !== "Escape" || !this.isOpen) return;
    this.open(false);
    this.button.focus();
    // Else the cursor goes to the latest iteration as well.
    event.preventDefault();
    event.stopPropagation();
  }
}

/** One of a few, as buttons in a row. */
class Choices<T extends string> {
  readonly element: HTMLElement;
  private readonly buttons: readonly { readonly option: Option<T>; readonly button: HTMLButtonElement }[];

  constructor(name: string, options: readonly Option<T>[], onDidChoose: (value: T) => void) {
    this.buttons = options.map((option) => {
      const button = element("button", { class: "segment", attributes: { type: "button" } }, option.label);
      button.addEventListener("click", () => {
        if (button.getAttribute("aria-disabled") !== "true") onDidChoose(option.value);
      });
      return { option, button };
    });
    this.element = element(
      "div",
      { class: "axes-row", attributes: { role: "group", "aria-label": name } },
      element("span", { class: "axes-name", attributes: { "aria-hidden": "true" } }, name),
      ...this.buttons.map(({ button }) => button),
    );
  }

  /**
   * @param chosen null: none
   * @param reasons why an option cannot be chosen now; it can still be reached, so that its title can be read */
  show(chosen: T | null, reasons: Readonly<Partial<Record<string, string | null>>> = {}): void {
    for (const { option, button } of this.buttons) {
      const reason = reasons[option.value] ?? null;
      setAttribute(button, "aria-pressed", String(option.value === chosen && reason === null));
      setAttribute(button, "aria-disabled", reason === null ? null : "true");
      setAttribute(button, "title", reason ?? option.title);
    }
  }
}
