/**
 * The half of bench:panel that runs in the extension host: trains with and without the panel in turns, counts frames,
 * and samples the host's memory. The other half, test/bench/panel.mjs, watches the page meanwhile.
 */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import * as vscode from "vscode";
import type { ActivatedServices } from "../../../src/app/services";
import type { ExperimentSession } from "../../../src/session/experimentSession";
import { activateLab, command, show, untilPhase, untilRows, writeExperiment } from "../../host/support";
import { pause, report, reportingEnd, untilHandled } from "./report";
import { measureTable } from "./runsTable";

export interface PanelBenchPlan {
  readonly experiment: string;
  readonly rounds: number;
  readonly seconds: number;
  readonly memoryMinutes: number;
  /** Rows of the table of runs. */
  readonly tableRuns: number;
  /** Waited before each measurement. */
  readonly settleMs: number;
}

const MEMORY_SAMPLE_MS = 10_000;

export function run(): Promise<void> {
  return reportingEnd(async () => {
    const plan = JSON.parse(process.env["RNNLAB_BENCH_PLAN"] ?? "null") as PanelBenchPlan;
    const lab = await activateLab();
    const uri = await writeExperiment("bench-panel.rnn.json", plan.experiment);
    await show(uri);
    const session = await lab.files.session(uri);
    for (let round = 0; round < plan.rounds; round++) {
      await measureWithPanel(lab, session, plan, round);
      await measureWithout(lab, session, plan, round);
    }
    await measureTable(lab, plan.tableRuns);
    if (plan.memoryMinutes > 0) await sampleMemory(session, plan.memoryMinutes);
  });
}

async function measureWithPanel(
  lab: ActivatedServices,
  session: ExperimentSession,
  { seconds, settleMs }: PanelBenchPlan,
  round: number,
): Promise<void> {
  await command("run", vscode.Uri.parse(session.file.uri));
  await untilRows(session);
  const { link } = lab.panels.open(session);
  report({ type: "panel-open", round });
  await untilHandled();
  await pause(settleMs);
  const counts = { acknowledged: 0, snapshotsAsked: 0, maxInFlight: 0 };
  const sentBefore = link.framesSent - link.framesInFlight;
  const onMessage = link.onDidHandle((message) => {
    if (message.type === "acknowledge") counts.acknowledged++;
    else if (message.type === "requestSnapshot") counts.snapshotsAsked++;
  });
  const onRows = session.onDidChange(() => (counts.maxInFlight = Math.max(counts.maxInFlight, link.framesInFlight)));
  // First without the meter: it asks for every animation frame, which costs a processor of its own.
  const stepsPerSecond = await speedOver(session, seconds * 1000);
  report({ type: "measure-page", round });
  await untilHandled();
  await pause(seconds * 1000);
  report({ type: "page-measured", round });
  await untilHandled();
  session.stop();
  await untilPhase(session, "stopped");
  // What is still on its way arrives; nothing new is sent.
  for (let waited = 0; link.framesInFlight > 0 && waited < 5000; waited += 100) await pause(100);
  onMessage.dispose();
  onRows.dispose();
  report({
    type: "with-panel",
    round,
    stepsPerSecond,
    ...counts,
    framesSent: link.framesSent - sentBefore,
    framesLost: link.framesInFlight,
  });
}

async function measureWithout(
  lab: ActivatedServices,
  session: ExperimentSession,
  { seconds, settleMs }: PanelBenchPlan,
  round: number,
): Promise<void> {
  const held = session.thread.retain();
  lab.panels.close(session);
  await lab.runner.run(session, { paused: false });
  await untilRows(session);
  await pause(settleMs);
  const stepsPerSecond = await speedOver(session, seconds * 1000);
  session.stop();
  await untilPhase(session, "stopped");
  held.dispose();
  report({ type: "without-panel", round, stepsPerSecond });
}

/** From the iterations of the rows that came: what was trained, whatever the clock of the thread says. */
async function speedOver(session: ExperimentSession, milliseconds: number): Promise<number> {
  const start = await nextRow(session);
  await pause(milliseconds);
  const end = await nextRow(session);
  return ((end.iteration - start.iteration) / (end.at - start.at)) * 1000;
}

async function nextRow(session: ExperimentSession): Promise<{ iteration: number; at: number }> {
  await untilRows(session);
  return { iteration: session.status.iteration, at: performance.now() };
}

/**
 * Endless training with the panel on display. The heap is collected before each look, so that a slope is no garbage.
 */
async function sampleMemory(session: ExperimentSession, minutes: number): Promise<void> {
  setFlagsFromString("--expose-gc");
  const collectGarbage = runInNewContext("gc") as () => void;
  await command("run", vscode.Uri.parse(session.file.uri));
  await untilRows(session);
  report({ type: "memory-begins", minutes });
  const end = performance.now() + minutes * 60_000;
  while (performance.now() < end) {
    await pause(MEMORY_SAMPLE_MS);
    if (!session.isActive) {
      await command("run", vscode.Uri.parse(session.file.uri));
      await untilRows(session);
    }
    collectGarbage();
    const { heapUsed, external, arrayBuffers, rss } = process.memoryUsage();
    report({ type: "host-memory", at: performance.now(), heapUsed, external, arrayBuffers, rss });
  }
  session.stop();
  await untilPhase(session, "stopped");
}
