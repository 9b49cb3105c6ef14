import { expect, test } from "vitest";
import { TRIAL_STATE } from "../../../src/formats/optunaJournal";
import { studyLines } from "../../../src/sweepPlan/optunaStudy";
import { experimentOf } from "../config/support";
import { resultOf } from "./support";

test("a run that was stopped early is a pruned trial with its last value; without one it failed", () => {
  const { seed, sweep } = experimentOf('{ "sweep": { "seeds": 3 } }');
  const results = [
    resultOf({ loss: 0.1, gradientReach: 1e-5, trainMs: 1500 }),
    resultOf({ index: 1, loss: 0.5, status: "stopped", iterations: 40, message: "Why." }),
    resultOf({ index: 2, loss: Infinity, status: "diverged" }),
    resultOf({ index: 3, loss: NaN, status: "stopped" }),
  ];
  const endedAt = new Map([[0, Date.UTC(2026, 10, 30, 12)]]);
  const [, , ...trials] = studyLines({ file: {}, seed, sweep: sweep! }, results, { name: "s", id: 0, endedAt }).map(
    (line) => JSON.parse(line) as Record<string, unknown>,
  );
  expect(trials.map(({ datetime_start, datetime_complete }) => [datetime_start, datetime_complete])).toEqual([
    ["2026-11-30T11:59:58.500000+00:00", "2026-11-30T12:00:00.000000+00:00"],
    [null, undefined],
    [null, undefined],
    [null, undefined],
  ]);
  expect(trials.map(({ state, value }) => [state, value])).toEqual([
    [TRIAL_STATE.complete, 0.1],
    [TRIAL_STATE.pruned, 0.5],
    [TRIAL_STATE.failed, null],
    [TRIAL_STATE.failed, null],
  ]);
  expect(trials[0]).toMatchObject({ user_attrs: { run: 1, gradientReach: 1e-5 } });
  expect(trials[1]).toMatchObject({
    intermediate_values: { 40: 0.5 },
    user_attrs: { status: "stopped", message: "Why.", iterations: 40 },
  });
});
