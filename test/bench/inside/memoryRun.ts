/**
 * One experiment in a session with the real training thread, in a process of its own: what it takes at its peak beside
 * what the process took before, and what was estimated. Prints one line of JSON.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { countData } from "../../../src/config/facts/dataCounts";
import { datasetShape } from "../../../src/config/facts/datasetShape";
import { memoryParts } from "../../../src/config/facts/memoryEstimate";
import { ExperimentSession } from "../../../src/session/experimentSession";
import type { RunFileTarget } from "../../../src/session/runFileTarget";
import { limitMemory } from "../../../src/threads/threadMemory";
import { MEMORY_CASES } from "../memoryCases";

const [index = "0"] = process.argv.slice(2);
const found = MEMORY_CASES[Number(index)];
if (found === undefined) throw new RangeError(`there is no case ${index}`);
const { experiment, threads } = found;
const data = found.data?.() ?? null;

/** Records the run as a window does. */
const recording: RunFileTarget = {
  recordedRuns: () => ({ nextNumber: 1, latest: null }),
  identityOf: () => null,
  begin: ({ runId, number, varied }, { configHash }) => ({
    path: join(folder, `${runId}.rnnrun`),
    meta: {
      runId,
      number,
      varied,
      origin: "command",
      uri: "file:///memory.rnn.json",
      fileName: "memory.rnn.json",
      name: "memory",
      startedAt: Date.now(),
      configText: "",
      config: experiment,
      configHash,
      seed: experiment.seed,
      versions: { rnnLab: "0.0.0", node: process.version },
      writer: { process: process.pid, machine: "here" },
      resumedFrom: null,
    },
  }),
};
const log = { warn: () => undefined, error: (message: string) => void process.stderr.write(`${message}\n`) };

limitMemory({ bytes: 4 * 2 ** 30 });
const folder = mkdtempSync(join(tmpdir(), "rnn-lab-memory-"));
const session = new ExperimentSession(
  { uri: "file:///memory.rnn.json", fileName: "memory.rnn.json", name: "memory", configHash: "hash" },
  join(__dirname, "worker.js"),
  log,
  recording,
);
const view = session.thread.retain();
const counts = countData(experiment.task, data);
const shape = datasetShape(experiment.task, experiment.training.validation.share, counts);
if (shape === null) throw new RangeError("the data are too few");
const parts = memoryParts(experiment, shape, { threads, isShown: true, isRecorded: true });
collectGarbage();
const idle = resident();
resetPeak();
session.start({ experiment, configHash: "hash", files: { data, weights: null }, threads, paused: false });
session.onDidChange(({ kind }) => {
  if (kind === "rows") askOnce();
  const { phase, message } = session.status;
  if (phase === "failed" || phase === "diverged") throw new Error(message ?? "the run failed");
  if (phase === "done") finish();
});

let asked = false;

/** A panel shows predictions. */
function askOnce(): void {
  if (asked) return;
  asked = true;
  void session.questions.ask({ kind: "predictions", iteration: 0, part: "training" }).catch(() => undefined);
}

function finish(): void {
  // The window has read the file for this run, though here it was there before.
  const measured = peak() - idle + (counts?.textBytes ?? 0);
  const estimate = Object.values(parts).reduce((sum, bytes) => sum + bytes, 0);
  process.stdout.write(
    `${JSON.stringify({ name: found?.name, estimate, peak: measured, parts, iterations: session.status.iteration })}\n`,
  );
  view.dispose();
  session.dispose();
  rmSync(folder, { recursive: true, force: true });
}

/** What the preparation has left would hide what the run takes. */
function collectGarbage(): void {
  setFlagsFromString("--expose-gc");
  const collect: unknown = runInNewContext("gc");
  if (typeof collect === "function") collect();
}

function resident(): number {
  return process.memoryUsage().rss;
}

/** From now on, where the system can; a process that has taken more before would hide what the run takes. */
function resetPeak(): void {
  try {
    writeFileSync("/proc/self/clear_refs", "5");
  } catch {
    // Only Linux has it: elsewhere the peak is that of the whole process.
  }
}

function peak(): number {
  try {
    const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8")) ?? [];
    if (kilobytes !== undefined) return Number(kilobytes) * 1024;
  } catch {
    // As above.
  }
  return process.resourceUsage().maxRSS * 1024;
}
