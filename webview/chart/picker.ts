/** A small choice in the tools of a card. The element of the platform, so keys and screen readers know it. */
import * as l10n from "@vscode/l10n";
import { element, setHidden } from "../ui/dom";

export interface PickerOption {
  readonly value: string;
  readonly label: string;
}

export class Picker {
  readonly element: HTMLSelectElement;
  private shown = "";

  constructor(label: string, onPick: (value: string) => void) {
    this.element = element("select", { class: "picker", attributes: { "aria-label": label, title: label } });
    this.element.addEventListener("change", () => onPick(this.element.value));
  }

  /** Hidden where there is nothing to choose. */
  show(options: readonly PickerOption[], value: string): void {
    setHidden(this.element, options.length < 2);
    const key = options.map((option) => `${option.value}=${option.label}`).join("|");
    if (key !== this.shown) {
      this.shown = key;
      this.element.replaceChildren(
        ...options.map((option) => element("option", { attributes: { value: option.value } }, option.label)),
      );
    }
    if (this.element.value !== value) this.element.value = value;
  }
}

/** "layer 1" is the one next to the input. */
export function layerOptions(numLayers: number): PickerOption[] {
  return Array.from({ length: numLayers }, (_, layer) => ({
    value: String(layer),
    label: l10n.t("layer {0} of {1}", layer + 1, numLayers),
  }));
}
