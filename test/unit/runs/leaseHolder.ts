/**
 * A process that holds the lease of a run and beats when it is sent a line. It answers each with one of its own.
 */
import { writeSync } from "node:fs";
import { createInterface } from "node:readline";
import { FileMark } from "../../../src/runs/fileMark";
import { Heartbeat } from "../../../src/runs/heartbeat";
import { createLease, leasePath } from "../../../src/runs/lease";

const [, , path] = process.argv;
if (path === undefined) throw new Error("Whose lease?");
createLease(leasePath(path));
const mark = new FileMark();
const heartbeat = new Heartbeat();
heartbeat.add(path, () => {}, mark.memory);
mark.endChange({ identity: null, bytes: 0n, isTorn: true });
writeSync(1, "ready\n");
createInterface(process.stdin).on("line", () => void heartbeat.beat().then(() => writeSync(1, "beat\n")));
