import assert from "node:assert/strict";
import * as vscode from "vscode";
import { COMMANDS } from "../../src/commands/commandTable";
import type { Services } from "../../src/app/services";
import { VIEW_COMMANDS } from "../../src/shared/wire/protocol";
import { TUTORIAL, activateLab, cleanUp, command, next, show, until, workspaceFile, writeExperiment } from "./support";

interface Contributions {
  readonly commands: readonly {
    readonly command: string;
    readonly category: string;
    readonly icon: string;
    readonly enablement?: string;
  }[];
  readonly menus: Readonly<Record<string, readonly { readonly command: string; readonly when: string }[]>>;
}

suite("commands", () => {
  let lab: Services;
  let contributes: Contributions;
  suiteSetup(async () => {
    lab = await activateLab();
    contributes = vscode.extensions.getExtension("rnn-lab.rnn-lab")?.packageJSON.contributes as Contributions;
  });
  teardown(() => cleanUp(lab));

  test("the table and package.json name the same commands, enabled by the same words", () => {
    const table = Object.entries(COMMANDS).map(([name, { enablement }]) => [`rnnLab.${name}`, enablement]);
    const contributed = contributes.commands.map((entry) => [entry.command, entry.enablement ?? null]);
    assert.deepEqual(Object.fromEntries(contributed), Object.fromEntries(table));
    assert.ok(
      contributes.commands.every(({ category, icon }) => category.startsWith("RNN Lab") && icon.startsWith("$(")),
    );
  });

  test("every command of a view and of a menu is in the table", () => {
    for (const name of VIEW_COMMANDS) {
      assert.ok(COMMANDS[name], name);
    }
    for (const entry of Object.values(contributes.menus).flat()) {
      assert.ok(COMMANDS[entry.command.replace("rnnLab.", "")], entry.command);
    }
  });

  test("every context key in package.json is one that the extension sets", () => {
    const text = JSON.stringify([contributes.commands, contributes.menus]);
    const used = new Set(text.match(/rnnLab\.(has|can|active|running|paused)\w*/g));
    assert.deepEqual([...used].sort(), Object.keys(lab.contextKeys.values).sort());
  });

  test("New Experiment writes a file that runs as it is, and opens it", async () => {
    const uri = workspaceFile("fresh-start.rnn.json");
    await command("newExperiment", uri);
    assert.equal(vscode.window.activeTextEditor?.document.uri.toString(), uri.toString());
    const { experiment } = await lab.files.open(uri);
    assert.equal(experiment?.name, "Fresh start");
  });

  test("New Experiment does not write over a file", async () => {
    const uri = await writeExperiment("taken.rnn.json", TUTORIAL);
    const message = next(lab.notifications.onDidShow);
    await command("newExperiment", uri);
    assert.match(await message, /taken\.rnn\.json could not be created/);
    assert.equal((await vscode.workspace.openTextDocument(uri)).getText(), TUTORIAL);
  });

  test("Open Panel opens one panel beside the file, and brings it back when asked again", async () => {
    const uri = await writeExperiment("panel.rnn.json", TUTORIAL);
    await show(uri);
    await command("openPanel", uri);
    await command("openPanel", uri);
    assert.equal(lab.panels.all.length, 1);
    const { panel } = lab.panels.all[0] as (typeof lab.panels.all)[number];
    await until(panel.onDidChangeViewState, () => panel.viewColumn === vscode.ViewColumn.Two);
    assert.match(panel.title, /Count the ones/);
  });

  test("a command without an experiment says what to do", async () => {
    lab.active.use(null);
    const message = next(lab.notifications.onDidShow);
    await command("run");
    assert.match(await message, /Open an experiment file/);
  });

  test("a command on a file that is not there says why, and the log has it", async () => {
    const message = next(lab.notifications.onDidShow);
    await command("run", workspaceFile("nowhere.rnn.json"));
    assert.match(await message, /RNN Lab: Run Experiment failed: .*nowhere\.rnn\.json/s);
  });
});
