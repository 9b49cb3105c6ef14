import { l2Norm } from "../../core/numerics/l2Norm";
import type { LayerView } from "../../diagnosis/probeFindings";
import type { ParameterInfo } from "../../shared/trace/trace";
import type { TensorNorms } from "../../shared/trace/weightReport";
import { parameterName } from "./probedLayers";

/** Of a longer run every second captured step is left out, again and again. */
const MAX_ROWS = 1024;

/** How large each weight was at the captured steps. */
export class ProbeNorms {
  private rows: { readonly iteration: number; readonly norms: ReadonlyMap<string, number> }[] = [];

  add(iteration: number, views: readonly LayerView[]): void {
    const norms = new Map<string, number>();
    for (const { layer, weights } of views)
      for (const [array, values] of weights ?? []) {
        const name = parameterName(layer, array);
        if (name !== null) norms.set(name, l2Norm(values));
      }
    if (norms.size === 0) return;
    this.rows.push({ iteration, norms });
    if (this.rows.length > MAX_ROWS) this.rows = this.rows.filter((_, i) => i % 2 === 0);
  }

  /** Ratios are not known: between two captured steps there are many updates. */
  read(parameters: readonly ParameterInfo[]): TensorNorms {
    const { rows } = this;
    const norms = Float64Array.from(rows.flatMap((row) => parameters.map(({ name }) => row.norms.get(name) ?? NaN)));
    return {
      iterations: Float64Array.from(rows, ({ iteration }) => iteration),
      norms,
      ratios: new Float64Array(norms.length).fill(NaN),
    };
  }
}
