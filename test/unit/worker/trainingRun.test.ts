import { describe, expect, it } from "vitest";
import type { Experiment } from "../../../src/config/schema/schema";
import type { LossSurface, RunStatus, TraceRows } from "../../../src/shared/trace/trace";
import { memoryOf } from "../../../src/shared/trace/traceBuffer";
import { CONTROL, type WorkerReport } from "../../../src/threads/trainingMessages";
import { TrainingRun } from "../../../src/worker/trainingRun";
import { COUNT_ONES, golden } from "../session/support";

/** A run on a clock that moves only when it is looked at, a little each time. */
class Bench {
  readonly reports: WorkerReport[] = [];
  readonly control = new Int32Array(new SharedArrayBuffer(CONTROL.length * 4));
  readonly run: TrainingRun;
  private clock = 0;

  constructor(experiment: Experiment, paused = false, byTyping = false) {
    const request = {
      type: "start",
      runId: "run",
      experiment,
      configHash: "hash",
      pace: 0,
      paused,
      byTyping,
      control: this.control,
    } as const;
    this.run = new TrainingRun(
      request,
      (report) => this.reports.push(report),
      () => (this.clock += 0.3),
    );
  }

  /** @param acknowledging whether every frame is taken in at once */
  advanceToEnd(acknowledging: boolean): void {
    let credited = 0;
    while (this.run.advance() !== null) {
      while (acknowledging && credited < this.frames.length) {
        this.run.credit();
        credited++;
      }
    }
  }

  get frames(): TraceRows[] {
    return this.reports.flatMap((report) => (report.type === "rows" ? [report.rows] : []));
  }

  get surfaces(): LossSurface[] {
    return this.reports.flatMap((report) => (report.type === "surface" ? [report.surface] : []));
  }

  get status(): RunStatus | undefined {
    return this.reports
      .flatMap((report) => (report.type === "status" || report.type === "rows" ? [report.status] : []))
      .at(-1);
  }
}

function withIterations(iterations: number, every = 1): Experiment {
  return { ...COUNT_ONES, training: { ...COUNT_ONES.training, iterations }, trace: { every, sequence: 0 } };
}

describe("TrainingRun", () => {
  it("sends every row once and in order when each frame is taken in", () => {
    const bench = new Bench(withIterations(3000));
    bench.advanceToEnd(true);
    expect(bench.frames.flatMap(({ columns }) => [...(columns[0] as Float64Array)])).toEqual(
      Array.from({ length: 3001 }, (_, index) => index),
    );
    expect(bench.status?.phase).toBe("done");
  });

  it("sends two frames and the last one when nobody takes them in, bounded, with the first and the last row", () => {
    const bench = new Bench(withIterations(100_000));
    bench.advanceToEnd(false);
    expect(bench.frames.length).toBe(3);
    const last = bench.frames[2] as TraceRows;
    expect(last.rows).toBeLessThanOrEqual(2048);
    expect(last.columns[0]?.at(-1)).toBe(100_000);
    expect(bench.frames[0]?.columns[0]?.[0]).toBe(0);
  });

  it("says where validation was best, and that it stopped early", () => {
    const training = {
      ...COUNT_ONES.training,
      optimizer: { kind: "sgd", learningRate: 1e-300, weightDecay: 0 } as const,
      validation: { share: 0.2, every: 10 },
    };
    const bench = new Bench({ ...COUNT_ONES, training: { ...training, stop: { patience: 25 } } });
    bench.advanceToEnd(true);
    const best = { iteration: 0, validationLoss: bench.run.trainer.metrics.validationLoss };
    expect(bench.status).toMatchObject({ phase: "done", iteration: 30, iterations: 500, best });
    expect(bench.status?.message).toMatch(
      /^Stopped early at iteration 30: no new best validation loss for 30 iterations\. The best is [\d,.]+ at iteration 0\.$/,
    );
    const whole = new Bench({ ...COUNT_ONES, training: { ...training, stop: null } });
    whole.advanceToEnd(true);
    expect(whole.status).toMatchObject({ phase: "done", iteration: 500, best, message: null });
  });

  it("trains on while the host is slow", () => {
    const bench = new Bench(withIterations(20_000));
    bench.advanceToEnd(false);
    expect(bench.status).toMatchObject({ phase: "done", iteration: 20_000 });
  });

  it("sends memory of its own with every frame", () => {
    const bench = new Bench(withIterations(3000));
    bench.advanceToEnd(true);
    const memories = bench.frames.flatMap(memoryOf);
    expect(new Set(memories).size).toBe(memories.length);
  });

  it("ends with the rows, then the surface, then the final phase", () => {
    const bench = new Bench(withIterations(10));
    bench.advanceToEnd(true);
    expect(bench.reports.slice(-3).map(({ type }) => type)).toEqual(["rows", "surface", "status"]);
    expect(bench.run.advance()).toBeNull();
    expect(bench.reports.slice(-1)[0]?.type).toBe("status");
  });

  it("computes the surface again when the path leaves it, and not for a path that stays", () => {
    const still = new Bench(withIterations(20_000));
    still.advanceToEnd(true);
    expect(still.surfaces.length).toBe(1);
    const init = { ...COUNT_ONES.model.init, weight_ih_l0: 0.5, weight_hh_l0: 0.5 };
    const sgd = { kind: "sgd", learningRate: 0.5, weightDecay: 0 } as const;
    const leaving = new Bench({
      ...COUNT_ONES,
      model: { ...COUNT_ONES.model, init },
      training: { ...COUNT_ONES.training, optimizer: sgd, clip: { norm: 8 }, iterations: 3000 },
    });
    leaving.advanceToEnd(true);
    const [first, ...later] = leaving.surfaces as [LossSurface, ...LossSurface[]];
    expect(later.length).toBeGreaterThan(0);
    const widest = later.at(-1) as LossSurface;
    expect(widest.xRange[1] - widest.xRange[0] + (widest.yRange[1] - widest.yRange[0])).toBeGreaterThan(
      first.xRange[1] - first.xRange[0] + (first.yRange[1] - first.yRange[0]),
    );
    expect(widest.loss.length).toBe(widest.columns * widest.rows);
  });

  it("sees the stop flag without a message, running or paused", () => {
    for (const paused of [false, true]) {
      const bench = new Bench(withIterations(1_000_000), paused);
      bench.run.advance();
      Atomics.store(bench.control, CONTROL.stop, 1);
      bench.run.advance();
      expect(bench.status?.phase).toBe("stopped");
    }
  });

  it("reports the iteration of a single step even when that row is not traced", () => {
    const bench = new Bench(withIterations(500, 100), true);
    bench.run.advance();
    bench.run.step();
    bench.run.advance();
    expect(bench.status).toMatchObject({ phase: "paused", iteration: 1 });
    expect(bench.status?.loss).toBeCloseTo(golden.loss[1] as number, 3);
    expect(bench.frames.map(({ rows }) => rows)).toEqual([1, 0]);
  });

  it("takes each single step that is asked for, also those asked for together", () => {
    const bench = new Bench(COUNT_ONES, true);
    for (let count = 0; count < 5; count++) {
      bench.run.step();
    }
    bench.advanceToEnd(true);
    expect(bench.status).toMatchObject({ phase: "paused", iteration: 5 });
  });

  it("shows whoever types two rows first when they are wide, all there are when they are not", () => {
    const wide: Experiment = {
      ...withIterations(40),
      task: { kind: "adding", sequences: 4, length: 200 },
      model: { ...COUNT_ONES.model, cell: "lstm", hiddenSize: 32 },
    };
    const bench = new Bench(wide, false, true);
    bench.run.advance();
    expect(bench.frames.map(({ rows }) => rows)).toEqual([2]);
    bench.run.continueRun();
    bench.advanceToEnd(true);
    const iterations = bench.frames.flatMap(({ columns }) => [...(columns[0] as Float64Array)]);
    expect([iterations[0], iterations[1], iterations.at(-1)]).toEqual([0, 1, 40]);
    expect(iterations.length).toBeGreaterThan(10);
    const narrow = new Bench(withIterations(20), false, true);
    narrow.run.advance();
    expect(narrow.frames[0]?.rows).toBe(21);
  });
});
