import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { isTableFile, type ExperimentFiles } from "../../../src/config/facts/dataFiles";
import { readExperimentFiles } from "../../../src/files/readExperimentFiles";
import { MemoryBudget } from "../../../src/lib/memoryBudget";
import { ExperimentSession } from "../../../src/session/experimentSession";
import { experimentOf } from "../config/support";
import { FILE, MemoryLog } from "./support";
import { WORKER_PATH } from "./workerPath";

/** Reading them takes some times as long as goes by between two messages. */
const ROWS = 2_000_000;
const EXPERIMENT = experimentOf(
  `{ "task": { "kind": "csv", "file": "t.csv", "columns": ["x", "y"], "target": "y", "length": 12 },
     "training": { "batchSize": 8, "iterations": 5 } }`,
);
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "rnn-lab-large-"));
  const rows = Array.from({ length: ROWS }, (_, t) => `${t % 31},${(Math.sin(t / 5) * 100).toFixed(6)}`);
  writeFileSync(join(folder, "t.csv"), `x,y\n${rows.join("\n")}\n`);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const sessions: ExperimentSession[] = [];
afterEach(() => sessions.splice(0).forEach((session) => session.dispose()));

function openSession(budget?: MemoryBudget): ExperimentSession {
  const session = new ExperimentSession(FILE, WORKER_PATH, new MemoryLog(), null, budget);
  sessions.push(session);
  return session;
}

const filesOf = (): Promise<ExperimentFiles> => readExperimentFiles(folder, EXPERIMENT);
const start = (session: ExperimentSession, files: ExperimentFiles): void =>
  session.start({ experiment: EXPERIMENT, configHash: "hash", files, paused: false });
const reaches = (session: ExperimentSession, phase: string): Promise<void> =>
  vi.waitFor(() => expect(session.status.phase).toBe(phase), { timeout: 60_000, interval: 20 });

test("a large table is counted and read by threads, which say how far they are", async () => {
  const budget = new MemoryBudget(2 ** 30);
  const session = openSession(budget);
  const files = await filesOf();
  expect(isTableFile(files.data) && files.data.counts).toBeNull();
  const messages = new Set<string | null>();
  session.onDidChange(() => messages.add(session.status.message));
  start(session, files);
  expect([session.status.phase, session.thread.isHeld, budget.used]).toEqual(["starting", false, 0]);
  await vi.waitFor(() => expect(session.thread.isHeld).toBe(true), { timeout: 60_000, interval: 5 });
  // The memory is set aside as soon as the rows are counted.
  expect(budget.used).toBeGreaterThan(8 * 2 * ROWS);
  await reaches(session, "done");
  expect([...messages].join("\n")).toMatch(/^Reading the table… [\d,]+ of 2,000,002 rows$/m);
  const { data = null } = session.run?.request.files ?? {};
  expect(isTableFile(data) && data.counts?.filledLines).toBe(ROWS + 1);
});

test("a run is stopped while its table is counted, and the next one starts", async () => {
  const session = openSession();
  const files = await filesOf();
  // As if it were written anew, so that nothing is known of it.
  if (!isTableFile(files.data)) throw new Error("held");
  start(session, { ...files, data: { ...files.data, modified: "1" } });
  session.stop();
  expect([session.status.phase, session.thread.isHeld]).toEqual(["stopped", false]);
  start(session, files);
  await reaches(session, "done");
});

test("a run is stopped while its table is read", async () => {
  const session = openSession();
  start(session, await filesOf());
  // Its rows are counted, so its thread has begun to read them.
  await vi.waitFor(() => expect(session.thread.isHeld).toBe(true), { timeout: 60_000, interval: 1 });
  session.stop();
  await reaches(session, "stopped");
  expect(session.status.message).toBeNull();
});

test("a run fails with a message where its table has changed since it was counted", async () => {
  const session = openSession();
  const files = await filesOf();
  const counted = await session.thread.counter.countBeside(EXPERIMENT, files);
  if (!isTableFile(counted.data) || counted.data.counts === null) throw new Error("not counted");
  const changed = { ...counted.data, modified: "2", counts: { ...counted.data.counts, checksum: 1 } };
  start(session, { ...counted, data: { ...changed, identity: "0:0" } });
  await reaches(session, "failed");
  expect(session.status.message).toMatch(/the table was changed while it was read\. Run the experiment again/);
});

test("work beside the run has the counts of the run", async () => {
  const session = openSession();
  const [first, second] = [await session.thread.counter.countBeside(EXPERIMENT, await filesOf()), await filesOf()];
  const other = openSession();
  let isAtOnce = false;
  void other.thread.counter.countBeside(EXPERIMENT, second).then((files) => {
    isAtOnce = true;
    expect(files).toEqual(first);
  });
  await Promise.resolve();
  await Promise.resolve();
  expect(isAtOnce).toBe(true);
});
