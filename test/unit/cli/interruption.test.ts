/** Signals while a program is busy, sent by itself, in a process of its own. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { describe, expect, test, vi } from "vitest";
import { ROOT } from "./bundle";

// A guard against hanging only: a busy machine may be slow.
vi.setConfig({ testTimeout: 120_000 });

/** How a program ends that has `endingAtOnce`, `watchInterruption` and `signal`, which sends itself one. */
function run(program: string) {
  const { outputFiles } = buildSync({
    stdin: {
      contents: `import { endingAtOnce, watchInterruption } from ${JSON.stringify(join(ROOT, "src/cli/interruption.ts"))};
        const signal = (name) => process.kill(process.pid, name);
        ${program}`,
      resolveDir: ROOT,
    },
    bundle: true,
    platform: "node",
    format: "cjs",
    write: false,
  });
  const { status, signal } = spawnSync(process.execPath, ["-e", outputFiles[0]!.text], { timeout: 100_000 });
  return { status, signal };
}

describe.runIf(process.platform !== "win32")("a signal", () => {
  test.each(["SIGINT", "SIGTERM"])("%s ends a program at once that reads a table, although it watches", (name) => {
    const program = `watchInterruption(); endingAtOnce({}, () => { signal("${name}"); for (;;); });`;
    expect(run(program)).toEqual({ status: null, signal: name });
  });

  test("that comes after the table is read asks the program to end in order, once", () => {
    const program = `const watched = watchInterruption();
      watched.addEventListener("abort", () => process.exit(130));
      endingAtOnce({}, () => null);
      setInterval(() => signal("SIGINT"), 10);`;
    expect(run(program)).toEqual({ status: 130, signal: null });
  });

  test("that has come before the table is read is not lost, nor one where nothing is read", () => {
    for (const data of ["{}", "null"]) {
      const program = `const watched = watchInterruption();
        watched.addEventListener("abort", () => process.exit(130));
        signal("SIGTERM");
        endingAtOnce(${data}, () => null);
        setInterval(() => {}, 1000);`;
      expect(run(program)).toEqual({ status: 130, signal: null });
    }
  });

  test("is watched again when reading fails", () => {
    const program = `const watched = watchInterruption();
      endingAtOnce({}, () => { throw new Error("unreadable"); }).catch(() => {});
      watched.addEventListener("abort", () => process.exit(130));
      setInterval(() => signal("SIGTERM"), 10);`;
    expect(run(program)).toEqual({ status: 130, signal: null });
  });
});
