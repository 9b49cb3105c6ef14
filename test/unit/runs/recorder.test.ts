import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Experiment } from "../../../src/config/schema";
import { readRun } from "../../../src/runs/format/readRun";
import { createRecorder } from "../../../src/worker/createRecorder";
import { CONTROL, type WorkerReport } from "../../../src/worker/messages";
import { TrainingRun } from "../../../src/worker/trainingRun";
import { COUNT_ONES } from "../session/support";
import { metaOf, temporaryFolder, trainedRun } from "./support";

/** A recorded run on a clock that moves only when it is looked at. */
class Bench {
  readonly path: string;
  readonly reports: WorkerReport[] = [];
  readonly run: TrainingRun;
  private clock = 0;

  constructor(experiment: Experiment, path = join(temporaryFolder(), "run.rnnrun"), paused = false) {
    this.path = path;
    const control = new Int32Array(new SharedArrayBuffer(CONTROL.length * 4));
    const request = { type: "start", runId: "run-1", experiment, configHash: "hash", pace: 0, paused, control, record: { path, meta: metaOf({ config: experiment }) } } as const;
    const now = (): number => (this.clock += 0.3);
    const post = (report: WorkerReport): void => void this.reports.push(report);
    this.run = new TrainingRun(request, post, now, null, createRecorder(request, () => 1, post, now));
  }

  advanceToEnd(): void {
    while (this.run.advance() !== null) this.run.credit();
  }

  read(): ReturnType<typeof readRun> {
    return readRun(readFileSync(this.path));
  }
}

describe("a recorded run", () => {
  it("is on the disk before its session hears of the end, with every row", () => {
    const bench = new Bench(COUNT_ONES);
    bench.advanceToEnd();
    const file = bench.read();
    const expected = trainedRun();
    expect(file.rows).toEqual(expected.rows);
    expect(file.metrics).toEqual(expected.metrics);
    expect([file.status.phase, file.status.iteration, file.meta.engine]).toEqual(["done", 500, "float64"]);
    expect(file.endedAt).not.toBeNull();
  });
});
