/** Processes of this machine that outlive who started them, and are found again. */
import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { stateOfProcess } from "../runs/processPlace";

/** Null as the start: the system does not say it. */
export interface StartedProcess {
  readonly pid: number;
  readonly start: string | null;
}

export interface StartOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Gets what the process prints. */
  readonly log: string;
  readonly shell?: boolean;
  readonly onExit: (code: number | null) => void;
}

/** @returns null when it could not be started */
export function startProcess(
  program: string,
  args: readonly string[],
  { env = {}, log, shell = false, onExit }: StartOptions,
): StartedProcess | null {
  const output = openSync(log, "a");
  try {
    const child = spawn(program, [...args], {
      detached: true,
      shell,
      stdio: ["ignore", output, output],
      env: { ...process.env, ...env },
    });
    // It must not keep the program alive that started it.
    child.unref();
    let hasEnded = false;
    const end = (code: number | null): void => {
      if (!hasEnded) onExit(code);
      hasEnded = true;
    };
    child.on("exit", end);
    child.on("error", () => end(null));
    if (child.pid === undefined) return null;
    const state = stateOfProcess(child.pid);
    return { pid: child.pid, start: typeof state === "object" ? state.start : null };
  } finally {
    closeSync(output);
  }
}

/** Whether it is still the same process. */
export function isAlive({ pid, start }: StartedProcess): boolean {
  const state = stateOfProcess(pid);
  return state === "hidden" || (typeof state === "object" && (start === null || state.start === start));
}

/** The process and those that it has started: each has a group of its own. */
export function endProcess(started: StartedProcess, signal: NodeJS.Signals = "SIGTERM"): void {
  if (!isAlive(started)) return;
  try {
    process.kill(process.platform === "win32" ? started.pid : -started.pid, signal);
  } catch {
    // It has just ended.
  }
}

export function isStartedProcess(value: unknown): value is StartedProcess {
  if (typeof value !== "object" || value === null) return false;
  const { pid, start } = value as Readonly<Record<string, unknown>>;
  return Number.isSafeInteger(pid) && (pid as number) > 0 && (start === null || typeof start === "string");
}
