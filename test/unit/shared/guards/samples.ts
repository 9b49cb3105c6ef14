/** Messages of each kind with each field that the kind can have; if a field can have two types, a sample with each. */
import { IDLE, type GradientCheck, type LossSurface, type TraceHeader } from "../../../../src/shared/trace/trace";
import type {
  FixedPoints,
  InputMemory,
  Lyapunov,
  Sharpness,
  StepJacobians,
} from "../../../../src/shared/trace/dynamics";
import type { PsychometricCurve } from "../../../../src/shared/trace/psychometric";
import type { Finding } from "../../../../src/shared/wire/findings";
import type { FormField } from "../../../../src/shared/wire/formField";
import type { HostMessage, ViewState, WebviewMessage } from "../../../../src/shared/wire/protocol";
import type { Answer, Question, QuestionKind } from "../../../../src/shared/wire/questions";
import type { RaceLane, ShownRace } from "../../../../src/shared/wire/race";
import type { ShownRateTest } from "../../../../src/shared/wire/rateTest";
import type { SeedResult, SeedTrials } from "../../../../src/shared/wire/seeds";
import type { SweepFrame, SweepPageMessage } from "../../../../src/shared/wire/sweepProtocol";
import type { CompareHostMessage, ComparePageMessage } from "../../../../src/shared/wire/comparison";
import type { RunsTableHostMessage, RunsTablePageMessage } from "../../../../src/shared/wire/runsTable";
import { resultOf, trialsOf } from "../../sweepPlan/support";
import { headerOf, rowsOf, seriesOf, statusOf, viewOf } from "../../webview/support";

type Samples<M extends { readonly type: string }> = {
  readonly [T in M["type"]]: readonly Extract<M, { readonly type: T }>[];
};

const floats = (...values: number[]) => Float64Array.from(values);

const SURFACE: LossSurface = {
  runId: "a",
  xParameter: 0,
  yParameter: 1,
  xRange: [-1, 1],
  yRange: [0, 2.5],
  columns: 2,
  rows: 2,
  loss: floats(1, NaN, Infinity, 2),
};

const CHECK: GradientCheck = {
  iteration: 3,
  epsilon: 1e-5,
  epsilons: [1e-3, 1e-5],
  tolerance: 1e-4,
  passed: false,
  tensors: [
    {
      name: "weight_hh_l0",
      shape: [4, 4],
      checked: 8,
      maxRelativeError: NaN,
      errors: [Infinity, 0.1],
      worst: { index: 2, analytic: -Infinity, numeric: 0.5 },
    },
  ],
};

const FINDING: Finding = {
  rule: "exploding",
  severity: "warning",
  iteration: 5,
  timeStep: 2,
  numbers: { norm: Infinity },
  message: "The gradient explodes.",
  configPath: ["training", "clip"],
  fixes: [{ title: "Clip it", edits: [{ path: ["training", "clip"], value: { norm: 1 } }, { path: ["seed"] }] }],
};

const FIELD: FormField = {
  path: ["training", "optimizer", "learningRate"],
  group: "Optimizer",
  label: "Learning rate",
  description: "The step size.",
  range: "number above 0",
  value: 0.01,
  defaultValue: "0.01",
  isDefault: false,
  input: { kind: "number", scale: "log", from: 1e-4, to: 1, whole: false },
};
const CHOICE: FormField = {
  ...FIELD,
  value: "sgd",
  defaultValue: null,
  input: {
    kind: "choice",
    options: [null, true, "sgd", 2, { norm: 1 }].map((value) => ({ value, label: "a", description: "b" })),
  },
};
const FORM: readonly FormField[] = [
  FIELD,
  CHOICE,
  { ...FIELD, value: null },
  { ...FIELD, value: true },
  { ...FIELD, value: { norm: 1 } },
];

const VIEW: ViewState = viewOf({
  status: statusOf({ loss: NaN, message: "Training diverged.", advice: "Clip the gradient." }),
  gradientCheck: CHECK,
  run: { number: 2, name: "seed 2" },
  findings: [FINDING, { ...FINDING, timeStep: null }],
  fixProgress: { tried: 3, total: 12 },
  baselines: [
    { name: "best-constant", loss: 0.166, label: "best constant", on: "validation" },
    { name: "linear-window", loss: 0.033, label: "linear map of the last 12 steps", on: "training" },
  ],
  text: {
    form: FORM,
    change: "seed 1 → 2",
    error: { line: 3, message: "A comma is missing.", path: ["seed"] },
    applies: true,
    heldBack: false,
  },
  change: { since: "run 1", values: ["seed 1 → 2"], details: "seed 1 → 2" },
  recorded: { resumeFrom: 120, isReadOnly: true },
  notSaved: "The disk is full.",
  events: [{ iteration: 4, text: "learningRate 0.01 → 0.02" }],
});
const PROBED_VIEW: ViewState = {
  ...VIEW,
  findings: [{ ...FINDING, rule: "undetached", advice: "state = state.detach()" }],
  probed: { place: "train.py:3", isInterrupted: true, notes: ["Rarer."], problem: "It is gone." },
};
const OPEN_VIEW: ViewState = {
  ...PROBED_VIEW,
  probed: { place: "", isInterrupted: false, notes: [], problem: null },
};
const ENDED_VIEW: ViewState = { ...VIEW, recorded: { resumeFrom: null, isReadOnly: false } };
const WIDE_VIEW: ViewState = { ...VIEW, arithmetic: { threads: 2, vectorBits: 256 } };
const EMPTY_VIEW = viewOf({ experiment: null, run: null, status: IDLE });

const HEADER: TraceHeader = {
  ...headerOf("a"),
  parameters: [{ name: "weight_hh_l0", shape: [1, 1], offset: 0 }],
  inspected: { sequence: 0, inputSize: 1, input: [0, 1], target: [NaN, 1] },
  data: {
    inputKind: "one-hot",
    targetKind: "classes",
    vocabulary: ["a", "b"],
    classes: ["up", "down"],
    answersOnce: true,
    batchesPerEpoch: 4,
    sequences: { training: 3, validation: 1 },
    typing: { example: "0110", form: "0 and 1, such as 0110" },
    lengths: { name: "length", trained: 10, lengths: [5, 10, 20] },
    recipe: { length: "12", horizon: "1" },
  },
  clip: { norm: 1 },
  truncate: 4,
  directions: 2,
  probed: {
    layers: [{ name: "rnn · layer 0", cell: "lstm", units: 4, isBackward: true }],
    scalars: ["accuracy"],
    parameters: 90,
  },
};

const LANE: RaceLane = {
  cell: "gru",
  hiddenSize: 4,
  parameterCount: 90,
  edits: [{ path: ["model", "cell"], value: "gru" }, { path: ["seed"] }],
  phase: "done",
  message: "x",
  iteration: 9,
  iterations: 10,
  curve: { iteration: floats(0, 1), loss: floats(1, NaN) },
  trainMs: 3.5,
  result: {
    loss: Infinity,
    accuracy: 0.5,
    exactAccuracy: 0.25,
    memory: { steps: 4, measured: 9, gains: floats(1, 0.5) },
  },
};
const RACE: ShownRace = {
  phase: "done",
  message: "x",
  budget: 100,
  scoredOn: "validation",
  inFile: "lstm",
  lanes: [
    LANE,
    { ...LANE, message: null, result: null },
    {
      ...LANE,
      result: { loss: 1, accuracy: null, exactAccuracy: null, memory: { steps: null, measured: 0, gains: floats() } },
    },
    { ...LANE, result: { loss: 1, accuracy: null, exactAccuracy: null, memory: null } },
  ],
};

const RATE_TEST: ShownRateTest = {
  phase: "done",
  message: "x",
  from: 1e-7,
  to: 10,
  updates: 100,
  test: {
    rates: floats(0.1, 0.2),
    losses: floats(1, NaN),
    smoothed: floats(1, Infinity),
    initialLoss: NaN,
    stoppedAt: 0.2,
    largestStable: 0.02,
    fall: NaN,
    noise: 0,
    steepest: 0.1,
    lowest: 0.1,
    suggested: 0.01,
  },
  inFile: 0.001,
};
const OPEN_RATE_TEST: ShownRateTest = {
  ...RATE_TEST,
  message: null,
  test: {
    ...RATE_TEST.test!,
    stoppedAt: null,
    largestStable: null,
    steepest: null,
    lowest: null,
    suggested: null,
  },
  inFile: null,
};

const SEED: SeedResult = {
  seed: 4,
  status: "diverged",
  message: "x",
  iterations: 9,
  finalLoss: NaN,
  accuracy: NaN,
  exactAccuracy: 1,
  reached: true,
  baseline: Infinity,
  curve: floats(1, 0.5),
};
const SEEDS: SeedTrials = {
  phase: "running",
  message: "x",
  waiting: true,
  percent: 60,
  seeds: [4, 5],
  goal: { metric: "loss", value: 0.1 },
  loss: { on: "training", window: 3, final: "mean" },
  iterations: floats(0, 1, 2),
  results: [SEED, { ...SEED, message: null, reached: null, baseline: null, curve: floats() }],
};

const INSPECTION = {
  timeSteps: 2,
  columns: [{ name: "state.l0", length: 3, shape: [3, 1] }],
  values: [floats(0, NaN, 1)],
  input: [0, 1],
  target: [NaN],
};
const PREDICTIONS = {
  part: "validation" as const,
  first: 3,
  sequences: 2,
  training: 0,
  of: 9,
  targetKind: "bits" as const,
  arrangement: "steps" as const,
  steps: 1,
  width: 2,
  outputs: floats(1, 2, 3, 4),
  targets: floats(1, 2, 3, 4),
  rows: floats(),
  repeated: floats(),
  confidence: floats(1, 1),
  names: ["a", "b"],
  tolerance: 0.04,
  loss: { training: null, validation: NaN },
  carriesState: false,
  trainsWithDropout: true,
  accuracy: 0.5,
  exactAccuracy: 0.5,
};
const POINT = { length: 20, sequences: 5, loss: Infinity, accuracy: 0.5, exactAccuracy: 0.1 };

const MEASURES = { part: "validation" as const, sequences: 9, of: 20, values: null, classes: null };
const LAG = { lag: 1, correlation: 0.99, atZero: 0.98, distance: 0.1 };

const FIXED_POINT = {
  q: 0,
  unstable: 1,
  state: floats(0),
  re: floats(2),
  im: floats(0),
  place: floats(0, 0, 0),
  directions: floats(1, 0, 0),
};

const JACOBIANS: StepJacobians = {
  sequence: 0,
  timeSteps: 2,
  steps: floats(2),
  singularValues: floats(0.5),
  re: floats(0.5),
  im: floats(0),
  logProduct: floats(-1),
  logProductEigenvalues: floats(NaN),
};

const LYAPUNOV: Lyapunov = {
  input: floats(0),
  exponents: floats(0.1),
  history: floats(0.2, 0.1),
  historySteps: floats(50, 100),
  steps: 100,
  transient: 20,
  dimension: null,
};

const SHARPNESS: Sharpness = {
  eigenvalues: floats(3, 1),
  errors: floats(1e-8, 1e-8),
  sequences: 16,
  loss: 0.2,
  learningRate: null,
  threshold: null,
  noiseScale: null,
  gradientVariance: 2,
  gradientSquared: -0.1,
  batches: 32,
  batchSize: 8,
};

const MEMORY: InputMemory = {
  timeSteps: 2,
  inputGradient: floats(0.1, 1),
  sequences: 4,
  decodable: floats(1, NaN),
  capacity: 1,
  fitted: 12,
  tested: 4,
};

const CURVE: PsychometricCurve = {
  points: [{ evidence: -5, trials: 30, first: 4, second: 20 }],
  fit: { bias: 1, scale: 2, threshold: 2.2 },
};

const NO_CURVE: PsychometricCurve = { ...CURVE, fit: null };

const BEGUN = { iteration: 1, attempt: 1, poll: 0, done: 3, total: 9 };
const DONE = { ...BEGUN, poll: 1, done: 9 };

const FIXED_POINTS: FixedPoints = {
  input: floats(0),
  points: [{ ...FIXED_POINT, kind: "saddle" }],
  slowPoints: [
    { ...FIXED_POINT, kind: "unstable" },
    { ...FIXED_POINT, kind: "stable", q: 1e-6 },
  ],
  starts: 9,
  settled: 8,
  outliers: 1,
  trajectories: {
    mean: floats(0),
    axes: floats(1, 0, 0),
    shares: floats(1, 0, 0),
    sequences: 1,
    timeSteps: 1,
    places: floats(0, 0, 0, 1, 0, 0),
    classes: null,
    inputs: floats(1),
  },
};

const ANSWERS: { readonly [K in QuestionKind]: readonly Extract<Answer, { readonly kind: K }>[] } = {
  inspect: [
    { kind: "inspect", iteration: 1, sequence: 4, result: INSPECTION },
    { kind: "inspect", iteration: 1, sequence: 4, result: { ...INSPECTION, inputSize: 2 } },
    { kind: "inspect", iteration: 1, sequence: "01", result: { problem: { message: "not a bit", from: 0, to: 1 } } },
  ],
  measures: [
    {
      kind: "measures",
      iteration: 4,
      measures: {
        ...MEASURES,
        classes: {
          labels: ["a", "b"],
          confusion: floats(1, 2, 3, 4),
          accuracy: 0.5,
          balancedAccuracy: 0.4,
          macroF1: 0.3,
        },
      },
    },
    {
      kind: "measures",
      iteration: 4,
      measures: {
        ...MEASURES,
        part: "training",
        values: [
          { name: "level", rmse: 1, mae: NaN, smape: 3, mase: 0.5, season: 12, lag: LAG },
          { name: "", rmse: 1, mae: 1, smape: null, mase: null, lag: null },
        ],
      },
    },
  ],
  predictions: [
    { kind: "predictions", iteration: 1, predictions: PREDICTIONS },
    {
      kind: "predictions",
      iteration: 1,
      predictions: {
        ...PREDICTIONS,
        part: "both",
        training: 1,
        rows: floats(7, 8),
        repeated: floats(1, 2, 3, NaN),
        tolerance: null,
        loss: { training: Infinity, validation: null },
        carriesState: true,
        accuracy: null,
        exactAccuracy: null,
      },
    },
  ],
  lengths: [
    { kind: "lengths", iteration: 1, point: POINT },
    { kind: "lengths", iteration: 1, point: { ...POINT, accuracy: null, exactAccuracy: null } },
  ],
  sample: [{ kind: "sample", iteration: 1, draw: 2, text: "It is", missing: "ß" }],
  decay: [
    {
      kind: "decay",
      iteration: 1,
      layer: 0,
      decay: {
        curve: floats(1, 0.5),
        factor: Infinity,
        cellAlone: { curve: floats(1, 0.25), from: 1, share: 0.5, moduli: floats(0.5) },
        slopes: null,
        sequences: 2,
      },
    },
    {
      kind: "decay",
      iteration: 1,
      layer: 0,
      decay: {
        curve: floats(1),
        factor: 0.5,
        cellAlone: { curve: floats(1), from: 0, share: 0.5, moduli: null },
        slopes: null,
        sequences: 1,
      },
    },
    {
      kind: "decay",
      iteration: 1,
      layer: 0,
      decay: {
        curve: floats(),
        factor: NaN,
        cellAlone: null,
        slopes: { radius: Infinity, mean: 0.5, nonlinearity: "tanh" },
        sequences: 2,
      },
    },
  ],
  attribution: [
    {
      kind: "attribution",
      iteration: 1,
      layer: 0,
      sequence: 2,
      items: { timeSteps: 1, steps: Int32Array.of(1), values: floats(0.5, 0.25) },
    },
  ],
  tensors: [
    {
      kind: "tensors",
      iteration: 1,
      tensors: [
        {
          name: "weight_hh_l0",
          shape: [2, 2],
          rows: 1,
          columns: 2,
          rowStep: 2,
          columnStep: 1,
          cells: Float32Array.of(1, NaN),
          norm: NaN,
          largest: Infinity,
        },
      ],
    },
  ],
  norms: [
    { kind: "norms", iteration: 1, norms: { iterations: floats(0, 1), norms: floats(1, 2), ratios: floats(1, NaN) } },
  ],
  spectrum: [
    { kind: "spectrum", iteration: 1, layer: 0, spectrum: { of: "weight_hh", re: floats(1), im: floats(0) } },
    { kind: "spectrum", iteration: 1, layer: 0, spectrum: { of: "meanJacobian", re: floats(1), im: floats(0) } },
  ],
  weights: [{ kind: "weights", iteration: 1, values: floats(1, NaN) }],
  fixedPoints: [
    { kind: "fixedPoints", ...BEGUN, found: null },
    { kind: "fixedPoints", ...DONE, found: FIXED_POINTS },
    {
      kind: "fixedPoints",
      ...DONE,
      found: { ...FIXED_POINTS, trajectories: { ...FIXED_POINTS.trajectories, classes: [1] } },
    },
  ],
  jacobians: [
    { kind: "jacobians", ...BEGUN, found: null },
    { kind: "jacobians", ...DONE, found: JACOBIANS },
  ],
  lyapunov: [
    { kind: "lyapunov", ...BEGUN, found: null },
    { kind: "lyapunov", ...DONE, found: LYAPUNOV },
    { kind: "lyapunov", ...DONE, found: { ...LYAPUNOV, dimension: 0 } },
  ],
  sharpness: [
    { kind: "sharpness", ...BEGUN, found: null },
    { kind: "sharpness", ...DONE, found: SHARPNESS },
    { kind: "sharpness", ...DONE, found: { ...SHARPNESS, learningRate: 0.1, threshold: 20, noiseScale: 30 } },
  ],
  memory: [
    { kind: "memory", ...BEGUN, found: null },
    { kind: "memory", ...DONE, found: MEMORY },
    { kind: "memory", ...DONE, found: { ...MEMORY, inputGradient: null } },
  ],
  psychometric: [
    { kind: "psychometric", ...BEGUN, found: null },
    { kind: "psychometric", ...DONE, found: { measure: "coherence", trials: 30, ...CURVE, contexts: [], ratio: null } },
    {
      kind: "psychometric",
      ...DONE,
      found: {
        measure: "difference",
        trials: 30,
        ...NO_CURVE,
        contexts: [{ modality: 2, deciding: CURVE, ignored: CURVE }],
        ratio: CURVE,
      },
    },
    {
      kind: "psychometric",
      ...DONE,
      found: {
        measure: "coherence",
        trials: 30,
        ...CURVE,
        contexts: [{ modality: 1, deciding: NO_CURVE, ignored: NO_CURVE }],
        ratio: null,
      },
    },
    {
      kind: "psychometric",
      ...DONE,
      found: { measure: "difference", trials: 30, ...CURVE, contexts: [], ratio: NO_CURVE },
    },
  ],
};

export const HOST_MESSAGES: Samples<HostMessage> = {
  snapshot: [
    {
      type: "snapshot",
      sequence: 1,
      view: VIEW,
      header: HEADER,
      rows: {
        rows: 2,
        columns: rowsOf(0, 2).columns.map((column, i) => (i === 5 ? Float32Array.from(column) : column)),
      },
      scalars: {
        rows: 8,
        buckets: { count: 1, size: 4, last: 3 },
        points: Float64Array.from({ length: 5 * 7 }, (_, i) => i),
        means: floats(1, 2, 3, NaN, Infinity),
      },
      ghosts: [
        {
          runId: "b",
          number: 1,
          label: "run 1",
          iteration: floats(0, 1),
          loss: floats(2, NaN),
          path: floats(0, 0, 1, 1),
        },
      ],
      surface: SURFACE,
    },
    {
      type: "snapshot",
      sequence: 1,
      view: EMPTY_VIEW,
      header: null,
      rows: null,
      scalars: null,
      ghosts: [],
      surface: null,
    },
    {
      type: "snapshot",
      sequence: 1,
      view: ENDED_VIEW,
      header: { ...HEADER, clip: { value: 0.5 }, data: { ...HEADER.data!, vocabulary: null } },
      rows: null,
      scalars: null,
      ghosts: [],
      surface: null,
    },
    {
      type: "snapshot",
      sequence: 1,
      view: VIEW,
      header: headerOf("a"),
      rows: null,
      scalars: seriesOf(2),
      ghosts: [],
      surface: null,
    },
  ],
  append: [
    {
      type: "append",
      sequence: 2,
      runId: "a",
      rows: { rows: 1, columns: [floats(1), Float32Array.of(NaN)] },
      scalars: { kind: "rows", rows: { rows: 1, columns: [floats(1), floats(NaN)] } },
      status: statusOf({ loss: Infinity, message: "x", advice: "y" }),
    },
    {
      type: "append",
      sequence: 2,
      runId: "a",
      rows: rowsOf(0, 3),
      scalars: { kind: "whole", whole: seriesOf(3) },
      status: statusOf(),
    },
  ],
  view: [
    { type: "view", view: VIEW },
    { type: "view", view: ENDED_VIEW },
    { type: "view", view: WIDE_VIEW },
    { type: "view", view: PROBED_VIEW },
    { type: "view", view: OPEN_VIEW },
    { type: "view", view: EMPTY_VIEW },
  ],
  surface: [{ type: "surface", surface: SURFACE }],
  race: [
    { type: "race", race: RACE },
    { type: "race", race: { ...RACE, message: null, inFile: null } },
    { type: "race", race: null },
  ],
  rateTest: [
    { type: "rateTest", test: RATE_TEST },
    { type: "rateTest", test: OPEN_RATE_TEST },
    { type: "rateTest", test: { ...RATE_TEST, test: null } },
    { type: "rateTest", test: null },
  ],
  seeds: [
    { type: "seeds", trials: SEEDS },
    { type: "seeds", trials: { ...SEEDS, message: null, goal: null, loss: null, results: [] } },
    { type: "seeds", trials: null },
  ],
  answer: Object.values(ANSWERS)
    .flat()
    .map((answer) => ({ type: "answer", requestId: 7, answer })),
  answerFailed: [{ type: "answerFailed", requestId: 7, message: "No run." }],
  reveal: [
    { type: "reveal", place: { iteration: 3, timeStep: 2, card: "loss" } },
    { type: "reveal", place: { iteration: null, timeStep: null, card: null } },
  ],
  listCharts: [{ type: "listCharts", requestId: 7 }],
  drawChart: [{ type: "drawChart", requestId: 7, chart: "loss", format: "svg" }],
  perform: [{ type: "perform", action: "zoomIn" }],
};

export const QUESTIONS: { readonly [K in QuestionKind]: readonly Extract<Question, { readonly kind: K }>[] } = {
  inspect: [
    { kind: "inspect", iteration: 3, sequence: 4 },
    { kind: "inspect", iteration: 3, sequence: "13 + 7" },
  ],
  predictions: [
    { kind: "predictions", iteration: 1, part: "validation" },
    { kind: "predictions", iteration: 1, part: "both" },
  ],
  lengths: [{ kind: "lengths", iteration: 1, length: 20 }],
  sample: [{ kind: "sample", iteration: 1, prime: "It ", length: 200, temperature: 0.8, draw: 2 }],
  decay: [{ kind: "decay", iteration: 1, layer: 0 }],
  attribution: [{ kind: "attribution", iteration: 1, layer: 0, sequence: 2 }],
  tensors: [{ kind: "tensors", iteration: 1 }],
  norms: [{ kind: "norms", iteration: 1 }],
  spectrum: [{ kind: "spectrum", iteration: 1, layer: 1 }],
  weights: [{ kind: "weights", iteration: 0 }],
  fixedPoints: [
    { kind: "fixedPoints", iteration: 2, layer: 0, attempt: 1, poll: 3, input: null },
    { kind: "fixedPoints", iteration: 2, layer: 0, attempt: 1, poll: 3, input: [0.5, -1] },
  ],
  jacobians: [{ kind: "jacobians", iteration: 2, layer: 0, attempt: 1, poll: 0, sequence: 3 }],
  lyapunov: [{ kind: "lyapunov", iteration: 2, layer: 0, attempt: 1, poll: 0, input: null }],
  sharpness: [{ kind: "sharpness", iteration: 2, layer: 0, attempt: 1, poll: 0 }],
  memory: [{ kind: "memory", iteration: 2, layer: 0, attempt: 1, poll: 0 }],
  psychometric: [{ kind: "psychometric", iteration: 2, layer: 0, attempt: 1, poll: 0 }],
  measures: [{ kind: "measures", iteration: 4 }],
};

export const WEBVIEW_MESSAGES: Samples<WebviewMessage> = {
  ready: [{ type: "ready" }],
  acknowledge: [{ type: "acknowledge", sequence: 3 }],
  requestSnapshot: [{ type: "requestSnapshot" }],
  command: [{ type: "command", command: "run" }],
  setPace: [{ type: "setPace", pace: 100 }],
  openFile: [{ type: "openFile" }],
  revealValue: [{ type: "revealValue", path: ["seed"] }],
  editValues: [{ type: "editValues", edits: [{ path: ["seed"], value: 3 }, { path: ["name"] }], moving: true }],
  ask: Object.values(QUESTIONS)
    .flat()
    .map((question) => ({ type: "ask", requestId: 1, question })),
  charts: [{ type: "charts", requestId: 1, charts: [{ id: "loss", title: "Loss" }] }],
  chartFile: [
    { type: "chartFile", requestId: null, chart: "loss", format: "png", content: new Uint8Array([1, 2]) },
    { type: "chartFile", requestId: 2, chart: "loss", format: "png", content: new Uint8Array([1, 2]) },
  ],
  chartFailed: [
    { type: "chartFailed", requestId: null, message: "none" },
    { type: "chartFailed", requestId: 2, message: "none" },
  ],
  viewError: [{ type: "viewError", message: "none" }],
};

const SWEEP_VIEW = {
  source: "experiment" as const,
  progress: { place: "Slurm", queued: 3, running: 1 },
  uri: "file:///a.rnn.json",
  name: "a",
  fileName: "a.rnn.json",
  phase: "failed" as const,
  info: {
    parameters: [{ key: "seed", kind: "number" as const, scale: "log" as const }],
    seeds: 2,
    trials: 4,
    goal: { metric: "loss" as const, value: 0.1 },
  },
  elapsedMs: 1.5,
  threads: 2,
  message: "x",
  canRun: true,
};

export const SWEEP_FRAMES: Samples<SweepFrame> = {
  sweep: [
    {
      type: "sweep",
      sequence: 1,
      first: 0,
      view: SWEEP_VIEW,
      pending: 2,
      results: trialsOf(
        resultOf({ values: [0.1, "a"], loss: NaN, reachedAt: 3, message: "x" }),
        resultOf({ values: [2, null], loss: Infinity, reachedAt: null, message: null }),
      ).block(0, 2),
    },
    {
      type: "sweep",
      sequence: 1,
      first: 0,
      pending: 0,
      view: { ...SWEEP_VIEW, info: null, message: null },
      results: trialsOf().block(0, 0),
    },
    {
      type: "sweep",
      sequence: 1,
      first: 0,
      pending: 0,
      view: { ...SWEEP_VIEW, info: { ...SWEEP_VIEW.info, goal: null, excluded: { combinations: 2, of: 9 } } },
      results: trialsOf().block(0, 0),
    },
    {
      type: "sweep",
      sequence: 1,
      first: 0,
      pending: 0,
      view: {
        ...SWEEP_VIEW,
        source: "optuna",
        progress: null,
        underWay: [{ index: 3, values: [0.1, "a"], step: NaN, value: NaN, startedAt: 5 }],
        info: {
          parameters: [
            { key: "x", kind: "number", scale: "linear", range: { low: -Infinity, high: 1, step: null } },
            { key: "y", kind: "choice", choices: ["a", 2, null], scale: "linear", range: { low: 0, high: 2, step: 1 } },
          ],
          seeds: 1,
          trials: 4,
          goal: null,
          objectives: [{ figure: "accuracy", name: "score" }],
        },
      },
      results: trialsOf().block(0, 0),
    },
  ],
};

export const SWEEP_PAGE_MESSAGES: Samples<SweepPageMessage> = {
  ready: [{ type: "ready" }],
  acknowledge: [{ type: "acknowledge", sequence: 3 }],
  requestSnapshot: [{ type: "requestSnapshot" }],
  command: [{ type: "command", command: "sweep" }],
  openFile: [{ type: "openFile" }],
  openTrial: [{ type: "openTrial", index: 2 }],
  applyTrial: [{ type: "applyTrial", index: 2 }],
  chartFile: [{ type: "chartFile", chart: "loss", format: "png", content: new Uint8Array([1, 2]) }],
  chartFailed: [{ type: "chartFailed", message: "none" }],
  viewError: [{ type: "viewError", message: "none" }],
};

const RUN = {
  id: "1",
  number: 1,
  look: 1,
  title: "run 1",
  experiment: "a",
  state: "diverged",
  seed: 1,
  duration: "1.2 s",
  iterations: 2,
  curves: { iteration: floats(0, 1), loss: floats(1, NaN) },
};

export const COMPARE_HOST_MESSAGES: Samples<CompareHostMessage> = {
  comparison: [
    {
      type: "comparison",
      comparison: {
        runs: [RUN, { ...RUN, seed: null }],
        baseline: "1",
        differences: [{ path: "seed", values: ["1", "–"] }],
        problems: ["run 2 cannot be read"],
        notes: ['run 1: Shown are "loss".'],
      },
    },
    { type: "comparison", comparison: { runs: [], baseline: null, differences: [], problems: [], notes: [] } },
  ],
};

export const COMPARE_PAGE_MESSAGES: Samples<ComparePageMessage> = {
  ready: [{ type: "ready" }],
  verb: [{ type: "verb", verb: "openRun", id: "1" }],
  leaveOut: [{ type: "leaveOut", id: "1" }],
  viewError: [{ type: "viewError", message: "none" }],
};

const TABLE_RUN = {
  id: "1",
  number: 1,
  name: "hiddenSize 8",
  experiment: "a",
  uri: "file:///a.rnn.json",
  state: "diverged" as const,
  pinned: true,
  note: "n",
  seed: 1,
  startedAt: 1_700_000_000_000,
  trainMs: 12.5,
  iterations: 2,
  loss: NaN,
  bestLoss: 1,
  accuracy: 0.5,
  validationLoss: Infinity,
  bestValidationLoss: 2,
  values: ["lstm", 8, true, null],
};

export const RUNS_TABLE_HOST_MESSAGES: Samples<RunsTableHostMessage> = {
  runs: [
    {
      type: "runs",
      reset: true,
      paths: ["a", "b", "c", "d"],
      shared: [
        { path: "task.kind", value: "adding" },
        { path: "batchSize", value: 8 },
        { path: "clip", value: null },
        { path: "carry", value: false },
      ],
      changed: [
        TABLE_RUN,
        { ...TABLE_RUN, loss: null, bestLoss: null, accuracy: null, validationLoss: null, bestValidationLoss: null },
        { ...TABLE_RUN, seed: null },
        { ...TABLE_RUN, values: [8, true, null, "lstm"] },
        { ...TABLE_RUN, values: [true, null, "lstm", 8] },
        { ...TABLE_RUN, values: [null, "lstm", 8, true] },
      ],
      removed: ["2"],
      pending: 3,
    },
    { type: "runs", reset: false, paths: [], shared: [], changed: [], removed: [], pending: 0 },
  ],
  curves: [
    {
      type: "curves",
      requestId: 1,
      curves: [{ id: "1", iteration: floats(0, 1), loss: floats(1, NaN) }],
      problems: ["run 2 could not be read"],
    },
  ],
};

export const RUNS_TABLE_PAGE_MESSAGES: Samples<RunsTablePageMessage> = {
  ready: [{ type: "ready" }],
  verb: [{ type: "verb", verb: "compareRuns", ids: ["1", "2"] }],
  readCurves: [{ type: "readCurves", requestId: 1, ids: ["1"] }],
  viewError: [{ type: "viewError", message: "none" }],
};
