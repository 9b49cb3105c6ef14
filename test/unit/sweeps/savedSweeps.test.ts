/** Results of a sweep on the disk, as the next extension host finds them. */
import { spawn } from "node:child_process";
import { appendFile, mkdtemp, readdir, readFile, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { encodeLease } from "../../../src/runs/lease";
import { ownPlace, stateOfProcess } from "../../../src/runs/processPlace";
import { SavedSweeps } from "../../../src/sweeps/savedSweeps";
import { finishWork } from "../../../src/lib/slicedTask";
import { encodeNonFinite } from "../../../src/shared/wire/nonFinite";
import type { TrialResult } from "../../../src/shared/wire/sweep";
import { TrialColumns } from "../../../src/shared/wire/trialColumns";
import {
  countsOf,
  encodeHead,
  encodeTrials,
  readSweepFile,
  readTrials,
  type SavedTrials,
} from "../../../src/sweeps/sweepFile";
import type { JudgedRung } from "../../../src/sweepPlan/stopping";
import { resultOf } from "../sweepPlan/support";

const URI = "file:///a.rnn.json";
const TEXT = `{ "sweep": { "seeds": 3 } }`;
const PARAMETERS = [
  { key: "training.optimizer.learningRate", kind: "number", scale: "log" },
  { key: "model.cell", kind: "choice", scale: "linear" },
] as const;
const entry = (index: number, loss = 1): TrialResult =>
  resultOf({ index, loss, values: [index / 7, index % 2 === 0 ? "rnn" : { kind: "gru" }] });

/** What a sweep has given so far, to which more can be added. */
class Given {
  readonly trials = new TrialColumns(PARAMETERS);
  readonly rungs: JudgedRung[] = [];
  readonly current = (): SavedTrials => ({ trials: this.trials, rungs: this.rungs, threads: 2 });
  constructor(...results: readonly TrialResult[]) {
    for (const result of results) this.add(result);
  }
  add(result: TrialResult): void {
    this.trials.add(result, 10 * result.index);
  }
}

const encoded = ({ current }: Given): string =>
  finishWork(encodeTrials(current(), { trials: 0, rungs: 0 }, countsOf(current())));

let folder = "";
let sweeps: SavedSweeps;
const warnings: string[] = [];
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), "rnn-lab-sweeps-")), "sweeps");
  sweeps = new SavedSweeps(folder, (message) => warnings.push(message));
  warnings.length = 0;
});

async function found(uri = URI): Promise<readonly TrialResult[] | string> {
  const contents = await sweeps.find(uri);
  return typeof contents === "string" ? contents : [...finishWork(readTrials(contents, PARAMETERS)).trials];
}

describe("the saved results of a sweep", () => {
  test("are found by the file of the experiment, with what JSON has no numbers for", async () => {
    expect(await found()).toBe("none");
    const given = new Given(entry(0, NaN));
    const writer = sweeps.begin(URI, TEXT, given.current);
    await writer.settled();
    given.add({ ...entry(2, Infinity), message: "why" });
    given.add(entry(1));
    await writer.settled();
    const all = [entry(0, NaN), { ...entry(2, Infinity), message: "why" }, entry(1)];
    expect(await found()).toEqual(all);
    const contents = await sweeps.find(URI);
    if (typeof contents === "string") throw new Error(contents);
    const { trials, threads } = finishWork(readTrials(contents, PARAMETERS));
    expect([[...trials.column("endedMs")], threads]).toEqual([[0, 20, 10], 2]);
    expect(await found("file:///b.rnn.json")).toBe("none");
  });

  test("are all there when the host ends, also those that were not due yet", async () => {
    const given = new Given();
    const writer = sweeps.begin(URI, TEXT, given.current);
    await writer.settled();
    for (let index = 0; index < 20; index++) {
      given.add(entry(index));
      writer.update();
    }
    writer.dispose();
    expect(await found()).toHaveLength(20);
  });

  test("are kept with what was decided at rungs, also where no run has ended since", async () => {
    const rung = (index: number, value: number, stopped: string | null): JudgedRung => ({
      index,
      iteration: 10,
      figure: "loss",
      value,
      stopped,
    });
    const given = new Given();
    given.rungs.push(rung(0, 0.5, null));
    const writer = sweeps.begin(URI, TEXT, given.current);
    await writer.settled();
    given.rungs.push(rung(1, Infinity, "Why."));
    await writer.settled();
    given.rungs.push(rung(2, 0.25, null));
    given.add(entry(0));
    writer.dispose();
    const contents = await sweeps.find(URI);
    if (typeof contents === "string") throw new Error(contents);
    const { trials, rungs } = finishWork(readTrials(contents, PARAMETERS));
    expect([[...trials], rungs]).toEqual([[entry(0)], given.rungs]);
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
        new Given(...Array.from({ length: count }, (_, index) => entry(index))).current,
      );
      await writer.settled();
    }
    expect(await found()).toHaveLength(1);
    expect(await found("file:///b.rnn.json")).toHaveLength(3);
    expect(await readdir(folder)).toHaveLength(2);
  });

  test("end where a line was cut off or is no result", async () => {
    const given = new Given(entry(0));
    const writer = sweeps.begin(URI, TEXT, given.current);
    await writer.settled();
    given.add(entry(1));
    await writer.settled();
    const path = join(folder, (await readdir(folder))[0] ?? "");
    const { length } = await readFile(path);
    await truncate(path, length - 5);
    expect(await found()).toEqual([entry(0)]);
    await appendFile(path, `\n${encoded(new Given(entry(2)))}`);
    expect(await found()).toEqual([entry(0)]);
    await writeFile(path, "nothing of ours\n");
    expect(await found()).toBe("none");
    expect(readSweepFile("")).toBeNull();
  });

  test("of the format with a line a run are read as well, and a run that is there twice counts once", async () => {
    const head = JSON.stringify({ format: "rnnsweep 1", uri: URI, text: TEXT, lease: "none" });
    const line = (result: TrialResult): string =>
      JSON.stringify({ elapsedMs: 5, threads: 3, result: encodeNonFinite({ ...result, gradientReach: undefined }) });
    const results = [entry(1, NaN), entry(0, -Infinity)];
    const contents = readSweepFile(`${[head, ...results.map(line), line(results[0]!)].join("\n")}\n`);
    if (contents === null) throw new Error("It is not read.");
    const { trials, threads } = finishWork(readTrials(contents, PARAMETERS));
    expect([[...trials], threads]).toEqual([results, 3]);
  });

  test("of a process that lives are its own until it is gone", async () => {
    const other = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
    const writer = sweeps.begin(URI, TEXT, new Given(entry(0)).current);
    await writer.settled();
    const state = stateOfProcess(other.pid ?? 0);
    const lease = encodeLease({
      ...ownPlace(),
      process: other.pid ?? 0,
      processStart: typeof state === "object" ? state.start : null,
      beat: 0,
    });
    const path = join(folder, (await readdir(folder))[0] ?? "");
    await writeFile(path, encodeHead({ uri: URI, text: TEXT, lease }) + encoded(new Given(entry(0))));
    expect(await found()).toBe("busy");
    // A sweep that begins here leaves that one alone.
    const own = sweeps.begin(URI, TEXT, new Given().current);
    await own.settled();
    expect(await readdir(folder)).toHaveLength(2);
    const gone = new Promise((resolve) => other.once("exit", resolve));
    other.kill();
    await gone;
    expect(await found()).not.toBe("busy");
  });

  test("that cannot be written are no reason to end the sweep", async () => {
    await writeFile(folder, "in the way");
    const writer = sweeps.begin(URI, TEXT, new Given(entry(0)).current);
    writer.update();
    await writer.settled();
    writer.dispose();
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/^The results of a sweep could not be saved: /);
    expect(await found()).toBe("none");
  });
});
