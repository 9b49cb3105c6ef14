import { appendFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Sentinels } from "../../chaos/sentinels";
import { temporaryFolder } from "../runs/support";

describe("files that are nobody's business", () => {
  async function guard() {
    const [workspace, runs] = [temporaryFolder(), temporaryFolder()];
    const sentinels = new Sentinels(workspace, runs);
    await sentinels.write();
    return { workspace, runs, sentinels };
  }

  it("are as they were as long as nobody touches them, and what the user saves is the user's", async () => {
    const { sentinels, workspace } = await guard();
    const file = join(workspace, "a.rnn.json");
    writeFileSync(file, "{}");
    sentinels.expect(file, ["{}"]);
    expect(await sentinels.check()).toEqual([]);
    writeFileSync(file, "{ }");
    expect(await sentinels.check()).toHaveLength(1);
  });

  it("are missed when they are changed or deleted, also when a link leads there, and so is what comes new", async () => {
    const { sentinels, workspace, runs } = await guard();
    appendFileSync(join(runs, "link.json"), "through the link");
    rmSync(join(runs, "trash", "thesis.txt"));
    writeFileSync(join(workspace, "stray.json"), "");
    const problems = (await sentinels.check()).join("\n");
    expect(problems).toMatch(/data\.csv is not as it was/);
    expect(problems).toMatch(/thesis\.txt is not as it was/);
    expect(problems).toMatch(/stray\.json has come/);
  });
});
