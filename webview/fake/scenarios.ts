/** One scenario for each thing the panel may have to show. */
import * as l10n from "@vscode/l10n";
import { withDefaults } from "../../src/config/schema/defaults";
import { experimentSchema } from "../../src/config/schema/fileSchema";
import type { Experiment } from "../../src/config/schema/schema";
import { SETTLED_TEXT, type RunChange, type RunEvent, type TextState } from "../../src/shared/wire/liveEdit";
import type { RunPhase } from "../../src/shared/trace/trace";
import type { LastRun } from "../state/lastRun";

export interface Scenario {
  readonly experiment: Experiment | null;
  /** Contents of the file that the task reads. */
  readonly text: string | null;
  /** Earlier runs of the experiment. */
  readonly ghosts: readonly Experiment[];
  /** The run is brought to this iteration before the page opens; null: never started. */
  readonly until: number | null;
  /** Null: what the training itself comes to. */
  readonly phase: RunPhase | null;
  readonly message: string | null;
  readonly canRun: boolean;
  readonly textDiffers: boolean;
  readonly checked: boolean;
  /** The host of the page says nothing: somebody else speaks for it, by `window.fakeHost`. */
  readonly isSilent?: true;
  /** The saved last run, as after a reload of the window. */
  readonly lastRun?: Omit<LastRun, "uri">;
  /** The state of the text relative to the run; settled when left out. */
  readonly edit?: { readonly text?: TextState; readonly change?: RunChange; readonly events?: readonly RunEvent[] };
}

interface Change {
  readonly name?: string;
  readonly wx?: number;
  readonly wRec?: number;
  readonly learningRate?: number;
  readonly clip?: Experiment["training"]["clip"];
  readonly iterations?: number;
  readonly length?: number;
}

function countOnes({
  name = "Count the ones",
  wx = -1.5,
  wRec = 2,
  learningRate,
  clip = null,
  iterations = 500,
  length = 10,
}: Change = {}): Experiment {
  return withDefaults(experimentSchema, {
    name,
    task: { kind: "count-ones", length },
    model: { init: { weight_ih_l0: wx, weight_hh_l0: wRec } },
    training: { ...(learningRate === undefined ? {} : { optimizer: { kind: "sgd", learningRate } }), iterations, clip },
  }) as Experiment;
}

/** As a file of the experiment: what is left out has its default. */
function experimentOf(file: Readonly<Record<string, unknown>>): Experiment {
  return withDefaults(experimentSchema, file) as Experiment;
}

const LSTM = experimentOf({
  name: "Adding with LSTM",
  task: { kind: "adding", sequences: 400, length: 50 },
  model: { cell: "lstm", hiddenSize: 16, init: { forgetBias: 1 } },
  training: {
    optimizer: { kind: "adam", learningRate: 0.02 },
    schedule: { kind: "cosine" },
    batchSize: 10,
    iterations: 120,
    clip: { norm: 1 },
    validation: { share: 0.05, every: 10 },
  },
});
const GRU = experimentOf({
  name: "Copy with two layers of GRU",
  task: { kind: "copy", sequences: 400, symbols: 4, items: 5, delay: 10 },
  model: { cell: "gru", hiddenSize: 12, numLayers: 2 },
  training: {
    optimizer: { kind: "adam", learningRate: 0.02 },
    batchSize: 10,
    iterations: 200,
    validation: { share: 0.1, every: 20 },
  },
});
/** More units than a row of a trace holds. */
const UNITS = (cell: "rnn" | "lstm", hiddenSize: number, length: number): Experiment =>
  experimentOf({
    name: "Many units",
    task: { kind: "adding", sequences: 8, length },
    model: { cell, hiddenSize },
    training: { batchSize: 4, iterations: 2 },
  });
const RNN = experimentOf({
  name: "Binary addition",
  seed: 4,
  task: { kind: "binary-addition", sequences: 400, bits: 6 },
  model: { cell: "rnn", hiddenSize: 3 },
  training: {
    optimizer: { kind: "adam", learningRate: 0.02 },
    batchSize: 20,
    iterations: 400,
    validation: { share: 0.1, every: 20 },
  },
});
const DECISION = experimentOf({
  name: "A decision in one of two contexts",
  task: { kind: "context-decision", sequences: 400, fixation: 100, stimulus: 400, delay: 100, noise: 0.3 },
  model: { cell: "gru", hiddenSize: 12 },
  training: { optimizer: { kind: "adam", learningRate: 0.02 }, batchSize: 40, iterations: 100 },
});
const COMPARISON = experimentOf({
  name: "A comparison of two strengths",
  task: { kind: "delay-comparison", sequences: 200, fixation: 100, stimulus1: 200, delay: 100, stimulus2: 200 },
  model: { cell: "gru", hiddenSize: 8 },
  training: { optimizer: { kind: "adam", learningRate: 0.02 }, batchSize: 40, iterations: 60 },
});
const TEXT = experimentOf({
  name: "A small text",
  task: { kind: "text", file: "verse.txt", length: 30 },
  model: { cell: "lstm", hiddenSize: 20 },
  training: { optimizer: { kind: "adam", learningRate: 0.02 }, batchSize: 4, iterations: 150, clip: { norm: 5 } },
});
const VERSE = "rain in the morning, rain in the night, wind in the evening and then it is bright. ".repeat(12);

const SERIES = experimentOf({
  name: "A seasonal series",
  task: { kind: "csv", file: "level.csv", columns: ["level"], length: 12 },
  model: { cell: "lstm", hiddenSize: 12, readout: "last" },
  training: {
    optimizer: { kind: "adam", learningRate: 0.01 },
    batchSize: 16,
    iterations: 200,
    validation: { share: 0.25, every: 10 },
  },
});
/** A season of 12 rows, and a drift that repeats after 100. */
const LEVELS = Array.from({ length: 240 }, (_, row) => Math.sin(row / 1.91) + Math.sin(row / 16) + Math.sin(row * row));

const PLAIN: Scenario = {
  experiment: countOnes(),
  text: null,
  ghosts: [],
  until: null,
  phase: null,
  message: null,
  canRun: true,
  textDiffers: false,
  checked: false,
};
const EARLIER = [countOnes({ wx: -1, wRec: 1.6 }), countOnes({ wx: 0.4, wRec: 1.3 })];

export const SCENARIOS: Readonly<Record<string, Scenario>> = {
  none: { ...PLAIN, experiment: null, phase: "idle" },
  silent: { ...PLAIN, experiment: null, phase: "idle", isSilent: true },
  idle: { ...PLAIN, phase: "idle" },
  restored: {
    ...PLAIN,
    phase: "idle",
    lastRun: { phase: "diverged", iteration: 173, iterations: 500, loss: 2.5 },
  },
  untrusted: { ...PLAIN, phase: "idle", canRun: false },
  starting: { ...PLAIN, phase: "starting" },
  running: { ...PLAIN, ghosts: EARLIER, until: 120, phase: "running" },
  long: {
    ...PLAIN,
    experiment: countOnes({ name: "A long run", iterations: 200_000, length: 60, wRec: 1.02, wx: 0.9 }),
    until: 3000,
    phase: "running",
  },
  first: { ...PLAIN, until: 0, phase: "paused" },
  paused: { ...PLAIN, ghosts: EARLIER, until: 173, phase: "paused" },
  done: { ...PLAIN, ghosts: EARLIER, until: 500, phase: "done" },
  changed: { ...PLAIN, ghosts: EARLIER.slice(0, 1), until: 500, phase: "done", textDiffers: true, checked: true },
  edited: {
    ...PLAIN,
    ghosts: EARLIER.slice(0, 1),
    until: 500,
    phase: "done",
    edit: {
      change: {
        since: l10n.t("run {0}", 1),
        values: ["weight_ih_l0 −1 → −1.5", "weight_hh_l0 1.6 → 2"],
        details: "model.init.weight_ih_l0: −1 → −1.5\nmodel.init.weight_hh_l0: 1.6 → 2",
      },
    },
  },
  misspelt: {
    ...PLAIN,
    ghosts: EARLIER.slice(0, 1),
    until: 500,
    phase: "done",
    textDiffers: true,
    edit: {
      text: {
        ...SETTLED_TEXT,
        error: {
          line: 14,
          message: "training.iterations is -5; it must be 1 to 10,000,000.",
          path: ["training", "iterations"],
        },
      },
    },
  },
  held: {
    ...PLAIN,
    until: 120,
    phase: "running",
    textDiffers: true,
    edit: { text: { ...SETTLED_TEXT, change: "seed 1 → 2", heldBack: true } },
  },
  applicable: {
    ...PLAIN,
    experiment: LSTM,
    until: 60,
    phase: "paused",
    textDiffers: true,
    edit: { text: { ...SETTLED_TEXT, change: "learningRate 0.02 → 0.01", applies: true, heldBack: true } },
  },
  applied: {
    ...PLAIN,
    experiment: LSTM,
    until: 120,
    edit: {
      events: [
        { iteration: 40, text: "learningRate 0.02 → 0.01" },
        { iteration: 85, text: "clip norm 1 → norm 0.5" },
      ],
    },
  },
  stopped: { ...PLAIN, until: 64, phase: "stopped" },
  spike: {
    ...PLAIN,
    experiment: countOnes({ name: "An early spike", learningRate: 0.0004, wx: 0.9, wRec: 1.25 }),
    until: 500,
  },
  diverged: {
    ...PLAIN,
    experiment: countOnes({ name: "It explodes", learningRate: 0.001, wx: 0.9, wRec: 1.5 }),
    until: 500,
  },
  clipped: {
    ...PLAIN,
    experiment: countOnes({ name: "Clipping saves it", learningRate: 0.01, clip: { norm: 1 } }),
    until: 500,
  },
  vanishes: {
    ...PLAIN,
    experiment: countOnes({ name: "It vanishes", learningRate: 0.00001, wx: 0.6, wRec: 0.35, length: 30 }),
    until: 500,
  },
  alternates: {
    ...PLAIN,
    experiment: countOnes({ name: "Back and forth", wx: 1, wRec: -1.4 }),
    until: 60,
    phase: "stopped",
  },
  failed: {
    ...PLAIN,
    phase: "failed",
    message: "The worker thread ended unexpectedly: out of memory (heap limit 512 MB). Nothing was recorded.",
  },
  lstm: { ...PLAIN, experiment: LSTM, until: 120 },
  "lstm-running": { ...PLAIN, experiment: LSTM, until: 20, phase: "running" },
  units: { ...PLAIN, experiment: UNITS("lstm", 32, 100), until: 2 },
  "units-256": { ...PLAIN, experiment: UNITS("rnn", 256, 60), until: 2 },
  "lstm-long": {
    ...PLAIN,
    experiment: { ...LSTM, training: { ...LSTM.training, iterations: 20_000 } },
    until: 20,
    phase: "running",
  },
  gru: { ...PLAIN, experiment: GRU, until: 200 },
  rnn: { ...PLAIN, experiment: RNN, until: 400 },
  decision: { ...PLAIN, experiment: DECISION, until: 100 },
  comparison: { ...PLAIN, experiment: COMPARISON, until: 60 },
  text: { ...PLAIN, experiment: TEXT, text: VERSE, until: 150 },
  series: { ...PLAIN, experiment: SERIES, text: `level\n${LEVELS.join("\n")}\n`, until: 200 },
  hostile: {
    ...PLAIN,
    experiment: countOnes({
      name: '<img src=x onerror="document.title=1"> \u202Eevil\u202C `code` [link](command:x) and a name that is much longer than any name that a reasonable person would give to an experiment',
    }),
    until: 20,
    phase: "stopped",
  },
};
