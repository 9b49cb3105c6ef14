/**
 * The buttons and the pace. The only module that knows the component library, so that another one is a one-file change.
 */
import * as l10n from "@vscode/l10n";
import {
  provideVSCodeDesignSystem,
  vsCodeButton,
  vsCodeDropdown,
  vsCodeOption,
  vsCodeTextField,
} from "@vscode/webview-ui-toolkit";
import { formatSpeed, TRAINING_SPEED, TRAINING_SPEED_HINT } from "../../src/shared/words/speed";
import { PACES, type Pace, type ViewCommand, type ViewState } from "../../src/shared/wire/protocol";
import { controlsFor, isActive, type ControlId } from "./controlRules";
import { customElement, element, setAttribute, setText } from "./dom";
import { createIcon, type IconName } from "./icons";
import { Picker } from "./picker";

provideVSCodeDesignSystem().register(vsCodeButton(), vsCodeDropdown(), vsCodeOption(), vsCodeTextField());

const PACE_OPTIONS = PACES.map((pace) => ({ value: String(pace), label: formatSpeed(pace) }));

interface ControlActions {
  readonly sendCommand: (command: ViewCommand) => void;
  readonly sendPace: (pace: Pace) => void;
}

type Appearance = "primary" | "secondary";

/** A single button of the library with an icon of ours. */
export function createButton(label: string, icon: IconName, appearance: Appearance, onClick: () => void): HTMLElement {
  const button = customElement(
    "vscode-button",
    { attributes: { appearance } },
    slottedIcon(icon),
    element("span", { class: "button-label" }, label),
  );
  button.addEventListener("click", () => {
    if (!button.hasAttribute("disabled")) onClick();
  });
  return button;
}

function slottedIcon(icon: IconName): HTMLElement {
  return element("span", { class: "button-icon", attributes: { slot: "start" } }, createIcon(icon));
}

interface Live {
  readonly button: HTMLElement;
  icon: IconName | null;
  command: ViewCommand;
}

const TRANSPORT: readonly ControlId[] = ["run", "pauseResume", "step", "stop"];
const TOOLS: readonly ControlId[] = ["checkGradients", "editHyperparameter"];

/** The buttons of a run. They keep their places in every phase, so that a hand finds them without looking. */
export class Controls {
  /** Run, pause, step and stop. */
  readonly transport: HTMLElement;
  /** The word on the button that runs, which a narrow line leaves out. */
  readonly runLabel: HTMLElement;
  /** The limit of the training speed. */
  readonly speedLimit: HTMLElement;
  /** What is not a part of running: checking gradients, editing a value. */
  readonly tools: HTMLElement;
  private readonly buttons = new Map<ControlId, Live>();
  private readonly pace: Picker;

  constructor(private readonly actions: ControlActions) {
    this.pace = new Picker(TRAINING_SPEED, (value) => {
      const chosen = PACES.find((pace) => String(pace) === value);
      if (chosen !== undefined) this.actions.sendPace(chosen);
    });
    setAttribute(this.pace.element, "title", TRAINING_SPEED_HINT);
    this.transport = element(
      "div",
      { class: "toolbar-group transport" },
      ...TRANSPORT.map((id) => this.create(id, id === "run" ? "primary" : "secondary")),
    );
    this.runLabel = this.buttons.get("run")?.button.querySelector<HTMLElement>(".button-label") ?? element("span");
    this.speedLimit = element(
      "div",
      { class: "toolbar-group pace" },
      element("span", { class: "group-label" }, l10n.t("Training speed")),
      this.pace.element,
    );
    this.tools = element("div", { class: "toolbar-group tools" }, ...TOOLS.map((id) => this.create(id, "secondary")));
  }

  show(view: ViewState | null): void {
    for (const [id, state] of Object.entries(controlsFor(view)) as [
      ControlId,
      ReturnType<typeof controlsFor>[ControlId],
    ][]) {
      const live = this.buttons.get(id);
      if (live === undefined) continue;
      live.command = state.command;
      setAttribute(live.button, "appearance", id === nextStep(view) ? "primary" : "secondary");
      const label = live.button.querySelector(".button-label");
      if (label !== null) setText(label, state.label);
      if (live.icon !== state.icon) {
        live.icon = state.icon;
        live.button.querySelector(".button-icon")?.replaceWith(slottedIcon(state.icon));
      }
      setAttribute(live.button, "disabled", state.enabled ? null : "");
      setAttribute(live.button, "title", state.hint);
      setAttribute(live.button, "aria-label", state.label);
    }
    this.pace.show(PACE_OPTIONS, String(view?.pace ?? 0));
    setAttribute(this.pace.element, "disabled", view?.canRun === true ? null : "");
  }

  private create(id: ControlId, appearance: Appearance): HTMLElement {
    const state = controlsFor(null)[id];
    const button = createButton(state.label, state.icon, appearance, () =>
      this.actions.sendCommand(this.buttons.get(id)?.command ?? state.command),
    );
    button.classList.add(`control-${id}`);
    this.buttons.set(id, { button, icon: state.icon, command: state.command });
    return button;
  }
}

/** The one button that stands out: what a reader most likely wants next. */
function nextStep(view: ViewState | null): ControlId | null {
  const phase = view?.status.phase ?? "idle";
  return phase === "paused" ? "pauseResume" : isActive(phase) ? null : "run";
}

/** A control for one value, which the file may change under it at any time. */
export interface ValueControl {
  readonly element: HTMLElement;
  /** Left alone while the reader types in it. */
  setValue(value: string): void;
  setDisabled(disabled: boolean): void;
}

export function createTextField(label: string, onChange: (text: string) => void): ValueControl {
  const field: HTMLElement & { value?: string } = customElement("vscode-text-field", {
    attributes: { "aria-label": label },
  });
  // Whenever it comes into a page the toolkit calls it "Text field".
  new MutationObserver(() => setAttribute(field, "aria-label", label)).observe(field, {
    attributeFilter: ["aria-label"],
  });
  field.addEventListener("change", () => onChange(field.value ?? ""));
  return {
    element: field,
    setValue(value) {
      if (field.value !== value && document.activeElement !== field) field.value = value;
    },
    setDisabled: (disabled) => setAttribute(field, "disabled", disabled ? "" : null),
  };
}

/** Choices are known by their place: two of them may read alike in another language. -1 is none. */
export interface ListControl {
  readonly element: HTMLElement;
  setOptions(labels: readonly string[], chosen: number): void;
  /** Left alone while the list is open. */
  setChosen(index: number): void;
  setDisabled(disabled: boolean): void;
}

export function createDropdown(label: string, onChange: (index: number) => void): ListControl {
  const list: HTMLElement & { value?: string } = customElement("vscode-dropdown", {
    attributes: { "aria-label": label },
  });
  list.addEventListener("change", () => onChange(Number(list.value)));
  return {
    element: list,
    setOptions: (labels, chosen) =>
      list.replaceChildren(
        ...labels.map((text, i) =>
          customElement(
            "vscode-option",
            { attributes: { value: String(i), ...(i === chosen ? { selected: "" } : {}) } },
            text,
          ),
        ),
      ),
    setChosen(index) {
      const value = String(index);
      if (list.value !== value && list.getAttribute("open") === null) list.value = value;
    },
    setDisabled: (disabled) => setAttribute(list, "disabled", disabled ? "" : null),
  };
}
