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

const TIMEOUT_MS = 30_000;

/** Never throws. */
export function ask(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  return new Promise((resolve) => {
    execFile(
      program,
      [...args],
      { timeout: TIMEOUT_MS, maxBuffer: MAX_BYTES, encoding: "utf8", env: { ...process.env, ...env } },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === "number" ? error.code : null;
        resolve({ code, out: stdout, error: stderr.trim() === "" ? (error?.message ?? "") : stderr.trim() });
      },
    );
  });
}
