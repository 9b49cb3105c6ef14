/** The columns of the trace that a probe's run has, and how a capture fills a row of them. */
import { l2Norm } from "../../core/numerics/l2Norm";
import type { AnalyzedDirection } from "../../core/recompute/analyzeCapture";
import type { LayerView } from "../../diagnosis/probeFindings";
import { COLUMN, vectorColumn, type ColumnSpec } from "../../shared/trace/trace";
import type { FlatLayer } from "./probedLayers";

/** Numbers in a row for the states, gates and gradients of the first sequence, as in a trace of the lab's own. */
const MAX_STATE_NUMBERS = 16_384;
/** Numbers in a row for the norms of the gradient: of more layers, the first ones are traced. */
const MAX_NORM_NUMBERS = 2 ** 20;
/** Each has up to eight columns, and a header holds ten thousand. */
const MAX_LAYERS = 1000;

/** Vector columns of a layer, which is one direction of one layer of a module. */
interface LayerColumns {
  readonly layer: FlatLayer;
  /** Units of which states are traced; 0: none are. */
  readonly units: number;
  readonly columns: readonly (ColumnSpec & { readonly fill: Fill })[];
}

/** What a column is filled from. */
interface Source {
  readonly view: LayerView;
  readonly part: AnalyzedDirection;
  readonly layer: FlatLayer;
  /** Of the captured ones. */
  readonly sequence: number;
  /** Traced, the first ones. */
  readonly units: number;
}

type Fill = (into: Float64Array, source: Source) => void;

export interface ProbeColumns {
  readonly layers: readonly LayerColumns[];
  readonly vectors: readonly ColumnSpec[];
}

/** So many layers fit into a row. */
export function tracedLayers(layers: number, T: number): number {
  return Math.min(layers, MAX_LAYERS, Math.max(1, Math.floor(MAX_NORM_NUMBERS / (T + 1))));
}

/** @param T time steps of the longest sequence so far */
export function probeColumns(all: readonly FlatLayer[], T: number): ProbeColumns {
  const traced = all.slice(0, tracedLayers(all.length, T));
  const layers = traced.map((layer, l): LayerColumns => {
    const units = Math.min(layer.units, Math.floor(MAX_STATE_NUMBERS / (traced.length * numbersPerUnit(layer, T))));
    return { layer, units, columns: [normColumn(l, T), ...(units === 0 ? [] : stateColumns(layer, l, T, units))] };
  });
  return {
    layers,
    vectors: layers.flatMap(({ columns }) => columns.map(({ name, length, shape }) => ({ name, length, shape }))),
  };
}

/** Of a layer in a row. */
export function numbersPerUnit({ gates, hasCells }: FlatLayer, T: number): number {
  return 2 * (T + 1) + gates.length * T + (hasCells ? T + 1 : 0);
}

/** States, their gradients, gates and cells of one sequence. @param l of the layer in the trace */
export function stateColumns(layer: FlatLayer, l: number, T: number, units: number): LayerColumns["columns"] {
  const column = (name: string, steps: number, fill: Fill) => ({
    name,
    length: steps * units,
    shape: [steps, units],
    fill,
  });
  return [
    column(vectorColumn.state(l), T + 1, (into, source) => {
      fillStart(into, source, source.layer.isBackward ? null : initialState(source, "h0", layer.units));
      fillSteps(into, source, source.part.states, layer.units, 1);
    }),
    column(vectorColumn.stateGrad(l), T + 1, (into, source) => {
      const { startGradient } = source.part;
      const at = source.sequence * layer.units;
      fillStart(into, source, layer.isBackward ? null : (startGradient?.subarray(at, at + layer.units) ?? null));
      fillSteps(into, source, source.part.gradient, layer.units, 1);
    }),
    ...layer.gates.map((gate, g) => column(vectorColumn.gate(gate, l), T, (into, source) => fillGate(into, source, g))),
    ...(layer.hasCells
      ? [
          column(vectorColumn.part("c", l), T + 1, (into, source) => {
            fillStart(into, source, source.layer.isBackward ? null : initialState(source, "c0", layer.hiddenSize));
            if (source.part.cells !== null) fillSteps(into, source, source.part.cells, layer.hiddenSize, 1);
          }),
        ]
      : []),
  ];
}

/** Entry 0 is the initial state, which the gradient of a layer that goes backward does not end in. */
function normColumn(l: number, T: number): ColumnSpec & { readonly fill: Fill } {
  return {
    name: vectorColumn.stateGradNorm(l),
    length: T + 1,
    shape: [T + 1],
    fill: (into, { part, view, layer }) => {
      into.set(part.norms.gradientNorms.slice(0, T), 1);
      if (part.startGradient === null || layer.isBackward) return;
      const n = view.capture.value.sequences;
      let sum = 0;
      for (let i = 0; i < n; i++) sum += l2Norm(part.startGradient, i * layer.units, (i + 1) * layer.units);
      into[0] = sum / n;
    },
  };
}

/** The largest mean |dL/dh_t| of a row; NaN where one is that was computed. */
export function largestNorm(parts: readonly AnalyzedDirection[]): number {
  let largest = 0;
  for (const { norms } of parts)
    for (const norm of norms.gradientNorms) {
      if (Number.isNaN(norm)) return NaN;
      largest = Math.max(largest, norm);
    }
  return largest;
}

function fillStart(into: Float64Array, { units }: Source, start: Float64Array | null): void {
  if (start !== null) into.set(start.subarray(0, units));
}

/** @param width of a step in `from`, which is [sequences, T, width]. @param first entry of the first step */
function fillSteps(
  into: Float64Array,
  { view, sequence, units }: Source,
  from: Float64Array,
  width: number,
  first: number,
): void {
  const { timeSteps: T } = view.capture.value;
  const steps = Math.min(T, into.length / units - first);
  const kept = Math.min(units, width);
  for (let t = 0; t < steps; t++) {
    const at = (sequence * T + t) * width;
    into.set(from.subarray(at, at + kept), (first + t) * units);
  }
}

/** Gates beside each other, [sequences, T, G H], after their nonlinearity. */
function fillGate(into: Float64Array, { part, view, layer, sequence, units }: Source, gate: number): void {
  if (part.gates === null) return;
  const { timeSteps: T } = view.capture.value;
  const H = layer.hiddenSize;
  const width = layer.gates.length * H;
  const kept = Math.min(units, H);
  const steps = Math.min(T, into.length / units);
  for (let t = 0; t < steps; t++) {
    const at = (sequence * T + t) * width + gate * H;
    into.set(part.gates.subarray(at, at + kept), t * units);
  }
}

/** Of one sequence; zeros where the capture has none, as the state was zero. Null of a cell that does not say it. */
function initialState({ view, layer, sequence }: Source, name: string, units: number): Float64Array | null {
  const { sequences: n } = view.capture.value;
  const all = view.capture.arrays.get(name);
  if (all === undefined) return new Float64Array(units);
  const at = (layer.row * n + sequence) * units;
  return all.length >= at + units ? all.subarray(at, at + units) : null;
}

/** Columns that every trace has, of one number a row, and those of the scalars. */
export function scalarSpecs(names: readonly string[]): ColumnSpec[] {
  return [...Object.values(COLUMN), ...names].map((name) => ({ name, length: 1, shape: [1] }));
}
