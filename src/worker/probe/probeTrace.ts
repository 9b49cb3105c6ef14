import type { LayerView } from "../../diagnosis/probeFindings";
import { hasWeights, type ScalarRows } from "../../runs/format/probe/readProbe";
import { sizeOf } from "../../shared/trace/networkSpec";
import type { CaptureValue, ProbeStart } from "../../shared/trace/probeContents";
import { namedScalar, scalarColumns } from "../../shared/trace/scalarColumns";
import { scalarInRole, type ScalarRole } from "../../shared/trace/scalarRoles";
import { ScalarSeries, type SeriesSnapshot, type SeriesUpdate } from "../../shared/trace/scalarSeries";
import {
  COLUMN,
  OPTIONAL_COLUMN,
  TRACE_VERSION,
  type BestValidation,
  type ParameterInfo,
  type TraceHeader,
  type TraceRows,
} from "../../shared/trace/trace";
import { firstRows, runCapacity, TraceBuffer, UNBOUNDED } from "../../shared/trace/traceBuffer";
import { largestNorm, probeColumns, scalarSpecs, tracedLayers, type ProbeColumns } from "./probeColumns";
import { flatLayers, parameterName } from "./probedLayers";

/** The sequence whose states are in the rows; others are asked for. */
const TRACED_SEQUENCE = 0;
/** Names of scalars that are shown; a file that gives more names than that has a new one for each step. */
const MAX_SCALARS = 64;
/** An accuracy is left as it is: some count it in percent, and the lab's own is a share. */
const SHOWN_ROLES: readonly ScalarRole[] = [COLUMN.loss, OPTIONAL_COLUMN.validationLoss, OPTIONAL_COLUMN.learningRate];
/** Scalars that wait to be sent; of more, the whole series is sent, which is bounded. */
const MOST_WAITING = 2 ** 15;

/** What the other end of the thread lacks. */
export type TraceNews =
  | {
      readonly kind: "whole";
      readonly header: TraceHeader;
      readonly rows: TraceRows;
      readonly scalars: SeriesSnapshot;
    }
  | { readonly kind: "more"; readonly rows: TraceRows; readonly scalars: SeriesUpdate };

/**
 * The trace of a run that a probe records: of each captured step a row, and the scalars of every step. Its header
 * changes when a sequence is longer than those before, or a scalar has a new name; then everything is sent anew.
 */
export class ProbeTrace {
  private readonly all;
  private timeSteps = 1;
  private columns: ProbeColumns;
  private parameters: readonly ParameterInfo[] = [];
  /** Column by the name that was given to `step`; null for one beyond the limit. */
  private readonly scalarNames = new Map<string, string | null>();
  private readonly latest = new Map<string, number>();
  private rows: TraceBuffer;
  private series: ScalarSeries;
  private newRows: TraceBuffer;
  private newScalars: TraceBuffer;
  private isWhole = true;
  private isBlank = false;
  private bestValidation: BestValidation | null = null;
  header: TraceHeader;

  constructor(private readonly start: ProbeStart) {
    this.all = flatLayers(start.layers);
    this.columns = probeColumns(this.all, this.timeSteps);
    this.header = this.createHeader();
    const { columns } = this.header;
    this.rows = this.createRows();
    this.series = new ScalarSeries(columns);
    this.newRows = this.createRows();
    this.newScalars = new TraceBuffer(scalarColumns(columns), UNBOUNDED, 256);
  }

  /** Steps so far. */
  get steps(): number {
    return this.series.rows;
  }

  get rowCount(): number {
    return this.rows.rows;
  }

  get loss(): number | null {
    return this.latest.get(COLUMN.loss) ?? null;
  }

  get best(): BestValidation | null {
    return this.bestValidation;
  }

  /** Layers that a row has no room for. */
  get untracedLayers(): number {
    return this.all.length - tracedLayers(this.all.length, this.timeSteps);
  }

  /** Names of scalars that are not shown. */
  get unshownScalars(): number {
    return [...this.scalarNames.values()].filter((column) => column === null).length;
  }

  /** Before what follows from it is added. */
  noteCapture(value: CaptureValue): void {
    const own = hasWeights(value) ? parametersOf(this.start, value) : [];
    const isNew = own[0] !== undefined && !this.parameters.some(({ name }) => name === own[0]!.name);
    if (isNew) this.parameters = withOffsets([...this.parameters, ...own]);
    if (value.timeSteps > this.timeSteps) this.timeSteps = value.timeSteps;
    else if (!isNew) return;
    this.columns = probeColumns(this.all, this.timeSteps);
    this.changeHeader();
  }

  /**
   * What a step did not name keeps its value.
   * @returns the losses of the steps; null where they have none
   */
  addScalars({ first, rows, columns }: ScalarRows): ArrayLike<number> | null {
    const names = columns.map(([name]) => name);
    for (const name of names) this.nameScalar(name, roleOf(name, names));
    const specs = this.series.specs;
    const given = new Map(
      columns.flatMap(([name, values]) => {
        const column = this.scalarNames.get(name) ?? null;
        return column === null ? [] : [[column, values] as const];
      }),
    );
    const filled = specs.map(({ name }) => {
      if (name === COLUMN.iteration) return Float64Array.from({ length: rows }, (_, i) => first + i);
      const values = given.get(name);
      return values === undefined
        ? new Float64Array(rows).fill(this.latest.get(name) ?? NaN)
        : Float64Array.from(values);
    });
    for (const [i, { name }] of specs.entries())
      if (given.has(name) && rows > 0) this.latest.set(name, filled[i]!.at(-1)!);
    this.noteBest(first, given.get(OPTIONAL_COLUMN.validationLoss) ?? null);
    const block: TraceRows = { rows, columns: filled };
    this.series.append(block);
    if (this.newScalars.rows + rows <= MOST_WAITING) this.newScalars.append(block);
    else this.isWhole = true;
    return given.get(COLUMN.loss) ?? null;
  }

  /** So that there is a run to show while nothing is captured: without vectors, until the first captured step comes. */
  addBlankRow(iteration: number): void {
    this.addRow(iteration, this.loss ?? NaN, []);
    this.isBlank = true;
  }

  /** @param loss of the step; NaN where it did not name it */
  addRow(iteration: number, loss: number, views: readonly LayerView[]): void {
    if (this.isBlank) {
      this.rows.clear();
      this.newRows.clear();
      this.isBlank = false;
      this.isWhole = true;
    }
    const byModule = new Map(views.map((view) => [this.start.layers.indexOf(view.layer), view]));
    const parts = this.columns.layers.map(({ layer, units, columns }) => {
      const view = byModule.get(layer.module);
      const part = view?.analyzed.directions[layer.row];
      return view === undefined || part === undefined
        ? null
        : { columns, source: { view, part, layer, sequence: TRACED_SEQUENCE, units } };
    });
    const found = parts.flatMap((part) => (part === null ? [] : [part.source.part]));
    const values = new Map<string, Float64Array>();
    for (const part of parts)
      for (const { name, length, fill } of part?.columns ?? []) {
        const into = new Float64Array(length).fill(NaN);
        fill(into, part!.source);
        values.set(name, into);
      }
    const scalars: Readonly<Record<string, number>> = {
      [COLUMN.iteration]: iteration,
      [COLUMN.loss]: loss,
      [COLUMN.gradientNorm]: largestNorm(found),
    };
    const row: TraceRows = {
      rows: 1,
      columns: this.header.columns.map(
        ({ name, length }) =>
          (values.get(name) ?? new Float64Array(length).fill(scalars[name] ?? NaN)) as Float64Array<ArrayBuffer>,
      ),
    };
    this.rows.append(row);
    this.newRows.append(row);
  }

  get hasNews(): boolean {
    return this.isWhole || this.newRows.rows > 0 || this.newScalars.rows > 0;
  }

  take(): TraceNews {
    const { newRows, newScalars, header, isWhole } = this;
    this.isWhole = false;
    const rows = newRows.adopt();
    const scalars = newScalars.adopt();
    return isWhole
      ? { kind: "whole", header, rows: this.rows.snapshot(), scalars: this.series.snapshot() }
      : { kind: "more", rows, scalars: { kind: "rows", rows: scalars } };
  }

  /** @param known the column of the lab's own that it stands for; null for one that is somebody's own */
  private nameScalar(name: string, known: string | null): void {
    if (this.scalarNames.has(name)) return;
    const isFree = known !== null && ![...this.scalarNames.values()].includes(known);
    const isFull = this.scalarNames.size - this.unshownScalars >= MAX_SCALARS;
    // A scalar of that name would take the place of the count. Beyond any file that is meant so, names are not kept.
    if (isFull && this.scalarNames.size >= 2 * MAX_SCALARS) return;
    const column = name === COLUMN.iteration || isFull ? null : isFree ? known : namedScalar(name);
    this.scalarNames.set(name, column);
    if (column !== null && column !== COLUMN.loss) this.changeHeader();
  }

  private noteBest(first: number, values: ArrayLike<number> | null): void {
    for (let i = 0; i < (values?.length ?? 0); i++) {
      const value = values![i]!;
      if (value < (this.bestValidation?.validationLoss ?? Infinity))
        this.bestValidation = { iteration: first + i, validationLoss: value };
    }
  }

  private createHeader(): TraceHeader {
    const { start, timeSteps, columns } = this;
    const own = [...this.scalarNames].filter(([, column]) => column !== null && column !== COLUMN.loss);
    const layers = columns.layers.map(({ layer }) => layer);
    return {
      version: TRACE_VERSION,
      runId: start.runId,
      name: start.name,
      configHash: "",
      // What the numbers of the rows are computed in, whatever the model uses.
      engine: "float64",
      iterations: 0,
      timeSteps,
      cell: [...new Set(layers.map(({ cell }) => cell))].join(", "),
      hiddenSize: Math.max(0, ...layers.map(({ units }) => units)),
      numLayers: layers.length,
      parameters: this.parameters,
      columns: [...scalarSpecs(own.map(([, column]) => column!)), ...columns.vectors],
      inspected: { sequence: TRACED_SEQUENCE, inputSize: 0, input: [], target: [] },
      data: {
        inputKind: "values",
        targetKind: "values",
        vocabulary: null,
        batchesPerEpoch: 1,
        sequences: { training: start.sequences, validation: 0 },
      },
      clip: null,
      probed: {
        layers: layers.map(({ name, cell, units, isBackward }) => ({ name, cell, units, isBackward })),
        scalars: own.flatMap(([name, column]) => (column === namedScalar(name) ? [name] : [])),
        parameters: start.parameters,
      },
    };
  }

  /** What is there goes over into the columns of the new header. */
  private changeHeader(): void {
    const { header: before, rows, series } = this;
    this.header = this.createHeader();
    this.rows = this.createRows();
    this.rows.append(laidOut(rows, before, this.header));
    this.series = widened(series, this.header);
    this.newRows = this.createRows();
    this.newScalars = new TraceBuffer(scalarColumns(this.header.columns), UNBOUNDED, 256);
    this.isWhole = true;
  }

  private createRows(): TraceBuffer {
    const { columns } = this.header;
    return new TraceBuffer(columns, runCapacity(columns), firstRows(columns));
  }
}

function roleOf(name: string, names: readonly string[]): ScalarRole | null {
  return SHOWN_ROLES.find((role) => name === scalarInRole(role, names)) ?? null;
}

function parametersOf({ layers }: ProbeStart, { layer, shapes }: CaptureValue): Omit<ParameterInfo, "offset">[] {
  return Object.entries(shapes).flatMap(([array, shape]) => {
    const name = parameterName(layers[layer]!, array);
    return name === null ? [] : [{ name, shape }];
  });
}

function withOffsets(parameters: readonly Omit<ParameterInfo, "offset">[]): ParameterInfo[] {
  let offset = 0;
  return parameters.map(({ name, shape }) => {
    const info = { name, shape, offset };
    offset += sizeOf(shape);
    return info;
  });
}

/** Rows of one header in the columns of another, which may have more steps and fewer units. */
function laidOut(rows: TraceBuffer, before: TraceHeader, after: TraceHeader): TraceRows {
  const columns = after.columns.map((to) => {
    const into = new Float64Array(rows.rows * to.length).fill(NaN);
    const from = before.columns.find(({ name }) => name === to.name);
    if (from === undefined) return into;
    const values = rows.column(to.name)!;
    const [steps = 1, units = 1] = from.shape;
    const [newSteps = 1, newUnits = 1] = to.shape;
    for (let row = 0; row < rows.rows; row++)
      for (let t = 0; t < Math.min(steps, newSteps); t++)
        for (let j = 0; j < Math.min(units, newUnits); j++)
          into[row * to.length + t * newUnits + j] = values[row * from.length + t * units + j]!;
    return into;
  });
  return { rows: rows.rows, columns };
}

/** With a column of NaN for each new scalar. */
function widened(series: ScalarSeries, { columns }: TraceHeader): ScalarSeries {
  const wider = new ScalarSeries(columns);
  if (series.rows === 0) return wider;
  const { rows, buckets, points, means } = series.snapshot();
  const spread = (values: Float64Array): Float64Array<ArrayBuffer> => {
    const length = values.length / series.specs.length;
    const all = new Float64Array(length * wider.specs.length).fill(NaN);
    for (const [index, { name }] of wider.specs.entries()) {
      const from = series.specs.findIndex((spec) => spec.name === name);
      if (from >= 0) all.set(values.subarray(from * length, (from + 1) * length), index * length);
    }
    return all;
  };
  wider.restore({ rows, buckets, points: spread(points), means: spread(means) });
  return wider;
}
