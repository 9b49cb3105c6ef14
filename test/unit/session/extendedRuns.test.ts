/** Step after Done, with real threads and files: the run goes on, past its end. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { withDefaults } from "../../../src/config/schema/defaults";
import { experimentSchema } from "../../../src/config/schema/fileSchema";
import type { Experiment } from "../../../src/config/schema/schema";
import { readRun } from "../../../src/runs/format/readRun";
import type { RunContents } from "../../../src/runs/format/runContents";
import { ExperimentSession } from "../../../src/session/experimentSession";
import { recordingInto, temporaryFolder } from "../runs/support";
import { COUNT_ONES, FILE, ghostsOf, MemoryLog, until, untilPhase } from "./support";
import { WORKER_PATH } from "./workerPath";

const ITERATIONS = 40;

const EXPERIMENTS: Readonly<Record<string, Experiment>> = {
  "64-bit floats, the whole data set": {
    ...COUNT_ONES,
    training: { ...COUNT_ONES.training, iterations: ITERATIONS },
  },
  "32-bit floats, adam, batches, dropout, and validation": withDefaults(experimentSchema, {
    engine: "float32",
    task: { kind: "adding", sequences: 60, length: 8 },
    model: { cell: "lstm", hiddenSize: 8, numLayers: 2, dropout: 0.2 },
    training: {
      optimizer: { kind: "adam" },
      schedule: { kind: "exponential", gamma: 0.99 },
      iterations: ITERATIONS,
      batchSize: 7,
      validation: { share: 0.2, every: 7 },
    },
  }) as Experiment,
};

const sessions: ExperimentSession[] = [];
afterEach(() => sessions.splice(0).forEach((session) => session.dispose()));

function openSession(folder: string): ExperimentSession {
  const session = new ExperimentSession(FILE, WORKER_PATH, new MemoryLog(), recordingInto(folder));
  sessions.push(session);
  return session;
}

function start(session: ExperimentSession, experiment: Experiment): void {
  session.start({ experiment, configHash: "hash", threads: 1, paused: false });
}

/** What Step does when there is no run under way. */
function stepOn(session: ExperimentSession, experiment: Experiment, folder: string, runId: string): Promise<void> {
  const from = { runId, path: join(folder, `${runId}.rnnrun`), resume: true, resumeFrom: null };
  const { iteration } = session.status;
  session.start({ experiment, configHash: "hash", threads: 1, paused: true, from });
  return until(session, () => session.status.phase === "paused" && session.status.iteration > iteration);
}

function fileOf(session: ExperimentSession, folder: string): RunContents {
  return readRun(readFileSync(join(folder, `${session.run?.runId ?? ""}.rnnrun`)));
}

const scalarsIn = ({ metrics }: RunContents): number[][] => metrics.rows.columns.map((column) => [...column]);

/** The rows with their vectors, by iteration. */
function rowsIn({ header, rows }: RunContents): ReadonlyMap<number, number[][]> {
  const lengths = header?.columns.map(({ length }) => length) ?? [];
  return new Map(
    Array.from({ length: rows.rows }, (_, row) => {
      const values = rows.columns.map((column, i) => [
        ...column.subarray(row * (lengths[i] ?? 0), (row + 1) * (lengths[i] ?? 0)),
      ]);
      return [values[0]?.[0] ?? NaN, values];
    }),
  );
}

describe.each(Object.entries(EXPERIMENTS))("a step after the end of a run: %s", (_name, experiment) => {
  it("trains one more iteration of that run; it goes on as one that was twice as long from the start", async () => {
    const folder = temporaryFolder();
    const session = openSession(folder);
    start(session, experiment);
    await untilPhase(session, "done");
    const number = session.view(true).run?.number;
    await stepOn(session, experiment, folder, session.run?.runId ?? "");
    expect(session.status).toMatchObject({ iteration: ITERATIONS + 1, iterations: 2 * ITERATIONS });
    expect([session.view(true).run?.number, ghostsOf(session), session.run?.trace?.rows]).toEqual([
      number,
      [],
      ITERATIONS + 2,
    ]);
    expect(session.view(true).events).toEqual([{ iteration: ITERATIONS, text: "trained past iteration 40" }]);
    session.step();
    await until(session, () => session.status.iteration === ITERATIONS + 2);
    session.resume();
    await untilPhase(session, "done");

    const longer = openSession(folder);
    start(longer, { ...experiment, training: { ...experiment.training, iterations: 2 * ITERATIONS } });
    await untilPhase(longer, "done");
    const [file, expected] = [fileOf(session, folder), fileOf(longer, folder)];
    expect(scalarsIn(file)).toEqual(scalarsIn(expected));
    // Rows with vectors are left out when the machine is busy: those that both files have are the same.
    const [rows, expectedRows] = [rowsIn(file), rowsIn(expected)];
    const common = [...rows.keys()].filter((iteration) => expectedRows.has(iteration));
    expect(common).toEqual(expect.arrayContaining([0, 2 * ITERATIONS]));
    expect(common.map((iteration) => rows.get(iteration))).toEqual(
      common.map((iteration) => expectedRows.get(iteration)),
    );
    expect([...file.checkpoint!.parameters]).toEqual([...expected.checkpoint!.parameters]);
    expect([file.status.phase, file.status.iteration, file.header?.iterations]).toEqual([
      "done",
      2 * ITERATIONS,
      2 * ITERATIONS,
    ]);
  });
});

describe("a run that went on past its end", () => {
  const experiment = EXPERIMENTS["64-bit floats, the whole data set"]!;

  it("can do so again, from another window too, and each time by the length in its file", async () => {
    const folder = temporaryFolder();
    const session = openSession(folder);
    start(session, experiment);
    await untilPhase(session, "done");
    await stepOn(session, experiment, folder, session.run?.runId ?? "");
    session.resume();
    await untilPhase(session, "done");
    const runId = session.run?.runId ?? "";
    const restored = openSession(folder);
    const from = { runId, path: join(folder, `${runId}.rnnrun`), resume: false, resumeFrom: null, isLatest: true };
    restored.start({ experiment, configHash: "hash", threads: 1, paused: false, from });
    await untilPhase(restored, "done");
    expect(restored.status).toMatchObject({ iteration: 2 * ITERATIONS, iterations: 2 * ITERATIONS });
    expect(restored.view(true).recorded).toEqual({ resumeFrom: null, isReadOnly: false });
    await stepOn(restored, experiment, folder, runId);
    expect(restored.status).toMatchObject({ iteration: 2 * ITERATIONS + 1, iterations: 3 * ITERATIONS });
    expect(restored.view(true).events.map(({ iteration }) => iteration)).toEqual([ITERATIONS, 2 * ITERATIONS]);
  });

  it("keeps its new length when it is stopped on the way and goes on from the file", async () => {
    const folder = temporaryFolder();
    const session = openSession(folder);
    start(session, experiment);
    await untilPhase(session, "done");
    await stepOn(session, experiment, folder, session.run?.runId ?? "");
    session.stop();
    await untilPhase(session, "stopped");
    await stepOn(session, experiment, folder, session.run?.runId ?? "");
    expect(session.status).toMatchObject({ iteration: ITERATIONS + 2, iterations: 2 * ITERATIONS });
  });
});
