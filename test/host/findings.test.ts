import assert from "node:assert/strict";
import * as vscode from "vscode";
import type { Services } from "../../src/app/services";
import type { ExperimentSession } from "../../src/session/experimentSession";
import {
  DIVERGING,
  activateLab,
  cleanUp,
  command,
  replaceInFile,
  show,
  until,
  untilPhase,
  writeExperiment,
} from "./support";

const EXPLODING = DIVERGING.replace(`"learningRate": 1 `, `"learningRate": 0.001 `);
/** Its trials take far longer than a test. */
const SLOW_EXPLODING = EXPLODING.replace(`"iterations": 500`, `"iterations": 10000000`);

suite("findings", () => {
  let lab: Services;
  // Typing would run the experiment again and bring its findings back at once.
  const setAutoRun = (value: string | undefined): Thenable<void> =>
    vscode.workspace.getConfiguration("rnnLab").update("autoRun", value, vscode.ConfigurationTarget.Global);
  suiteSetup(async () => {
    lab = await activateLab();
    await setAutoRun("onSave");
  });
  suiteTeardown(() => setAutoRun(undefined));
  teardown(() => cleanUp(lab));

  async function runFile(
    name: string,
    text: string,
  ): Promise<{ uri: vscode.Uri; document: vscode.TextDocument; session: ExperimentSession }> {
    const uri = await writeExperiment(name, text);
    const document = await show(uri);
    await command("run", uri);
    const session = await lab.files.session(uri);
    await until(session.onDidChange, () => !session.isActive && session.run !== null);
    return { uri, document, session };
  }

  const findingsOf = (uri: vscode.Uri): vscode.Diagnostic[] =>
    vscode.languages
      .getDiagnostics(uri)
      .filter(({ source, severity }) => source === "RNN Lab" && severity === vscode.DiagnosticSeverity.Warning);
  const ruleOf = ({ code }: vscode.Diagnostic): unknown => (typeof code === "object" ? code.value : code);
  const untilFindings = (uri: vscode.Uri, condition: (rules: unknown[]) => boolean): Promise<void> =>
    until(vscode.languages.onDidChangeDiagnostics, () => condition(findingsOf(uri).map(ruleOf)));

  const untilTried = (session: ExperimentSession): Promise<void> =>
    until(session.onDidChange, () => session.run?.fixes.isSearching === false && !session.run.fixes.needsSearch(true));

  function fixesAt(uri: vscode.Uri, { range }: vscode.Diagnostic): Thenable<vscode.CodeAction[]> {
    return vscode.commands.executeCommand<vscode.CodeAction[]>(
      "vscode.executeCodeActionProvider",
      uri,
      range,
      vscode.CodeActionKind.QuickFix.value,
    );
  }

  test("an explosion stands as a warning on the very values that cause it, with its numbers", async () => {
    const { uri, document } = await runFile("finding-exploding.rnn.json", EXPLODING);
    await untilFindings(uri, (rules) => rules.length === 2);
    const marked = Object.fromEntries(findingsOf(uri).map((diagnostic) => [String(ruleOf(diagnostic)), diagnostic]));
    assert.deepEqual(Object.keys(marked).sort(), ["exploding", "loss-not-finite"]);
    const { exploding } = marked;
    assert.ok(exploding);
    assert.equal(document.getText(exploding.range), "2");
    assert.match(document.lineAt(exploding.range.start.line).text, /weight_hh_l0/);
    assert.match(exploding.message, /factor of 2 per step back in time, and its norm is 5\.03e6 at iteration 0/);
    assert.equal(document.getText(marked["loss-not-finite"]?.range), "0.001");
    assert.match(lab.statusBar.text, /diverged · \$\(warning\) 2$/);
    // The link leads to the iteration, the time step and the chart.
    const { code } = exploding;
    assert.ok(typeof code === "object");
    assert.deepEqual(JSON.parse(code.target.query), [uri.toString(), 0, 1, "gradient"]);
    assert.equal(code.target.path, "rnnLab.openPanel");
  });

  test("each quick fix is offered once, with what it did; it is a small edit that undo takes back", async () => {
    const { uri, document, session } = await runFile("finding-fixed.rnn.json", EXPLODING);
    await untilFindings(uri, (rules) => rules.includes("exploding"));
    await untilTried(session);
    const exploding = findingsOf(uri).find((diagnostic) => ruleOf(diagnostic) === "exploding");
    assert.ok(exploding);
    const actions = await fixesAt(uri, exploding);
    const titles = actions.map(({ title }) => title);
    assert.equal(new Set(titles).size, titles.length, titles.join("; "));
    const [best] = actions;
    assert.ok(best?.edit);
    assert.equal(best.isPreferred, true);
    // Without auto-run as one types, the fix starts the run.
    assert.match(best.title, /^Fix and re-run: .*: loss [\d.e-]+ after 500 iterations \(now: ∞\)$/);
    assert.ok(await vscode.workspace.applyEdit(best.edit));
    assert.notEqual(document.getText(), EXPLODING);
    await untilFindings(uri, (rules) => rules.length === 0);
    assert.ok(best.command);
    await vscode.commands.executeCommand(best.command.command, ...(best.command.arguments ?? []));
    await untilPhase(session, "done");
    await vscode.window.showTextDocument(document, vscode.ViewColumn.One);
    await vscode.commands.executeCommand("undo");
    assert.equal(document.getText(), EXPLODING);
  });

  test("while fixes are being tried the menu says so, and an edit ends it", async () => {
    const { uri, document, session } = await runFile("finding-trying.rnn.json", SLOW_EXPLODING);
    await untilFindings(uri, (rules) => rules.includes("exploding"));
    const exploding = findingsOf(uri).find((diagnostic) => ruleOf(diagnostic) === "exploding");
    assert.ok(exploding);
    await until(session.onDidChange, () => session.run?.fixes.progress != null);
    const titles = (await fixesAt(uri, exploding)).map(({ title }) => title);
    assert.ok(
      titles.some((title) => /^Trying fixes \(\d+ of \d+\)…$/.test(title)),
      titles.join("; "),
    );
    await replaceInFile(document, `"seed": 1`, `"seed": 2`);
    await until(session.onDidChange, () => session.run?.fixes.isSearching === false);
  });

  test("with the setting off the fixes of the rules are offered, and none is tried", async () => {
    const setTrying = (value: boolean | undefined): Thenable<void> =>
      vscode.workspace.getConfiguration("rnnLab").update("tryFixes", value, vscode.ConfigurationTarget.Global);
    await setTrying(false);
    try {
      const { uri, session } = await runFile("finding-untried.rnn.json", EXPLODING);
      await untilFindings(uri, (rules) => rules.includes("exploding"));
      const exploding = findingsOf(uri).find((diagnostic) => ruleOf(diagnostic) === "exploding");
      assert.ok(exploding);
      const [first] = await fixesAt(uri, exploding);
      assert.equal(first?.title, "Fix and re-run: Clip the gradient norm to 20");
      assert.equal(first.command?.command, "rnnLab.run");
      // While typing re-runs the experiment, so does the edit of the fix.
      await setAutoRun("onType");
      const [typed] = await fixesAt(uri, exploding);
      assert.equal(typed?.title, "Clip the gradient norm to 20");
      assert.equal(typed.command, undefined);
      assert.equal(session.run?.fixes.isSearching, false);
    } finally {
      await setAutoRun("onSave");
      await setTrying(undefined);
    }
  });

  test("a finding goes when the text says another experiment, and comes back with it; a comment moves it", async () => {
    const { uri, document } = await runFile("finding-edited.rnn.json", EXPLODING);
    await untilFindings(uri, (rules) => rules.includes("exploding"));
    const before = findingsOf(uri).find((diagnostic) => ruleOf(diagnostic) === "exploding")?.range.start.line ?? -1;
    await replaceInFile(document, "{", "// One more line.\n{");
    await until(vscode.languages.onDidChangeDiagnostics, () =>
      findingsOf(uri).some(
        (diagnostic) =>
          ruleOf(diagnostic) === "exploding" &&
          diagnostic.range.start.line === before + 1 &&
          document.getText(diagnostic.range) === "2",
      ),
    );
    await replaceInFile(document, `"seed": 1`, `"seed": 2`);
    await untilFindings(uri, (rules) => rules.length === 0);
    await replaceInFile(document, `"seed": 2`, `"seed": 1`);
    await untilFindings(uri, (rules) => rules.includes("exploding"));
  });

  test("a finding whose value the file leaves out stands at the nearest value around it", async () => {
    const text = `{\n  "task": { "kind": "adding", "sequences": 20, "length": 40 },\n  "model": { "hiddenSize": 4, "cell": "rnn" },\n  "training": { "optimizer": { "kind": "adam" }, "iterations": 40 }\n}\n`;
    const { uri, document } = await runFile(
      "finding-default.rnn.json",
      text
        .replace(`"adam"`, `"sgd"`)
        .replace(`"iterations": 40`, `"iterations": 150`)
        .replace(/"hiddenSize": 4, "cell": "rnn"/, `"bias": false, "cell": "rnn", "init": { "scheme": "constant" }`),
    );
    await untilFindings(uri, (rules) => rules.includes("not-decreasing"));
    const finding = findingsOf(uri).find((diagnostic) => ruleOf(diagnostic) === "not-decreasing");
    assert.equal(document.getText(finding?.range), `"init"`);
  });

  test("a healthy run has none", async () => {
    const { uri, session } = await runFile(
      "finding-none.rnn.json",
      EXPLODING.replace(`"clip": null`, `"clip": { "norm": 20 }`),
    );
    assert.deepEqual([session.status.phase, session.run?.findings, findingsOf(uri)], ["done", [], []]);
  });
});
