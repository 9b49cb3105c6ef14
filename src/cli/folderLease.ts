/** Another process may write into the folder of `--out`, here or on another machine that shares it. */
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { leasePath, removeLease } from "../runs/lease";
import { LeaseWatch } from "../runs/leaseWatch";
import { UsageError } from "./args";
import { printError } from "./terminal";

const LOOK_AGAIN_MS = 1000;

/**
 * Returns once nobody writes the run in the folder: at once, unless its last writer was on another machine or in
 * another container, which has to be silent for a while.
 * @throws UsageError while somebody does
 */
export async function refuseWhileWritten(
  folder: string,
  interruption: AbortSignal,
  watch = new LeaseWatch(),
): Promise<void> {
  const path = join(folder, "run.rnnrun");
  for (let looks = 0; ; looks++) {
    const writer = await watch.look(path);
    if (writer === null) return;
    if (writer.state === "gone") return removeLease(leasePath(path));
    const who =
      writer.lease === null ? "another process" : `process ${writer.lease.process} on ${writer.lease.machine}`;
    if (writer.state === "lives")
      throw new UsageError(`--out: ${path} is being written by ${who}. Stop it, or use another folder.`);
    if (looks === 0) printError(`Waiting to see whether ${who} still writes ${path} …\n`);
    await wait(LOOK_AGAIN_MS, null, { signal: interruption });
  }
}
