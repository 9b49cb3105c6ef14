import assert from "node:assert/strict";
import * as vscode from "vscode";
import type { Services } from "../../src/app/services";
import {
  activateLab,
  cleanUp,
  command,
  next,
  show,
  until,
  untilPhase,
  workspaceFile,
  writeExperiment,
} from "./support";

const LSTM = `{
  "task": { "kind": "adding", "sequences": 400, "length": 20 },
  "model": { "cell": "lstm", "hiddenSize": 16, "numLayers": 2 },
  "training": {
    "optimizer": { "kind": "adam", "learningRate": 0.01 }, "iterations": 60, "batchSize": 32, "clip": { "norm": 1 },
    "validation": { "share": 0.1, "every": 20 }
  }
}`;
const TEXT = `{
  "task": { "kind": "text", "file": "verse.txt", "length": 10 },
  "model": { "cell": "gru", "hiddenSize": 8 },
  "training": { "optimizer": { "kind": "adam", "learningRate": 0.01 }, "iterations": 40, "batchSize": 4 }
}`;

suite("networks and data of one's own", () => {
  let lab: Services;
  suiteSetup(async () => {
    lab = await activateLab();
  });
  teardown(() => cleanUp(lab));

  for (const threads of ["auto", "1", "3"]) {
    test(`an LSTM of two layers trains on float32 with threads ${threads}, and its panel is open`, async () => {
      const uri = await writeExperiment("lstm.rnn.json", LSTM.replace('"hiddenSize": 16', '"hiddenSize": 32'));
      await vscode.workspace
        .getConfiguration("rnnLab")
        .update("threads", threads, vscode.ConfigurationTarget.Workspace);
      try {
        assert.equal(await command("run", uri), true);
        const session = await lab.files.session(uri);
        await untilPhase(session, "done");
        assert.equal(session.header?.engine, "float32");
        // All 61 rows, unless the machine was so busy that the thread had to thin what it could not send; never the
        // ends.
        const iterations = session.run?.trace?.column("iteration") ?? [];
        assert.equal(iterations[0], 0);
        assert.equal(iterations.at(-1), 60);
        assert.ok(session.run?.trace?.column("loss")?.every(Number.isFinite));
        const names = session.header.columns.map(({ name }) => name);
        for (const name of [
          "learningRate",
          "validationLoss",
          "accuracy",
          "stateGradNorm.l1",
          "state.l1",
          "gate.f.l0",
          "cell.l1",
          "output",
        ])
          assert.ok(names.includes(name), `${name} of ${names.join()}`);
        assert.notEqual(lab.panels.find(session), null);
      } finally {
        await vscode.workspace
          .getConfiguration("rnnLab")
          .update("threads", undefined, vscode.ConfigurationTarget.Workspace);
      }
    });
  }

  test("the panel of an LSTM takes its rows", async () => {
    const uri = await writeExperiment("shown.rnn.json", LSTM.replace('"iterations": 60', '"iterations": 1000000'));
    assert.equal(await command("run", uri), true);
    const session = await lab.files.session(uri);
    const panel = lab.panels.find(session);
    assert.ok(panel);
    for (let frame = 0; frame < 5; frame++) {
      const taken = await next(panel.link.onDidHandle);
      assert.notEqual(taken.type, "viewError", JSON.stringify(taken));
    }
    assert.ok((session.run?.trace?.rows ?? 0) > 0);
    assert.ok(panel.link.framesSent > 0);
  });

  test("a run in the middle is stopped at once, with two threads", async () => {
    const uri = await writeExperiment(
      "two-threads.rnn.json",
      LSTM.replace('"iterations": 60', '"iterations": 1000000').replace('"hiddenSize": 16', '"hiddenSize": 64'),
    );
    await command("run", uri);
    const session = await lab.files.session(uri);
    await until(session.onDidChange, () => (session.run?.trace?.rows ?? 0) > 0);
    await command("stop", uri);
    await untilPhase(session, "stopped");
    await command("run", uri);
    await until(session.onDidChange, () => session.status.phase === "running" && (session.run?.trace?.rows ?? 0) > 0);
  });

  test("a text beside the experiment is read; when it is gone, the run is refused at the place that names it", async () => {
    const verse = workspaceFile("verse.txt");
    await vscode.workspace.fs.writeFile(
      verse,
      new TextEncoder().encode("the frost is on the fields and the fields are white. ".repeat(8)),
    );
    const uri = await writeExperiment("verse.rnn.json", TEXT);
    assert.equal(await command("run", uri), true);
    const session = await lab.files.session(uri);
    await untilPhase(session, "done");
    assert.deepEqual([session.header?.engine, session.run?.trace?.rows], ["float32", 41]);

    const sample = await command<string>("sampleText", uri, "0.5");
    assert.equal(sample.length, 600);
    assert.match(sample, /^[a-z .]*$/);
    assert.equal(
      vscode.window.visibleTextEditors.some(({ document }) => document.getText() === sample),
      true,
    );

    await vscode.workspace.fs.delete(verse);
    const refused = next(lab.notifications.onDidShow);
    assert.equal(await command("run", uri), false);
    assert.match(await refused, /^verse\.rnn\.json, line 2: task\.file "verse\.txt": the file does not exist/);
    const marked = until(vscode.languages.onDidChangeDiagnostics, () =>
      vscode.languages.getDiagnostics(uri).some(({ code }) => code === "unreadable-file"),
    );
    const document = await show(uri);
    await marked;
    const [problem] = vscode.languages.getDiagnostics(uri);
    assert.equal(document.getText(problem?.range), '"verse.txt"');
  });

  test("an untitled experiment has no folder to read from, and says so", async () => {
    const uri = vscode.Uri.from({ scheme: "untitled", path: "words.rnn.json" });
    const document = await vscode.workspace.openTextDocument(uri);
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, new vscode.Position(0, 0), TEXT);
    await vscode.workspace.applyEdit(edit);
    const refused = next(lab.notifications.onDidShow);
    assert.equal(await command("run", document.uri), false);
    assert.match(await refused, /task\.file "verse\.txt": the experiment has no local folder\. Save the experiment/);
  });
});
