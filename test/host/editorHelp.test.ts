import assert from "node:assert/strict";
import * as vscode from "vscode";
import type { ActivatedServices } from "../../src/app/services";
import { formatValue } from "../../src/shared/words/numberFormat";
import {
  TUTORIAL,
  activateLab,
  cleanUp,
  command,
  next,
  replaceInFile,
  show,
  until,
  untilPhase,
  workspaceFile,
  writeExperiment,
} from "./support";

const SGD = TUTORIAL.replace(/"optimizer": \{.*\}/, `"optimizer": { "kind": "sgd", "learningRate": 0.0005 }`).replace(
  `"clip": null`,
  `"clip": { "norm": 20 }`,
);

suite("help in the editor", () => {
  let lab: ActivatedServices;
  suiteSetup(async () => {
    lab = await activateLab();
  });
  teardown(() => cleanUp(lab));

  /** The cursor goes to the first place of these words in the active editor. */
  function putCursor(words: string): vscode.TextEditor {
    const editor = vscode.window.activeTextEditor;
    assert.ok(editor);
    const offset = editor.document.getText().indexOf(words);
    assert.ok(offset >= 0, words);
    const position = editor.document.positionAt(offset);
    editor.selection = new vscode.Selection(position, position);
    return editor;
  }

  test("a key on a number steps it, the run follows, and one undo takes a held key back", async () => {
    const uri = await writeExperiment("nudged.rnn.json", SGD);
    const document = await show(uri);
    await command("run", uri);
    const session = await lab.files.session(uri);
    await untilPhase(session, "done");
    await vscode.window.showTextDocument(document, vscode.ViewColumn.One);
    putCursor("0.0005");
    const values: (string | undefined)[] = [];
    const edits = vscode.workspace.onDidChangeTextDocument(({ document: changed }) => {
      if (changed === document) values.push(/"optimizer": .*"learningRate": ([\d.]+) /.exec(changed.getText())?.[1]);
    });
    // A key that is held down does not wait for the edit.
    assert.deepEqual(await Promise.all([1, 2, 3].map(() => command("increaseValue"))), [true, true, true]);
    await until(
      session.onDidChange,
      () =>
        session.history.present?.request.text?.includes(`"learningRate": 0.005 `) === true &&
        session.status.phase === "done",
    );
    edits.dispose();
    assert.deepEqual([...new Set(values)], ["0.001", "0.002", "0.005"]);
    await vscode.commands.executeCommand("undo");
    assert.equal(document.getText(), SGD);
    putCursor(`"count-ones"`);
    assert.equal(await command("decreaseValue"), false);
  });

  test("Reset Hyperparameter takes a value out, comments stay, and refuses what is its default already", async () => {
    const uri = await writeExperiment(
      "reset.rnn.json",
      TUTORIAL.replace(`"iterations": 500,`, `"iterations": 300, // fewer`),
    );
    const document = await show(uri);
    await command("resetHyperparameter", uri, "training.iterations");
    assert.equal(document.getText().includes("iterations"), false);
    assert.ok(document.getText().includes("// Gradient clipping: null for none"));
    assert.equal((await lab.files.open(uri)).experiment?.training.iterations, 500);
    const message = next(lab.notifications.onDidShow);
    await command("resetHyperparameter", uri, "training.iterations");
    assert.match(await message, /already has its default value/);
  });

  test("Compare with Previous opens the text of the run before beside the file, and says what differs", async () => {
    const uri = await writeExperiment("compared.rnn.json", SGD);
    const document = await show(uri);
    const message = next(lab.notifications.onDidShow);
    await command("run", uri);
    const session = await lab.files.session(uri);
    await untilPhase(session, "done");
    await command("compareWithPrevious", uri);
    assert.match(await message, /no previous run with a different config/);
    await replaceInFile(document, "0.0005", "0.002");
    const title = await command<string>("compareWithPrevious", uri);
    assert.match(title, /^compared\.rnn\.json: Run 1 · .* ↔ now \(learningRate 0\.0005 → 0\.002\)$/);
    const tab = vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).find(({ label }) => label === title);
    assert.ok(tab?.input instanceof vscode.TabInputTextDiff);
    assert.equal((await vscode.workspace.openTextDocument(tab.input.original)).getText(), SGD);
    assert.equal(tab.input.modified.toString(), uri.toString());
  });

  test("Copy as Command Line copies what trains this very text in a terminal", async () => {
    const uri = await writeExperiment("my experiment.rnn.json", SGD);
    const document = await show(uri);
    await replaceInFile(document, "0.0005", "0.002");
    await replaceInFile(document, `{ "norm": 20 }`, `null`);
    const line = await command<string>("copyCommandLine", uri);
    assert.equal(await vscode.env.clipboard.readText(), line);
    assert.match(
      line,
      /^node .*cli\.js ['"]my experiment\.rnn\.json['"] --set training\.optimizer\.learningRate=0\.002 --set training\.clip=null$/,
    );
  });

  test("New Experiment starts from a story, with its data beside it, or from a task", async () => {
    const story = workspaceFile("stories/river.rnn.json");
    await command("newExperiment", story, "14-series");
    const { experiment, problems } = await lab.files.open(story);
    assert.deepEqual([experiment?.name, problems], ["Series", []]);
    assert.ok((await vscode.workspace.fs.stat(workspaceFile("stories/river-station.csv"))).size > 1000);
    const task = workspaceFile("my-adding.rnn.json");
    await command("newExperiment", task, "adding");
    assert.equal((await lab.files.open(task)).experiment?.name, "My adding");
    const message = next(lab.notifications.onDidShow);
    await command("newExperiment", workspaceFile("none.rnn.json"), "nonsense");
    assert.match(await message, /no example or task named "nonsense"/);
  });

  test("hover says what a key means, its range, its default and a sentence of advice; completion knows choices, files and columns", async () => {
    await vscode.workspace.fs.writeFile(
      workspaceFile("lake.csv"),
      new TextEncoder().encode("month,level,rain\n1,2,3\n"),
    );
    const text = `{\n  "task": { "kind": "csv", "file": "lake.csv", "columns": ["level", ""] },\n  "model": { "cell": "gru" },\n  "training": { "batchSize": 5 }\n}\n`;
    const uri = await writeExperiment("helped.rnn.json", text);
    const document = await show(uri);
    const at = (words: string, shift: number): vscode.Position => document.positionAt(text.indexOf(words) + shift);
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
      "vscode.executeHoverProvider",
      uri,
      at(`"batchSize"`, 3),
    );
    const hover = hovers
      .flatMap(({ contents }) => contents)
      .map((content) => (typeof content === "string" ? content : content.value))
      .join("\n");
    assert.match(
      hover,
      /Sequences per update.*typical\.[^]*"full" or whole number, 1 to 1,000,000\. Default: `"full"`/,
    );
    const labels = async (words: string, shift: number): Promise<string[]> => {
      const list = await vscode.commands.executeCommand<vscode.CompletionList>(
        "vscode.executeCompletionItemProvider",
        uri,
        at(words, shift),
      );
      return list.items.map(({ label }) => (typeof label === "string" ? label : label.label));
    };
    const cells = await labels(`"gru"`, 1);
    for (const cell of ["linear", "rnn", "lstm", "gru", "ctrnn", "mingru", "minlstm", "lru", "rglru", "slstm"])
      assert.ok(cells.includes(`"${cell}"`), `${cell} in ${cells.join(" ")}`);
    assert.ok((await labels(`"lake.csv"`, 1)).includes("lake.csv"));
    assert.deepEqual(
      (await labels(`""`, 1)).filter((label) => ["month", "level", "rain"].includes(label)),
      ["month", "rain"],
    );
  });

  test("completion of a sweep begins with one that is valid", async () => {
    const text = `{\n  "sweep": \n}\n`;
    const uri = await writeExperiment("swept.rnn.json", text);
    const document = await show(uri);
    const place = document.positionAt(text.indexOf(": ") + 2);
    const { items } = await vscode.commands.executeCommand<vscode.CompletionList>(
      "vscode.executeCompletionItemProvider",
      uri,
      place,
    );
    const sortKey = ({ label, sortText }: vscode.CompletionItem): string =>
      sortText ?? (typeof label === "string" ? label : label.label);
    const [first] = [...items].sort((a, b) => sortKey(a).localeCompare(sortKey(b)));
    assert.ok(first?.insertText instanceof vscode.SnippetString);
    assert.ok(await vscode.window.activeTextEditor?.insertSnippet(first.insertText, place));
    const { experiment, problems } = await lab.files.open(uri);
    assert.deepEqual(problems, []);
    assert.deepEqual(experiment?.sweep?.parameters, { "model.cell": ["rnn", "lstm"] });
    assert.deepEqual([experiment.sweep.goal, experiment.sweep.seeds], [null, 1]);
  });

  test("behind the value that was changed stands what became of the loss; a setting hides it", async () => {
    const uri = await writeExperiment("noted.rnn.json", SGD);
    const document = await show(uri);
    await command("run", uri);
    const session = await lab.files.session(uri);
    await untilPhase(session, "done");
    assert.deepEqual(lab.editor.resultNotes.notesOf(document), []);
    const first = session.status.loss ?? NaN;
    await replaceInFile(document, "0.0005", "0.002");
    await document.save();
    await until(session.onDidChange, () => session.history.former !== null && session.status.phase === "done");
    const line = document
      .getText()
      .split("\n")
      .findIndex((words) => words.includes("0.002"));
    const words = `loss ${formatValue(session.status.loss ?? NaN, 3)}, was ${formatValue(first, 3)} with 0.0005`;
    assert.deepEqual(lab.editor.resultNotes.notesOf(document), [{ line, words }]);
    const settings = vscode.workspace.getConfiguration("rnnLab");
    await settings.update("lastResult", false, vscode.ConfigurationTarget.Global);
    assert.deepEqual(lab.editor.resultNotes.notesOf(document), []);
    await settings.update("lastResult", undefined, vscode.ConfigurationTarget.Global);
  });
});
