import assert from "node:assert/strict";
import * as vscode from "vscode";
import type { Services } from "../../src/app/services";
import type { ExperimentSession } from "../../src/session/experimentSession";
import { TUTORIAL, activateLab, cleanUp, command, show, untilPhase, workspaceFile, writeExperiment } from "./support";

suite("time travel", () => {
  let lab: Services;
  const complaints: string[] = [];
  suiteSetup(async () => {
    lab = await activateLab();
    lab.notifications.onDidShow((message) => complaints.push(message));
  });
  teardown(() => cleanUp(lab));

  async function finished(name: string): Promise<{ uri: vscode.Uri; session: ExperimentSession }> {
    const uri = await writeExperiment(name, TUTORIAL);
    await show(uri);
    const session = await lab.files.session(uri);
    await command("run", uri);
    await untilPhase(session, "done");
    return { uri, session };
  }

  test("Step Back and Go to First aim at the panel of the experiment, and what is saved then says where it stands", async () => {
    const { uri } = await finished("travel.rnn.json");
    const svgAfter = async (...steps: readonly string[]): Promise<string> => {
      for (const step of steps) {
        await command(step, uri);
      }
      const target = workspaceFile("travel-loss.svg");
      await command("saveChart", uri, "loss", "svg", target);
      assert.deepEqual(complaints, []);
      return new TextDecoder().decode(await vscode.workspace.fs.readFile(target));
    };
    assert.match(await svgAfter("stepBack"), />at 499</);
    assert.match(await svgAfter("goToFirst", "stepForward"), />at 1</);
    assert.doesNotMatch(await svgAfter("goToLatest"), />at \d/);
  });

  test("Save Chart writes a picture, and the numbers with all their digits", async () => {
    const { uri, session } = await finished("saved.rnn.json");
    const [picture, numbers] = [workspaceFile("saved.png"), workspaceFile("saved.csv")];
    assert.equal((await command<vscode.Uri>("saveChart", uri, "norm", "png", picture)).toString(), picture.toString());
    assert.deepEqual([...(await vscode.workspace.fs.readFile(picture)).subarray(0, 4)], [0x89, 0x50, 0x4e, 0x47]);
    await command("saveChart", uri, "loss", "csv", numbers);
    const lines = new TextDecoder()
      .decode(await vscode.workspace.fs.readFile(numbers))
      .trim()
      .split("\n");
    assert.equal(lines.length, 502);
    assert.equal(Number(lines[501]?.split(",")[1]), session.run?.trace?.column("loss")?.[500]);
  });
});
