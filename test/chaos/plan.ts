/** What happens in a chaos run: random actions of a user and random faults, all decided by one seed. */
import { createRandom, type RandomSource } from "../../src/core/numerics/random";
import { EXPERIMENTS, FIELDS } from "./experiments";

/** Of an experiment file, by its place in {@link EXPERIMENTS}. */
const EXPERIMENT_ACTIONS = [
  "openFile",
  "openPanel",
  "closePanel",
  "run",
  "pauseResume",
  "step",
  "stop",
  "sweep",
  "stopSweep",
  "race",
  "stopRace",
] as const;
/** Of a recorded run: the k-th of those that are there, counted around. */
const RUN_ACTIONS = ["openRun", "resumeRun", "deleteRun", "pinRun", "renameRun", "shareRun", "importDamaged"] as const;
const WINDOW_ACTIONS = ["closeEditors", "reload", "reopen", "openSecond", "closeSecond", "undoDelete"] as const;

export interface ExperimentAction {
  readonly kind: (typeof EXPERIMENT_ACTIONS)[number];
  readonly experiment: number;
}

export interface RunAction {
  readonly kind: (typeof RUN_ACTIONS)[number];
  readonly run: number;
}

export type TypingAction =
  /** Types something wrong, and corrects it. */
  | { readonly kind: "typo"; readonly experiment: number }
  /** Types over a value, by its place in {@link FIELDS}. */
  | {
      readonly kind: "edit";
      readonly experiment: number;
      readonly field: number;
      readonly value: number;
      readonly save: boolean;
    }
  /** Steps a value up with the keyboard, some times in a row. */
  | { readonly kind: "nudge"; readonly experiment: number; readonly field: number; readonly times: number };

export type Action =
  | ExperimentAction
  | RunAction
  | TypingAction
  | { readonly kind: (typeof WINDOW_ACTIONS)[number] }
  /** Clicks an enabled button of run, pause, step and stop: the k-th, counted around. */
  | { readonly kind: "press"; readonly panel: number; readonly button: number }
  | Fault;

/** `lasts`: so many further actions happen before the fault is taken back. */
export type Fault =
  | { readonly kind: "kill" }
  | { readonly kind: "freeze"; readonly lasts: number; readonly holdMs: number }
  | { readonly kind: "diskFull"; readonly lasts: number }
  | { readonly kind: "readOnly"; readonly lasts: number }
  | { readonly kind: "clock"; readonly seconds: number; readonly lasts: number }
  | { readonly kind: "deleteRunFile"; readonly run: number }
  | { readonly kind: "deleteRunsFolder" };

export const FAULTS = [
  "kill",
  "freeze",
  "diskFull",
  "readOnly",
  "clock",
  "deleteRunFile",
  "deleteRunsFolder",
] as const satisfies readonly Fault["kind"][];
export const ACTIONS = [
  ...EXPERIMENT_ACTIONS,
  ...RUN_ACTIONS,
  ...WINDOW_ACTIONS,
  "typo",
  "edit",
  "nudge",
  "press",
  ...FAULTS,
] as const satisfies readonly Action["kind"][];

export interface Step {
  /** Of two; the first one where the second is not open. */
  readonly window: 0 | 1;
  /** Before the next step: what was begun goes on meanwhile. */
  readonly waitMs: number;
  readonly action: Action;
}

/** How often, next to the others. */
const WEIGHTS: Readonly<Record<Action["kind"], number>> = {
  openFile: 4,
  openPanel: 6,
  closePanel: 3,
  run: 10,
  pauseResume: 8,
  step: 6,
  stop: 5,
  sweep: 2,
  stopSweep: 2,
  race: 2,
  stopRace: 2,
  openRun: 3,
  resumeRun: 4,
  deleteRun: 3,
  pinRun: 1,
  renameRun: 1,
  shareRun: 2,
  importDamaged: 1,
  closeEditors: 1,
  reload: 2,
  reopen: 1,
  openSecond: 3,
  closeSecond: 1,
  undoDelete: 2,
  typo: 2,
  edit: 12,
  nudge: 8,
  press: 12,
  kill: 3,
  freeze: 2,
  diskFull: 3,
  readOnly: 3,
  clock: 2,
  deleteRunFile: 2,
  deleteRunsFolder: 1,
};
const TOTAL_WEIGHT = Object.values(WEIGHTS).reduce((sum, weight) => sum + weight, 0);

const LONGEST_WAIT_MS = 1500;
/** One in so many waits is as long as a run needs to be more than a moment. */
const LONG_WAIT_IN = 8;
const LONG_WAIT_MS = 6000;
const MOST_NUDGES = 12;
const LONGEST_FREEZE_MS = 25_000;
/** Seconds that the wall clock jumps: a correction, daylight saving, a wrong date. */
const JUMPS = [-2, 5, 3600, -3600, 86_400, -86_400, 40 * 86_400] as const;

/** Without end; the same seed gives the same steps. */
export function* planSteps(seed: number): Generator<Step, never> {
  const random = createRandom(seed);
  // A user who opens VS Code to look at an experiment.
  yield { window: 0, waitMs: 300, action: { kind: "openFile", experiment: 0 } };
  yield { window: 0, waitMs: 1000, action: { kind: "run", experiment: 0 } };
  for (;;) {
    const kind = drawKind(random);
    const window = below(random, 3) === 0 ? 1 : 0;
    const long = below(random, LONG_WAIT_IN) === 0;
    const waitMs = below(random, long ? LONG_WAIT_MS : LONGEST_WAIT_MS);
    yield { window, waitMs, action: drawAction(kind, random) };
  }
}

/** Integer of [0, limit). */
function below(random: RandomSource, limit: number): number {
  return Math.floor(random.double() * limit);
}

function drawKind(random: RandomSource): Action["kind"] {
  let left = random.double() * TOTAL_WEIGHT;
  for (const kind of ACTIONS) {
    left -= WEIGHTS[kind];
    if (left < 0) return kind;
  }
  return "run";
}

function drawAction(kind: Action["kind"], random: RandomSource): Action {
  const any = (): number => below(random, 1000);
  const lasts = 1 + below(random, 4);
  switch (kind) {
    case "edit":
      return {
        kind,
        experiment: below(random, EXPERIMENTS.length),
        field: below(random, FIELDS.length),
        value: any(),
        save: below(random, 2) === 0,
      };
    case "nudge":
      return {
        kind,
        experiment: below(random, EXPERIMENTS.length),
        field: below(random, FIELDS.length),
        times: 1 + below(random, MOST_NUDGES),
      };
    case "press":
      return { kind, panel: any(), button: any() };
    case "freeze":
      return { kind, lasts, holdMs: below(random, LONGEST_FREEZE_MS) };
    case "diskFull":
    case "readOnly":
      return { kind, lasts };
    case "clock":
      return { kind, lasts, seconds: JUMPS[below(random, JUMPS.length)] ?? 0 };
    case "openRun":
    case "resumeRun":
    case "deleteRun":
    case "pinRun":
    case "renameRun":
    case "shareRun":
    case "importDamaged":
    case "deleteRunFile":
      return { kind, run: any() };
    case "closeEditors":
    case "reload":
    case "reopen":
    case "openSecond":
    case "closeSecond":
    case "undoDelete":
    case "kill":
    case "deleteRunsFolder":
      return { kind };
    default:
      return { kind, experiment: below(random, EXPERIMENTS.length) };
  }
}

/** For the log. */
export function describeStep({ window, action }: Step): string {
  const { kind, ...rest } = action;
  const words = Object.entries(rest).map(([name, value]) =>
    name === "experiment"
      ? (EXPERIMENTS[Number(value)]?.file ?? "")
      : name === "field"
        ? (FIELDS[Number(value)]?.key ?? "")
        : `${name} ${String(value)}`,
  );
  return [`window ${window + 1}:`, kind, ...words].join(" ");
}
