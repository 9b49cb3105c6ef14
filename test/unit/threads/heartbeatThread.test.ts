import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { FileMark } from "../../../src/runs/fileMark";
import { createLease, decodeLease, leasePath } from "../../../src/runs/lease";
import { HeartbeatThread } from "../../../src/threads/heartbeatThread";
import { buildProgram } from "../runs/processes";
import { temporaryFolder } from "../runs/support";

/** Against hanging only. */
const LONG_MS = 60_000;

test("a heartbeat goes on while the thread that trains is in one long step", { timeout: 2 * LONG_MS }, async () => {
  const path = join(temporaryFolder(), "run.rnnrun");
  const lease = leasePath(path);
  const mark = new FileMark();
  mark.endChange({ identity: null, bytes: 0n, isTorn: true });
  createLease(lease);
  const heartbeat = new HeartbeatThread(buildProgram("../../../src/worker/heartbeat"), { path, memory: mark.memory });
  const end = performance.now() + LONG_MS;
  // This thread does not come back to its event loop, as in a step.
  while (decodeLease(readFileSync(lease, "utf8"))?.beat === 0 && performance.now() < end);
  expect(decodeLease(readFileSync(lease, "utf8"))?.beat).toBeGreaterThan(0);
  await heartbeat.stop();
});
