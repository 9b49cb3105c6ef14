import assert from "node:assert/strict";
import * as vscode from "vscode";
import type { ActivatedServices } from "../../src/app/services";
import { readStories } from "../../src/experiments/examples";
import { activateLab, cleanUp, command, next, replaceInFile, show, workspaceFile } from "./support";

const FOLDER = "examples-to-reset";
const OWN = "my-own.rnn.json";
const file = (name: string): vscode.Uri => workspaceFile(`${FOLDER}/${name}`);
const read = async (name: string): Promise<string> =>
  new TextDecoder().decode(await vscode.workspace.fs.readFile(file(name)));
const write = (name: string, text: string): Thenable<void> =>
  vscode.workspace.fs.writeFile(file(name), new TextEncoder().encode(text));

suite("Reset Examples", () => {
  let lab: ActivatedServices;
  let shipped: ReadonlyMap<string, string>;
  suiteSetup(async () => {
    lab = await activateLab();
    const { stories, data } = await readStories(lab.extensionUri);
    shipped = new Map([...stories.map(({ file: name, text }) => [name, text] as const), ...Object.entries(data)]);
    for (const [name, text] of shipped) await write(name, text);
  });
  teardown(() => cleanUp(lab));

  test("brings back what was changed, on disk or only in the editor, and what was deleted, and leaves other files alone", async () => {
    const unsaved = await show(file("01-it-learns.rnn.json"));
    await replaceInFile(unsaved, `"iterations": 500`, `"iterations": 7`);
    const open = await show(file("03-clipping-saves-it.rnn.json"));
    await replaceInFile(open, `"seed"`, `"seeds"`);
    await open.save();
    await write("02-it-explodes.rnn.json", "{}");
    await write("river-station.csv", "month,level\n");
    await write(OWN, "{}");
    await vscode.workspace.fs.delete(file("04-limit-cycle.rnn.json"));
    const reset = await command<string[]>("resetExamples", unsaved.uri, true);
    assert.deepEqual(reset.toSorted(), [
      "01-it-learns.rnn.json",
      "02-it-explodes.rnn.json",
      "03-clipping-saves-it.rnn.json",
      "04-limit-cycle.rnn.json",
      "river-station.csv",
    ]);
    for (const [name, text] of shipped) assert.equal(await read(name), text, name);
    assert.equal(await read(OWN), "{}");
    assert.deepEqual([unsaved.isDirty, unsaved.getText()], [false, shipped.get("01-it-learns.rnn.json")]);
    assert.deepEqual(await command("resetExamples", unsaved.uri, true), []);
  });

  test("is taken back by undo in the editor", async () => {
    const document = await show(file("05-clip-by-value.rnn.json"));
    const before = document.getText();
    await replaceInFile(document, `"seed"`, `"seeds"`);
    const changed = document.getText();
    await command("resetExamples", document.uri, true);
    assert.equal(document.getText(), before);
    await show(document.uri);
    await vscode.commands.executeCommand("undo");
    assert.equal(document.getText(), changed);
  });

  test("takes lines that end as on Windows for the same", async () => {
    await command("resetExamples", file("01-it-learns.rnn.json"), true);
    await write("06-it-vanishes.rnn.json", shipped.get("06-it-vanishes.rnn.json")?.replaceAll("\n", "\r\n") ?? "");
    assert.deepEqual(await command("resetExamples", file("01-it-learns.rnn.json"), true), []);
  });

  test("is there where a folder of the workspace holds the examples", async () => {
    await lab.contextKeys.updateExamples();
    assert.equal(lab.contextKeys.values["rnnLab.hasExamples"], true);
    const [first, second] = [...shipped.keys()].filter((name) => name.endsWith(".rnn.json"));
    assert.ok(first !== undefined && second !== undefined);
    const away = [...shipped.keys()].filter((name) => name.endsWith(".rnn.json") && name !== first && name !== second);
    for (const name of away) await vscode.workspace.fs.rename(workspaceFile(name), workspaceFile(`${name}.away`));
    try {
      await lab.contextKeys.updateExamples();
      assert.equal(lab.contextKeys.values["rnnLab.hasExamples"], false);
      const message = next(lab.notifications.onDidShow);
      await command("resetExamples");
      assert.match(await message, /No folder of this workspace holds the examples/);
    } finally {
      for (const name of away) await vscode.workspace.fs.rename(workspaceFile(`${name}.away`), workspaceFile(name));
      await lab.contextKeys.updateExamples();
    }
  });
});
