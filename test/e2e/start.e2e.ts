/** `npm start` serves a copy of the examples: what is tried out there changes no file of the repository. */
import { execFile } from "node:child_process";
import { appendFile, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { copyExamples } from "../../scripts/copy-examples.mjs";
import { ROOT } from "../../scripts/paths.mjs";
import { makeScratch } from "../../scripts/scratch.mjs";

const run = promisify(execFile);
const gitStatus = async (): Promise<string> => (await run("git", ["status", "--porcelain"], { cwd: ROOT })).stdout;

test("npm start -- --check leaves the repository alone and keeps what was changed in the copy", async () => {
  const profile = await makeScratch("start");
  onTestFinished(() => rm(profile, { recursive: true, force: true }));
  const before = await gitStatus();
  const { folder } = copyExamples(profile);
  const changed = join(folder, "01-it-learns.rnn.json");
  await appendFile(changed, "// mine\n");
  const { stdout } = await run(
    process.execPath,
    [join(ROOT, "scripts", "start.mjs"), "--check", "--profile", profile],
    { cwd: ROOT },
  );
  expect(stdout).toContain(`a copy in ${folder}`);
  expect(stdout).toMatch(/changes .* kept in 01-it-learns\.rnn\.json\./);
  // No note about each port that something in the window listens at.
  const settings = await readFile(join(profile, "server", "data", "User", "settings.json"), "utf8");
  expect(JSON.parse(settings)).toMatchObject({ "remote.autoForwardPorts": false });
  expect(stdout).toContain("The address answers with status 200 and opens the copy.");
  expect(await readFile(changed, "utf8")).toMatch(/\/\/ mine\n$/);
  expect(await gitStatus()).toBe(before);
});
