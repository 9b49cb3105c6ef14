import assert from "node:assert/strict";
import * as vscode from "vscode";
import type { Services } from "../../src/app/services";
import {
  ENDLESS,
  TUTORIAL,
  activateLab,
  cleanUp,
  command,
  ghostsOf,
  next,
  replaceInFile,
  show,
  until,
  untilPhase,
  untilRows,
  workspaceFile,
  writeExperiment,
} from "./support";

suite("editing", () => {
  let lab: Services;
  const settings = (): vscode.WorkspaceConfiguration => vscode.workspace.getConfiguration("rnnLab");
  suiteSetup(async () => {
    lab = await activateLab();
    await settings().update("autoRun", "onSave", vscode.ConfigurationTarget.Global);
  });
  suiteTeardown(async () => settings().update("autoRun", undefined, vscode.ConfigurationTarget.Global));
  teardown(() => cleanUp(lab));

  test("a false claim of a .ts file is marked, and its quick fix corrects the file", async () => {
    const data = workspaceFile("claims.ts");
    const lines = ["@missing false", "@classLabel true walk run", "@data", "1,?,3:walk", "4,5,6:run", "7,8,9:walk"];
    await vscode.workspace.fs.writeFile(data, new TextEncoder().encode(lines.join("\n")));
    const text = '{ "task": { "kind": "arrays", "file": "claims.ts", "targetKind": "classes" } }';
    const uri = await writeExperiment("claims.rnn.json", text);
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document);
    const marked = () => vscode.languages.getDiagnostics(uri).filter(({ source }) => source === "RNN Lab");
    await until(vscode.languages.onDidChangeDiagnostics, () => marked().length > 0);
    const [diagnostic] = marked();
    assert.ok(diagnostic !== undefined);
    assert.ok(
      diagnostic.message.includes("claims.ts, line 1: @missing false is not true: a value is missing in line 4"),
    );
    assert.equal(document.getText(diagnostic.range), '"claims.ts"');
    assert.equal(diagnostic.severity, vscode.DiagnosticSeverity.Warning);
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      "vscode.executeCodeActionProvider",
      uri,
      diagnostic.range,
    );
    const fix = actions.find(({ title }) => title === "Change line 1 of claims.ts to @missing true");
    assert.ok(fix?.edit !== undefined);
    assert.ok(await vscode.workspace.applyEdit(fix.edit));
    const corrected = await vscode.workspace.openTextDocument(data);
    assert.equal(corrected.lineAt(0).text, "@missing true");
    assert.ok(await corrected.save());
  });

  test("saving another experiment runs it again, and the curve before it stays as a ghost", async () => {
    const uri = await writeExperiment("saved.rnn.json", TUTORIAL);
    const document = await show(uri);
    await command("run", uri);
    const session = await lab.files.session(uri);
    await untilPhase(session, "done");
    const hash = session.run?.configHash;
    await replaceInFile(document, `"iterations": 500`, `"iterations": 300`);
    const started = until(session.onDidChange, () => session.run?.configHash !== hash);
    await document.save();
    await started;
    await untilPhase(session, "done");
    assert.equal(session.run?.trace?.rows, 301);
    assert.deepEqual(
      ghostsOf(session).map(({ number, loss }) => [number, loss.length]),
      [[1, 501]],
    );
  });

  test("saving while it runs stops that run, keeps its curve and starts the new one", async () => {
    const uri = await writeExperiment("restarted.rnn.json", ENDLESS);
    const document = await show(uri);
    const session = await lab.files.session(uri);
    await command("run", uri);
    await untilRows(session);
    await replaceInFile(document, `"iterations": 10000000`, `"iterations": 100`);
    await until(session.onDidChange, () => session.view(true).experiment!.textDiffersFromRun);
    assert.equal(session.status.phase, "running");
    await document.save();
    await until(session.onDidChange, () => session.status.phase === "done" && session.status.iterations === 100);
    assert.deepEqual([ghostsOf(session).length, session.view(true).experiment!.textDiffersFromRun], [1, false]);
  });

  test("changes that are thrown away no longer make the text differ from the run", async () => {
    const uri = await writeExperiment("reverted.rnn.json", TUTORIAL);
    const document = await show(uri);
    await command("run", uri);
    const session = await lab.files.session(uri);
    await untilPhase(session, "done");
    await replaceInFile(document, `"seed": 1`, `"seed": 7`);
    await until(session.onDidChange, () => session.view(true).experiment!.textDiffersFromRun);
    await vscode.window.showTextDocument(document, vscode.ViewColumn.One);
    await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
    await until(session.onDidChange, () => !session.view(true).experiment!.textDiffersFromRun);
  });

  test("saving a change of a comment does not run anything", async () => {
    const uri = await writeExperiment("comment.rnn.json", TUTORIAL);
    const document = await show(uri);
    await command("run", uri);
    const session = await lab.files.session(uri);
    await untilPhase(session, "done");
    let runs = 0;
    const listener = session.onDidChange(({ kind }) => (runs += kind === "run" ? 1 : 0));
    await replaceInFile(document, "// Random seed:", "// The random seed:");
    const saved = next(vscode.workspace.onDidSaveTextDocument);
    await document.save();
    await saved;
    listener.dispose();
    assert.equal(runs, 0);
    assert.equal(session.view(true).experiment!.textDiffersFromRun, false);
  });

  test("saving runs nothing when the panel is closed or the setting is off", async () => {
    const uri = await writeExperiment("manual.rnn.json", TUTORIAL);
    const document = await show(uri);
    const session = await lab.files.session(uri);
    const change = async (from: string, to: string): Promise<void> => {
      await replaceInFile(document, from, to);
      const saved = next(vscode.workspace.onDidSaveTextDocument);
      await document.save();
      await saved;
    };
    await change(`"iterations": 500`, `"iterations": 400`);
    assert.equal(session.status.phase, "idle");
    await command("openPanel", uri);
    await settings().update("autoRun", "off", vscode.ConfigurationTarget.Global);
    await change(`"iterations": 400`, `"iterations": 300`);
    assert.equal(session.status.phase, "idle");
    await settings().update("autoRun", "onSave", vscode.ConfigurationTarget.Global);
    await change(`"iterations": 300`, `"iterations": 200`);
    await untilPhase(session, "done");
    assert.equal(session.status.iterations, 200);
  });

  test("Edit Hyperparameter writes the smallest edit, keeps comments, runs again, and undo takes it back", async () => {
    const uri = await writeExperiment("hyper.rnn.json", TUTORIAL);
    const document = await show(uri);
    await command("run", uri);
    const session = await lab.files.session(uri);
    await untilPhase(session, "done");
    const hash = session.run?.configHash;
    await command("editHyperparameter", uri, "training.iterations", "250");
    assert.equal(document.getText(), TUTORIAL.replace(`"iterations": 500`, `"iterations": 250`));
    assert.equal(document.isDirty, false);
    await until(session.onDidChange, () => session.run?.configHash !== hash);
    await untilPhase(session, "done");
    assert.equal(session.run?.trace?.rows, 251);
    await vscode.window.showTextDocument(document, vscode.ViewColumn.One);
    await vscode.commands.executeCommand("undo");
    assert.equal(document.getText(), TUTORIAL);
  });

  test("Edit Hyperparameter leaves unsaved changes unsaved", async () => {
    const uri = await writeExperiment("unsaved.rnn.json", TUTORIAL);
    const document = await show(uri);
    await replaceInFile(document, `"seed": 1`, `"seed": 5`);
    await command("editHyperparameter", uri, "training.clip", "norm 1");
    assert.match(document.getText(), /"clip": \{ "norm": 1 \}/);
    assert.equal(document.isDirty, true);
  });

  test("Edit Hyperparameter refuses a value that cannot stand there and changes nothing", async () => {
    const uri = await writeExperiment("refused.rnn.json", TUTORIAL);
    for (const [key, input] of [
      ["training.iterations", "-3"],
      ["training.nonsense", "1"],
    ] as const) {
      const message = next(lab.notifications.onDidShow);
      await command("editHyperparameter", uri, key, input);
      assert.match(await message, /iterations|no hyperparameter/);
    }
    assert.equal((await vscode.workspace.openTextDocument(uri)).getText(), TUTORIAL);
  });

  test("an invalid file is refused with line and problem, nothing runs, and the problem is marked", async () => {
    const uri = await writeExperiment(
      "invalid.rnn.json",
      TUTORIAL.replace(/\n\}\n$/, `,\n  "trace": { "sequence": 99 }\n}\n`),
    );
    const marked = until(vscode.languages.onDidChangeDiagnostics, () =>
      vscode.languages.getDiagnostics(uri).some(({ source }) => source === "RNN Lab"),
    );
    const document = await show(uri);
    const message = next(lab.notifications.onDidShow);
    assert.equal(await command("run", uri), false);
    const line = document
      .getText()
      .split("\n")
      .findIndex((text) => text.includes("99"));
    assert.match(await message, new RegExp(`invalid\\.rnn\\.json, line ${line + 1}: trace\\.sequence is 99`));
    assert.equal((await lab.files.session(uri)).status.phase, "idle");
    await marked;
    const diagnostic = vscode.languages.getDiagnostics(uri).find(({ source }) => source === "RNN Lab");
    assert.equal(diagnostic?.code, "no-such-sequence");
    assert.equal(document.getText(diagnostic?.range), "99");
    const healed = until(
      vscode.languages.onDidChangeDiagnostics,
      () => !vscode.languages.getDiagnostics(uri).some(({ source }) => source === "RNN Lab"),
    );
    await replaceInFile(document, "99", "9");
    await healed;
  });

  test("each mistake is marked once: by VS Code or by us, never by both", async () => {
    const wrong = TUTORIAL.replace(`"iterations": 500`, `"iterations": -5, "iteratons": 5, "loss": "msee"`).replace(
      `"seed": 1`,
      `"seed": 1, "seed": "2"`,
    );
    const uri = await writeExperiment("schema.rnn.json", wrong);
    const document = await show(uri);
    const marks = (): string[] =>
      vscode.languages
        .getDiagnostics(uri)
        .map(({ source, range }) => `${source === "RNN Lab" ? "RNN Lab" : "JSON"}: ${document.getText(range)}`)
        .sort();
    const expected = [
      `JSON: "2"`,
      `JSON: "msee"`,
      `JSON: "seed"`,
      `JSON: "seed"`,
      `RNN Lab: "iteratons"`,
      `RNN Lab: -5`,
    ];
    await until(
      vscode.languages.onDidChangeDiagnostics,
      () =>
        marks().filter((mark) => mark.startsWith("JSON")).length >= 4 && marks().some((mark) => mark.startsWith("RNN")),
    );
    assert.deepEqual(marks(), expected);
    const message = next(lab.notifications.onDidShow);
    assert.equal(await command("run", uri), false);
    assert.match(await message, /line \d+: seed is specified twice/);
  });

  test("a mistake has quick fixes, whoever marks it, and a data file that is missing the names that are there", async () => {
    await vscode.workspace.fs.writeFile(workspaceFile("river.csv"), new TextEncoder().encode("month,level\n1,2\n"));
    const text = `{\n  // Kept.\n  "task": { "kind": "csv", "file": "rivr.csv", "columns": ["level"], "lenght": 5 },\n  "model": { "cell": "grru" }\n}\n`;
    const uri = await writeExperiment("fixable.rnn.json", text);
    const document = await show(uri);
    const fixesAt = async (words: string): Promise<readonly vscode.CodeAction[]> => {
      const offset = document.getText().indexOf(words);
      const range = new vscode.Range(document.positionAt(offset), document.positionAt(offset + words.length));
      return vscode.commands.executeCommand<vscode.CodeAction[]>(
        "vscode.executeCodeActionProvider",
        uri,
        range,
        vscode.CodeActionKind.QuickFix.value,
      );
    };
    const fix = async (words: string, title: string): Promise<void> => {
      const actions = await fixesAt(words);
      const action = actions.find((candidate) => candidate.title === title);
      assert.ok(action?.edit, `${title} is not among: ${actions.map((candidate) => candidate.title).join("; ")}`);
      const read = next(lab.files.onDidRead);
      await vscode.workspace.applyEdit(action.edit);
      await read;
    };
    await until(vscode.languages.onDidChangeDiagnostics, () =>
      vscode.languages.getDiagnostics(uri).some(({ code }) => code === "unknown-key"),
    );
    await fix(`"grru"`, `Change to "gru"`);
    await fix(`"lenght"`, `Change to "length"`);
    await until(vscode.languages.onDidChangeDiagnostics, () =>
      vscode.languages.getDiagnostics(uri).some(({ code }) => code === "unreadable-file"),
    );
    await fix(`"rivr.csv"`, `Change to "river.csv"`);
    await until(vscode.languages.onDidChangeDiagnostics, () => vscode.languages.getDiagnostics(uri).length === 0);
    assert.equal(document.getText(), text.replace("grru", "gru").replace("lenght", "length").replace("rivr", "river"));
  });

  test("the line above the experiment checks its gradients and shows the last loss; a setting hides it", async () => {
    const uri = await writeExperiment("lens.rnn.json", TUTORIAL);
    await show(uri);
    const titles = async (): Promise<string[]> => {
      const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>("vscode.executeCodeLensProvider", uri);
      assert.ok(lenses.every(({ range }) => range.start.line === TUTORIAL.split("\n").indexOf("{")));
      return lenses.map(({ command: lens }) => lens?.title ?? "");
    };
    assert.deepEqual(await titles(), ["$(beaker)\u2002Check Gradients"]);
    await command("run", uri);
    await untilPhase(await lab.files.session(uri), "done");
    assert.match((await titles())[1] ?? "", /^last loss: 1\.8/);
    await settings().update("codeLens", false, vscode.ConfigurationTarget.Global);
    assert.deepEqual(await titles(), []);
    await settings().update("codeLens", undefined, vscode.ConfigurationTarget.Global);
  });

  test("renaming the file while it runs moves the run, its panel and its thread", async () => {
    const uri = await writeExperiment("before.rnn.json", ENDLESS);
    const session = await lab.files.session(uri);
    session.setPace(100);
    await command("run", uri);
    await untilRows(session);
    const renamed = workspaceFile("after.rnn.json");
    const edit = new vscode.WorkspaceEdit();
    edit.renameFile(uri, renamed, { overwrite: true });
    const moved = until(session.onDidChange, () => session.file.uri === renamed.toString());
    await vscode.workspace.applyEdit(edit);
    await moved;
    assert.equal(lab.sessions.find(uri.toString()), null);
    assert.equal(lab.sessions.find(renamed.toString()), session);
    assert.equal(session.file.fileName, "after.rnn.json");
    await untilRows(session);
    assert.ok(lab.panels.find(session));
    await command("stop", renamed);
    await untilPhase(session, "stopped");
  });

  test("deleting the file while it runs lets the run go on and says so", async () => {
    const uri = await writeExperiment("doomed.rnn.json", ENDLESS);
    const session = await lab.files.session(uri);
    session.setPace(100);
    await command("run", uri);
    await untilRows(session);
    const noted = until(
      session.onDidChange,
      () => session.view(true).experiment!.fileName === "doomed.rnn.json (deleted)",
    );
    await vscode.workspace.fs.delete(uri);
    await noted;
    assert.equal(session.view(true).experiment!.textDiffersFromRun, true);
    await untilRows(session);
    assert.equal(session.status.phase, "running");
  });

  test("an untitled experiment runs, and runs again when a value is changed", async () => {
    const uri = vscode.Uri.from({ scheme: "untitled", path: "sketch.rnn.json" });
    const document = await vscode.workspace.openTextDocument(uri);
    const edit = new vscode.WorkspaceEdit();
    edit.insert(uri, new vscode.Position(0, 0), TUTORIAL);
    await vscode.workspace.applyEdit(edit);
    await vscode.window.showTextDocument(document);
    assert.equal(await command("run", uri), true);
    const session = await lab.files.session(uri);
    await untilPhase(session, "done");
    await command("editHyperparameter", uri, "training.iterations", "100");
    await until(session.onDidChange, () => session.status.iterations === 100 && session.status.phase === "done");
    assert.equal(ghostsOf(session).length, 1);
  });

  test("the list of experiments shows what became of each", async () => {
    const uri = await writeExperiment("listed.rnn.json", TUTORIAL);
    await command("run", uri);
    await untilPhase(await lab.files.session(uri), "done");
    const listed = (await lab.tree.getChildren()).find((item) => item.toString() === uri.toString());
    assert.ok(listed);
    const item = lab.tree.getTreeItem(listed);
    assert.deepEqual([item.label, item.description, item.contextValue], ["listed.rnn.json", "done", "inactive"]);
  });
});
