/**
 * The page of a sweep in a plain browser: a host in the page trains every run for real, one between two frames.
 * Query: ?sweep=seeds&theme=dark, ?made=300&study
 */
import "../language";
import "./themes.css";
import { createRandom } from "../../src/core/numerics/random";
import { runTrial } from "../../src/core/training/runTrial";
import type { SweepInfo } from "../../src/shared/wire/sweep";
import { TrialColumns } from "../../src/shared/wire/trialColumns";
import type { SweepPageMessage, SweepPhase, SweepView } from "../../src/shared/wire/sweepProtocol";
import { planTrials } from "../../src/sweepPlan/plan";
import { readSweep, type ReadSweep } from "../../src/sweepPlan/readSweep";
import { createTrialReader } from "../../src/sweepPlan/trials";
import { MADE_INFO, makeTrials } from "./madeSweep";
import { answering } from "./signals";
import { applyFakeTheme, readThemeName } from "./themes";

const ADDITION = {
  name: "For how many seeds?",
  task: { kind: "binary-addition", sequences: 60, bits: 3 },
  model: { cell: "rnn", hiddenSize: 3 },
  training: {
    optimizer: { kind: "adam", learningRate: 0.1 },
    batchSize: 30,
    iterations: 150,
    validation: { share: 0.3, every: 5 },
  },
};
const GOAL = { metric: "exactAccuracy", value: 1, stop: true };
const TUTORIAL = {
  name: "Count the ones",
  model: { init: { weight_ih_l0: 0.5, weight_hh_l0: 1.2 } },
  training: { optimizer: { kind: "sgd", learningRate: 0.01 }, clip: { norm: 1 }, iterations: 300 },
};

const SWEEPS: Readonly<Record<string, object>> = {
  seeds: { ...ADDITION, sweep: { seeds: 60, goal: GOAL } },
  grid: {
    ...TUTORIAL,
    sweep: {
      parameters: {
        "training.optimizer.learningRate": { from: 1e-4, to: 1, count: 9, scale: "log" },
        "task.length": { from: 5, to: 20, count: 4 },
        "training.clip": [null, { norm: 1 }, { value: 1 }],
      },
      seeds: 2,
    },
  },
  sizes: {
    ...TUTORIAL,
    sweep: {
      parameters: {
        "task.length": [4, 8, 16, 32],
        "training.optimizer.learningRate": { from: 1e-3, to: 0.1, count: 3, scale: "log" },
      },
    },
  },
  random: {
    ...ADDITION,
    sweep: {
      parameters: {
        "training.optimizer.learningRate": { from: 0.003, to: 0.5, scale: "log" },
        "model.hiddenSize": { from: 1, to: 8 },
        "model.cell": ["rnn", "gru"],
      },
      search: { kind: "random", budget: 80 },
      goal: GOAL,
    },
  },
};

declare global {
  interface Window {
    /** For tests: what the page has sent, and a way to send it anything. */
    fakeSweep: {
      readonly received: SweepPageMessage[];
      post(message: unknown): void;
      /** When the page said so, as `performance.now()` has it. */
      readyAt: number;
    };
  }
}

const query = new URLSearchParams(location.search);
const received: SweepPageMessage[] = [];
const read = readSweep(JSON.stringify(SWEEPS[query.get("sweep") ?? "seeds"] ?? SWEEPS["seeds"])) as ReadSweep;
const random = createRandom(1);
const trials = planTrials(read.job.sweep, read.job.seed, () => random.double());
const readTrial = createTrialReader(read.job);
/** `until` leaves the sweep at so many runs, for a look at it under way. */
const until = Number(query.get("until") ?? trials.length);
const made = Number(query.get("made") ?? 0);
/** The made runs as those of a study of Optuna. */
const isStudy = query.has("study");
const STUDY: Partial<SweepInfo> = isStudy
  ? { objectives: [{ figure: "loss", name: "validation loss" }], seeds: 1 }
  : {};
const info: SweepInfo = made > 0 ? { ...MADE_INFO, trials: made, ...STUDY } : read.info;
let results = made > 0 ? makeTrials(made) : new TrialColumns(info.parameters);
let phase: SweepPhase = made > 0 ? "done" : query.get("phase") === "idle" ? "idle" : "running";
let sent = 0;
/** As the host sends them. */
const FRAME_RESULTS = 20_000;
let sequence = 0;

function post(): void {
  const view: SweepView = {
    source: isStudy ? "optuna" : "experiment",
    uri: "file:///experiments/sweep.rnn.json",
    name: read.experiment.name,
    fileName: isStudy ? "optuna.log" : "sweep.rnn.json",
    phase,
    info: phase === "idle" ? null : info,
    ...(isStudy
      ? { underWay: [{ index: 301, values: [0.01, null, 8, "gru"], step: 4, value: 0.5, startedAt: 0 }] }
      : {}),
    progress: phase === "running" ? { place: "", queued: info.trials - results.length, running: 1 } : null,
    elapsedMs: results.length * 25,
    threads: 2,
    message: null,
    canRun: true,
  };
  const end = Math.min(results.length, sent + FRAME_RESULTS);
  const block = results.block(sent, end);
  window.postMessage(
    { type: "sweep", sequence: ++sequence, view, first: sent, pending: results.length - end, results: block },
    "*",
  );
  sent = end;
}

function next(): void {
  const trial = trials[results.length];
  if (phase !== "running" || trial === undefined || results.length >= until) return;
  const figures = runTrial(readTrial(trial), read.job.sweep.goal, {}, () => performance.now());
  results.add({ ...trial, ...figures, message: null }, 25 * results.length);
  if (results.length === trials.length) phase = "done";
  if (results.length % 10 === 0 || phase === "done" || results.length === until) post();
  window.setTimeout(next, 0);
}

function receive(message: SweepPageMessage): void {
  received.push(message);
  if (message.type === "ready" || message.type === "requestSnapshot") {
    sent = 0;
    if (message.type === "ready") window.fakeSweep.readyAt = performance.now();
    post();
    if (message.type === "ready") next();
  } else if (message.type === "acknowledge") {
    if (sent < results.length && made > 0) post();
  } else if (message.type === "command" && message.command === "sweep") {
    results = new TrialColumns(info.parameters);
    sent = 0;
    phase = "running";
    post();
    next();
  } else if (message.type === "command" && message.command === "continueSweep") {
    phase = "running";
    post();
    next();
  } else if (message.type === "command" && message.command === "stopSweep") {
    phase = "stopped";
    post();
  }
}

let saved: unknown;
window.fakeSweep = { received, post: (message) => window.postMessage(message, "*"), readyAt: NaN };
(window as unknown as { acquireVsCodeApi(): unknown }).acquireVsCodeApi = () => ({
  postMessage: answering(receive),
  getState: () => saved,
  setState: (state: unknown) => (saved = state),
});
applyFakeTheme(readThemeName(query.get("theme")));
// Evaluated after the host is installed: the page acquires its API at once.
void import("../sweep/main");
