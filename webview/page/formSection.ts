/** The main hyperparameters as controls. The file is the truth: a control writes into it, and shows what it says. */
import * as l10n from "@vscode/l10n";
import type { FormField, FormInput, FormValue } from "../../src/shared/wire/formField";
import type { FixEdit } from "../../src/shared/wire/findings";
import type { ViewCommand } from "../../src/shared/wire/protocol";
import { LEARNING_RATE_PATH } from "../../src/shared/wire/rateTest";
import type { TextState } from "../../src/shared/wire/liveEdit";
import type { LabChart } from "../chart/model";
import { createDropdown, createTextField, type ListControl, type ValueControl } from "../ui/controls";
import { element, setAttribute, setHidden, setText } from "../ui/dom";
import { createIcon } from "../ui/icons";
import { positionOf, valueAtPosition, SLIDER_STEPS } from "./sliderScale";
import { readNumber } from "./typedNumber";

interface FormHost {
  sendCommand(command: ViewCommand): void;
  /** `moving`: more of the same movement follows, and undo takes them back as one. */
  editValues(edits: readonly FixEdit[], moving?: boolean): void;
}

interface Row {
  readonly element: HTMLElement;
  readonly show: (field: FormField, disabled: boolean) => void;
}

export class FormSection implements LabChart {
  readonly element: HTMLElement;
  private readonly grid = element("div", { class: "form-grid" });
  private readonly groups = new Map<string, HTMLElement>();
  private readonly subtitle = element("span", { class: "card-subtitle" });
  private readonly rows = new Map<string, Row>();
  private shown = "";

  constructor(private readonly host: FormHost) {
    this.element = element(
      "section",
      { class: "card card-form", attributes: { "aria-labelledby": "form-title" } },
      element(
        "header",
        { class: "card-header" },
        element("h2", { attributes: { id: "form-title" } }, l10n.t("Hyperparameters")),
        this.subtitle,
      ),
      element("div", { class: "form-scroll" }, this.grid),
    );
  }

  /** It follows the text and not the run, so the page shows it at every frame. */
  draw(): void {}

  show({ form, error }: TextState): void {
    const key = JSON.stringify([form, error]);
    if (key === this.shown) return;
    this.shown = key;
    setText(
      this.subtitle,
      error === null
        ? l10n.t("edits the file; use Undo to revert")
        : l10n.t("Fix the error on line {0} first.", error.line),
    );
    this.element.classList.toggle("is-disabled", error !== null);
    const wanted = form.map((field) => ({ field, id: `${field.path.join(".")}:${field.input.kind}` }));
    for (const id of this.rows.keys()) if (!wanted.some((row) => row.id === id)) this.rows.delete(id);
    for (const { field, id } of wanted) {
      if (!this.rows.has(id)) this.rows.set(id, createRow(field, this.host));
      this.rows.get(id)?.show(field, error !== null);
    }
    const names = [...new Set(form.map(({ group }) => group))];
    placeChildren(
      this.grid,
      names.map((name) => {
        const rows = wanted.filter(({ field }) => field.group === name).map(({ id }) => this.rows.get(id)?.element);
        const group = this.groups.get(name) ?? createGroup(name);
        this.groups.set(name, group);
        const [heading] = group.children;
        placeChildren(
          group,
          [heading, ...rows].filter((child) => child !== undefined),
        );
        return group;
      }),
    );
  }
}

/** A control that is moved about loses the focus, or the pointer that drags it: nothing moves that is in its place. */
function placeChildren(parent: HTMLElement, children: readonly Element[]): void {
  for (const child of [...parent.children]) if (!children.includes(child)) child.remove();
  children.forEach((child, i) => {
    if (parent.children[i] !== child) parent.insertBefore(child, parent.children[i] ?? null);
  });
}

let groupCount = 0;

function createGroup(name: string): HTMLElement {
  const id = `form-group-${groupCount++}`;
  return element(
    "div",
    { class: "form-group", attributes: { role: "group", "aria-labelledby": id } },
    element("h3", { class: "form-heading", attributes: { id } }, name),
  );
}

function createRow(first: FormField, host: FormHost): Row {
  let field = first;
  // The end of a movement is written too where the file has the value already: until then undo and saving wait for it.
  const write = (value: FormValue, moving?: boolean): void => {
    if (moving !== undefined || JSON.stringify(value) !== JSON.stringify(field.value))
      host.editValues([{ path: field.path, value }], moving ?? false);
  };
  const label = element("span", { class: "form-label" });
  const state = element("span", { class: "form-default" }, l10n.t("default"));
  const reset = element("button", { class: "tool form-reset", attributes: { type: "button" } }, createIcon("rerun"));
  reset.addEventListener("click", () => host.editValues([{ path: field.path }]));
  const control = first.input.kind === "number" ? new NumberControl(first, write) : new ChoiceControl(first, write);
  const row = element(
    "div",
    { class: `form-row form-${first.input.kind}` },
    isLearningRate(first) ? element("span", { class: "form-name" }, label, createTestButton(host)) : label,
    control.element,
    element("span", { class: "form-state" }, state, reset),
  );
  return {
    element: row,
    show(next, disabled) {
      field = next;
      setText(label, next.label);
      setAttribute(
        row,
        "title",
        [
          next.description,
          next.range === "" ? "" : l10n.t("Allowed: {0}.", next.range),
          next.defaultValue === null ? "" : l10n.t("Default: {0}.", next.defaultValue),
        ]
          .filter(Boolean)
          .join("\n"),
      );
      setHidden(state, !next.isDefault);
      setHidden(reset, next.isDefault || next.defaultValue === null || disabled);
      setAttribute(reset, "title", l10n.t("Reset to default ({0})", next.defaultValue ?? ""));
      setAttribute(reset, "aria-label", l10n.t("{0}: reset to default ({1})", next.label, next.defaultValue ?? ""));
      control.show(next, disabled);
    },
  };
}

function isLearningRate({ path }: FormField): boolean {
  return path.join() === LEARNING_RATE_PATH.join();
}

function createTestButton(host: FormHost): HTMLElement {
  const name = l10n.t("Run learning-rate range test");
  const attributes = { type: "button", title: name, "aria-label": name };
  const button = element("button", { class: "tool", attributes }, createIcon("chart"));
  button.addEventListener("click", () => host.sendCommand("testLearningRates"));
  return button;
}

/** A slider for trying, and a field for typing. */
class NumberControl {
  readonly element: HTMLElement;
  private readonly slider = element("input", {
    class: "form-slider",
    attributes: { type: "range", min: "0", max: String(SLIDER_STEPS) },
  });
  private readonly text: ValueControl;
  private input: Extract<FormInput, { kind: "number" }> | null = null;
  private moving = false;
  private written: number | null = null;

  constructor(
    field: FormField,
    private readonly write: (value: FormValue, moving?: boolean) => void,
  ) {
    this.text = createTextField(field.label, (typed) => {
      const value = readNumber(typed, this.input?.whole === true);
      if (value !== null) this.write(value);
    });
    setAttribute(this.slider, "aria-label", l10n.t("{0} slider", field.label));
    // Each step of the way runs; the last one ends the movement, and with it what undo takes back.
    this.slider.addEventListener("input", () => this.move(true));
    this.slider.addEventListener("change", () => this.move(false));
    this.element = element("span", { class: "form-control" }, this.slider, this.text.element);
  }

  show({ value, input, label }: FormField, disabled: boolean): void {
    this.input = input.kind === "number" ? input : null;
    this.slider.disabled = disabled;
    this.text.setDisabled(disabled);
    if (this.moving || typeof value !== "number" || this.input === null) return;
    const position = String(positionOf(value, this.input));
    if (this.slider.value !== position) this.slider.value = position;
    setAttribute(this.slider, "aria-valuetext", `${label} ${value}`);
    this.text.setValue(String(value));
  }

  private move(moving: boolean): void {
    if (this.input === null) return;
    this.moving = moving;
    const value = valueAtPosition(Number(this.slider.value), this.input);
    this.text.setValue(String(value));
    setAttribute(this.slider, "aria-valuetext", String(value));
    if (moving && value === this.written) return;
    this.written = moving ? value : null;
    this.write(value, moving);
  }
}

class ChoiceControl {
  readonly element: HTMLElement;
  private readonly list: ListControl;
  private options: readonly { readonly value: FormValue; readonly label: string }[] = [];
  private shown = "";

  constructor(field: FormField, write: (value: FormValue) => void) {
    this.list = createDropdown(field.label, (index) => {
      const option = this.options[index];
      if (option !== undefined) write(option.value);
    });
    this.element = element("span", { class: "form-control" }, this.list.element);
  }

  show({ value, input }: FormField, disabled: boolean): void {
    if (input.kind !== "choice") return;
    this.options = input.options;
    const labels = input.options.map(({ label }) => label);
    const json = JSON.stringify(value);
    const chosen = input.options.findIndex((option) => JSON.stringify(option.value) === json);
    if (labels.join("\n") !== this.shown) {
      this.shown = labels.join("\n");
      this.list.setOptions(labels, chosen);
    }
    this.list.setChosen(chosen);
    this.list.setDisabled(disabled);
  }
}
