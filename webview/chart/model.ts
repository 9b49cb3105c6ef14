/** What the charts draw from: one run, the part of it in view, and the place of the cursor. Built once a frame. */
import type { Baseline } from "../../src/shared/wire/baselines";
import { isBackwardLayer } from "../../src/shared/trace/networkSpec";
import type { RunEvent } from "../../src/shared/wire/liveEdit";
import type { Ghost } from "../../src/shared/wire/protocol";
import type { FixProgress, ShownFinding } from "../../src/shared/wire/findings";
import type { ShownRace } from "../../src/shared/wire/race";
import type { ShownRateTest } from "../../src/shared/wire/rateTest";
import type { SeedTrials } from "../../src/shared/wire/seeds";
import type { AnswerTo, QuestionKind } from "../../src/shared/wire/questions";
import { indexAt } from "../../src/shared/trace/decimate";
import {
  COLUMN,
  vectorColumn,
  type BestValidation,
  type LossSurface,
  type RunPhase,
  type TraceHeader,
} from "../../src/shared/trace/trace";
import type { CursorPlace } from "../state/cursor";
import type { LastRace } from "../state/lastRace";
import type { Preferences } from "../state/preferences";
import { courseOf, cursorPlace, lostRaceOf, type AnswerState, type LabState, type Run } from "../state/store";
import type { Theme } from "../ui/theme";
import type { RunClock } from "../state/runClock";
import { iterationWindow, windowOf, type IterationWindow, type LineWindow, type Span } from "../state/zoom";

/** A run, seen as rows of some kind: its traced rows, or the scalars of its iterations. */
export interface RowModel {
  readonly header: TraceHeader;
  readonly phase: RunPhase;
  /** From 1: its color follows from it. 0 where it is not known. */
  readonly runNumber: number;
  /** The lowest validation loss of the run; null where nothing was validated. */
  readonly best: BestValidation | null;
  readonly rows: number;
  readonly iterations: Float64Array;
  readonly window: IterationWindow;
  /** The window is one that the reader has chosen in a chart. */
  readonly isZoomed: boolean;
  /** The time steps in view; null: all of them. */
  readonly timeSpan: Span | null;
  readonly place: CursorPlace;
  /** The time step in the sequence that is looked into, which may be longer than those of training. */
  readonly sequenceStep: number | null;
  readonly ghosts: readonly Ghost[];
  readonly surface: LossSurface | null;
  readonly findings: readonly ShownFinding[];
  readonly fixProgress: FixProgress | null;
  readonly baselines: readonly Baseline[];
  readonly race: ShownRace | null;
  /** A race that ended with the host that ran it; null where there is a race, or was none. */
  readonly lostRace: LastRace | null;
  readonly rateTest: ShownRateTest | null;
  readonly seeds: SeedTrials | null;
  /** What was changed while the run went on. */
  readonly events: readonly RunEvent[];
  readonly preferences: Preferences;
  readonly theme: Theme;
  /** All rows of a column; null when this trace has none of that name. */
  column(name: string): Float64Array | null;
  /**
   * The latest answer to what a view asked, which may be about an earlier iteration than the cursor's. Null: none yet.
   */
  answerTo<K extends QuestionKind>(kind: K): AnswerTo<K> | { readonly failure: string } | null;
}

/** The scalars of every iteration. A row is a point of the curves: an iteration, or of a long run one of several. */
export interface ScalarModel extends RowModel {
  readonly window: LineWindow;
  /** Iterations so far. */
  readonly total: number;
  /** One value; where the row stands for several iterations, their mean. NaN where there is none. */
  meanAt(name: string, row: number): number;
  /** Of this run or an earlier one; null where this page has not seen it train. */
  clockOf(runId: string): RunClock | null;
  /** How many iterations a row stands for. */
  iterationsAt(row: number): number;
}

/** The traced rows, with their vectors. */
export interface ChartModel extends RowModel {
  readonly scalars: ScalarModel;
  /** One row of a vector column. */
  rowOf(name: string, row: number): Float64Array | null;
}

/** The layer that the reader has chosen; else the one next to the output, where the gradient comes in. */
export function layerOf({ header, preferences }: RowModel): number {
  return Math.min(preferences.layer ?? header.numLayers - (header.directions ?? 1), header.numLayers - 1);
}

/**
 * As if the layer that the reader has chosen were all of the model, for a run whose layers differ; its time steps are
 * those of the row under the cursor.
 */
export function modelOfLayer(model: ChartModel): ChartModel {
  const { header, place } = model;
  const layer = layerOf(model);
  if (header.probed === undefined) return model;
  const norms = model.rowOf(vectorColumn.stateGradNorm(layer), place.row);
  const reached = norms?.findLastIndex((norm) => !Number.isNaN(norm)) ?? -1;
  const timeSteps = reached > 0 ? reached : header.timeSteps;
  return { ...model, header: { ...ofLayer(header, layer), timeSteps } };
}

/** With the cell and the units of this layer, where layers differ. */
export function ofLayer(header: TraceHeader, layer: number): TraceHeader {
  const own = header.probed?.layers[layer];
  return own === undefined ? header : { ...header, cell: own.cell, hiddenSize: own.units };
}

/** Whether the gradient of the layer flows from the first time step to the last. */
export function isBackward({ header }: RowModel, layer: number): boolean {
  return isBackwardLayer(header, layer) || header.probed?.layers[layer]?.isBackward === true;
}

/** What is new since the last frame. */
export interface Changed {
  readonly data: boolean;
  readonly cursor: boolean;
  /** Theme, preferences or size. */
  readonly style: boolean;
}

export interface LabChart {
  readonly element: HTMLElement;
  /**
   * Whether there is what it shows; its section is not there otherwise. Asked at every frame, so it must be cheap. Left
   * out: always.
   */
  isAvailable?(model: ChartModel | null): boolean;
  /** Called only while it can be seen; `changed` covers everything since the last call. */
  draw(model: ChartModel | null, changed: Changed): void;
  /** What its button starts, for a command that does the same. */
  start?(): void;
}

export function buildModel(state: LabState, theme: Theme): ChartModel | null {
  if (state.run === null || state.run.trace.rows === 0) return null;
  const { header, trace } = state.run;
  const scalars = buildScalarModel(state, state.run, theme);
  const iterations = trace.column(COLUMN.iteration) ?? new Float64Array(0);
  const row = indexAt(iterations, trace.rows, scalars.place.iteration);
  const { from, to } = scalars.window;
  return {
    ...scalars,
    scalars,
    rows: trace.rows,
    iterations,
    window: windowOf(iterations, trace.rows, { from, to }),
    place: { ...scalars.place, row, iteration: iterations[row] ?? 0 },
    column: (name) => trace.column(name),
    rowOf(name, at) {
      const length = header.columns.find((spec) => spec.name === name)?.length ?? 0;
      return at < 0 ? null : (trace.column(name)?.subarray(at * length, (at + 1) * length) ?? null);
    },
  };
}

function buildScalarModel(state: LabState, { header, scalars }: Run, theme: Theme): ScalarModel {
  const iterations = scalars.column(COLUMN.iteration) ?? new Float64Array(0);
  const place = cursorPlace(state);
  const phase = state.view?.status.phase ?? "idle";
  return {
    header,
    phase,
    best: state.view?.status.best ?? null,
    rows: scalars.points,
    total: scalars.rows,
    iterations,
    runNumber: state.view?.run?.number ?? 0,
    window: iterationWindow(courseOf(state), state.preferences.range, state.zoom.iteration),
    isZoomed: state.zoom.iteration !== null,
    timeSpan: state.zoom.timeStep,
    place: { ...place, timeStep: place.timeStep === null ? null : Math.min(place.timeStep, header.timeSteps) },
    sequenceStep: place.timeStep,
    ghosts: state.ghosts,
    surface: state.surface,
    findings: state.view?.findings ?? [],
    fixProgress: state.view?.fixProgress ?? null,
    baselines: state.view?.baselines ?? [],
    race: state.race,
    lostRace: lostRaceOf(state),
    rateTest: state.rateTest,
    seeds: state.seeds,
    events: state.view?.events ?? [],
    preferences: state.preferences,
    theme,
    answerTo<K extends QuestionKind>(kind: K) {
      const known: AnswerState | undefined = state.answers[kind];
      return known === undefined ? null : "failure" in known ? known : (known.answer as AnswerTo<K>);
    },
    column: (name) => scalars.column(name),
    clockOf: (runId) => state.clocks.find((clock) => clock.runId === runId) ?? null,
    meanAt: (name, at) => scalars.meanAt(name, at),
    iterationsAt: (at) => scalars.iterationsAt(at),
  };
}
