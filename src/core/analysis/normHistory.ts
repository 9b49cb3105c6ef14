import { sizeOf } from "../../shared/trace/networkSpec";
import { COLUMN, type ParameterInfo } from "../../shared/trace/trace";
import { TraceBuffer } from "../../shared/trace/traceBuffer";
import type { TensorNorms } from "../../shared/trace/weightReport";
import { l2Norm } from "../numerics/l2Norm";

/** Points of a line in the panel, more or less. */
const MAX_ROWS = 512;
const NORMS = "norms";
const RATIOS = "ratios";

/**
 * The norm of each tensor, and of its update relative to that, at some iterations of a run; bounded, and thinned as a
 * trace is.
 */
export class NormHistory {
  private readonly rows: TraceBuffer;
  private readonly difference: Float64Array;

  constructor(private readonly layout: readonly ParameterInfo[]) {
    const tensors = layout.length;
    const scalars = [COLUMN.iteration, COLUMN.loss, COLUMN.gradientNorm].map((name) => ({
      name,
      length: 1,
      shape: [1],
    }));
    this.rows = new TraceBuffer(
      [
        ...scalars,
        { name: NORMS, length: tensors, shape: [tensors] },
        { name: RATIOS, length: tensors, shape: [tensors] },
      ],
      MAX_ROWS,
    );
    this.difference = new Float64Array(layout.reduce((sum, { shape }) => sum + sizeOf(shape), 0));
  }

  /** One row: the parameters before and after the update of this iteration. */
  add(iteration: number, loss: number, gradientNorm: number, before: Float64Array, after: Float64Array): void {
    const row = this.rows.nextRow();
    for (let i = 0; i < before.length; i++) this.difference[i] = after[i]! - before[i]!;
    const { columns } = this.rows;
    columns[0]![row] = iteration;
    columns[1]![row] = loss;
    columns[2]![row] = gradientNorm;
    for (const [i, { shape, offset }] of this.layout.entries()) {
      const norm = l2Norm(before, offset, offset + sizeOf(shape));
      columns[3]![row * this.layout.length + i] = norm;
      columns[4]![row * this.layout.length + i] = l2Norm(this.difference, offset, offset + sizeOf(shape)) / norm;
    }
  }

  read(): TensorNorms {
    const copy = (name: string): Float64Array<ArrayBuffer> => this.rows.column(name)!.slice();
    return { iterations: copy(COLUMN.iteration), norms: copy(NORMS), ratios: copy(RATIOS) };
  }
}
