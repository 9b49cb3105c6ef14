import assert from "node:assert/strict";
import * as vscode from "vscode";
import type { Services } from "../../src/app/services";
import type { RunsTableHostMessage } from "../../src/shared/wire/runsTable";
import { TUTORIAL, activateLab, cleanUp, command, until, untilPhase, writeExperiment } from "./support";

type RunsMessage = Extract<RunsTableHostMessage, { readonly type: "runs" }>;

suite("the table of runs", () => {
  let lab: Services;
  suiteSetup(async () => {
    lab = await activateLab();
  });
  teardown(() => cleanUp(lab));

  test("opens as an editor tab by its command with all runs, once, and is sent only runs that change", async () => {
    const uri = await writeExperiment("in-the-table.rnn.json", TUTORIAL);
    await command("run", uri);
    await untilPhase(await lab.files.session(uri), "done");
    const listed = () => lab.runs.store?.all.find(({ meta }) => meta.uri === uri.toString());
    await until(lab.runs.onDidChange, () => listed()?.state === "done" && listed()?.progress?.metrics != null);
    const entry = listed();
    assert.ok(entry);

    const sent: RunsMessage[] = [];
    const listening = lab.runsTable.panel.onDidSend((message) => message.type === "runs" && sent.push(message));
    const untilSent = (test: () => boolean) => until(lab.runsTable.panel.onDidSend, test);
    await command("showRunsTable");
    await untilSent(() => sent.at(-1)?.pending === 0);
    const tabs = () =>
      vscode.window.tabGroups.all
        .flatMap((group) => group.tabs)
        .filter(({ input }) => input instanceof vscode.TabInputWebview && input.viewType.endsWith("rnnLab.runsTable"));
    await command("showRunsTable");
    assert.equal(tabs().length, 1);
    const row = sent.flatMap(({ changed }) => changed).find(({ id }) => id === entry.id);
    assert.deepEqual(
      [sent[0]?.reset, row?.state, row?.iterations, row?.loss, row?.bestLoss],
      [true, "done", 500, entry.progress?.status.loss, entry.progress?.metrics?.bestLoss],
    );

    sent.length = 0;
    await command("pinRun", entry.id);
    await untilSent(() => sent.length > 0);
    assert.deepEqual(
      sent[0]?.changed.map(({ id, pinned }) => [id, pinned]),
      [[entry.id, true]],
    );
    sent.length = 0;
    await command("deleteRuns", entry.id);
    await untilSent(() => sent.some(({ removed }) => removed.includes(entry.id)));
    await command("undoDeleteRuns");
    await untilSent(() => sent.some(({ changed }) => changed.some(({ id }) => id === entry.id)));
    listening.dispose();
  });
});
