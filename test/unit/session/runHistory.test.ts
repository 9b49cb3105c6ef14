import { describe, expect, it } from "vitest";
import type { Experiment } from "../../../src/config/schema/schema";
import { RunFixes } from "../../../src/session/runFixes";
import { RunHistory } from "../../../src/session/runHistory";
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

/** A run of two rows for each seed, `pauseMs` apart; byTyping but for the first. */
function replay(
  seeds: readonly number[],
  pauseMs: number,
  origin: Pick<RunRequest, "movement"> = {},
): { history: RunHistory; present: Experiment; labels: readonly string[]; number: number } {
  let now = 0;
  const history = new RunHistory(() => now);
  let run: RunState | null = null;
  for (const [index, seed] of seeds.entries()) {
    const request: RunRequest = {
      experiment: withSeed(seed),
      configHash: String(seed),
      paused: false,
      byTyping: index > 0,
      ...(index > 0 ? origin : {}),
    };
    run = new RunState(history.replace(run, request), request, new RunFixes("", () => undefined), now);
    run.open(HEADER);
    run.scalars?.append({ rows: 2, columns: run.scalars.specs.map(() => Float64Array.of(0, 1)) });
    now += pauseMs;
  }
  const present = withSeed(seeds.at(-1) ?? 0);
  return {
    history,
    present,
    number: history.present?.number ?? 0,
    labels: history.ghosts(present).map(({ label }) => label),
  };
}

describe("the runs before the present one", () => {
  it("stay as ghosts that say what they had, three at most", () => {
    expect(replay([1, 2], 5000).labels).toEqual(["run 1 · seed 1"]);
    expect(replay([1, 2, 3, 4, 5], 5000).labels).toEqual(["run 2 · seed 2", "run 3 · seed 3", "run 4 · seed 4"]);
  });

  it("leave out what was only passed through while a value was typed", () => {
    const { history, present, labels } = replay([1, 2, 3, 4, 5], 100);
    expect(labels).toEqual(["run 1 · seed 1"]);
    expect(history.changeOf(present)).toEqual({ since: "run 1", summary: "seed 1 → 5", details: "seed: 1 → 5" });
  });

  it("leave out what a slider came by, however long it took, and keep what was before it", () => {
    const { labels, number } = replay([1, 2, 3, 4, 5], 5000, { movement: 1 });
    expect([labels, number]).toEqual([["run 1 · seed 1"], 2]);
  });

  it("keep the number of a run that goes on, and have no ghost of its first part", () => {
    const history = new RunHistory(() => 0);
    const request: RunRequest = { experiment: withSeed(1), configHash: "1", paused: false };
    const run = new RunState(history.replace(null, request), request, new RunFixes("", () => undefined), 0);
    run.open(HEADER);
    const from = { runId: run.runId, path: "", resume: true, resumeFrom: null };
    expect(history.replace(run, { ...request, from })).toBe(1);
    expect(history.ghosts(withSeed(1))).toEqual([]);
  });

  it("say nothing of a run that is the same, and there is nothing to compare the first with", () => {
    const { history, present, labels } = replay([1, 2, 1], 5000);
    expect(labels).toEqual(["run 1", "run 2 · seed 2"]);
    expect(history.changeOf(present)?.summary).toBe("seed 2 → 1");
    expect(replay([1], 0).history.changeOf(withSeed(1))).toBeNull();
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
