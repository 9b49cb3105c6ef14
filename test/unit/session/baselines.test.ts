import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { encodeRun } from "../../../src/runs/format/encodeRun";
import { readRun } from "../../../src/runs/format/readRun";
import { ExperimentSession } from "../../../src/session/experimentSession";
import { baselinesByName } from "../core/analysis/baselines/support";
import { metaOf, temporaryFolder } from "../runs/support";
import { COUNT_ONES, FILE, MemoryLog, recordingBy, until, untilPhase } from "./support";
import { WORKER_PATH } from "./workerPath";

const sessions: ExperimentSession[] = [];
afterEach(() => sessions.splice(0).forEach((session) => session.dispose()));

/** One that somebody looks at, so that its thread stays. */
function openSession(path: string): ExperimentSession {
  const recording = recordingBy(({ runId }, { experiment, configHash, from }) =>
    from === undefined ? { path, meta: metaOf({ runId, config: experiment, configHash }) } : null,
  );
  const session = new ExperimentSession(FILE, WORKER_PATH, new MemoryLog(), recording);
  session.thread.retain();
  sessions.push(session);
  return session;
}

it("the baselines of a run come from its thread, are in its file, and are there when the file is opened", async () => {
  const path = join(temporaryFolder(), "run.rnnrun");
  const expected = Object.values(baselinesByName(COUNT_ONES));
  const run = openSession(path);
  run.start({ experiment: COUNT_ONES, configHash: "hash", paused: false });
  await until(run, () => run.view(true).baselines.length > 0);
  expect(run.view(true).baselines).toEqual(expected);
  if (run.isActive) await untilPhase(run, "done");

  const from = { runId: run.run?.runId ?? "", path, resume: false, resumable: false };
  const contents = readRun(readFileSync(path));
  // Of a run that ended before they were known, they are computed when it is opened.
  for (const baselines of [expected, []]) {
    writeFileSync(path, encodeRun({ ...contents, baselines }));
    const shown = openSession(path);
    shown.start({ experiment: COUNT_ONES, configHash: "hash", threads: 1, paused: false, from });
    await until(shown, () => shown.view(true).baselines.length > 0);
    expect(shown.view(true).baselines).toEqual(expected);
  }
});

it("the baselines of the run before are gone as soon as the next one starts", async () => {
  const session = openSession(join(temporaryFolder(), "run.rnnrun"));
  session.start({ experiment: COUNT_ONES, configHash: "hash", paused: false });
  await until(session, () => session.view(true).baselines.length > 0);
  session.start({ experiment: COUNT_ONES, configHash: "hash", paused: false });
  await until(session, (event) => event?.kind === "run");
  expect(session.view(true).baselines).toEqual([]);
});
