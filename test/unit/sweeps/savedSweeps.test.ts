/** Results of a sweep on the disk, as the next extension host finds them. */
import { spawn } from "node:child_process";
import { appendFile, mkdtemp, readdir, readFile, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { encodeLease } from "../../../src/runs/lease";
import { ownPlace, stateOfProcess } from "../../../src/runs/processPlace";
import { SavedSweeps } from "../../../src/sweeps/savedSweeps";
import { encodeHead, encodeResult, readSweepFile, type SweepFileResult } from "../../../src/sweeps/sweepFile";
import { resultOf } from "../sweepPlan/support";

const URI = "file:///a.rnn.json";
const TEXT = `{ "sweep": { "seeds": 3 } }`;
const entry = (index: number, loss = 1): SweepFileResult => ({
  result: resultOf({ index, loss }),
  elapsedMs: 10 * index,
  threads: 2,
});

let folder = "";
let sweeps: SavedSweeps;
const warnings: string[] = [];
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), "rnn-lab-sweeps-")), "sweeps");
  sweeps = new SavedSweeps(folder, (message) => warnings.push(message));
  warnings.length = 0;
});

async function found(uri = URI): Promise<readonly SweepFileResult[] | string> {
  const contents = await sweeps.find(uri);
  return typeof contents === "string" ? contents : contents.results;
}

describe("the saved results of a sweep", () => {
  test("are found by the file of the experiment, with what JSON has no numbers for", async () => {
    expect(await found()).toBe("none");
    const writer = sweeps.begin(URI, TEXT, [entry(0, NaN)]);
    writer.add(entry(2, Infinity));
    writer.add(entry(1));
    await writer.settled();
    expect(await found()).toEqual([entry(0, NaN), entry(2, Infinity), entry(1)]);
    expect(await found("file:///b.rnn.json")).toBe("none");
  });

  test("are all there when the host ends, also those that were not due yet", async () => {
    const writer = sweeps.begin(URI, TEXT, []);
    await writer.settled();
    for (let index = 0; index < 20; index++) writer.add(entry(index));
    writer.dispose();
    expect(await found()).toHaveLength(20);
  });

  test("take the place of those of the same file, and of no other", async () => {
    for (const [uri, count] of [
      [URI, 2],
      ["file:///b.rnn.json", 3],
      [URI, 1],
    ] as const) {
      const writer = sweeps.begin(
        uri,
        TEXT,
        Array.from({ length: count }, (_, index) => entry(index)),
      );
      await writer.settled();
    }
    expect(await found()).toHaveLength(1);
    expect(await found("file:///b.rnn.json")).toHaveLength(3);
    expect(await readdir(folder)).toHaveLength(2);
  });

  test("end where a line was cut off or is no result", async () => {
    const writer = sweeps.begin(URI, TEXT, [entry(0), entry(1)]);
    await writer.settled();
    const path = join(folder, (await readdir(folder))[0] ?? "");
    const { length } = await readFile(path);
    await truncate(path, length - 5);
    expect(await found()).toEqual([entry(0)]);
    await appendFile(path, `\n${encodeResult(entry(2))}`);
    expect(await found()).toEqual([entry(0)]);
    await writeFile(path, "nothing of ours\n");
    expect(await found()).toBe("none");
    expect(readSweepFile("")).toBeNull();
  });

  test("of a process that lives are its own until it is gone", async () => {
    const other = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
    const writer = sweeps.begin(URI, TEXT, [entry(0)]);
    await writer.settled();
    const state = stateOfProcess(other.pid ?? 0);
    const lease = encodeLease({
      ...ownPlace(),
      process: other.pid ?? 0,
      processStart: typeof state === "object" ? state.start : null,
      beat: 0,
    });
    const path = join(folder, (await readdir(folder))[0] ?? "");
    await writeFile(path, encodeHead({ uri: URI, text: TEXT, lease }) + encodeResult(entry(0)));
    expect(await found()).toBe("busy");
    // A sweep that begins here leaves that one alone.
    const own = sweeps.begin(URI, TEXT, []);
    await own.settled();
    expect(await readdir(folder)).toHaveLength(2);
    const gone = new Promise((resolve) => other.once("exit", resolve));
    other.kill();
    await gone;
    expect(await found()).not.toBe("busy");
  });

  test("that cannot be written are no reason to end the sweep", async () => {
    await writeFile(folder, "in the way");
    const writer = sweeps.begin(URI, TEXT, []);
    writer.add(entry(0));
    await writer.settled();
    writer.dispose();
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/^The results of a sweep could not be saved: /);
    expect(await found()).toBe("none");
  });
});
