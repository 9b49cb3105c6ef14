/** A run that a Python process trains and records, in a panel while it grows. */
import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import * as vscode from "vscode";
import type { Services } from "../../src/app/services";
import { PROBE_PANEL_TYPE } from "../../src/panel/experimentPanels";
import { encodeFrame, HEAD_BYTES, readFrames } from "../../src/runs/format/frames";
import { decodePayload, encodePayload } from "../../src/runs/format/payload";
import { readProbeFile } from "../../src/runs/probeFile";
import type { ProbeSession } from "../../src/session/probeSession";
import { activateLab, cleanUp, command, skip, until } from "./support";

suite("a run in Python", () => {
  let lab: Services;
  let folder = "";
  let root = "";
  let trainer: ChildProcess | null = null;
  suiteSetup(async () => {
    lab = await activateLab();
    root = lab.extensionUri.fsPath;
    folder = mkdtempSync(join(tmpdir(), "rnn-lab-host-probe-"));
  });
  teardown(() => {
    trainer?.kill("SIGKILL");
    trainer = null;
    return cleanUp(lab);
  });
  suiteTeardown(() => rmSync(folder, { recursive: true, force: true }));

  function copyOfSmall(name: string): string {
    const path = join(folder, name);
    copyFileSync(join(root, "test/fixtures/probe/small.rnnrun"), path);
    return path;
  }

  /** The same run as if it had been started a minute earlier. */
  function startedBefore(path: string): string {
    const bytes = readFileSync(path);
    const [first] = readFrames(bytes, HEAD_BYTES);
    const start = decodePayload(first!.payload)!.value as { readonly startedAt: number };
    const earlier = encodeFrame("PROB", encodePayload({ ...start, startedAt: start.startedAt - 60_000 }));
    writeFileSync(path, Buffer.concat([bytes.subarray(0, HEAD_BYTES), earlier, bytes.subarray(first!.end)]));
    return path;
  }

  function untilView(session: ProbeSession, condition: () => boolean): Promise<void> {
    return until(session.onDidChange, condition);
  }

  /** The page has drawn rows of the run, by its own word. */
  async function untilDrawn(session: ProbeSession): Promise<void> {
    const link = lab.panels.find(session)?.link;
    assert.ok(link, "its panel is open");
    await until(link.onDidHandle, () => link.drawnRun === session.header?.runId && link.drawnRun !== undefined);
  }

  test("its panel shows the whole file, and takes its questions to the file's thread", async () => {
    const session = await lab.probeRuns.show(copyOfSmall("whole.rnnrun"), "small");
    await untilView(session, () => session.status.phase === "done" && session.run?.trace?.rows === 2);
    await untilDrawn(session);
    const { experiment, probed } = session.view(true);
    assert.equal(experiment?.name, "small");
    assert.match(probed?.place ?? "", /^\w+\.py:\d+$/);
    const answer = await session.questions.ask({ kind: "inspect", iteration: 0, sequence: 1 });
    assert.ok(answer.kind === "inspect" && "values" in answer.result && answer.result.values.length > 0);
    await assert.rejects(session.questions.ask({ kind: "inspect", iteration: 0, sequence: 7 }), /was not captured/);
  });

  test("says that its file is gone, and keeps what it showed", async () => {
    const path = copyOfSmall("gone.rnnrun");
    const session = await lab.probeRuns.show(path, "small");
    await untilView(session, () => session.run?.trace?.rows === 2);
    rmSync(path);
    await untilView(session, () => /no longer there/.test(session.view(true).probed?.problem ?? ""));
    assert.equal(session.run?.trace?.rows, 2);
  });

  test("is there again after a window reload, by the state of its page", async () => {
    const path = copyOfSmall("reload.rnnrun");
    const panel = vscode.window.createWebviewPanel(PROBE_PANEL_TYPE, "small — RNN Lab", vscode.ViewColumn.Two);
    await lab.serializer.deserializeWebviewPanel(panel, { uri: vscode.Uri.file(path).toString() });
    const session = await lab.probeRuns.show(path, "small");
    assert.equal(lab.panels.find(session)?.panel, panel);
    await untilDrawn(session);
  });

  test("has the curves of earlier runs behind it, and is exported as a report and for TensorBoard", async () => {
    const earlier = startedBefore(copyOfSmall("earlier.rnnrun"));
    await lab.externalRuns.open(earlier);
    const [run] = (await lab.externalRuns.open(copyOfSmall("later.rnnrun"))) ?? [];
    assert.ok(run);
    const session = (await command("openRun", run.id)) as ProbeSession;
    await untilView(session, () => session.run?.trace?.rows === 2 && session.history.ghosts.length === 1);
    const [ghost] = session.history.ghosts;
    assert.deepEqual([...ghost!.loss], [...readProbeFile(earlier).scalars.get("loss")!]);
    assert.equal(session.view(true).run?.number, lab.externalRuns.numberOf(run));
    assert.notEqual(ghost!.number, lab.externalRuns.numberOf(run));
    await untilDrawn(session);

    const into = vscode.Uri.file(folder);
    const report = await command<vscode.Uri>("exportRun", run.id, "report", into);
    assert.deepEqual(readdirSync(report.fsPath).sort(), ["README.md", "gradients.csv", "loss.svg", "metrics.csv"]);
    assert.match(readFileSync(join(report.fsPath, "README.md"), "utf8"), /^# small\n\nDone after 4 iterations/);
    // Of the panel that is in front, where no run is named.
    const { panel } = lab.panels.find(session)!;
    panel.reveal(undefined, false);
    await until(panel.onDidChangeViewState.bind(panel), () => panel.active);
    const events = await command<vscode.Uri>("exportRun", undefined, "tensorboard", into);
    const [file] = readdirSync(events.fsPath);
    assert.match(file ?? "", /^events\.out\.tfevents\.\d+\.rnnlab$/);
  });

  test("what is no run of a probe is refused in words", async () => {
    await assert.rejects(lab.probeRuns.show(join(root, "package.json"), "x"), /not an RNN Lab run file/);
    await assert.rejects(lab.probeRuns.show(join(folder, "none.rnnrun"), "x"), /ENOENT/);
  });

  test("grows in the panel while another process trains, and is interrupted when that is killed", async function () {
    const python = process.env["RNNLAB_PYTHON"];
    if (python === undefined) return skip(this, "set RNNLAB_PYTHON to a Python that has PyTorch");
    trainer = spawn(python, [join(root, "test/fixtures/probe/train.py"), folder, "0", String(2 ** 30)]);
    const lines = createInterface({ input: trainer.stdout! })[Symbol.asyncIterator]();
    const path = (await lines.next()).value as string;
    await lines.next();
    const session = await lab.probeRuns.show(path, "live");
    await untilView(session, () => session.status.phase === "running" && (session.run?.trace?.rows ?? 0) > 0);
    await untilDrawn(session);
    const { iteration } = session.status;
    const { rows } = session.run!.trace!;
    await untilView(session, () => session.status.iteration > iteration && session.run!.trace!.rows > rows);
    assert.equal(session.view(true).probed?.isInterrupted, false);
    trainer.kill("SIGKILL");
    await untilView(session, () => session.view(true).probed?.isInterrupted === true);
    assert.equal(session.status.phase, "stopped");
    assert.match(session.status.message ?? "", /ended without closing the probe/);
  });
});
