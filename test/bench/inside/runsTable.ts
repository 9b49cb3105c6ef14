/** The part of bench:panel with the table of runs: many run files, written by the writer of real runs. */
import { readFile } from "node:fs/promises";
import { monitorEventLoopDelay } from "node:perf_hooks";
import * as vscode from "vscode";
import type { ActivatedServices } from "../../../src/app/services";
import { readRun } from "../../../src/runs/format/readRun";
import { RunFileWriter } from "../../../src/runs/runFileWriter";
import type { RunEntry, RunStore } from "../../../src/runs/runStore";
import { command, until, untilPhase, writeExperiment } from "../../host/support";
import { pause, report, untilHandled } from "./report";

const EXPERIMENT = {
  name: "Table bench",
  seed: 1,
  task: { kind: "adding", sequences: 64, length: 10 },
  model: { cell: "gru", hiddenSize: 8 },
  training: { optimizer: { kind: "adam", learningRate: 0.01 }, iterations: 200, batchSize: 32 },
};
const CELLS = ["rnn", "gru", "lstm"] as const;
const MINUTE_MS = 60_000;
/** Files written between two pauses. */
const FILES_AT_ONCE = 20;

/** Reports how long the runs took to be listed and to be in the table, and what the host was kept from meanwhile. */
export async function measureTable(lab: ActivatedServices, runs: number): Promise<void> {
  const { store } = lab.runs;
  if (store === null) throw new Error("there is no folder for runs");
  const entry = await trainOne(lab, store);
  await writeCopies(store, entry, runs);
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  const writtenAt = performance.now();
  await until(lab.runs.onDidChange, () => store.all.length >= runs);
  const listedAt = performance.now();
  const { panel } = lab.runsTable;
  const last = new Promise<void>((resolve) => {
    const listening = panel.onDidSend((message) => {
      if (message.type !== "runs" || message.pending > 0) return;
      listening.dispose();
      resolve();
    });
  });
  await command("showRunsTable");
  await last;
  const sentAt = performance.now();
  delay.disable();
  report({
    type: "table-open",
    listedMs: listedAt - writtenAt,
    sentMs: sentAt - listedAt,
    hostDelayMaxMs: delay.max / 1e6,
  });
  await untilHandled();
  report({ type: "measure-table" });
  await untilHandled();
}

async function trainOne(lab: ActivatedServices, store: RunStore): Promise<RunEntry> {
  const uri = await writeExperiment("bench-table.rnn.json", JSON.stringify(EXPERIMENT));
  await command("run", uri);
  const session = await lab.files.session(uri);
  await untilPhase(session, "done");
  const found = (): RunEntry | undefined =>
    store.all.find(({ meta, state }) => meta.uri === uri.toString() && state === "done");
  await until(lab.runs.onDidChange, () => found() !== undefined);
  lab.panels.close(session);
  await vscode.commands.executeCommand("workbench.action.closeAllEditors");
  return found()!;
}

/** Of one run, with other cells, sizes and seeds. */
async function writeCopies(store: RunStore, { path, meta }: RunEntry, count: number): Promise<void> {
  const { header, metrics, rows, status, checkpoint } = readRun(await readFile(path));
  if (header === null) throw new Error("the run has no rows");
  for (let index = 0; index < count; index++) {
    const runId = `bench-${index}`;
    const seed = 1 + (index % 5);
    const model = { ...meta.config.model, cell: CELLS[index % 3]!, hiddenSize: 4 + (Math.floor(index / 15) % 8) };
    const writer = new RunFileWriter(
      store.pathOf(runId),
      {
        ...meta,
        runId,
        seed,
        number: index + 1,
        startedAt: meta.startedAt - index * MINUTE_MS,
        config: { ...meta.config, seed, model },
      },
      header,
      () => performance.now(),
      (problem) => {
        if (problem !== null) throw new Error(problem);
      },
    );
    writer.addScalars(metrics.rows);
    writer.addRows(rows);
    writer.finish(status, checkpoint, meta.startedAt);
    if (index % FILES_AT_ONCE === 0) await pause(0);
  }
}
