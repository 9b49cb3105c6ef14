import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

/** Which process this is, among all that could see one folder. */
export interface ProcessPlace {
  readonly process: number;
  /** Clock ticks between the start of the system and that of the process; null where the system does not say. */
  readonly processStart: string | null;
  /** Of this start of the system; the containers of one machine share it. Null where the system does not say. */
  readonly boot: string | null;
  /** In which the process has its number; null where the system has none, or a mismatched `/proc`. */
  readonly pidNamespace: string | null;
  readonly machine: string;
}

const MAX_MACHINE_LENGTH = 128;

/** Cheap: four reads from the kernel's memory. */
export function ownPlace(): ProcessPlace {
  // In a namespace of its own, `/proc` may still be that of the parent: the numbers in it are of other processes.
  const matches = orNull(() => readlinkSync("/proc/self")) === String(process.pid);
  return {
    process: process.pid,
    processStart: orNull(() => startIn(readFileSync("/proc/self/stat", "utf8"))),
    boot: orNull(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()),
    pidNamespace: matches ? orNull(() => readlinkSync("/proc/self/ns/pid")) : null,
    machine: hostname().slice(0, MAX_MACHINE_LENGTH),
  };
}

/** A process of this namespace: when it was started, or that it is gone, or that it is there but hidden. */
export type ProcessState = { readonly start: string } | "gone" | "hidden";

/** A process that was stopped is there; one that has ended and was not yet collected by its parent is gone. */
export function stateOfProcess(pid: number): ProcessState {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const start = startIn(stat);
    if (/^[ZX]/.test(stat.slice(stat.lastIndexOf(")") + 2))) return "gone";
    if (start !== null) return { start };
  } catch {
    // Another user's process may be hidden, and other systems have no such folder.
  }
  try {
    process.kill(pid, 0);
    return "hidden";
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM" ? "hidden" : "gone";
  }
}

/** The 22nd field of `/proc/[pid]/stat`. The second, in parentheses, is the program's name and can hold anything. */
function startIn(stat: string): string | null {
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? null;
}

function orNull<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}
