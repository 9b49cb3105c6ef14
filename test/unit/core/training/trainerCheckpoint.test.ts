import { describe, expect, it } from "vitest";
import { parseExperiment } from "../../../../src/config/read/parse";
import type { Experiment } from "../../../../src/config/schema/schema";
import { createTrainer, type Trainer } from "../../../../src/core/training/trainer";
import { createWasmNetwork } from "../../../../src/kernel/wasmNetwork";
import { encodeCheckpoint } from "../../../../src/runs/format/encodeRun";
import { readCheckpoint } from "../../../../src/runs/format/checks";
import { readFrame } from "../../../../src/runs/format/frames";
import { decodePayload } from "../../../../src/runs/format/payload";
import type { Checkpoint } from "../../../../src/core/numerics/checkpoint";
import type { TraceRows } from "../../../../src/shared/trace/trace";
import { TraceBuffer } from "../../../../src/shared/trace/traceBuffer";

const OPTIMIZERS = ["sgd", "momentum", "nesterov", "rprop", "rprop-pytorch", "rmsprop", "adam", "adamw"] as const;
const ENGINES = ["float64", "float32"] as const;
const STEPS = 23;

/** What makes each part of the state matter. */
const KINDS: Readonly<Record<string, (optimizer: object, engine: string) => object>> = {
  "mini-batches with dropout and validation": (optimizer, engine) => ({
    task: { kind: "adding", sequences: 40, length: 6 },
    model: { cell: "lstm", hiddenSize: 5, numLayers: 2, dropout: 0.3 },
    training: { optimizer, iterations: STEPS, batchSize: 7, validation: { share: 0.2, every: 5 }, clip: { norm: 1 } },
    engine,
  }),
  "the whole data set with a schedule": (optimizer, engine) => ({
    task: { kind: "parity", sequences: 16, length: 5 },
    model: { cell: "gru", hiddenSize: 4 },
    training: { optimizer, iterations: STEPS, batchSize: "full" },
    engine,
  }),
  "batches accumulated, the rate reduced on plateaus": (optimizer, engine) => ({
    task: { kind: "adding", sequences: 40, length: 6 },
    model: { cell: "gru", hiddenSize: 4 },
    training: {
      optimizer,
      iterations: STEPS,
      batchSize: 7,
      accumulate: 3,
      schedule: { kind: "reduce-on-plateau", factor: 0.5, patience: 0, threshold: 0.2 },
    },
    engine,
  }),
  "a stream whose batches are accumulated, from a learned state": (optimizer, engine) => ({
    task: { kind: "text", file: "a.txt", length: 4 },
    model: { cell: "lstm", hiddenSize: 5, learnedInitialState: true },
    training: { optimizer, iterations: STEPS, batchSize: 3, accumulate: 2 },
    engine,
  }),
  "a stream that carries its state": (optimizer, engine) => ({
    task: { kind: "text", file: "a.txt", length: 4 },
    model: { cell: "rnn", hiddenSize: 6 },
    training: { optimizer, iterations: STEPS, batchSize: 3, truncate: 2 },
    engine,
  }),
};

function experimentOf(kind: string, optimizer: string, engine: string): Experiment {
  const { experiment, problems } = parseExperiment(JSON.stringify(KINDS[kind]?.({ kind: optimizer }, engine)));
  if (experiment === null) throw new Error(problems.map(({ message }) => message).join("\n"));
  return experiment;
}

function makeTrainer(experiment: Experiment): Trainer {
  const files = { data: "the quick brown fox jumps over the lazy dog, and on it goes ".repeat(2), weights: null };
  return createTrainer(experiment, { files, kernel: (spec, capacity) => createWasmNetwork(spec, capacity) });
}

function trained(trainer: Trainer, steps: number): TraceBuffer {
  const trace = new TraceBuffer(trainer.columns, 64);
  for (let i = 0; i < steps; i++) trainer.step(trace);
  return trace;
}

/** As it comes back from a file. */
function throughFile(checkpoint: Checkpoint, trainer: Trainer): Checkpoint {
  const payload = decodePayload(readFrame(encodeCheckpoint(checkpoint), 0)!.payload)!;
  return readCheckpoint(payload, trainer.header("run", "hash"))!;
}

describe.each(ENGINES)("a run of the %s engine that goes on from a checkpoint", (engine) => {
  it.each(Object.keys(KINDS).flatMap((kind) => OPTIMIZERS.map((optimizer) => [kind, optimizer] as const)))(
    "has the rows and weights of one that was never interrupted: %s, %s",
    (kind, optimizer) => {
      const experiment = experimentOf(kind, optimizer, engine);
      const whole = makeTrainer(experiment);
      expect(whole.engine).toBe(engine);
      const rows = trained(whole, STEPS + 1).adopt();
      for (const cut of [0, 11, STEPS]) {
        const interrupted = makeTrainer(experiment);
        trained(interrupted, cut);
        const resumed = makeTrainer(experiment);
        // It has gone elsewhere meanwhile, and nothing of that stays.
        trained(resumed, 5);
        resumed.restore(throughFile(interrupted.checkpoint(), resumed));
        expect(resumed.iteration).toBe(cut);
        const rest = trained(resumed, STEPS + 1 - cut).adopt();
        expect(rest.columns.map((column) => [...column])).toEqual(
          rows.columns.map((column, index) => [...column.subarray(cut * whole.columns[index]!.length)]),
        );
        expect([...resumed.parameters()]).toEqual([...whole.parameters()]);
      }
    },
  );
});

describe.each(ENGINES)("a run of the %s engine that is interrupted at any iteration, twice", (engine) => {
  const dropping = experimentOf("mini-batches with dropout and validation", "adam", engine);
  const validation = { share: 0.2, every: 3 };
  // Its last row is validated though it is not one of each third.
  const toTheEnd = withTraining(dropping, { validation, iterations: 10 });
  const patient = withTraining(dropping, {
    validation,
    stop: { patience: 4 },
    optimizer: { kind: "sgd", learningRate: 0.5, weightDecay: 0 },
    iterations: 100,
  });

  it.each([
    ["to the end", toTheEnd, false],
    ["until it stops early", patient, true],
  ] as const)("goes on %s with the same rows, weights and best weights", (_until, experiment, stopsEarly) => {
    const whole = makeTrainer(experiment);
    const rows = trained(whole, experiment.training.iterations + 1).adopt();
    expect([whole.stoppedEarly, whole.best === null]).toEqual([stopsEarly, false]);
    for (let cut = 0; cut < rows.rows; cut++) {
      const parts = [0, Math.floor(cut / 2), cut].map((start, index, starts) => [start, starts[index + 1]] as const);
      let checkpoint: Checkpoint | null = null;
      let last = makeTrainer(experiment);
      for (const [start, end = rows.rows] of parts) {
        last = makeTrainer(experiment);
        if (checkpoint !== null) last.restore(throughFile(checkpoint, last));
        const part = trained(last, end - start).adopt();
        expect(part.columns.map((column) => [...column])).toEqual(
          rows.columns.map((column, index) => {
            const { length } = whole.columns[index]!;
            return [...column.subarray(start * length, end * length)];
          }),
        );
        checkpoint = last.checkpoint();
      }
      expect(checkpoint).toEqual(whole.checkpoint());
      expect([...last.parameters()]).toEqual([...whole.parameters()]);
      expect({ ...last.best, parameters: last.best?.parameters() }).toEqual({
        ...whole.best,
        parameters: whole.best?.parameters(),
      });
    }
  });
});

/** A run to its end, and as many iterations again from what its file keeps of it. */
function extended(experiment: Experiment, steps: number, more: number): { trainer: Trainer; rows: TraceRows } {
  const ended = makeTrainer(experiment);
  trained(ended, steps + 1);
  const trainer = makeTrainer(experiment);
  trainer.restore(throughFile(ended.checkpoint(), trainer));
  trainer.extend(steps + more);
  return { trainer, rows: trained(trainer, more + 1).adopt() };
}

function withTraining(experiment: Experiment, training: Partial<Experiment["training"]>): Experiment {
  return { ...experiment, training: { ...experiment.training, ...training } };
}

const SCHEDULES = [
  { kind: "constant" },
  { kind: "step", stepSize: 4, gamma: 0.5 },
  { kind: "exponential", gamma: 0.9 },
] as const;

describe.each(ENGINES)("a run of the %s engine that is extended past its end", (engine) => {
  it.each(
    Object.keys(KINDS).flatMap((kind) =>
      [...SCHEDULES.map((schedule) => ["adam", schedule] as const), ["rprop", SCHEDULES[0]] as const].map(
        ([optimizer, schedule]) => [kind, optimizer, schedule] as const,
      ),
    ),
  )("has the rows and weights of one that was that long from the start: %s, %s, %o", (kind, optimizer, schedule) => {
    const experiment = withTraining(experimentOf(kind, optimizer, engine), { schedule });
    for (const more of [1, STEPS]) {
      const whole = makeTrainer(withTraining(experiment, { iterations: STEPS + more }));
      const expected = trained(whole, STEPS + more + 1).adopt();
      const { trainer, rows } = extended(experiment, STEPS, more);
      expect(rows.rows).toBe(more + 1);
      expect(rows.columns.map((column) => [...column])).toEqual(
        expected.columns.map((column, index) => [...column.subarray(STEPS * whole.columns[index]!.length)]),
      );
      expect([...trainer.parameters()]).toEqual([...whole.parameters()]);
      expect([trainer.iterations, trainer.header("run", "hash").iterations]).toEqual([STEPS + more, STEPS + more]);
    }
  });
});

describe("a run that is extended", () => {
  const experiment = experimentOf("mini-batches with dropout and validation", "sgd", "float64");

  it("stays at the minimum of a cosine, which belongs to the length in the file", () => {
    const schedule = { kind: "cosine", warmup: 0, minimum: 0.003 } as const;
    const { trainer, rows } = extended(withTraining(experiment, { schedule }), STEPS, 5);
    const column = trainer.columns.findIndex(({ name }) => name === "learningRate");
    expect([...rows.columns[column]!]).toEqual(Array.from({ length: 6 }, () => 0.003));
  });

  it("after it was stopped early trains on, as one without patience", () => {
    const validation = { share: 0.2, every: 1 };
    const patient = withTraining(experiment, { validation, stop: { patience: 1 }, iterations: 1000 });
    const ended = makeTrainer(patient);
    while (ended.step(null) === "running");
    expect([ended.stoppedEarly, ended.iteration < 1000]).toEqual([true, true]);
    const end = ended.iteration;
    const whole = makeTrainer(withTraining(patient, { stop: null }));
    for (let i = 0; i < end; i++) whole.step(null);
    const expected = trained(whole, 4).adopt();
    const trainer = makeTrainer(patient);
    trainer.restore(throughFile(ended.checkpoint(), trainer));
    trainer.extend(end + 1000);
    const rows = trained(trainer, 4).adopt();
    expect(rows.columns.map((column) => [...column])).toEqual(expected.columns.map((column) => [...column]));
    expect([...trainer.parameters()]).toEqual([...whole.parameters()]);
  });
});

describe("a checkpoint", () => {
  it("of another network, or another kind of training, is refused", () => {
    const [small, dropping] = [
      experimentOf("the whole data set with a schedule", "adam", "float64"),
      experimentOf("mini-batches with dropout and validation", "adam", "float64"),
    ];
    expect(() => makeTrainer(small).restore(makeTrainer(dropping).checkpoint())).toThrow(/parameters/);
    const { dropout: _dropout, ...rest } = makeTrainer(dropping).checkpoint();
    expect(() => makeTrainer(dropping).restore({ ...rest, dropout: null })).toThrow(
      /does not match the training settings/,
    );
  });
});
