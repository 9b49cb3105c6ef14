/** The parameters of lru and rglru as the kernel holds them, see packedParameters.ts. */
import { initialStateNames, inputBlocks } from "../shared/trace/cells";
import type { NetworkSpec } from "../core/network/network";
import type { IndexWriter } from "./indexWriter";
import { paddedToPanel, ROW_BYTES, type NumberFormat } from "./panelMatrix";

/** The panels of inputs that a panel of units reads in a gate of rglru: those of its heads. */
interface Band {
  readonly first: number;
  readonly panels: number;
  /** In numbers from the gate's first weights to those of this panel, [C·panels][C]. */
  readonly offset: number;
}

/** Of a layer, in numbers from the start of the block; H' the hidden size in whole panels. */
export interface PackedDiagonal {
  /** Whether the layer's weights project its input, see src/core/cells/projectedInput.ts. */
  readonly projects: boolean;
  /** Vectors of H' numbers. lru: nu_log, theta_log, gamma_log, D. rglru: a_param. */
  readonly units: number;
  /** lru: B_re and B_im, [2 H'/C][H'][C]. rglru: the weights of i, then of r, by band. */
  readonly inner: number;
  /** rglru: [2 H'], of i and r; null without bias. */
  readonly innerBias: number | null;
  /** lru: C_re above C_im, [H'/C][2 H'][C]. */
  readonly outer: number;
  /** Numbers in the weights of one gate, or of one of B's parts. */
  readonly gateWeights: number;
  readonly bands: readonly Band[];
  /** Places in the weights of a gate that no head has: what a panel reads of its neighbors' heads. */
  readonly holes: readonly number[];
}

export function packDiagonalLayer(
  spec: NetworkSpec,
  format: NumberFormat,
  layer: number,
  take: (size: number) => number,
) {
  const { cell, hiddenSize: H, bias } = spec;
  const hidden = paddedToPanel(H, format);
  const inputs = layer === 0 ? spec.inputSize : H;
  const projects = inputBlocks(cell, inputs, H) > 0;
  const rows = projects ? Math.ceil(inputs / 4) * 4 : 0;
  const isLru = cell === "lru";
  const bands = bandsOf(spec, format);
  const gateWeights = bands.reduce((sum, { panels }) => sum + panels * format.columns ** 2, 0);
  const weights = take(hidden * rows);
  return {
    weights,
    xQuads: rows / 4,
    weightPanel: rows * ROW_BYTES,
    inputBias: bias && projects ? take(hidden) : null,
    hiddenBias: null,
    leak: null,
    lstm: null,
    diagonal: {
      projects,
      units: take((isLru ? 4 : 1) * hidden),
      inner: take(2 * gateWeights),
      innerBias: bias && !isLru ? take(2 * hidden) : null,
      outer: take(isLru ? 2 * hidden * hidden : 0),
      gateWeights,
      bands,
      holes: holesOf(spec, format, bands),
    },
    initialStates: spec.learnedInitialState === true ? initialStateNames(cell).map(() => take(hidden)) : [],
  };
}

/** Of each panel of units. All panels of lru read all inputs. */
function bandsOf({ cell, hiddenSize: H, heads = 1 }: NetworkSpec, { columns }: NumberFormat): Band[] {
  const width = cell === "lru" ? H : H / heads;
  const bands: Band[] = [];
  let offset = 0;
  for (let start = 0; start < H; start += columns) {
    const last = Math.min(start + columns, H) - 1;
    const first = Math.floor((Math.floor(start / width) * width) / columns);
    const panels = Math.ceil(((Math.floor(last / width) + 1) * width) / columns) - first;
    bands.push({ first, panels, offset });
    offset += panels * columns ** 2;
  }
  return bands;
}

function holesOf(
  { cell, hiddenSize: H, heads = 1 }: NetworkSpec,
  { columns }: NumberFormat,
  bands: readonly Band[],
): number[] {
  const width = H / heads;
  if (cell === "lru" || heads === 1 || width % columns === 0) return [];
  return bands.flatMap(({ first, panels, offset }, panel) => {
    const holes: number[] = [];
    for (let row = 0; row < panels * columns; row++) {
      for (let column = 0; column < columns; column++) {
        const head = Math.floor((panel * columns + column) / width);
        if (Math.floor((first * columns + row) / width) !== head) holes.push(offset + row * columns + column);
      }
    }
    return holes;
  });
}

/** The places of a layer's own tensors, in the order of the layout; see ownTensors. */
export function addOwnIndices(
  spec: NetworkSpec,
  format: NumberFormat,
  { units, inner, innerBias, outer, gateWeights, bands }: PackedDiagonal,
  writer: IndexWriter,
): void {
  const { hiddenSize: H, heads = 1 } = spec;
  const { columns } = format;
  const hidden = paddedToPanel(H, format);
  if (spec.cell === "lru") {
    for (let vector = 0; vector < 4; vector++) writer.vector(units + vector * hidden, H);
    for (let part = 0; part < 2; part++) writer.matrix(inner + part * gateWeights, hidden, 0, H, H);
    for (let part = 0; part < 2; part++) writer.matrix(outer, 2 * hidden, part * hidden, H, H);
    return;
  }
  writer.vector(units, H);
  const width = H / heads;
  for (let gate = 0; gate < 2; gate++) {
    for (let unit = 0; unit < H; unit++) {
      const { first, offset } = bands[Math.floor(unit / columns)]!;
      const start = inner + gate * gateWeights + offset + (unit % columns);
      const column = Math.floor(unit / width) * width - first * columns;
      for (let k = 0; k < width; k++) writer.add(start + (column + k) * columns);
    }
    if (innerBias !== null) writer.vector(innerBias + gate * hidden, H);
  }
}
