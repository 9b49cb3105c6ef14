import { appendFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Sentinels } from "../../chaos/sentinels";
import { temporaryFolder } from "../runs/support";

describe("files of others", () => {
  async function guard() {
    const [workspace, runs] = [temporaryFolder(), temporaryFolder()];
    const sentinels = new Sentinels(workspace, runs);
    await sentinels.write();
    return { workspace, runs, sentinels };
  }

  it("are unchanged, and an experiment file has what the user saved", async () => {
    const { sentinels, workspace } = await guard();
    const file = join(workspace, "a.rnn.json");
    writeFileSync(file, "{}");
    sentinels.expect(file, ["{}"]);
    expect(await sentinels.check()).toEqual([]);
    writeFileSync(file, "{ }");
    expect(await sentinels.check()).toHaveLength(1);
  });

  it("are reported if they changed, also through a link, if they are missing, or if they are new", async () => {
    const { sentinels, workspace, runs } = await guard();
    appendFileSync(join(runs, "link.json"), "through the link");
    rmSync(join(runs, "trash", "thesis.txt"));
    writeFileSync(join(workspace, "stray.json"), "");
    const problems = (await sentinels.check()).join("\n");
    expect(problems).toMatch(/data\.csv is not as it was/);
    expect(problems).toMatch(/thesis\.txt is not as it was/);
    expect(problems).toMatch(/stray\.json has appeared/);
  });
});
