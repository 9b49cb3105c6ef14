import * as l10n from "@vscode/l10n";
import { GATES } from "../../shared/trace/cells";
import type { ProbedLayer } from "../../shared/trace/probeContents";

/** One direction of one layer of a module, which the panel shows as a layer. */
export interface FlatLayer {
  /** Of the module, in the file. */
  readonly module: number;
  /** In the module: layer by layer, in each its directions. */
  readonly row: number;
  readonly name: string;
  readonly cell: ProbedLayer["cell"];
  /** H */
  readonly hiddenSize: number;
  /** Of a state: H, or P with a projection. */
  readonly units: number;
  readonly isBackward: boolean;
  /** Names of the gates that are computed; none of a single cell, whose gates are not seen. */
  readonly gates: readonly string[];
  readonly hasCells: boolean;
}

/** In the order module, layer, direction. */
export function flatLayers(modules: readonly ProbedLayer[]): FlatLayer[] {
  return modules.flatMap((module, index) =>
    Array.from({ length: module.numLayers * module.directions }, (_, row) => ({
      module: index,
      row,
      name: nameOf(module, row),
      cell: module.cell,
      hiddenSize: module.hiddenSize,
      units: module.projSize > 0 ? module.projSize : module.hiddenSize,
      isBackward: row % module.directions === 1,
      gates: module.single || module.cell === "rnn" ? [] : GATES[module.cell],
      hasCells: module.cell === "lstm",
    })),
  );
}

/** A model that is itself a recurrent layer has no path. */
export function moduleName({ name, type }: ProbedLayer): string {
  return name === "" ? type : name;
}

const WEIGHT = "weight.";

/** What a weight is called, by the name of its array in a capture; null where that is none of a weight. */
export function parameterName(module: ProbedLayer, array: string): string | null {
  return array.startsWith(WEIGHT) ? `${moduleName(module)}.${array.slice(WEIGHT.length)}` : null;
}

function nameOf(module: ProbedLayer, row: number): string {
  const layer = Math.floor(row / module.directions);
  const direction = row % module.directions === 1 ? l10n.t("backward") : l10n.t("forward");
  return [
    moduleName(module),
    ...(module.numLayers > 1 || module.directions > 1 ? [l10n.t("layer {0}", layer)] : []),
    ...(module.directions > 1 ? [direction] : []),
  ].join(" · ");
}
