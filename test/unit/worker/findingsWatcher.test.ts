import { describe, expect, it } from "vitest";
import type { Experiment } from "../../../src/config/schema/schema";
import type { Finding } from "../../../src/shared/wire/findings";
import { CONTROL, type WorkerReport } from "../../../src/threads/trainingMessages";
import { TrainingRun } from "../../../src/worker/trainingRun";
import { diagnose } from "../diagnosis/support";
import { COUNT_ONES } from "../session/support";

const CIRCLING: Experiment = {
  ...COUNT_ONES,
  training: {
    ...COUNT_ONES.training,
    optimizer: { kind: "sgd", learningRate: 0.1, weightDecay: 0 },
    clip: { norm: 1 },
    iterations: 5000,
  },
};

/** What a run on this thread tells, on a clock that moves only when it is looked at. */
function reportsOf(experiment: Experiment, acknowledging: boolean): WorkerReport[] {
  const reports: WorkerReport[] = [];
  let clock = 0;
  const control = new Int32Array(new SharedArrayBuffer(CONTROL.length * 4));
  const run = new TrainingRun(
    { type: "start", runId: "run", experiment, configHash: "hash", pace: 0, paused: false, control },
    (report) => reports.push(report),
    () => (clock += 0.3),
  );
  while (run.advance() !== null) if (acknowledging) run.credit();
  return reports;
}

const findingsIn = (reports: readonly WorkerReport[]): (readonly Finding[])[] =>
  reports.flatMap((report) => (report.type === "findings" ? [report.findings] : []));

describe("the findings of a run", () => {
  it("are the same whether the host takes the rows in or leaves them until the outbox has thinned itself", () => {
    const whole = diagnose(JSON.stringify(CIRCLING)).findings;
    expect(whole.map(({ rule }) => rule)).toContain("limit-cycle");
    for (const acknowledging of [true, false])
      expect(findingsIn(reportsOf(CIRCLING, acknowledging)).at(-1)).toEqual(whole);
  });

  it("come before the last rows, and not at all from a healthy run", () => {
    const types = reportsOf(CIRCLING, true).map(({ type }) => type);
    expect(types.lastIndexOf("findings")).toBeLessThan(types.lastIndexOf("rows"));
    expect(findingsIn(reportsOf(COUNT_ONES, true))).toEqual([]);
  });
});
