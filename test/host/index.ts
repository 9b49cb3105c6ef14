/**
 * Runs inside the extension host of a real VS Code: mocha over all test files of this folder.
 * Each result goes, as one line of JSON, to the file named in RNNLAB_HOST_RESULTS, where the launcher reads it.
 */
import { appendFileSync } from "node:fs";
import Mocha from "mocha";

/** One line of the results file. */
export type HostTestEvent =
  | { readonly type: "begin" | "pass" | "skip"; readonly title: string }
  /** A test that failed for good, or is run once more. */
  | { readonly type: "fail" | "retry"; readonly title: string; readonly error: string }
  | { readonly type: "end"; readonly failures: number }
  /** The tests could not even be loaded. */
  | { readonly type: "broken"; readonly error: string };

export async function run(): Promise<void> {
  const failures = await runMocha().catch((error: Error) => {
    report({ type: "broken", error: error.stack ?? error.message });
    throw error;
  });
  report({ type: "end", failures });
  // What the desktop VS Code makes its exit code of.
  if (failures > 0) throw new Error(`${failures} tests failed`);
}

async function runMocha(): Promise<number> {
  const mocha = new Mocha({
    ui: "tdd",
    // Against hanging only: a busy machine is slow.
    timeout: 120_000,
    reporter: Mocha.reporters.Base,
    grep: process.env["RNNLAB_GREP"] ?? "",
    retries: Number(process.env["RNNLAB_HOST_RETRIES"] ?? 0),
  });
  // Sets the globals `suite` and `test` that the files use as they load.
  mocha.suite.emit("pre-require", globalThis, "", mocha);
  await import("host-tests");
  return new Promise((resolve) => {
    const runner = mocha.run(resolve);
    runner.on("test", (test) => report({ type: "begin", title: test.fullTitle() }));
    runner.on("pass", (test) => report({ type: "pass", title: test.fullTitle() }));
    runner.on("pending", (test) => report({ type: "skip", title: test.fullTitle() }));
    for (const type of ["fail", "retry"] as const)
      runner.on(type, (test: Mocha.Test, error: Error) =>
        report({ type, title: test.fullTitle(), error: error.stack ?? String(error) }),
      );
  });
}

function report(event: HostTestEvent): void {
  const file = process.env["RNNLAB_HOST_RESULTS"];
  if (file === undefined) throw new Error("RNNLAB_HOST_RESULTS names no file; start the tests with npm run test:host");
  appendFileSync(file, JSON.stringify(event) + "\n");
}
