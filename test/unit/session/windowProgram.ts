/**
 * As a window that trains in another process: `node windowProgram.cjs WORKER FOLDER EXPERIMENT`. Says the ID of its run
 * once that has a checkpoint, and trains on until it is killed.
 */
import { dirname, join } from "node:path";
import { ExperimentSession } from "../../../src/session/experimentSession";
import { FileMark } from "../../../src/runs/fileMark";
import { ThreadProcesses } from "../../../src/threads/processes/threadProcesses";
import type { Experiment } from "../../../src/config/schema/schema";
import { recordingInto } from "../runs/support";
import { hasCheckpoint } from "./recordedRun";
import { FILE, MemoryLog, until } from "./support";

const [workerPath = "", folder = "", experiment = ""] = process.argv.slice(2);

async function main(): Promise<void> {
  const log = new MemoryLog();
  const processes = new ThreadProcesses(join(dirname(workerPath), "heartbeat.js"), (message) => log.warn(message));
  const recording = recordingInto(folder, new FileMark().memory);
  const session = new ExperimentSession(FILE, workerPath, log, recording, undefined, processes);
  session.setPace(100);
  session.start({ experiment: JSON.parse(experiment) as Experiment, configHash: "hash", threads: 1, paused: false });
  await until(session, () => hasCheckpoint(folder, session.run?.runId));
  process.stdout.write(`${session.run?.runId ?? ""}\n`);
}

void main();
