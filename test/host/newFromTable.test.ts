import assert from "node:assert/strict";
import * as vscode from "vscode";
import type { ActivatedServices } from "../../src/app/services";
import { activateLab, cleanUp, command, next, until, untilPhase, workspaceFile } from "./support";

async function writeTable(name: string, text: string): Promise<vscode.Uri> {
  const uri = workspaceFile(name);
  await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
  return uri;
}

function season(rows: number): string {
  const lines = Array.from({ length: rows }, (_, row) => {
    const level = row === 40 ? "NA" : (10 + 3 * Math.sin((2 * Math.PI * row) / 12)).toFixed(2).replace(".", ",");
    return `${row};${level};${row % 3 === 0 ? "calm" : "windy"}`;
  });
  return `id;level;wind\n${lines.join("\n")}\n`;
}

suite("a new experiment from a table", () => {
  let lab: ActivatedServices;
  suiteSetup(async () => {
    lab = await activateLab();
  });
  teardown(() => cleanUp(lab));

  test("is written beside it, says how the table is written, and runs as it is", async () => {
    const table = await writeTable("stations/lake.csv", season(240));
    await command("newFromTable", table, "level");
    const uri = workspaceFile("stations/lake.rnn.json");
    assert.equal(vscode.window.activeTextEditor?.document.uri.toString(), uri.toString());
    const { experiment, problems } = await lab.files.open(uri);
    assert.deepEqual(problems, []);
    assert.equal(experiment?.name, "Lake");
    const task = experiment.task as unknown as Record<string, unknown>;
    assert.deepEqual(
      [task["delimiter"], task["decimal"], task["header"], task["missing"], task["columns"], task["length"]],
      [";", ",", 1, { fill: "forward", markers: ["NA"] }, ["level"], 24],
    );
    await command("run", uri);
    await untilPhase(await lab.files.session(uri), "done");
    // Not over the first one.
    await command("newFromTable", table, "level", ["level"]);
    assert.match(vscode.window.activeTextEditor?.document.uri.path ?? "", /\/lake-2\.rnn\.json$/);
    const names = (await vscode.workspace.fs.readDirectory(workspaceFile("stations"))).map(([name]) => name);
    assert.equal(names.includes("river-station.csv"), false);
  });

  test("shows what is recognized before it asks, and closes that when nothing is picked", async () => {
    const table = await writeTable("asked/lake.csv", season(240));
    const created = command("newFromTable", table);
    const shown = (): vscode.TextEditor | undefined =>
      vscode.window.visibleTextEditors.find(({ document }) => document.fileName.endsWith("Preview of lake.csv.txt"));
    await until(vscode.window.onDidChangeVisibleTextEditors, () => shown() !== undefined);
    const text = shown()?.document.getText() ?? "";
    assert.match(text, /^lake\.csv: 240 rows and 3 columns\n/);
    assert.match(text, /delimiter {2}";", separated by semicolons/);
    assert.match(text, /level +number +239 of 240 +1 .* repeats every 12 rows/);
    assert.match(text, /cells with "NA": 1/);
    // Until the question is there, there is nothing to close.
    let isOpen = true;
    const ended = created.then((document) => {
      isOpen = false;
      return document;
    });
    while (isOpen) {
      await vscode.commands.executeCommand("workbench.action.closeQuickOpen");
      await new Promise((resolve) => setImmediate(resolve));
    }
    assert.equal(await ended, null);
    assert.equal(shown(), undefined);
  });

  test("says why when there is no such column, or nothing to read", async () => {
    const table = await writeTable("refused/lake.csv", season(240));
    const noColumn = next(lab.notifications.onDidShow);
    await command("newFromTable", table, "depth");
    assert.match(await noColumn, /has no column "depth"/);
    const broken = await writeTable("refused/broken.csv", 'a,b\n1,"2\n3,4\n');
    const message = next(lab.notifications.onDidShow);
    await command("newFromTable", broken, "a");
    assert.match(await message, /a quote is not closed/);
  });
});
