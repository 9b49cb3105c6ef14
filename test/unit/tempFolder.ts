/** All temporary files of a test run are in one folder, which goes with it. Its name is short, for paths of sockets. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const MADE = "RNNLAB_TEST_FOLDER";

export function setup(): (() => void) | void {
  // Each project has a setup of its own.
  if (process.env[MADE] !== undefined) return;
  const outer = process.env["TMPDIR"];
  const folder = mkdtempSync(join(tmpdir(), "rl-"));
  process.env[MADE] = process.env["TMPDIR"] = folder;
  return () => {
    delete process.env[MADE];
    if (outer === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = outer;
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
}
