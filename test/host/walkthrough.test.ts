import assert from "node:assert/strict";
import * as vscode from "vscode";
import type { Services } from "../../src/app/services";
import { WalkthroughProgress } from "../../src/views/walkthroughProgress";
import {
  activateLab,
  cleanUp,
  command,
  replaceInFile,
  until,
  untilPhase,
  workspaceFile,
  writeExperiment,
} from "./support";

suite("the walkthrough", () => {
  let lab: Services;
  suiteSetup(async () => {
    lab = await activateLab();
  });
  teardown(() => cleanUp(lab));

  /** As a link of the walkthrough does it, and Run in the editor's title. */
  async function runExample(id: string, phase: "done" | "diverged"): Promise<vscode.TextDocument> {
    const document = await command<vscode.TextDocument>("openExample", null, id);
    await command("run", document.uri);
    await untilPhase(await lab.files.session(document.uri), phase);
    return document;
  }

  test("an example opens in place: a copy without a question, and the same file the next time", async () => {
    const first = await command<vscode.TextDocument>("openExample", null, "13-text");
    assert.equal(first.uri.toString(), workspaceFile("13-text.rnn.json").toString());
    assert.ok((await vscode.workspace.fs.stat(workspaceFile("weather-words.txt"))).size > 1000);
    await replaceInFile(first, `"hiddenSize": 48`, `"hiddenSize": 8`);
    await vscode.commands.executeCommand("workbench.action.files.saveAll");
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    const again = await command<vscode.TextDocument>("openExample", null, "13-text");
    assert.match(again.getText(), /"hiddenSize": 8/);
    assert.equal(await command("openExample", null, "99-nothing"), null);
  });

  test("from the walkthrough an example opens beside it, its panel below, and both in place of those before", async () => {
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    await command("getStarted");
    const { tabGroups } = vscode.window;
    const walkthrough = (): vscode.Tab | undefined => tabGroups.all[0]?.tabs[0];
    const changed = (condition: () => boolean): Promise<void> =>
      until(
        (listener) =>
          vscode.Disposable.from(tabGroups.onDidChangeTabs(listener), tabGroups.onDidChangeTabGroups(listener)),
        condition,
      );
    await changed(() => walkthrough() !== undefined);
    const labels = (): string[][] => tabGroups.all.map(({ tabs }) => tabs.map(({ label }) => label));

    await runExample("01-it-learns", "done");
    const title = walkthrough()?.label ?? "";
    await changed(() => labels()[2]?.length === 1);
    assert.deepEqual(labels().slice(0, 2), [[title], ["01-it-learns.rnn.json"]]);

    await vscode.commands.executeCommand("workbench.action.focusFirstEditorGroup");
    await runExample("02-it-explodes", "diverged");
    await changed(() => labels()[2]?.length === 1);
    assert.deepEqual(labels().slice(0, 2), [[title], ["02-it-explodes.rnn.json"]]);
    assert.equal(walkthrough()?.isActive, true);
  });

  test("each step is ticked by what it says", async () => {
    // One of its own: other tests have done some of the steps in this window.
    const progress = new WalkthroughProgress(lab.sessions);
    const isDone = (step: string): boolean => progress.done.includes(`rnnLab.walkthrough.${step}`);
    const settled = (step: string): Promise<void> => until(lab.sessions.onDidSettle, () => isDone(step));
    await runExample("01-it-learns", "done");
    await settled("learned");
    await runExample("02-it-explodes", "diverged");
    await settled("exploded");
    const clip = await runExample("03-clipping-saves-it", "done");
    assert.equal(isDone("clipped"), false);
    await replaceInFile(clip, `"norm": 1`, `"norm": 2`);
    await command("run", clip.uri);
    await settled("clipped");
    assert.equal(isDone("vanished"), false);
    await runExample("06-it-vanishes", "done");
    await settled("vanished");
    assert.equal(isDone("remembered"), false);
    const lstm = await writeExperiment(
      "remembers.rnn.json",
      `{ "model": { "cell": "lstm", "hiddenSize": 2 }, "training": { "iterations": 20 } }`,
    );
    await command("run", lstm);
    await settled("remembered");
    progress.dispose();
    assert.ok(progress.done.every((key) => lab.walkthrough.done.includes(key)));
  });
});
