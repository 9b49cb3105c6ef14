import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as vscode from "vscode";
import type { Services } from "../../src/app/services";
import { encodeRun } from "../../src/runs/format/encodeRun";
import { readRun } from "../../src/runs/format/readRun";
import { encodeLease, leasePath } from "../../src/runs/lease";
import type { RunEntry } from "../../src/runs/runStore";
import { isActive } from "../../src/session/phases";
import type { ExperimentSession } from "../../src/session/experimentSession";
import {
  ENDLESS,
  TUTORIAL,
  activateLab,
  cleanUp,
  command,
  ghostsOf,
  golden,
  next,
  replaceInFile,
  show,
  until,
  untilPhase,
  workspaceFile,
  writeExperiment,
} from "./support";

suite("recorded runs", () => {
  let lab: Services;
  suiteSetup(async () => {
    lab = await activateLab();
  });
  teardown(async () => {
    lab.runsTree.filter("");
    await cleanUp(lab);
  });

  function listed(uri: vscode.Uri): readonly RunEntry[] {
    return (lab.runs.store?.all ?? []).filter(({ meta }) => meta.uri === uri.toString());
  }

  /** Runs the file to its end and waits until the list knows. */
  async function runToEnd(
    name: string,
    text = TUTORIAL,
  ): Promise<{ readonly uri: vscode.Uri; readonly entry: RunEntry }> {
    const uri = await writeExperiment(name, text);
    const before = listed(uri).length;
    await command("run", uri);
    await untilPhase(await lab.files.session(uri), "done");
    await until(lab.runs.onDidChange, () => listed(uri).length > before && listed(uri)[0]?.state === "done");
    return { uri, entry: listed(uri)[0]! };
  }

  test("a run is on the disk when it has ended, whole, and listed under its experiment", async () => {
    const { uri, entry } = await runToEnd("recorded.rnn.json");
    const session = await lab.files.session(uri);
    const file = readRun(await readFile(entry.path));
    assert.deepEqual(
      [file.meta.configText, file.meta.configHash, file.status.phase, file.rows.rows],
      [TUTORIAL, session.run?.configHash, "done", 501],
    );
    assert.deepEqual([...file.metrics.rows.columns[1]!], [...(session.run?.trace?.column("loss") ?? [])]);
    const parent = lab.runsTree.getChildren().find((node) => node.kind === "experiment" && node.uri === uri.toString());
    assert.ok(parent);
    const item = lab.runsTree.getTreeItem(lab.runsTree.getChildren(parent)[0]!);
    assert.match(String(item.description), /^loss .* · 500 iterations · /);
  });

  test("curves that nothing shows leave the memory once they are on the disk, and come back from there", async () => {
    const { uri } = await runToEnd("unshown.rnn.json");
    const session = await lab.files.session(uri);
    const before = { runId: session.run?.runId, losses: [...(session.run?.trace?.column("loss") ?? [])] };
    assert.equal(before.losses.length, 501);
    const bytes = () => session.run?.trace?.columns.reduce((sum, { byteLength }) => sum + byteLength, 0) ?? 0;
    assert.ok(bytes() > 0);
    lab.panels.close(session);
    // The compact view shows the active experiment.
    lab.active.use(null);
    await until(lab.runs.onDidChange, () => session.run?.trace === null);
    assert.deepEqual([bytes(), session.run?.scalars, session.run?.runId], [0, null, before.runId]);
    assert.deepEqual([session.thread.isHeld, session.status.phase, session.identity?.number], [false, "done", 1]);
    await command("openPanel", uri);
    await until(session.onDidChange, () => session.run?.trace?.rows === 501 && !session.isActive);
    assert.deepEqual([...(session.run?.trace?.column("loss") ?? [])], before.losses);
    assert.deepEqual([session.run?.runId, session.status.phase, ghostsOf(session)], [before.runId, "done", []]);

    lab.panels.close(session);
    lab.active.use(null);
    await until(lab.runs.onDidChange, () => session.run?.trace === null);
    await replaceInFile(await vscode.workspace.openTextDocument(uri), `"seed": 1,`, `"seed": 2,`);
    await runAgain(uri, session, before.runId);
    assert.deepEqual(
      session.history.ghosts.map(({ runId, loss }) => [runId, [...loss]]),
      [[before.runId, before.losses]],
    );
  });

  async function runAgain(uri: vscode.Uri, session: ExperimentSession, before: string | undefined): Promise<void> {
    await command("rerun", uri);
    await until(session.onDidChange, () => session.run?.runId !== before && session.status.phase === "done");
  }

  test("runs are named, noted, pinned and found by what was written on them", async () => {
    const { uri, entry } = await runToEnd("written-on.rnn.json");
    const { entry: other } = await runToEnd("written-on.rnn.json");
    assert.notEqual(other.id, entry.id);
    await command("renameRun", entry.id, "The <b>good</b> one");
    await command("noteRun", entry.id, "before the clip");
    await command("pinRun", entry.id);
    const order = lab.runsTree.getChildren({ kind: "experiment", uri: uri.toString() });
    assert.deepEqual(
      order.map((node) => node.kind === "run" && node.id),
      [entry.id, other.id],
    );
    assert.equal(lab.runsTree.getTreeItem(order[0]!).label, "The <b>good</b> one");
    await command("searchRuns", "CLIP good");
    assert.deepEqual(
      lab.runsTree.shown.map(({ id }) => id),
      [entry.id],
    );
    await command("searchRuns", "written-on seed:1");
    assert.deepEqual(
      lab.runsTree.shown.map(({ id }) => id),
      [other.id, entry.id],
    );
    await command("clearRunSearch");
    await command("unpinRun", entry.id);
    assert.equal(lab.runs.store?.find(entry.id)?.notes.pinned, false);
  });

  test("a deleted run is gone, and undo brings it back with what was written on it", async () => {
    const { entry } = await runToEnd("deleted.rnn.json");
    await command("noteRun", entry.id, "precious");
    await command("deleteRuns", entry.id);
    assert.equal(lab.runs.store?.find(entry.id), null);
    await lab.runs.store?.load();
    assert.equal(lab.runs.store?.find(entry.id), null);
    await command("undoDeleteRuns");
    assert.equal(lab.runs.store?.find(entry.id)?.notes.note, "precious");
  });

  test("a new folder gets an imported run, and what is beyond its limit goes to the trash and comes back pinned", async () => {
    const { uri, entry } = await runToEnd("limited.rnn.json");
    const bundle = await command<vscode.Uri>("exportRun", entry.id, "bundle", workspaceFile(""));
    const settings = vscode.workspace.getConfiguration("rnnLab.runs");
    const { Global, Workspace } = vscode.ConfigurationTarget;
    const set = async (key: string, value: unknown, target = Global): Promise<void> =>
      settings.update(key, value, target);
    const limit = () => lab.runs.usage?.limits.runs;
    const folder = join(await mkdtemp(join(tmpdir(), "rnn-lab-runs-")), "not", "there");
    try {
      for (const value of [0, -1, 1.5, "all", null]) {
        await set("keep", value, Workspace);
        assert.equal(limit(), 200, `keep: ${JSON.stringify(value)}`);
      }
      await set("keep", 7, Workspace);
      assert.equal(limit(), 7);
      await set("folder", folder);
      await until(lab.runs.onDidChange, () => lab.runs.store?.folder === folder);
      assert.equal(limit(), 200, "a workspace has no say in a folder outside of it");
      const imported = await command<string>("importRun", undefined, bundle);
      assert.equal(lab.runs.store?.find(imported)?.state, "done");
      await set("keep", 1);
      assert.equal(limit(), 1);
      const { entry: first } = await runToEnd("limited.rnn.json");
      await command("run", uri);
      await until(lab.runs.onDidChange, () => lab.runs.store?.find(first.id) === null);
      assert.deepEqual([listed(uri).length, listed(uri)[0]?.state], [1, "done"]);
      assert.notEqual(lab.runs.store?.find(imported), null, "it is of no file of this workspace");
      assert.match(lab.runsTree.view.description ?? "", /^1 of 1 runs · .* of 5 GB · trash: .*B$/);
      await command("restoreRuns", first.id);
      assert.equal(lab.runs.store?.find(first.id)?.notes.pinned, true);
    } finally {
      await set("folder", undefined);
      await set("keep", undefined);
      await set("keep", undefined, Workspace);
    }
  });

  test("a recorded run opens in a panel of its own, with its curves, and its network answers", async () => {
    const { uri, entry } = await runToEnd("opened.rnn.json");
    const original = await lab.files.session(uri);
    await command("openRun", entry.id);
    const shown = lab.panels.all
      .map(({ session }) => session)
      .find((session) => session !== original && session.run?.runId === entry.id);
    assert.ok(shown);
    await untilPhase(shown, "done");
    assert.deepEqual([...(shown.run?.trace?.column("loss") ?? [])], [...(original.run?.trace?.column("loss") ?? [])]);
    const answer = await shown.questions.ask({ kind: "weights", iteration: 500 });
    assert.ok(answer.kind === "weights" && answer.values.length === 2 && answer.iteration === 500);
    assert.deepEqual(shown.view(true).recorded, { resumeFrom: null, isReadOnly: true });
    await lab.runs.store?.load();
    assert.equal(lab.runs.store?.find(entry.id)?.state, "done", "it is as it was");
    assert.equal((await vscode.workspace.openTextDocument(vscode.Uri.parse(shown.file.uri))).getText(), TUTORIAL);
  });

  test("a run that is opened from the list while it trains is recorded to its own end", async () => {
    const uri = await writeExperiment("opened-early.rnn.json", ENDLESS);
    await command("run", uri);
    const session = await lab.files.session(uri);
    const isOnDisk = (): boolean => (listed(uri)[0]?.progress?.status.iteration ?? 0) > 0;
    await until(lab.runs.onDidChange, isOnDisk);
    const { id, path } = listed(uri)[0]!;
    await command("openRun", id);
    const shown = lab.panels.all.map((panel) => panel.session).find((other) => other !== session);
    assert.ok(shown);
    await until(shown.onDidChange, () => !isActive(shown.status.phase));
    const opened = session.status.iteration;
    await until(session.onDidChange, () => session.status.iteration > opened);
    assert.deepEqual([listed(uri)[0]?.state, session.run?.notSaved], ["running", null]);
    await command("stop", uri);
    await untilPhase(session, "stopped");
    await until(lab.runs.onDidChange, () => listed(uri)[0]?.state === "stopped");
    assert.equal(readRun(await readFile(path)).status.iteration, session.status.iteration);
  });

  test("a run that another machine writes is not deleted, in words that name it, until it is silent", async () => {
    const { uri, entry } = await runToEnd("written-elsewhere.rnn.json");
    const { store } = lab.runs;
    assert.ok(store !== null);
    const id = randomUUID();
    const run = readRun(await readFile(entry.path));
    const place = { process: 4321, processStart: "1", boot: "another", pidNamespace: "pid:[1]", machine: "far-away" };
    await writeFile(leasePath(store.pathOf(id)), encodeLease({ ...place, beat: 0 }));
    const status = { ...run.status, phase: "running" } as const;
    await writeFile(store.pathOf(id), encodeRun({ ...run, meta: { ...run.meta, runId: id }, status, endedAt: null }));
    await until(lab.runs.onDidChange, () => store.find(id)?.state === "running");
    const refused = next(lab.notifications.onDidShow);
    await command("deleteRuns", id, [id, entry.id]);
    assert.match(
      await refused,
      /^A run that another window or terminal is training cannot be deleted\. It is written by process 4321 on far-away\..* Stop it there first\.$/,
    );
    assert.deepEqual(
      listed(uri).map((listedRun) => listedRun.id),
      [id],
    );
    await rm(leasePath(store.pathOf(id)));
    await command("deleteRuns", id);
    assert.deepEqual(listed(uri), []);
    await command("undoDeleteRuns");
    assert.deepEqual(
      listed(uri).map((listedRun) => listedRun.state),
      ["interrupted"],
    );
  });

  test("a run that was stopped goes on to the end that it would have had", async () => {
    const uri = await writeExperiment("resumed.rnn.json", TUTORIAL);
    const session = await lab.files.session(uri);
    session.setPace(100);
    await command("run", uri);
    await until(session.onDidChange, () => session.status.iteration > 20);
    await command("stop", uri);
    await untilPhase(session, "stopped");
    await until(lab.runs.onDidChange, () => listed(uri)[0]?.state === "stopped");
    const stopped = listed(uri)[0]!;
    await command("noteRun", stopped.id, "stopped too early");
    session.setPace(0);
    await command("resumeRun", stopped.id);
    await untilPhase(session, "done");
    assert.equal(session.run?.trace?.rows, 501);
    for (const [index, expected] of golden.loss.entries()) {
      assert.ok(
        Math.abs((session.run?.trace?.column("loss")?.[index] as number) - expected) <= 1e-9 * expected,
        `loss ${index}`,
      );
    }
    await until(lab.runs.onDidChange, () => listed(uri).length === 1 && listed(uri)[0]?.state === "done");
    assert.equal(listed(uri)[0]?.notes.note, "stopped too early");
  });

  test("chosen runs are compared in their order, whichever is the baseline, and their configs come back into the file or stand beside it", async () => {
    const { uri, entry } = await runToEnd("beside-each-other.rnn.json");
    const { entry: other } = await runToEnd(
      "beside-each-other-too.rnn.json",
      TUTORIAL.replace(`"seed": 1`, `"seed": 7`),
    );
    await command("setBaselineRun", other.id);
    const sent = next(lab.comparison.panel.onDidSend);
    await command("compareRuns", { kind: "run", id: entry.id }, [
      { kind: "run", id: entry.id },
      { kind: "run", id: other.id },
    ]);
    const comparison = await sent;
    assert.deepEqual(
      [comparison.runs.map(({ id }) => id), comparison.baseline, comparison.problems],
      [[entry.id, other.id], other.id, []],
    );
    assert.deepEqual(comparison.differences, [{ path: "seed", values: ["1", "7"] }]);
    assert.equal(comparison.runs[1]?.curves["loss"]?.length, 501);
    await command("clearBaselineRun");

    const document = await show(uri);
    await replaceInFile(document, `"iterations": 500`, `"iterations": 7`);
    await command("diffRunConfig", entry.id);
    const tab = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
    assert.ok(
      tab instanceof vscode.TabInputTextDiff &&
        tab.original.path.endsWith("/beside-each-other.rnn.json") &&
        tab.modified.toString() === uri.toString(),
    );
    await command("restoreRunConfig", entry.id);
    assert.equal(document.getText(), TUTORIAL);
  });

  test("a run has one name and number in the tree, the panel, the comparison, the tab, and the next session", async () => {
    const uri = await writeExperiment("named.rnn.json", TUTORIAL);
    const document = await show(uri);
    const session = await lab.files.session(uri);
    const runOnce = async (): Promise<RunEntry> => {
      const before = listed(uri).length;
      await command("run", uri);
      await until(lab.runs.onDidChange, () => listed(uri).length > before && listed(uri)[0]?.state === "done");
      return listed(uri)[0]!;
    };
    const labelOf = (id: string) => lab.runsTree.getTreeItem({ kind: "run", id }).label;
    const first = await runOnce();
    const again = await runOnce();
    await replaceInFile(document, `"seed": 1`, `"seed": 7`);
    const seeded = await runOnce();
    assert.deepEqual(
      [first, again, seeded].map(({ meta }) => [meta.number, meta.varied.map(({ value }) => value)]),
      [
        [1, []],
        [2, []],
        [3, [7]],
      ],
    );
    assert.deepEqual(session.view(true).run, { number: 3, name: "seed 7" });
    assert.deepEqual(session.view(true).run, lab.runs.identity(seeded));
    assert.deepEqual(
      ghostsOf(session).map(({ label }) => label),
      [labelOf(first.id), labelOf(again.id)],
    );
    assert.equal(labelOf(seeded.id), "seed 7");

    const sent = next(lab.comparison.panel.onDidSend);
    await command("compareRuns", first.id, [first.id, seeded.id]);
    assert.deepEqual(
      (await sent).runs.map(({ title, number }) => [title, number]),
      [
        [labelOf(first.id), 1],
        ["seed 7", 3],
      ],
    );
    assert.equal(lab.comparison.panel.title, `Compare ${String(labelOf(first.id))} ↔ seed 7`);

    await command("openRun", seeded.id);
    const shown = lab.panels.all.find(({ session: other }) => other !== session && other.run?.runId === seeded.id);
    assert.ok(shown);
    await untilPhase(shown.session, "done");
    assert.deepEqual(shown.session.view(true).run, { number: 3, name: "seed 7" });
    assert.match(shown.panel.title, /seed 7/);
    await command("renameRun", seeded.id, "The seventh");
    assert.match(shown.panel.title, /^Count the ones · The seventh/);
    assert.deepEqual(
      [session.view(true).run?.name, labelOf(seeded.id), lab.comparison.panel.title],
      ["The seventh", "The seventh", `Compare ${String(labelOf(first.id))} ↔ The seventh`],
    );

    // The next session of the file counts on, whatever was deleted in between.
    await command("deleteRuns", again.id);
    await replaceInFile(document, `"seed": 7`, `"seed": 8`);
    const { meta } = await runOnce();
    assert.deepEqual([meta.number, lab.runs.recordedRuns(uri.toString()).nextNumber], [4, 5]);
  });
});
