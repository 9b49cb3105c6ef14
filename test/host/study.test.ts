import assert from "node:assert/strict";
import { appendFile, cp, readFile } from "node:fs/promises";
import { join } from "node:path";
import * as vscode from "vscode";
import type { Services } from "../../src/app/services";
import { activateLab, cleanUp, command, until, workspaceFile } from "./support";

/** Written by Optuna 5. */
const JOURNAL = "test/fixtures/optuna/study.log";

suite("journals of Optuna", () => {
  let lab: Services;
  suiteSetup(async () => {
    lab = await activateLab();
  });
  teardown(() => cleanUp(lab));

  async function openStudy(name: string) {
    const file = workspaceFile(name);
    await cp(join(lab.extensionUri.fsPath, JOURNAL), file.fsPath);
    const address = await command<vscode.Uri>("openJournal", file, "adding");
    const open = lab.studies.find(address);
    assert.ok(open);
    return { file, address, ...open };
  }

  test("a study opens as a sweep that follows the file, and its table is saved", async () => {
    const { file, address, panel, study, link } = await openStudy("optuna.log");
    assert.equal(panel.title, "Study: adding");
    assert.equal(study.results.length, 60);
    const line = { op_code: 6, worker_id: "w", trial_id: 64, state: 1, values: [0.5], datetime_complete: null };
    await appendFile(file.fsPath, `${JSON.stringify(line)}\n`);
    await until(study.onDidChange, () => study.results.length === 61);
    assert.equal(study.results.at(60).loss, 0.5);
    // The page has drawn it.
    await until(study.onDidChange, () => study.view("", "").phase === "done");
    while (link.framesInFlight > 0) await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal((await command<vscode.Uri>("openJournal", file, "adding")).toString(), address.toString());
    const table = workspaceFile("optuna.csv");
    await command("saveStudy", address, table);
    const lines = (await readFile(table.fsPath, "utf8")).trimEnd().split("\n");
    assert.equal(lines.length, 62);
    assert.match(lines[0] ?? "", /^trial,seed,lr,hidden,optimizer,momentum,status,iterations,validation loss/);
  });

  test("a study that is gone from the journal is named, and a file that is none is refused in words", async () => {
    const { file, study } = await openStudy("deleted.log");
    await appendFile(file.fsPath, `${JSON.stringify({ op_code: 1, worker_id: "w", study_id: 0 })}\n`);
    await until(study.onDidChange, () => study.view("", "").phase === "failed");
    assert.match(study.view("", "").message ?? "", /^The journal has no study “adding”/);
    const other = workspaceFile("no-journal.log");
    await vscode.workspace.fs.writeFile(other, new TextEncoder().encode("a text\n"));
    await assert.rejects(lab.studies.show(other), /is not a whole journal of Optuna\. line 1: /);
  });
});
