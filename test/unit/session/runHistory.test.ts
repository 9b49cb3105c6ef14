import { describe, expect, it } from "vitest";
import type { Experiment } from "../../../src/config/schema/schema";
import { RunFixes } from "../../../src/session/runFixes";
import { RunHistory, type EarlierRuns } from "../../../src/session/runHistory";
import { RunState, type RunRequest } from "../../../src/session/runState";
import { describeText } from "../../../src/session/textState";
import { COLUMN, TRACE_VERSION, type TraceHeader } from "../../../src/shared/trace/trace";
import { COUNT_ONES, FILE } from "./support";

const columns = Object.values(COLUMN).map((name) => ({ name, length: 1, shape: [1] }));
const HEADER: TraceHeader = {
  version: TRACE_VERSION,
  runId: "run",
  name: "A",
  configHash: "0",
  engine: "float64",
  iterations: 10,
  timeSteps: 1,
  cell: "linear",
  hiddenSize: 1,
  numLayers: 1,
  parameters: [],
  columns,
  inspected: { sequence: 0, inputSize: 1, input: [], target: [] },
  clip: null,
};

const withSeed = (seed: number): Experiment => ({ ...COUNT_ONES, seed });

const requestOf = (seed: number, byTyping = false): RunRequest => ({
  experiment: withSeed(seed),
  configHash: String(seed),
  paused: false,
  byTyping,
});

/** Runs after one another, `pauseMs` apart, on one clock. */
class Runs {
  readonly history = new RunHistory(() => this.now);
  readonly numbers: number[] = [];
  passedThrough: string | null = null;
  private now = 0;
  private run: RunState | null = null;

  /** A run of two rows, or one that failed before its first. */
  start(request: RunRequest, pauseMs: number, { earlier, fails }: { earlier?: EarlierRuns; fails?: boolean } = {}) {
    const { number, passedThrough } = this.history.replace(this.run, request, earlier);
    this.numbers.push(number);
    this.passedThrough = passedThrough;
    this.run = new RunState(number, request, new RunFixes("", () => undefined), this.now);
    if (fails !== true) {
      this.run.open(HEADER);
      this.run.scalars?.append({ rows: 2, columns: this.run.scalars.specs.map(() => Float64Array.of(0, 1)) });
    }
    this.now += pauseMs;
    return this.run;
  }

  get ghosts(): readonly (readonly [number, string])[] {
    return this.history.ghosts.map(({ number, label }) => [number, label]);
  }
}

/** A run for each seed, byTyping but for the first. */
function replay(seeds: readonly number[], pauseMs: number): Runs {
  const runs = new Runs();
  for (const [index, seed] of seeds.entries()) runs.start(requestOf(seed, index > 0), pauseMs);
  return runs;
}

const FIRST = expect.stringMatching(/^Run 1 · /) as string;

describe("the runs before the present one", () => {
  it("stay as ghosts under the names of the runs, three at most", () => {
    expect(replay([1, 2], 5000).ghosts).toEqual([[1, FIRST]]);
    expect(replay([1, 2, 3, 4, 5], 5000).ghosts).toEqual([
      [2, "seed 2"],
      [3, "seed 3"],
      [4, "seed 4"],
    ]);
  });

  it("leave out what was only passed through while a value was typed, and count it once", () => {
    const runs = replay([1, 2, 3, 4, 5], 100);
    expect([runs.ghosts, runs.numbers]).toEqual([[[1, FIRST]], [1, 2, 2, 2, 2]]);
    expect(runs.history.changeOf(withSeed(5))).toEqual({
      since: FIRST,
      values: ["seed 1 → 5"],
      details: "seed: 1 → 5",
    });
    expect(runs.history.identity).toEqual({ number: 2, name: "seed 5" });
  });

  it("leave out what a slider came by, however long it took, and keep what was before it", () => {
    const runs = new Runs();
    runs.start(requestOf(1), 5000);
    for (const seed of [2, 3, 4, 5]) runs.start({ ...requestOf(seed, true), movement: 1 }, 5000);
    expect([runs.ghosts, runs.numbers]).toEqual([[[1, FIRST]], [1, 2, 2, 2, 2]]);
  });

  it("say nothing where nothing changed, and there is nothing to compare the first with", () => {
    const runs = replay([1, 2, 1, 1], 5000);
    expect(runs.ghosts.map(([, name]) => name)).toEqual([FIRST, "seed 2", "seed 1"]);
    expect(runs.history.changeOf(withSeed(1))).toBeNull();
    expect(runs.history.changeOf(withSeed(2))?.values).toEqual(["seed 1 → 2"]);
    expect(replay([1], 0).history.changeOf(withSeed(1))).toBeNull();
  });
});

describe("the number of a run", () => {
  it("follows those of the recorded runs of the file, and so does what was varied", () => {
    const runs = new Runs();
    const recorded = { nextNumber: 8, latest: withSeed(4) };
    runs.start(requestOf(5), 5000, { earlier: { recorded, number: null } });
    expect([runs.numbers, runs.history.identity?.name]).toEqual([[8], "seed 5"]);
    // Another window has recorded one in the meantime.
    runs.start(requestOf(6), 5000, { earlier: { recorded: { ...recorded, nextNumber: 12 }, number: null } });
    // All were deleted, also this one.
    runs.start(requestOf(7), 5000, { earlier: { recorded: { nextNumber: 1, latest: null }, number: null } });
    expect(runs.numbers).toEqual([8, 12, 13]);
  });

  it("stays with a run that goes on, which leaves no ghost of itself", () => {
    const runs = new Runs();
    const { runId } = runs.start(requestOf(1), 5000);
    const from = { runId, path: "", resume: true, resumeFrom: null };
    const recorded = { nextNumber: 2, latest: withSeed(1) };
    runs.start({ ...requestOf(1), from }, 5000, { earlier: { recorded, number: 1 } });
    expect([runs.numbers, runs.ghosts]).toEqual([[1, 1], []]);
    runs.start(requestOf(2), 5000);
    expect([runs.numbers, runs.ghosts]).toEqual([[1, 1, 2], [[1, FIRST]]]);
  });

  it("is not used up by a run that failed before its first iteration", () => {
    const runs = new Runs();
    const { runId } = runs.start(requestOf(1), 5000, { fails: true });
    runs.start(requestOf(2), 5000);
    expect([runs.numbers, runs.ghosts, runs.passedThrough]).toEqual([[1, 1], [], runId]);
  });
});

describe("the text beside the run", () => {
  it("says what running it would change, and whether that was held back", () => {
    expect(describeText({ ...FILE, experiment: withSeed(2) }, withSeed(1), "held", true)).toMatchObject({
      change: "seed 1 → 2",
      error: null,
      applies: false,
      heldBack: true,
    });
    expect(describeText({ ...FILE, experiment: withSeed(1) }, withSeed(1), "held", true).heldBack).toBe(false);
    const error = { line: 3, message: "no", path: [] };
    expect(describeText({ ...FILE, configHash: null, error }, withSeed(1), "settled", false)).toMatchObject({
      change: "",
      error,
      applies: false,
      heldBack: false,
    });
  });
});
