import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import type { Experiment } from "../../../src/config/schema/schema";
import type { RunSnapshot } from "../../../src/core/analysis/runSnapshot";
import type { SlicedTask } from "../../../src/lib/slicedTask";
import { createTrainer } from "../../../src/core/training/trainer";
import { createWasmNetwork } from "../../../src/kernel/wasmNetwork";
import type { Answer, Question } from "../../../src/shared/wire/questions";
import { ANSWER_SHARE, QueryScheduler } from "../../../src/worker/queryScheduler";
import { BaselineWork } from "../../../src/worker/baselineWork";
import { answerQuestion } from "../../../src/worker/answerQuestion";
import { CONTROL, type WorkerReport } from "../../../src/threads/trainingMessages";
import { TrainingRun } from "../../../src/worker/trainingRun";
import { experimentOf } from "../core/support";
import { COUNT_ONES } from "../session/support";

const LSTM = experimentOf({
  task: { kind: "adding", sequences: 40, length: 12 },
  model: { cell: "lstm", hiddenSize: 5, numLayers: 2, dropout: 0.2 },
  training: { optimizer: { kind: "adam", learningRate: 0.01 }, batchSize: 8, iterations: 60 },
});

type AnswerWork = (snapshot: RunSnapshot, question: Question) => SlicedTask<Answer>;

/** A thread without its messages, on a clock that moves a little whenever it is looked at. */
class Thread {
  readonly reports: WorkerReport[] = [];
  readonly run: TrainingRun;
  readonly desk: QueryScheduler;
  clock = 0;
  private asked = 0;

  /** @param tick milliseconds between two looks at the clock; 0: it moves only when it is told to */
  constructor(experiment: Experiment, answer: AnswerWork = answerQuestion, tick = 0.1) {
    const post = (report: WorkerReport): number => this.reports.push(report);
    const now = (): number => (this.clock += tick);
    const control = new Int32Array(new SharedArrayBuffer(CONTROL.length * 4));
    this.run = new TrainingRun(
      { type: "start", runId: "run", experiment, configHash: "hash", pace: 0, paused: false, control },
      post,
      now,
      (spec, capacity) => createWasmNetwork(spec, capacity, { variant: "plain" }),
    );
    this.desk = new QueryScheduler(this.run, post, now, answer);
  }

  ask(question: Question): number {
    this.desk.ask({ type: "ask", requestId: ++this.asked, runId: "run", question });
    return this.asked;
  }

  /** One turn of the thread's loop. */
  turn(): boolean {
    const more = this.run.advance() !== null;
    this.run.credit();
    return this.desk.work() !== null || more;
  }

  toEnd(between: () => void = () => {}): this {
    while (this.turn()) between();
    return this;
  }

  rows(): number[][] {
    return this.reports.flatMap((report) =>
      report.type === "rows" ? report.rows.columns.map((column) => [...column]) : [],
    );
  }

  answers(): Answer[] {
    return this.reports.flatMap((report) => (report.type === "reply" ? [report.result as Answer] : []));
  }

  failures(): string[] {
    return this.reports.flatMap((report) => (report.type === "requestFailed" ? [report.message] : []));
  }
}

describe("answers about a run", () => {
  it.each([
    ["a small model", COUNT_ONES],
    ["a larger one", LSTM],
  ] as const)("are about the iteration that was asked for, as if %s were trained up to there", (_, experiment) => {
    const thread = new Thread(experiment, answerQuestion, 5).toEnd();
    const wanted = [0, 1, 17, 42, experiment.training.iterations];
    for (const iteration of wanted) thread.ask({ kind: "weights", iteration });
    thread.toEnd();
    const named = thread.answers().map(({ iteration }) => iteration);
    if (experiment === COUNT_ONES) expect(named).toEqual(wanted);
    expect(named.length).toBe(wanted.length);
    expect(named.filter((iteration, i) => Math.abs(iteration - wanted[i]!) > 25)).toEqual([]);
    const trainer = createTrainer(experiment, {
      kernel: (spec, capacity) => createWasmNetwork(spec, capacity, { variant: "plain" }),
    });
    for (const [i, iteration] of named.entries()) {
      while (trainer.iteration < iteration) trainer.step(null);
      expect(thread.answers()[i]).toEqual({ kind: "weights", iteration, values: trainer.parameters() });
    }
  });

  it("do not change a bit of the run", () => {
    const quiet = new Thread(LSTM, answerQuestion, 5).toEnd();
    let turn = 0;
    const uses: AnswerWork = function* (snapshot, question) {
      const network = snapshot.network();
      network.forward(new Float64Array(12 * 2).fill(0.5), 1, 12, null);
      yield;
      network.zeroGradients();
      network.backward(Float64Array.of(1));
      return yield* answerQuestion(snapshot, question);
    };
    const asked = new Thread(LSTM, uses, 5);
    asked.toEnd(() => {
      if (asked.run.trainer.iteration < 50) asked.ask({ kind: "weights", iteration: turn++ });
    });
    expect(asked.answers().length).toBeGreaterThan(3);
    const flat = (thread: Thread): number[] =>
      thread
        .rows()
        .flat()
        .sort((a, b) => a - b);
    expect(flat(asked)).toEqual(flat(quiet));
    expect(asked.run.trainer.parameters()).toEqual(quiet.run.trainer.parameters());
  });

  it("of more than there is room for are refused", () => {
    const thread = new Thread(LSTM);
    for (let i = 0; i < 70; i++) thread.ask({ kind: "weights", iteration: 0 });
    expect(thread.failures().length).toBe(6);
  });

  it("that fail are told as such, and the next is answered", () => {
    const thread = new Thread(COUNT_ONES, function* (snapshot, question) {
      if (question.iteration === 3) throw new Error("No sequence to look at.");
      return yield* answerQuestion(snapshot, question);
    });
    thread.ask({ kind: "weights", iteration: 3 });
    thread.ask({ kind: "weights", iteration: 0 });
    thread.toEnd();
    expect(thread.failures()).toEqual(["No sequence to look at."]);
    expect(thread.answers().length).toBe(1);
  });

  it("that nobody waits for any more are given up with a reason", () => {
    const thread = new Thread(LSTM);
    thread.ask({ kind: "weights", iteration: 0 });
    thread.desk.abandon(new Error("The run has ended."));
    expect(thread.failures()).toEqual(["The run has ended."]);
    expect(thread.desk.hasWork).toBe(false);
  });
});

describe("the time that answers take", () => {
  /** Answers in pieces of 4 ms. */
  const inPieces = (pieces: number, thread: () => Thread): AnswerWork =>
    function* (snapshot, question) {
      for (let i = 0; i < pieces; i++) {
        thread().clock += 4;
        yield;
      }
      return yield* answerQuestion(snapshot, question);
    };

  it("is no more than a slice at once", () => {
    const thread: Thread = new Thread(
      LSTM,
      inPieces(100, () => thread),
    );
    thread.ask({ kind: "weights", iteration: 0 });
    const before = thread.clock;
    thread.desk.work();
    expect(thread.clock - before).toBeLessThan(20);
  });

  it("is a small share of the time of a run that trains, however many questions there are", () => {
    const thread: Thread = new Thread(LSTM, undefined, 0);
    const { experiment, trainer, history, baselines } = thread.run;
    let answered = 0;
    const desk = new QueryScheduler(
      { experiment, trainer, history, isBusy: true, isThrottled: false, baselines },
      () => answered++,
      () => thread.clock,
      inPieces(5, () => thread),
    );
    let answering = 0;
    while (thread.clock < 60_000) {
      thread.clock += 8;
      if (!desk.hasWork)
        desk.ask({ type: "ask", requestId: 1, runId: "run", question: { kind: "weights", iteration: 0 } });
      const before = thread.clock;
      desk.work();
      answering += thread.clock - before;
    }
    expect(answering / thread.clock).toBeLessThan(0.05);
    expect(answered).toBeGreaterThan(20);
  });

  it("is not taken by baselines while the run leaves the processor to the views, nor all that is spare for questions", () => {
    const thread: Thread = new Thread(LSTM, undefined, 0);
    const { experiment, trainer, history } = thread.run;
    const series = experimentOf({ task: { kind: "csv", file: "x.csv", columns: ["x"], length: 60 } });
    const data = `x\n${Array.from({ length: 3000 }, (_, row) => Math.sin(row * row)).join("\n")}\n`;
    let known = 0;
    const baselines = new BaselineWork(
      createTrainer(series, { files: { data, weights: null } }),
      series,
      () => (thread.clock += 9),
      ({ baselines: { length } }) => (known = length),
    );
    const run = { experiment, trainer, history, isBusy: true, isThrottled: true, baselines };
    const desk = new QueryScheduler(
      run,
      () => {},
      () => thread.clock,
    );
    const turns = (count: number): number => {
      const before = thread.clock;
      for (let turn = 0; turn < count; turn++) desk.work();
      return thread.clock - before;
    };
    expect(turns(100)).toBe(0);
    run.isThrottled = false;
    const spent = turns(100);
    expect(spent).toBeGreaterThan(200);
    expect(spent).toBeLessThan(300);
    expect(known).toBe(0);
    run.isBusy = false;
    turns(1000);
    expect(known).toBe(4);
  });

  it("is all there is when the run is paused", () => {
    const thread: Thread = new Thread(
      LSTM,
      inPieces(500, () => thread),
    );
    thread.run.pause();
    thread.ask({ kind: "weights", iteration: 0 });
    while (thread.desk.work() !== null) expect(thread.run.advance()).toBeNull();
    expect(thread.answers().length).toBe(1);
    expect(thread.clock).toBeLessThan(2500);
  });

  it("have one copy of the parameters where they are about one iteration, and few wait where a copy is large", () => {
    const seen: Float64Array[] = [];
    const thread = new Thread(LSTM, function* (snapshot, question) {
      seen.push(snapshot.parameters);
      yield;
      return yield* answerQuestion(snapshot, question);
    }).toEnd();
    for (const kind of ["weights", "weights"] as const) thread.ask({ kind, iteration: 60 });
    thread.toEnd();
    expect(seen[0]).toBe(seen[1]);

    const large = new Thread({ ...LSTM, model: { ...LSTM.model, hiddenSize: 128 } }).toEnd();
    for (let i = 0; i < 17; i++) large.ask({ kind: "weights", iteration: 60 });
    expect(large.failures()).toEqual(["Too many pending requests."]);
    for (let i = 0; i < 17; i++) thread.ask({ kind: "weights", iteration: 60 });
    expect(thread.failures()).toEqual([]);
  });

  it("goes first to the kind of question that has taken the least: a quick one never waits for a slow one", () => {
    const thread: Thread = new Thread(COUNT_ONES, function* (snapshot, question) {
      if (question.kind === "lengths") yield* inPieces(500, () => thread)(snapshot, question);
      return yield* answerQuestion(snapshot, { kind: "weights", iteration: 0 });
    });
    thread.run.pause();
    for (let round = 1; round <= 3; round++) {
      thread.ask({ kind: "lengths", iteration: 0, length: round });
      thread.desk.work();
      thread.ask({ kind: "weights", iteration: 0 });
      thread.desk.work();
      expect(thread.answers().length).toBe(round);
    }
    expect(thread.desk.hasWork).toBe(true);
  });
});

it("the docs give the share of the time that answers get once, as it is", () => {
  const docs = resolve(import.meta.dirname, "../../../docs");
  const texts = readdirSync(docs)
    .filter((name) => name.endsWith(".md"))
    .map((name) => readFileSync(join(docs, name), "utf8").replaceAll(/\s+/g, " "));
  const said = texts.flatMap((text) => [
    ...text.matchAll(/(?:answers|questions|computations) take (?:at most )?(.*?) of its time/g),
  ]);
  expect(said.map(([, share]) => share?.replace(" ", ""))).toEqual([`${100 * ANSWER_SHARE}%`]);
});
