import assert from "node:assert/strict";
import * as vscode from "vscode";
import type { Services } from "../../src/app/services";
import type { SweepRun } from "../../src/sweeps/sweepRun";
import { SweepPool } from "../../src/threads/sweepPool";
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

/** Another process writes it. */
async function untilThere(file: vscode.Uri): Promise<void> {
  for (;;) {
    try {
      await vscode.workspace.fs.stat(file);
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

const SWEEP = TUTORIAL.replace(
  /\}\n$/,
  `,\n  // many\n  "sweep": { "parameters": { "training.iterations": [3, 7] }, "seeds": [4, 5], "goal": { "metric": "loss", "value": 1e9 } }\n}\n`,
);

suite("sweeps", () => {
  let lab: Services;
  suiteSetup(async () => {
    lab = await activateLab();
  });
  teardown(() => cleanUp(lab));

  async function sweep(name: string, text: string): Promise<{ uri: vscode.Uri; run: SweepRun }> {
    const uri = await writeExperiment(name, text);
    await show(uri);
    assert.equal(await command("sweep", uri), true);
    const run = lab.sweeps.find(await lab.files.session(uri));
    assert.ok(run);
    return { uri, run };
  }

  test("the file's sweep runs on the cores, is shown, and its table is saved", async () => {
    const { uri, run } = await sweep("sweep.rnn.json", SWEEP);
    const session = await lab.files.session(uri);
    assert.match(lab.sweeps.panels.find(session)?.panel.title ?? "", /^Sweep: Count the ones/);
    assert.equal(lab.contextKeys.values["rnnLab.hasSweep"], true);
    await until(run.onDidChange, () => run.phase !== "running");
    assert.equal(run.phase, "done");
    assert.deepEqual([...run.results.column("index")].sort(), [0, 1, 2, 3]);
    const file = workspaceFile("table.csv");
    await command("saveSweep", uri, file);
    const lines = new TextDecoder()
      .decode(await vscode.workspace.fs.readFile(file))
      .trimEnd()
      .split("\n");
    assert.equal(lines.length, 5);
    assert.match(lines[0] ?? "", /^trial,seed,training\.iterations,status/);
  });

  test("it is in the status bar until its panel is closed, and the best run can be written into the file", async () => {
    const { uri, run } = await sweep("best.rnn.json", SWEEP);
    assert.match(lab.sweeps.statusBar.text ?? "", /Sweep \d\/4/);
    assert.equal(lab.contextKeys.values["rnnLab.canStopSweep"], true);
    await until(run.onDidChange, () => run.phase !== "running");
    assert.match(lab.sweeps.statusBar.text ?? "", /^\$\(pass\) Sweep 4\/4 · best /);
    assert.equal(lab.contextKeys.values["rnnLab.canStopSweep"], false);
    const { document } = await lab.files.open(uri);
    const before = document.getText();
    assert.equal(await command("applyTrial", uri, 3), true);
    const { experiment } = await lab.files.open(uri);
    assert.deepEqual([experiment?.training.iterations, experiment?.seed], [7, 5]);
    assert.ok(document.getText().includes("// many"));
    await vscode.commands.executeCommand("undo");
    assert.equal(document.getText(), before);
    const session = await lab.files.session(uri);
    lab.sweeps.panels.close(session);
    assert.equal(lab.sweeps.statusBar.text, null);
    await command("openSweep", uri);
    assert.notEqual(lab.sweeps.panels.find(session), null);
  });

  test("the leading combinations are trained with new seeds, and the median run of the winner is applied", async () => {
    const { uri, run } = await sweep("luck.rnn.json", SWEEP);
    await until(run.onDidChange, () => run.phase !== "running");
    const verdict = await lab.sweeps.applyRetrained(await lab.files.session(uri));
    assert.ok(verdict);
    const { applied, contenders } = verdict;
    assert.deepEqual(
      contenders.map(({ runs }) => runs.map(({ seed }) => seed)),
      [
        [6, 7, 8, 9, 10],
        [6, 7, 8, 9, 10],
      ],
    );
    assert.equal(applied.loss, contenders[0].median);
    const { experiment } = await lab.files.open(uri);
    assert.deepEqual([experiment?.training.iterations, experiment?.seed], [applied.values[0], applied.seed]);
    const ended = lab.sweeps.applyRetrained(await lab.files.session(uri));
    run.dispose();
    assert.equal(await ended, null);
  });

  test("one of its runs opens as an experiment of its own: nothing is written, and it comes to the same loss", async () => {
    const { uri, run } = await sweep("trial-source.rnn.json", SWEEP);
    await until(run.onDidChange, () => run.phase !== "running");
    const result = run.results.at(run.results.rowOf(3));
    const trial = await command<vscode.Uri>("openTrial", uri, 3);
    const session = await lab.files.session(trial);
    await untilPhase(session, "done");
    assert.equal(session.status.loss, result?.loss);
    assert.equal(session.file.name, "Count the ones (iterations 7, seed 5)");
    assert.notEqual(lab.panels.find(session), null);
    const { document } = await lab.files.open(trial);
    assert.deepEqual(
      [document.isDirty, document.isUntitled, document.getText().includes('"sweep"')],
      [false, false, false],
    );
    assert.deepEqual(
      (await vscode.workspace.findFiles("**/trial-source*")).map(({ path }) => path.split("/").at(-1)),
      ["trial-source.rnn.json"],
    );
  });

  test("on an engine, a run is shown while it is trained elsewhere, and the log of one that failed", async () => {
    const long = TUTORIAL.replace(
      /\}\n$/,
      `,\n  "sweep": { "parameters": { "training.iterations": [10000000] } }\n}\n`,
    );
    const uri = await writeExperiment("engine-elsewhere.rnn.json", long);
    await show(uri);
    assert.equal(await command("sweepOn", uri, "local"), true);
    const run = lab.sweeps.find(await lab.files.session(uri));
    assert.ok(run);
    const file = vscode.Uri.file(uri.fsPath.replace(/rnn\.json$/, "sweep/trials/0.rnnrun"));
    await untilThere(file);
    const before = new Set(lab.sessions.all);
    const opened = await command<vscode.Uri>("openTrial", uri, 0);
    assert.equal(opened.fsPath, file.fsPath);
    const session = lab.sessions.all.find(
      (other) => !before.has(other) && other.file.uri.startsWith("rnnlab-recorded:"),
    );
    assert.ok(session);
    await until(session.onDidChange, () => session.status.iteration > 0);
    const { iteration } = session.status;
    await until(session.onDidChange, () => session.status.iteration > iteration);
    await command("stopSweep", uri);
    await until(run.onDidChange, () => run.phase !== "running");

    // Values that do not go together.
    const misfit = '{ "training.iterations": [3], "trace.sequence": [0, 8], "task.sequences": [20, 5] }';
    const failing = TUTORIAL.replace(/\}\n$/, `,\n  "sweep": { "parameters": ${misfit} }\n}\n`);
    const other = await writeExperiment("engine-failing.rnn.json", failing);
    await show(other);
    assert.equal(await command("sweepOn", other, "local"), true);
    const failed = lab.sweeps.find(await lab.files.session(other));
    assert.ok(failed);
    await until(failed.onDidChange, () => failed.phase !== "running");
    assert.equal(failed.results.length, 4);
    const log = await command<vscode.Uri>("showTrialLog", other, 3);
    assert.match(log.path, /engine-failing\.sweep\/logs\/local-\d+\.log$/);
    const { document, selection } = vscode.window.activeTextEditor!;
    assert.equal(document.uri.toString(), log.toString());
    assert.match(document.lineAt(selection.active).text, /^trial 4 failed: trace\.sequence is 8/);
  });

  test("a sweep that is stopped ends its threads and keeps its results, and can be continued", async () => {
    const { uri, run } = await sweep("stop.rnn.json", SWEEP.replace("[3, 7]", "[3, 10000000]"));
    await until(run.onDidChange, () => run.results.length > 0);
    await command("stopSweep", uri);
    assert.equal(run.phase, "stopped");
    assert.equal(lab.contextKeys.values["rnnLab.canContinueSweep"], true);
    const kept = [...run.results];
    assert.equal(await command("continueSweep", uri), true);
    assert.deepEqual([run.phase, [...run.results].slice(0, kept.length)], ["running", kept]);
    await command("stopSweep", uri);
    assert.equal(run.phase, "stopped");
    await Promise.all([...SweepPool.live].map((thread) => thread.exited));
    assert.equal(SweepPool.live.size, 0);
  });

  test("the block has a lens that starts it, and says how many runs it is", async () => {
    const uri = await writeExperiment("swept-lens.rnn.json", SWEEP);
    const document = await show(uri);
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>("vscode.executeCodeLensProvider", uri, 20);
    const lens = lenses.find(({ command: shown }) => shown?.command === "rnnLab.sweep");
    assert.equal(lens?.command?.title, "$(run-all)\u2002Run Sweep (4 runs)");
    assert.match(document.lineAt(lens?.range.start.line ?? 0).text, /"sweep"/);
  });

  test("the lens says how many combinations the constraints leave out", async () => {
    const limited = await writeExperiment(
      "swept-limited.rnn.json",
      JSON.stringify({
        sweep: {
          parameters: { "model.hiddenSize": [2, 4, 8], "task.length": [5, 10] },
          constraints: [{ kind: "sum", of: ["model.hiddenSize"], max: 4 }],
        },
      }),
    );
    await show(limited);
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
      "vscode.executeCodeLensProvider",
      limited,
      20,
    );
    const lens = lenses.find(({ command: shown }) => shown?.command === "rnnLab.sweep");
    assert.equal(lens?.command?.title, "$(run-all)\u2002Run Sweep (4 runs · constraints exclude 2 of 6 combinations)");
  });

  test("a file without one is told so, and a wrong path is marked and keeps only the sweep from running", async () => {
    const plain = await writeExperiment("plain.rnn.json", TUTORIAL);
    const message = next(lab.notifications.onDidShow);
    assert.equal(await command("sweep", plain), false);
    assert.match(await message, /has no sweep\. Write one/);
    const uri = await writeExperiment("wrong.rnn.json", SWEEP);
    const document = await show(uri);
    const marked = until(
      vscode.languages.onDidChangeDiagnostics,
      () => vscode.languages.getDiagnostics(uri).length > 0,
    );
    await replaceInFile(document, '"training.iterations"', '"training.iteration"');
    await marked;
    const [diagnostic] = vscode.languages.getDiagnostics(uri);
    assert.equal(document.getText(diagnostic?.range), '"training.iteration"');
    assert.match(diagnostic?.message ?? "", /Did you mean "training.iterations"\?/);
    const refused = next(lab.notifications.onDidShow);
    assert.equal(await command("sweep", uri), false);
    assert.match(await refused, /wrong\.rnn\.json, line \d+: There is no value/);
    assert.equal(await command("run", uri), true);
  });
});
