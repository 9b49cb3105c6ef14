import assert from "node:assert/strict";
import * as vscode from "vscode";
import type { Services } from "../../src/app/services";
import { PANEL_TYPE } from "../../src/panel/experimentPanels";
import type { PanelConnection } from "../../src/panel/panelConnection";
import type { ExperimentSession } from "../../src/session/experimentSession";
import { MAX_FRAMES_IN_FLIGHT } from "../../src/shared/wire/protocol";
import {
  ENDLESS,
  TUTORIAL,
  activateLab,
  cleanUp,
  command,
  next,
  show,
  until,
  untilPhase,
  untilRows,
  writeExperiment,
} from "./support";

suite("panels", () => {
  let lab: Services;
  suiteSetup(async () => {
    lab = await activateLab();
  });
  teardown(() => cleanUp(lab));

  function linkOf(session: ExperimentSession): PanelConnection {
    const entry = lab.panels.find(session);
    assert.ok(entry, "the panel is open");
    return entry.link;
  }

  /** The page has acknowledged a frame since the call. */
  async function untilAcknowledged(link: PanelConnection): Promise<void> {
    let seen = false;
    await until(
      (listener) =>
        link.onDidHandle((message) => {
          seen ||= message.type === "acknowledge";
          listener(message);
        }),
      () => seen,
    );
  }

  async function runPaced(name: string): Promise<{ uri: vscode.Uri; session: ExperimentSession }> {
    const uri = await writeExperiment(name, ENDLESS);
    await show(uri);
    const session = await lab.files.session(uri);
    session.setPace(1000);
    await command("run", uri);
    await untilRows(session);
    return { uri, session };
  }

  test("the page says ready, takes a snapshot and then rows, never more than two frames at a time", async () => {
    const { session } = await runPaced("stream.rnn.json");
    const link = linkOf(session);
    for (let frame = 0; frame < 10; frame++) {
      await untilAcknowledged(link);
      assert.ok(link.framesInFlight <= MAX_FRAMES_IN_FLIGHT);
    }
    assert.ok(link.framesSent >= 10);
  });

  test("a run that ended before its panel opened is shown whole", async () => {
    const uri = await writeExperiment("late.rnn.json", TUTORIAL);
    const session = await lab.files.session(uri);
    await lab.runner.run(session, { paused: false });
    await untilPhase(session, "done");
    await command("openPanel", uri);
    const link = linkOf(session);
    await untilAcknowledged(link);
    assert.deepEqual([link.framesSent, link.framesInFlight], [1, 0]);
  });

  test("closing the panel in mid-run lets the run go on, and opening it again shows it", async () => {
    const { uri, session } = await runPaced("closed.rnn.json");
    const { panel } = lab.panels.find(session) as NonNullable<ReturnType<typeof lab.panels.find>>;
    const gone = next(panel.onDidDispose);
    panel.dispose();
    await gone;
    assert.equal(lab.panels.find(session), null);
    await untilRows(session);
    assert.equal(session.status.phase, "running");
    await command("openPanel", uri);
    await untilAcknowledged(linkOf(session));
  });

  test("a hidden panel is sent nothing; shown again it gets a snapshot and goes on", async () => {
    const { uri, session } = await runPaced("hidden.rnn.json");
    const { panel, link } = lab.panels.find(session) as NonNullable<ReturnType<typeof lab.panels.find>>;
    await untilAcknowledged(link);
    const hidden = until(panel.onDidChangeViewState, () => !panel.visible);
    await vscode.window.showTextDocument(
      await vscode.workspace.openTextDocument(uri),
      panel.viewColumn ?? vscode.ViewColumn.Two,
    );
    await hidden;
    const sent = link.framesSent;
    await untilRows(session);
    await untilRows(session);
    assert.equal(link.framesSent, sent);
    panel.reveal();
    await untilAcknowledged(link);
    assert.ok(link.framesSent > sent);
  });

  test("a panel that is moved to another group goes on", async () => {
    const { session } = await runPaced("moved.rnn.json");
    const { panel, link } = lab.panels.find(session) as NonNullable<ReturnType<typeof lab.panels.find>>;
    await untilAcknowledged(link);
    panel.reveal(vscode.ViewColumn.Two);
    await until(panel.onDidChangeViewState, () => panel.active);
    const moved = until(panel.onDidChangeViewState, () => panel.viewColumn === vscode.ViewColumn.One);
    await vscode.commands.executeCommand("workbench.action.moveEditorToPreviousGroup");
    await moved;
    await untilAcknowledged(link);
    await untilAcknowledged(link);
    assert.equal(session.status.phase, "running");
  });

  test("going to a panel makes its experiment the active one", async () => {
    const first = await lab.files.session(await writeExperiment("first.rnn.json", TUTORIAL));
    const second = await lab.files.session(await writeExperiment("second.rnn.json", TUTORIAL));
    const file = await writeExperiment("elsewhere.rnn.json", TUTORIAL);
    for (const session of [first, second]) {
      await show(file);
      const { panel } = lab.panels.open(session);
      await until(panel.onDidChangeViewState, () => panel.viewColumn === vscode.ViewColumn.Two && !panel.active);
    }
    for (const session of [second, first]) {
      await show(file);
      const { panel } = lab.panels.find(session) as NonNullable<ReturnType<typeof lab.panels.find>>;
      await until(panel.onDidChangeViewState, () => !panel.active);
      const used = until(lab.active.onDidChange, () => lab.active.session === session);
      panel.reveal(undefined, false);
      await used;
    }
  });

  test("there is one column of panels, also where a file was opened among them", async () => {
    const [left, among] = [await runPaced("left.rnn.json"), await writeExperiment("among.rnn.json", TUTORIAL)];
    const first = lab.panels.find(left.session)?.panel;
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(among), vscode.ViewColumn.Two);
    await command("run", among);
    const second = lab.panels.find(await lab.files.session(among))?.panel;
    assert.deepEqual([first?.viewColumn, second?.viewColumn], [vscode.ViewColumn.Two, vscode.ViewColumn.Two]);
    const columnsOf = (uri: vscode.Uri): vscode.ViewColumn[] =>
      vscode.window.tabGroups.all
        .filter(({ tabs }) =>
          tabs.some(({ input }) => input instanceof vscode.TabInputText && input.uri.toString() === uri.toString()),
        )
        .map(({ viewColumn }) => viewColumn);
    await until(vscode.window.tabGroups.onDidChangeTabs, () => String(columnsOf(among)) === "1");
    assert.equal(vscode.window.tabGroups.all.length, 2);
  });

  test("two hundred panels opened and closed leave no thread and no listener behind", async function () {
    this.timeout(120_000);
    const uri = await writeExperiment("often.rnn.json", TUTORIAL);
    const session = await lab.files.session(uri);
    await lab.runner.run(session, { paused: false });
    await untilPhase(session, "done");
    const listeners = session.listenerCount;
    for (let round = 0; round < 200; round++) {
      const { panel } = lab.panels.open(session);
      assert.ok(session.listenerCount > listeners && session.thread.isRetained);
      const gone = next(panel.onDidDispose);
      panel.dispose();
      await gone;
    }
    assert.deepEqual(
      [lab.panels.all.length, session.listenerCount, session.thread.isRetained, session.thread.isHeld],
      [0, listeners, false, false],
    );
  });

  test("a window reload brings a panel back by the state its page kept", async () => {
    const uri = await writeExperiment("reloaded.rnn.json", TUTORIAL);
    const panel = vscode.window.createWebviewPanel(PANEL_TYPE, "left behind", vscode.ViewColumn.Two);
    await lab.serializer.deserializeWebviewPanel(panel, { uri: uri.toString(), preferences: {} });
    const session = await lab.files.session(uri);
    assert.equal(lab.panels.find(session)?.panel, panel);
    await untilAcknowledged(linkOf(session));
    assert.equal(await command("run", uri), true);
    await untilPhase(session, "done");
  });

  test("a state that names no experiment, no file or nothing at all closes the panel and breaks nothing", async () => {
    const garbage: readonly unknown[] = [
      undefined,
      null,
      7,
      "text",
      {},
      { uri: 3 },
      { uri: "not a uri" },
      { uri: "file:///etc/passwd" },
      { uri: "file:///nowhere/at/all.rnn.json" },
      { uri: null, preferences: null },
    ];
    for (const state of garbage) {
      const panel = vscode.window.createWebviewPanel(PANEL_TYPE, "left behind", vscode.ViewColumn.Two);
      const gone = next(panel.onDidDispose);
      await lab.serializer.deserializeWebviewPanel(panel, state);
      await gone;
    }
    assert.equal(lab.panels.all.length, 0);
  });

  test("a second panel that claims the same experiment is closed", async () => {
    const uri = await writeExperiment("twice.rnn.json", TUTORIAL);
    await command("openPanel", uri);
    const panel = vscode.window.createWebviewPanel(PANEL_TYPE, "left behind", vscode.ViewColumn.Two);
    const gone = next(panel.onDidDispose);
    await lab.serializer.deserializeWebviewPanel(panel, { uri: uri.toString() });
    await gone;
    assert.equal(lab.panels.all.length, 1);
  });

  test("the side bar shows the active experiment live", async () => {
    await vscode.commands.executeCommand("rnnLab.live.focus");
    const { session } = await runPaced("side.rnn.json");
    const { link } = lab.liveView;
    assert.ok(link);
    assert.equal(link.shownSession, session);
    await untilAcknowledged(link);
    await vscode.commands.executeCommand("workbench.view.explorer");
  });
});
