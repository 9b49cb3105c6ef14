import { execFile } from "node:child_process";

/** As one word of a POSIX shell. */
export function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

export interface Answer {
  /** Null when the program could not be started, or did not answer in time. */
  readonly code: number | null;
  readonly out: string;
  /** What it printed as errors, or why there is none. */
  readonly error: string;
}

const MAX_BYTES = 2 ** 26;

/** Never throws. */
export function ask(program: string, args: readonly string[], timeoutMs = 30_000): Promise<Answer> {
  return new Promise((resolve) => {
    execFile(
      program,
      [...args],
      { timeout: timeoutMs, maxBuffer: MAX_BYTES, encoding: "utf8" },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === "number" ? error.code : null;
        resolve({ code, out: stdout, error: stderr.trim() === "" ? (error?.message ?? "") : stderr.trim() });
      },
    );
  });
}
