/** The curves of one run, however it was watched, beside those of the terminal: every iteration, to the last bit. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { Experiment } from "../../../src/config/schema/schema";
import { metricsCsv } from "../../../src/export/metricsCsv";
import { readRun } from "../../../src/runs/format/readRun";
import { PendingRows } from "../../../src/panel/pendingRows";
import { ExperimentSession } from "../../../src/session/experimentSession";
import { ScalarSeries } from "../../../src/shared/trace/scalarSeries";
import type { ColumnSpec } from "../../../src/shared/trace/trace";
import { CONTROL, type WorkerReport } from "../../../src/threads/trainingMessages";
import { THIS_PROCESS } from "../../../src/threads/carriers/threadPlace";
import { TrainingWorker } from "../../../src/threads/trainingWorker";
import { experimentOf } from "../config/support";
import { metaOf, recordingInto, temporaryFolder } from "../runs/support";
import { FILE, MemoryLog, until, untilPhase } from "./support";
import { WORKER_PATH } from "./workerPath";

// A guard against hanging only: a busy machine may be slow.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const ITERATIONS = 1500;
const optimizer = { kind: "adam", learningRate: 0.01 };
const schedule = { kind: "exponential" };
const FILES = {
  "scored on its batch": {
    engine: "float64",
    task: { kind: "parity", sequences: 24, length: 5 },
    model: { cell: "rnn", hiddenSize: 3 },
    training: { iterations: ITERATIONS, batchSize: 8, optimizer, schedule, clip: { norm: 0.1 } },
  },
  "with validation now and then": {
    engine: "float64",
    task: { kind: "adding", sequences: 24, length: 6 },
    model: { cell: "gru", hiddenSize: 3 },
    training: {
      iterations: ITERATIONS,
      batchSize: 6,
      optimizer,
      clip: { value: 0.05 },
      validation: { share: 0.25, every: 40 },
    },
  },
};

/** Of every iteration, by the names of the columns. */
type Curves = Readonly<Record<string, readonly number[]>>;

let cli = "";
beforeAll(() => {
  cli = join(mkdtempSync(join(tmpdir(), "rnn-lab-curves-")), "cli.js");
  buildSync({
    entryPoints: [join(import.meta.dirname, "../../../src/cli.ts")],
    outfile: cli,
    bundle: true,
    platform: "node",
    format: "cjs",
    mainFields: ["module", "main"],
    logLevel: "error",
  });
});

const sessions: ExperimentSession[] = [];
afterEach(() => sessions.splice(0).forEach((session) => session.dispose()));

function openSession(folder: string): ExperimentSession {
  const session = new ExperimentSession(FILE, WORKER_PATH, new MemoryLog(), recordingInto(folder));
  sessions.push(session);
  return session;
}

function fromCsv(text: string): Curves {
  const [head = [], ...rows] = text
    .trimEnd()
    .split("\n")
    .map((line) => line.split(","));
  return Object.fromEntries(head.map((name, column) => [name, rows.map((row) => Number(row[column]))]));
}

function curvesOfTerminal(file: object): Curves {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "a.rnn.json"), JSON.stringify({ ...file, trace: { every: 50 } }));
  const { status, stderr } = spawnSync(process.execPath, [cli, join(folder, "a.rnn.json"), "--out", folder], {
    encoding: "utf8",
  });
  expect([status, stderr]).toEqual([0, ""]);
  return fromCsv(readFileSync(join(folder, "metrics.csv"), "utf8"));
}

function curvesIn(series: ScalarSeries | null): Curves {
  const specs: readonly ColumnSpec[] = series?.specs ?? [];
  return Object.fromEntries(specs.map(({ name }) => [name, [...(series?.column(name) ?? [])]]));
}

function curvesInFile(path: string): Curves {
  const { columns, rows } = readRun(readFileSync(path)).metrics;
  return fromCsv(new TextDecoder().decode(metricsCsv(columns, rows)));
}

/** What a page has whose frames are drawn seldom: several reports in each. */
function watch(session: ExperimentSession): () => Curves {
  let page: { pending: PendingRows; series: ScalarSeries } | null = null;
  let frames = 0;
  const take = (): void => {
    const scalars = session.run?.scalars ?? null;
    if (page !== null && scalars !== null) page.series.update(page.pending.take(scalars).scalars);
  };
  session.onDidChange((event) => {
    if (event.kind !== "rows" || session.header === null) return;
    page ??= { pending: new PendingRows(session.header), series: new ScalarSeries(session.header.columns) };
    page.pending.append(event.rows, event.scalars);
    if (++frames % 3 === 0) take();
  });
  return () => {
    take();
    return curvesIn(page?.series ?? null);
  };
}

const start = (session: ExperimentSession, experiment: Experiment, paused = false): void =>
  session.start({ experiment, configHash: "hash", threads: 1, paused });

type Watching = (session: ExperimentSession, experiment: Experiment, folder: string) => Promise<void>;

/** Ways to watch a run; each ends when the run has. */
const CONDITIONS: Readonly<Record<string, Watching>> = {
  "at full speed": async (session, experiment) => {
    start(session, experiment);
    await untilPhase(session, "done");
  },
  "with every 7th row traced": async (session, experiment) => {
    start(session, { ...experiment, trace: { ...experiment.trace, every: 7 } });
    await untilPhase(session, "done");
  },
  "step by step, then on": async (session, experiment) => {
    start(session, experiment, true);
    await untilPhase(session, "paused");
    for (let step = 1; step <= 5; step++) {
      session.step();
      await until(session, () => session.status.iteration === step);
    }
    session.resume();
    await untilPhase(session, "done");
  },
  "paused and slowed down on its way": async (session, experiment) => {
    session.setPace(1000);
    start(session, experiment);
    await until(session, () => session.status.iteration > 100);
    session.pause();
    await untilPhase(session, "paused");
    session.thread.post({ type: "throttle", milliseconds: 30 });
    session.setPace(0);
    session.resume();
    await untilPhase(session, "done");
  },
  "interrupted and resumed": async (session, experiment, folder) => {
    session.setPace(1000);
    start(session, experiment);
    await until(session, () => session.status.iteration > 200);
    session.stop();
    await untilPhase(session, "stopped");
    session.setPace(0);
    const runId = session.run?.runId ?? "";
    const from = { runId, path: join(folder, `${runId}.rnnrun`), resume: true, resumeFrom: null };
    session.start({ experiment, configHash: "hash", threads: 1, paused: false, from });
    await untilPhase(session, "done");
  },
};

/** A host that takes in nothing until the run has ended. */
async function curvesWithoutCredits(experiment: Experiment, path: string): Promise<Curves> {
  const reports: WorkerReport[] = [];
  await new Promise<void>((resolve, reject) => {
    const worker = new TrainingWorker(THIS_PROCESS.openRoom(), WORKER_PATH, {
      onReport(report) {
        reports.push(report);
        if (report.type === "status" && report.status.phase === "done") void worker.terminate().then(resolve);
      },
      onFailure: reject,
    });
    worker.post({
      type: "start",
      runId: "run",
      experiment,
      configHash: "hash",
      pace: 0,
      threads: 1,
      paused: false,
      control: new Int32Array(new SharedArrayBuffer(CONTROL.length * Int32Array.BYTES_PER_ELEMENT)),
      record: { path, meta: metaOf({ config: experiment }) },
    });
  });
  const header = reports.flatMap((report) => (report.type === "started" ? [report.header] : []))[0]!;
  const series = new ScalarSeries(header.columns);
  for (const report of reports) if (report.type === "rows") series.update(report.scalars);
  return curvesIn(series);
}

/** The largest difference to the terminal's over all columns that both have, and how many values were compared. */
function compare(curves: Curves, terminal: Curves): { difference: number; values: number } {
  let difference = 0;
  let values = 0;
  for (const [name, expected] of Object.entries(terminal)) {
    const actual = curves[name] ?? [];
    expect([name, actual.length]).toEqual([name, expected.length]);
    for (const [row, value] of expected.entries()) {
      if (!Object.is(actual[row], value)) difference = Math.max(difference, Math.abs((actual[row] ?? NaN) - value));
      values++;
    }
  }
  return { difference, values };
}

describe.each(Object.entries(FILES))("the curves of a run %s", (_name, file) => {
  const experiment = experimentOf(JSON.stringify(file));

  it("are the terminal's, in the session, in the page, in the file and after reopening, however it is watched", async () => {
    const terminal = curvesOfTerminal(file);
    const same = { difference: 0, values: Object.keys(terminal).length * (ITERATIONS + 1) };
    expect(Object.keys(terminal).length).toBeGreaterThan(6);
    for (const [condition, run] of Object.entries(CONDITIONS)) {
      const folder = temporaryFolder();
      const session = openSession(folder);
      const page = watch(session);
      await run(session, experiment, folder);
      const runId = session.run?.runId ?? "";
      const path = join(folder, `${runId}.rnnrun`);
      const shown = openSession(folder);
      const from = { runId, path, resume: false, resumeFrom: null };
      shown.start({ experiment, configHash: "hash", threads: 1, paused: false, from });
      await untilPhase(shown, "done");
      const places = {
        session: curvesIn(session.run?.scalars ?? null),
        file: curvesInFile(path),
        reopened: curvesIn(shown.run?.scalars ?? null),
      };
      // A page that was there before the run was resumed has got the whole series anew with it.
      for (const [place, curves] of Object.entries({ ...places, page: page() }))
        expect([condition, place, compare(curves, terminal)]).toEqual([condition, place, same]);
    }
    const path = join(temporaryFolder(), "run.rnnrun");
    expect(compare(await curvesWithoutCredits(experiment, path), terminal)).toEqual(same);
    expect(compare(curvesInFile(path), terminal)).toEqual(same);
  });
});
