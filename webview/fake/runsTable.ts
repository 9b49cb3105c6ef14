/** The page with the table of runs in a plain browser. Query: ?runs=5000&theme=dark&state={…}, as a reload leaves. */
import "../language";
import "./themes.css";
import {
  RUNS_PER_MESSAGE,
  type LossCurve,
  type RunsTableHostMessage,
  type RunsTablePageMessage,
  type TableRun,
} from "../../src/shared/wire/runsTable";
import { answering } from "./signals";
import { applyFakeTheme, readThemeName } from "./themes";

const CELLS = ["rnn", "gru", "lstm"] as const;
const RATES = [0.0003, 0.001, 0.003, 0.01, 0.03, 0.1] as const;
const SIZES = [4, 8, 12, 16, 24, 32, 48, 64] as const;
const CLIPS = [null, 0.1, 0.3, 1, 3, 10, 30] as const;
const SEEDS = 5;
const STARTED_AT = Date.UTC(2026, 0, 1);
const PATHS = ["model.cell", "model.hiddenSize", "training.optimizer.learningRate", "training.clip.norm"];

const query = new URLSearchParams(location.search);
applyFakeTheme(readThemeName(query.get("theme")));
const sent: RunsTablePageMessage[] = [];
let state: unknown = JSON.parse(query.get("state") ?? "null") as unknown;
let runs = Array.from({ length: Number(query.get("runs") ?? 5000) }, (_, index) => runOf(index));

/** The final loss falls with the size and the learning rate, and differs a little from seed to seed. */
function runOf(index: number): TableRun {
  const seed = 1 + (index % SEEDS);
  const config = Math.floor(index / SEEDS);
  const cell = CELLS[config % 3]!;
  const rate = RATES[Math.floor(config / 3) % RATES.length]!;
  const size = SIZES[Math.floor(config / 18) % SIZES.length]!;
  const clip = CLIPS[Math.floor(config / 144) % CLIPS.length]!;
  const diverged = index % 97 === 13;
  const loss = ((2 - CELLS.indexOf(cell) * 0.5) / (size * rate * 100)) * (1 + 0.1 * Math.sin(index * 12.9898));
  return {
    id: `run-${index}`,
    number: index + 1,
    name: index % 7 === 0 ? `Run ${index + 1}` : `cell ${cell}, learningRate ${rate}`,
    experiment: config < 504 ? "Adding problem" : "Parity",
    uri: config < 504 ? "file:///lab/adding.rnn.json" : "file:///lab/parity.rnn.json",
    state: diverged ? "diverged" : "done",
    pinned: index % 50 === 3,
    note: index % 40 === 7 ? "check the gradient" : "",
    seed,
    startedAt: STARTED_AT + index * 60_000,
    trainMs: 900 + ((index * 7919) % 4000),
    iterations: diverged ? 120 : 500,
    loss: diverged ? NaN : loss,
    bestLoss: loss * 0.9,
    accuracy: index % 11 === 0 ? null : 1 / (1 + loss),
    validationLoss: loss * 1.1,
    bestValidationLoss: loss * 1.05,
    values: [cell, size, rate, clip],
  };
}

function curveOf({ id, iterations, bestLoss }: TableRun): LossCurve {
  const points = 101;
  const iteration = Float64Array.from({ length: points }, (_, i) => Math.round((i * iterations) / (points - 1)));
  const end = bestLoss ?? 1;
  return { id, iteration, loss: iteration.map((at) => end + 3 * Math.exp(-at / 80)) };
}

function post(message: RunsTableHostMessage): void {
  window.postMessage(message, "*");
}

function postRuns(changed: readonly TableRun[], reset: boolean, removed: readonly string[] = []): void {
  for (let first = 0; first === 0 || first < changed.length; first += RUNS_PER_MESSAGE) {
    const part = changed.slice(first, first + RUNS_PER_MESSAGE);
    post({
      type: "runs",
      reset: reset && first === 0,
      paths: PATHS,
      shared: [{ path: "task.kind", value: "adding" }],
      changed: part,
      removed: first === 0 ? removed : [],
      pending: changed.length - first - part.length,
    });
  }
}

function act({ verb, ids }: Extract<RunsTablePageMessage, { readonly type: "verb" }>): void {
  const chosen = new Set(ids);
  if (verb === "pinRun" || verb === "unpinRun") {
    const pinned = verb === "pinRun";
    runs = runs.map((run) => (chosen.has(run.id) ? { ...run, pinned } : run));
    postRuns(
      runs.filter(({ id }) => chosen.has(id)),
      false,
    );
  } else if (verb === "deleteRuns") {
    runs = runs.filter(({ id }) => !chosen.has(id));
    postRuns([], false, ids);
  }
}

Object.assign(window, {
  sentToHost: sent,
  savedState: () => state,
  /** A run that goes on. */
  progress: (id: string, loss: number) => {
    runs = runs.map((run) =>
      run.id === id ? { ...run, state: "running", loss, iterations: run.iterations + 1 } : run,
    );
    postRuns(
      runs.filter((run) => run.id === id),
      false,
    );
  },
  acquireVsCodeApi: () => ({
    getState: () => state,
    setState: (next: unknown) => void (state = next),
    postMessage: answering((message: RunsTablePageMessage) => {
      sent.push(message);
      if (message.type === "ready") postRuns(runs, true);
      else if (message.type === "verb") act(message);
      else if (message.type === "readCurves")
        post({
          type: "curves",
          requestId: message.requestId,
          curves: runs.filter(({ id }) => message.ids.includes(id)).map(curveOf),
          problems: [],
        });
    }),
  }),
});
// Evaluated after the host is installed: the page acquires its API at once.
void import("../runsTable/main");
