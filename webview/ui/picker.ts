/** A drop-down list in the tools of a card. A native select, for its keyboard and screen reader support. */
import * as l10n from "@vscode/l10n";
import { isBackwardLayer } from "../../src/shared/trace/networkSpec";
import type { TraceHeader } from "../../src/shared/trace/trace";
import { element, setHidden } from "./dom";
import { withoutControls } from "./visibleText";

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

  /** Of a layer of the model, by {@link layerOptions}. */
  static ofLayer(onPick: (layer: number) => void): Picker {
    return new Picker(l10n.t("Layer, numbered from 0 as in PyTorch"), (layer) => onPick(Number(layer)));
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

export function layerOptions(header: LayeredHeader): PickerOption[] {
  return Array.from({ length: header.numLayers }, (_, layer) => ({
    value: String(layer),
    label: layerName(header, layer),
  }));
}

type LayeredHeader = Pick<TraceHeader, "numLayers" | "directions" | "probed">;

/**
 * Numbered as in PyTorch: layer 0, of weight_hh_l0, is the one next to the input. By its module, where a model has
 * several.
 */
export function layerName(header: LayeredHeader, layer: number): string {
  const name = header.probed?.layers[layer]?.name;
  if (name !== undefined) return withoutControls(name);
  if (header.directions !== 2) return l10n.t("layer {0}", layer);
  const direction = isBackwardLayer(header, layer) ? l10n.t("backward") : l10n.t("forward");
  return [l10n.t("layer {0}", Math.floor(layer / 2)), direction].join(" · ");
}
