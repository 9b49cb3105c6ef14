/**
 * What the extension host and the webview say to each other. Both views (panel, side panel) speak it.
 *
 * Rules: nothing is sent before `ready`. Data frames (`snapshot`, `append`) carry a sequence number and are
 * acknowledged; at most {@link MAX_FRAMES_IN_FLIGHT} are unacknowledged. A snapshot is complete: a view can be rebuilt
 * from one. A view that sees a gap or an unknown run sends `requestSnapshot`.
 */
import type { Baseline } from "./baselines";
import type { ConfigPath, FixEdit, FixProgress, ShownFinding } from "./findings";
import type { RunChange, RunEvent, TextState } from "./liveEdit";
import type { PanelAction } from "./panelActions";
import type { RunIdentity } from "./runIdentity";
import type { ShownRace } from "./race";
import type { ShownRateTest } from "./rateTest";
import type { Answer, Question } from "./questions";
import type { ChartFormat, ChartName } from "./savedCharts";
import type { SeedTrials } from "./seeds";
import type { SeriesSnapshot, SeriesUpdate } from "../trace/scalarSeries";
import type { FrameRows, GradientCheck, LossSurface, RunStatus, TraceHeader } from "../trace/trace";

export const MAX_FRAMES_IN_FLIGHT = 2;

/** An earlier run of the same experiment, kept as a faint curve. */
export interface Ghost {
  readonly runId: string;
  /** From 1: its color follows from it; see `RunIdentity`. */
  readonly number: number;
  /** Its name (`RunIdentity.name`). */
  readonly label: string;
  readonly iteration: Float64Array<ArrayBuffer>;
  readonly loss: Float64Array<ArrayBuffer>;
  /** The parameters of a model that has two, pairs in the order of the iterations. Left out for others. */
  readonly path?: Float64Array<ArrayBuffer>;
}

export interface ExperimentInfo {
  /** URI of the file, as text; also what the view keeps as its state across a window reload. */
  readonly uri: string;
  /** File name for the title. */
  readonly fileName: string;
  /** `name` of the experiment, else the file name. */
  readonly name: string;
  /** True when the file no longer says what this run was started with. */
  readonly textDiffersFromRun: boolean;
}

/** Iterations per second that training can be held to and recorded ones can be played at; see `formatSpeed`. */
export const SPEEDS = [10, 30, 100, 300, 1000] as const;
export type Speed = (typeof SPEEDS)[number];

/** Of training: 0 is full speed, the others are those of {@link SPEEDS}. */
export const PACES = [0, 1000, 300, 100, 30, 10] as const;
export type Pace = (typeof PACES)[number];

export function isPace(value: unknown): value is Pace {
  return PACES.some((pace) => pace === value);
}

/** A run that was recorded by another window, or by this one before it was reloaded. */
export interface RecordedRun {
  /** Iteration that it can go on from; null: it cannot. */
  readonly resumeFrom: number | null;
  /** It was opened as a document of its own, and not as the latest run of the file. */
  readonly isReadOnly: boolean;
}

export interface ViewState {
  readonly experiment: ExperimentInfo | null;
  /** Of the run that is shown; null before the first. */
  readonly run: RunIdentity | null;
  readonly status: RunStatus;
  readonly pace: Pace;
  readonly gradientCheck: GradientCheck | null;
  /** What is wrong with the run, the most telling first. */
  readonly findings: readonly ShownFinding[];
  /** Of the search for fixes that help; null while there is none. */
  readonly fixProgress: FixProgress | null;
  /** Losses of simple answers, the simplest first; none before they are known. */
  readonly baselines: readonly Baseline[];
  readonly text: TextState;
  /** Null when there is no run before. */
  readonly change: RunChange | null;
  /** The run was recorded before and is only shown; null for one that was trained here. */
  readonly recorded: RecordedRun | null;
  /** What keeps the run from being recorded, for a person; null while it is. */
  readonly notSaved: string | null;
  /** What was changed while this run went on, in the order of the iterations. */
  readonly events: readonly RunEvent[];
  /** False in an untrusted workspace. */
  readonly canRun: boolean;
  /** Of a run that is trained and recorded by a Python process; left out for those of experiments. */
  readonly probed?: ProbedView;
  /** Left out before it is known, and of a run that is not trained here. */
  readonly arithmetic?: Arithmetic;
}

/** How the kernel computes a run. */
export interface Arithmetic {
  readonly threads: number;
  readonly vectorBits: 128 | 256;
}

export interface ProbedView {
  /** Where `watch` is called: "adding.py:31". */
  readonly place: string;
  /** The process ended before it said so, or is not known to go on. */
  readonly isInterrupted: boolean;
  /** What is to be known about the recording, in sentences. */
  readonly notes: readonly string[];
  /** What keeps the file from being read on, in a sentence; null while it is read. */
  readonly problem: string | null;
}

export type HostMessage =
  | {
      readonly type: "snapshot";
      readonly sequence: number;
      readonly view: ViewState;
      readonly header: TraceHeader | null;
      readonly rows: FrameRows | null;
      /** Of every iteration. */
      readonly scalars: SeriesSnapshot | null;
      readonly ghosts: readonly Ghost[];
      readonly surface: LossSurface | null;
    }
  | {
      readonly type: "append";
      readonly sequence: number;
      readonly runId: string;
      readonly rows: FrameRows;
      readonly scalars: SeriesUpdate;
      readonly status: RunStatus;
    }
  | { readonly type: "view"; readonly view: ViewState }
  | { readonly type: "surface"; readonly surface: LossSurface }
  /** The cell race as it is; null when there is none that is about the file. */
  | { readonly type: "race"; readonly race: ShownRace | null }
  /** The learning-rate range test as far as it has come; null when there is none that is about the file. */
  | { readonly type: "rateTest"; readonly test: ShownRateTest | null }
  /** The experiment trained with several seeds, as far as that has come; null when there is nothing about the file. */
  | { readonly type: "seeds"; readonly trials: SeedTrials | null }
  | { readonly type: "answer"; readonly requestId: number; readonly answer: Answer }
  | { readonly type: "answerFailed"; readonly requestId: number; readonly message: string }
  | { readonly type: "reveal"; readonly place: RevealedPlace }
  /** Which charts the page has, and one of them as a file; answered by `charts`, `chartFile` or `chartFailed`. */
  | { readonly type: "listCharts"; readonly requestId: number }
  | { readonly type: "drawChart"; readonly requestId: number; readonly chart: string; readonly format: ChartFormat }
  /** A command aims at this view. */
  | { readonly type: "perform"; readonly action: PanelAction };

/** Where the reader is to be taken: the cursor goes there, and the card comes into view. */
export interface RevealedPlace {
  /** Null leaves the cursor where it is. */
  readonly iteration: number | null;
  readonly timeStep: number | null;
  /** Id of a card; null leaves the page where it is. */
  readonly card: string | null;
}

/** Commands a view may ask for: the same ids as in the palette. */
export const VIEW_COMMANDS = [
  "run",
  "rerun",
  "pauseResume",
  "step",
  "stop",
  "openPanel",
  "editHyperparameter",
  "checkGradients",
  "raceCells",
  "stopRace",
  "testLearningRates",
  "stopRateTest",
  "trySeeds",
  "stopSeeds",
  "removeSeeds",
  "newExperiment",
  "applyToRunning",
  "manageTrust",
  "showLog",
  "resumeRun",
] as const;
export type ViewCommand = (typeof VIEW_COMMANDS)[number];

export type WebviewMessage =
  | { readonly type: "ready" }
  | { readonly type: "acknowledge"; readonly sequence: number }
  | { readonly type: "requestSnapshot" }
  | { readonly type: "command"; readonly command: ViewCommand }
  | { readonly type: "setPace"; readonly pace: Pace }
  | { readonly type: "openFile" }
  /** Shows a value of the experiment in the editor. */
  | { readonly type: "revealValue"; readonly path: ConfigPath }
  /** Writes values into the file, as the smallest edit. `moving`: more of the same movement follows. */
  | { readonly type: "editValues"; readonly edits: readonly FixEdit[]; readonly moving: boolean }
  | { readonly type: "ask"; readonly requestId: number; readonly question: Question }
  | { readonly type: "charts"; readonly requestId: number; readonly charts: readonly ChartName[] }
  /** A chart as the bytes of a file. Without a request it was the reader who asked, by a button. */
  | {
      readonly type: "chartFile";
      readonly requestId: number | null;
      readonly chart: string;
      readonly format: ChartFormat;
      readonly content: Uint8Array<ArrayBuffer>;
    }
  | { readonly type: "chartFailed"; readonly requestId: number | null; readonly message: string }
  /** Something went wrong in the view; the host writes it to the log. */
  | { readonly type: "viewError"; readonly message: string };
