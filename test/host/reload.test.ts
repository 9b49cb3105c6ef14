/** What a panel shows of a file that has recorded runs and none in this window: after a reload, or after a kill. */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import * as vscode from "vscode";
import type { Services } from "../../src/app/services";
import { encodeRun } from "../../src/runs/format/encodeRun";
import { readRun } from "../../src/runs/format/readRun";
import { encodeLease, leasePath } from "../../src/runs/lease";
import { ownPlace, stateOfProcess } from "../../src/runs/processPlace";
import type { ExperimentSession } from "../../src/session/experimentSession";
import {
  ghostsOf,
  TUTORIAL,
  activateLab,
  cleanUp,
  command,
  golden,
  until,
  untilPhase,
  writeExperiment,
} from "./support";

suite("after the window was reloaded", () => {
  let lab: Services;
  suiteSetup(async () => {
    lab = await activateLab();
  });
  teardown(() => cleanUp(lab));

  /** The file of a run of TUTORIAL, stopped on its way or done. */
  async function record(stop: boolean): Promise<string> {
    const uri = await writeExperiment(stop ? "recorded-stopped.rnn.json" : "recorded-done.rnn.json", TUTORIAL);
    const session = await lab.files.session(uri);
    session.setPace(stop ? 1000 : 0);
    await command("run", uri);
    if (stop) {
      await until(session.onDidChange, () => session.status.iteration > 50);
      await command("stop", uri);
    }
    await untilPhase(session, stop ? "stopped" : "done");
    return lab.runs.store?.pathOf(session.run?.runId ?? "") ?? "";
  }

  /** The same run as another process would have left it for another file. @param process null: it has ended */
  async function leaveRun(path: string, uri: vscode.Uri, process: number | null): Promise<string> {
    const { meta, status, endedAt, ...rest } = readRun(await readFile(path));
    const id = randomUUID();
    const run = {
      ...rest,
      meta: {
        ...meta,
        runId: id,
        uri: uri.toString(),
        writer: { ...meta.writer, process: process ?? meta.writer.process },
      },
      status: process === null ? status : { ...status, phase: "running" as const },
      endedAt: process === null ? endedAt : null,
    };
    const left = lab.runs.store?.pathOf(id) ?? "";
    if (process !== null) await writeFile(leasePath(left), leaseOf(process));
    await writeFile(left, encodeRun(run));
    return id;
  }

  function leaseOf(pid: number): string {
    const state = stateOfProcess(pid);
    const processStart = typeof state === "object" ? state.start : null;
    return encodeLease({ ...ownPlace(), process: pid, processStart, beat: 0 });
  }

  async function openPanel(uri: vscode.Uri): Promise<ExperimentSession> {
    const session = await lab.files.session(uri);
    assert.equal(session.run, null, "nothing of it is known in this window");
    await command("openPanel", uri);
    await until(session.onDidChange, () => session.run !== null && !session.isActive);
    return session;
  }

  test("an interrupted run is there with its curves, and goes on from its checkpoint to the end", async () => {
    const uri = await writeExperiment("interrupted.rnn.json", TUTORIAL);
    const gone = spawnSync(process.execPath, ["--version"]).pid;
    const id = await leaveRun(await record(true), uri, gone);
    const session = await openPanel(uri);
    const { iteration } = session.status;
    const { recorded, status, experiment } = session.view(true);
    assert.deepEqual(
      [session.run?.runId, recorded, status.phase, status.message, experiment?.textDiffersFromRun],
      [
        id,
        { resumeFrom: iteration + 1, isReadOnly: false },
        "stopped",
        `Interrupted at iteration ${iteration}.`,
        false,
      ],
    );
    assert.equal(session.run?.trace?.rows, iteration + 1);
    await command("resumeRun", id);
    await untilPhase(session, "done");
    const losses = session.run?.trace?.column("loss") ?? [];
    assert.deepEqual([losses.length, session.view(true).run?.number, ghostsOf(session)], [501, 1, []]);
    golden.loss.forEach((loss, row) => assert.ok(Math.abs((losses[row] ?? NaN) - loss) <= 1e-9 * loss));
  });

  test("a finished run is there as finished, and Step trains one more iteration of it", async () => {
    const uri = await writeExperiment("finished.rnn.json", TUTORIAL);
    const id = await leaveRun(await record(false), uri, null);
    const session = await openPanel(uri);
    const { recorded, status } = session.view(true);
    assert.deepEqual(
      [session.run?.runId, recorded, status.phase, status.message],
      [id, { resumeFrom: null, isReadOnly: false }, "done", null],
    );
    await command("step", uri);
    await until(session.onDidChange, () => session.status.phase === "paused" && session.status.iteration === 501);
    assert.deepEqual([session.status.iterations, session.view(true).run?.number, ghostsOf(session)], [1000, 1, []]);
    await command("step", uri);
    await until(session.onDidChange, () => session.status.iteration === 502);
    const file = readRun(await readFile(lab.runs.store?.pathOf(session.run?.runId ?? "") ?? ""));
    assert.equal(file.meta.resumedFrom, id);
    await until(lab.runs.onDidChange, () => lab.runs.store?.find(id) === null);
  });

  test("a run of an earlier text says so, and Step starts a new one", async () => {
    const uri = await writeExperiment("edited.rnn.json", TUTORIAL.replace(`"seed": 1,`, `"seed": 2,`));
    await leaveRun(await record(false), uri, null);
    const session = await openPanel(uri);
    const { experiment, text } = session.view(true);
    assert.deepEqual([experiment?.textDiffersFromRun, text.change], [true, "seed 1 → 2"]);
    await command("step", uri);
    await untilPhase(session, "paused");
    assert.deepEqual([session.status.iteration, session.run?.experiment.seed], [0, 2]);
  });

  test("a run that another process trains is not offered, until that process is gone", async () => {
    const uri = await writeExperiment("elsewhere.rnn.json", TUTORIAL);
    const other = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], {
      env: { ...process.env, ELECTRON_RUN_AS_NODE: "1" },
    });
    await leaveRun(await record(true), uri, other.pid ?? 0);
    const session = await openPanel(uri);
    assert.deepEqual(session.view(true).recorded, { resumeFrom: null, isReadOnly: false });
    assert.match(session.view(true).status.message ?? "", /^Active in another window/);
    const gone = new Promise((resolve) => other.once("exit", resolve));
    other.kill();
    await gone;
    await until(session.onDidChange, () => session.view(true).recorded?.resumeFrom === session.status.iteration + 1);
    await untilPhase(session, "stopped");
    assert.match(session.view(true).status.message ?? "", /^Interrupted at iteration \d+\.$/);
  });

  test("a panel that is restored has the run at once", async () => {
    const uri = await writeExperiment("restored.rnn.json", TUTORIAL);
    const id = await leaveRun(await record(false), uri, null);
    const panel = vscode.window.createWebviewPanel("rnnLab.panel", "left over", vscode.ViewColumn.Two);
    await lab.serializer.deserializeWebviewPanel(panel, { uri: uri.toString() });
    const session = await lab.files.session(uri);
    assert.equal(session.run?.runId, id);
    assert.notEqual(lab.panels.find(session), null);
    await untilPhase(session, "done");
  });
});

suite("after the extension host was killed", () => {
  let lab: Services;
  suiteSetup(async () => {
    lab = await activateLab();
  });
  teardown(() => cleanUp(lab));

  const tabsOf = (title: string) =>
    vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs.filter(({ label }) => label === title));

  test("a tab that it left behind is replaced by a panel that goes on with what its page kept", async () => {
    const uri = await writeExperiment("left-behind.rnn.json", TUTORIAL);
    const session = await lab.files.session(uri);
    await command("openPanel", uri);
    const first = lab.panels.find(session);
    assert.ok(first !== null);
    const { title, viewType } = first.panel;
    const kept = () => JSON.stringify(lab.panels.pages.stateOf(viewType, title) ?? null);
    await until(lab.panels.pages.onDidKeep, () => kept().includes("left-behind.rnn.json"));
    first.panel.dispose();
    // As VS Code leaves it: in its place, with nobody behind it.
    vscode.window.createWebviewPanel(viewType, title, vscode.ViewColumn.Two);
    await until(vscode.window.tabGroups.onDidChangeTabs, () => lab.panels.find(session) !== null);
    await until(vscode.window.tabGroups.onDidChangeTabs, () => tabsOf(title).length === 1);
    assert.match(lab.panels.find(session)?.panel.webview.html ?? "", /data-state="[^"]*left-behind\.rnn\.json/);
  });

  test("a tab whose page kept nothing is left until the reader opens it again", async () => {
    const uri = await writeExperiment("left-sweep.rnn.json", TUTORIAL);
    const title = "Sweep: left-sweep";
    vscode.window.createWebviewPanel("rnnLab.sweepPanel", title, vscode.ViewColumn.Two);
    await until(vscode.window.tabGroups.onDidChangeTabs, () => tabsOf(title)[0]?.isActive === true);
    assert.equal(await command("reopenPanel", null, "main", { uri: uri.toString() }), false);
    assert.equal(await command("reopenPanel", null, "sweep", { uri: uri.toString() }), true);
    await until(vscode.window.tabGroups.onDidChangeTabs, () => tabsOf(title).length === 0);
    assert.notEqual(lab.sweeps.panels.find(await lab.files.session(uri)), null);
  });
});

suite("Step", () => {
  let lab: Services;
  suiteSetup(async () => {
    lab = await activateLab();
  });
  teardown(() => cleanUp(lab));

  test("goes on with a stopped run, and starts a new one after a run that diverged", async () => {
    const uri = await writeExperiment("step-stopped.rnn.json", TUTORIAL);
    const session = await lab.files.session(uri);
    session.setPace(1000);
    await command("run", uri);
    await until(session.onDidChange, () => session.status.iteration > 20);
    await command("stop", uri);
    await untilPhase(session, "stopped");
    const { iteration } = session.status;
    await command("step", uri);
    await until(session.onDidChange, () => session.status.phase === "paused" && session.status.iteration > iteration);
    assert.equal(session.status.iteration, iteration + 1);

    const diverging = TUTORIAL.replace(/"optimizer": \{.*\}/, `"optimizer": { "kind": "sgd", "learningRate": 1 }`);
    const wild = await writeExperiment("step-diverged.rnn.json", diverging);
    const other = await lab.files.session(wild);
    await command("run", wild);
    await untilPhase(other, "diverged");
    await command("step", wild);
    await untilPhase(other, "paused");
    assert.equal(other.status.iteration, 0);
  });
});
