import { scalarIndices } from "../../../src/shared/trace/scalarColumns";
import { ScalarSeries, scalarRows, type SeriesSnapshot } from "../../../src/shared/trace/scalarSeries";
import { SETTLED_TEXT } from "../../../src/shared/wire/liveEdit";
import type { HostMessage, ViewState } from "../../../src/shared/wire/protocol";
import {
  COLUMN,
  IDLE,
  TRACE_VERSION,
  vectorColumn,
  type ColumnSpec,
  type RunStatus,
  type TraceHeader,
  type TraceRows,
} from "../../../src/shared/trace/trace";

const TIME_STEPS = 2;

const COLUMNS: readonly ColumnSpec[] = [
  ...Object.values(COLUMN).map((name) => ({ name, length: 1, shape: [] })),
  { name: vectorColumn.stateGradNorm(0), length: TIME_STEPS + 1, shape: [TIME_STEPS + 1] },
];

export function headerOf(runId: string): TraceHeader {
  return {
    version: TRACE_VERSION,
    runId,
    name: "test",
    configHash: "0",
    engine: "float64",
    iterations: 1000,
    timeSteps: TIME_STEPS,
    cell: "linear",
    hiddenSize: 1,
    numLayers: 1,
    parameters: [],
    columns: COLUMNS,
    inspected: { sequence: 0, inputSize: 1, input: [0, 1], target: [1] },
    clip: null,
  };
}

/** Rows of the iterations [from, to); the loss is 1000 minus the iteration. */
export function rowsOf(from: number, to: number): TraceRows {
  const rows = Math.max(0, to - from);
  const columns = COLUMNS.map((spec) =>
    Float64Array.from({ length: rows * spec.length }, (_, i) =>
      spec.name === COLUMN.iteration ? from + i : 1000 - (from + Math.floor(i / spec.length)),
    ),
  );
  return { rows, columns };
}

/** Their scalars alone. */
function scalarsOf(from: number, to: number): TraceRows {
  return scalarRows(rowsOf(from, to), scalarIndices(COLUMNS));
}

export function seriesOf(to: number): SeriesSnapshot {
  const series = new ScalarSeries(COLUMNS);
  series.append(scalarsOf(0, to));
  return series.snapshot();
}

export function statusOf(change: Partial<RunStatus> = {}): RunStatus {
  return { ...IDLE, phase: "running", iterations: 1000, ...change };
}

export function viewOf(change: Partial<ViewState> = {}): ViewState {
  return {
    experiment: { uri: "file:///a.rnn.json", fileName: "a.rnn.json", name: "A", textDiffersFromRun: false },
    run: { number: 1, name: "run 1" },
    status: statusOf(),
    pace: 0,
    gradientCheck: null,
    findings: [],
    fixProgress: null,
    baselines: [],
    text: SETTLED_TEXT,
    change: null,
    events: [],
    recorded: null,
    notSaved: null,
    canRun: true,
    ...change,
  };
}

export function snapshotOf(sequence: number, runId: string, to: number): HostMessage {
  return {
    type: "snapshot",
    sequence,
    view: viewOf(),
    header: headerOf(runId),
    rows: rowsOf(0, to),
    scalars: seriesOf(to),
    ghosts: [],
    surface: null,
  };
}

export function appendOf(sequence: number, runId: string, from: number, to: number): HostMessage {
  return {
    type: "append",
    sequence,
    runId,
    rows: rowsOf(from, to),
    scalars: { kind: "rows", rows: scalarsOf(from, to) },
    status: statusOf({ iteration: to - 1 }),
  };
}
