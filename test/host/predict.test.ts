import assert from "node:assert/strict";
import * as vscode from "vscode";
import type { Services } from "../../src/app/services";
import type { PredictionPage } from "../../src/shared/wire/predictionPage";
import {
  TUTORIAL,
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

suite("predictions", () => {
  let lab: Services;
  suiteSetup(async () => {
    lab = await activateLab();
  });
  teardown(() => cleanUp(lab));

  const SERIES = {
    task: { kind: "csv", file: "waves.csv", columns: ["level"], length: 8 },
    model: { cell: "gru", hiddenSize: 4 },
    training: { batchSize: 8, iterations: 20, validation: { share: 0.25, every: 5 } },
  };
  const rows = Array.from({ length: 60 }, (_, row) => `${row},${(10 + 3 * Math.sin(row / 2)).toFixed(3)}`);

  async function ran(name: string, text: string): Promise<string> {
    const uri = await writeExperiment(name, text);
    await show(uri);
    await command("run", uri);
    const session = await lab.files.session(uri);
    await untilPhase(session, "done");
    lab.active.use(session);
    return session.run?.runId ?? "";
  }

  test("of the active experiment's run are shown in a tab, and saved as CSV", async () => {
    const table = workspaceFile("waves.csv");
    await vscode.workspace.fs.writeFile(table, new TextEncoder().encode(`t,level\n${rows.join("\n")}\n`));
    await ran("waves.rnn.json", JSON.stringify(SERIES));
    const target = workspaceFile("waves-predicted.csv");
    const page = await command<PredictionPage>("predictRun", undefined, table, 5, target, "best");
    assert.match(page.sentences[0] ?? "", /^60 rows, and a forecast of 5 rows after them\. Weights of iteration \d+/);
    assert.match(page.sentences[1] ?? "", /^level: RMSE \S+, MAE \S+ over the 15 rows that training did not use\.$/);
    const { activeTab } = vscode.window.tabGroups.activeTabGroup;
    assert.equal(activeTab?.label, "Prediction: waves.csv");
    const lines = new TextDecoder()
      .decode(await vscode.workspace.fs.readFile(target))
      .trimEnd()
      .split("\n");
    assert.equal(lines[0], "row,level,level predicted");
    assert.equal(lines.length, 1 + 52 + 5);
    assert.match(lines.at(-1) ?? "", /^65,,\d/);
  });

  test("of a run on the files of a folder are one line for each file", async () => {
    for (let file = 0; file < 6; file++) {
      const values = Array.from({ length: 5 + file }, (_, row) => (file % 2 === 0 ? row : -row));
      const bytes = new TextEncoder().encode(`x\n${values.join("\n")}\n`);
      await vscode.workspace.fs.writeFile(workspaceFile(`slopes/s${file}.csv`), bytes);
    }
    const labels = Array.from({ length: 6 }, (_, file) => `s${file},${file % 2 === 0 ? "up" : "down"}\n`).join("");
    const bytes = new TextEncoder().encode(`name,slope\n${labels}`);
    await vscode.workspace.fs.writeFile(workspaceFile("slopes/labels.csv"), bytes);
    const task = { kind: "csv", files: "slopes/*.csv", labels: "slopes/labels.csv", columns: ["x"], target: "slope" };
    const experiment = {
      task: { ...task, length: "series", horizon: 0 },
      model: { cell: "gru", hiddenSize: 4, readout: "last" },
      training: { batchSize: 2, iterations: 20, validation: { share: 0.34, every: 5 } },
    };
    await ran("slopes.rnn.json", JSON.stringify(experiment));
    const target = workspaceFile("slopes-predicted.csv");
    const folder = workspaceFile("slopes");
    const page = await command<PredictionPage>("predictRun", undefined, folder, undefined, target, "last");
    assert.match(page.sentences[0] ?? "", /^Rows: 45\. Files: 6\. Weights of iteration 20/);
    assert.match(
      page.sentences[1] ?? "",
      /^slope: accuracy \S+, balanced accuracy \S+ over the 2 files that training did/,
    );
    assert.deepEqual(page.table?.columns, ["file", "slope", "slope predicted", "probability"]);
    const lines = new TextDecoder()
      .decode(await vscode.workspace.fs.readFile(target))
      .trimEnd()
      .split("\n");
    assert.equal(lines[0], "file,slope,slope predicted,P(down),P(up)");
    const names = lines.slice(1).map((line) => line.split(",")[0]);
    assert.deepEqual(
      names,
      [0, 1, 2, 3, 4, 5].map((file) => `slopes/s${file}.csv`),
    );
  });

  test("with the best or the last weights, as chosen, and a run goes on from either", async () => {
    const table = workspaceFile("waves.csv");
    await vscode.workspace.fs.writeFile(table, new TextEncoder().encode(`t,level\n${rows.join("\n")}\n`));
    const overfit = {
      ...SERIES,
      training: {
        ...SERIES.training,
        iterations: 300,
        optimizer: { kind: "adam", learningRate: 0.1 },
        stop: { patience: 40 },
      },
    };
    const id = await ran("overfit.rnn.json", JSON.stringify(overfit));
    await until(lab.runs.onDidChange, () => lab.runs.store?.find(id)?.state === "done");
    const { best, iteration } = lab.runs.store?.find(id)?.progress?.status ?? {};
    assert.ok(best != null && iteration !== undefined && best.iteration < iteration);
    const target = workspaceFile("overfit-predicted.csv");
    const predicted = async (weights: string) =>
      (await command<PredictionPage>("predictRun", undefined, table, 5, target, weights)).sentences[0] ?? "";
    assert.ok((await predicted("best")).includes(`Weights of iteration ${best.iteration}`));
    assert.ok((await predicted("last")).includes(`Weights of iteration ${iteration}`));

    await command("resumeRun", id, undefined, "best");
    const session = await lab.files.session(workspaceFile("overfit.rnn.json"));
    await untilPhase(session, "done");
    const again = session.run?.runId ?? "";
    assert.notEqual(again, id);
    await until(lab.runs.onDidChange, () => lab.runs.store?.find(again)?.state === "done");
    assert.ok(session.status.iteration >= best.iteration + 40);
    // The former run stays, with its last weights.
    assert.equal(lab.runs.store?.find(id)?.state, "done");
    const iterations = session.run?.trace?.column("iteration") ?? [];
    assert.deepEqual(Array.from(iterations).slice(0, 3), [0, 1, 2]);
  });

  test("are made again in their tab when the window is reloaded, or the tab says why not", async () => {
    const table = workspaceFile("waves-again.csv");
    await vscode.workspace.fs.writeFile(table, new TextEncoder().encode(`t,level\n${rows.join("\n")}\n`));
    await ran("waves-again.rnn.json", JSON.stringify({ ...SERIES, task: { ...SERIES.task, file: "waves-again.csv" } }));
    const page = await command<PredictionPage>("predictRun", undefined, table, 3, workspaceFile("again-predicted.csv"));
    const restored = async (title: string): Promise<string> => {
      const panel = vscode.window.createWebviewPanel("rnnLab.prediction", title, vscode.ViewColumn.Active);
      await lab.predictions.deserializeWebviewPanel(panel);
      const { html } = panel.webview;
      panel.dispose();
      return html;
    };
    const html = await restored("Prediction: waves-again.csv");
    for (const sentence of page.sentences) assert.ok(html.includes(sentence), sentence);
    assert.match(html, /<svg role="img"/);
    assert.match(await restored("Prediction: never.csv"), /This prediction is not known any more/);
    await vscode.workspace.fs.delete(table);
    assert.match(
      await restored("Prediction: waves-again.csv"),
      /The prediction cannot be made again: waves-again\.csv: the file does not exist/,
    );
  });

  test("are refused for a table that does not serve, and for another task", async () => {
    const table = workspaceFile("other.csv");
    await vscode.workspace.fs.writeFile(table, new TextEncoder().encode("t,levels\n1,2\n"));
    await vscode.workspace.fs.writeFile(
      workspaceFile("waves.csv"),
      new TextEncoder().encode(`t,level\n${rows.join("\n")}\n`),
    );
    await ran("predicted-again.rnn.json", JSON.stringify(SERIES));
    const failed = next(lab.notifications.onDidShow);
    assert.equal(await command("predictRun", undefined, table, 5, workspaceFile("never.csv"), "last"), undefined);
    assert.match(await failed, /Predict failed: there is no column "level"; .*Did you mean "levels"\?/);
    await ran("bits.rnn.json", TUTORIAL);
    const refused = next(lab.notifications.onDidShow);
    await command("predictRun", undefined, table, 5);
    assert.match(await refused, /The task of this run is count-ones/);
  });
});
