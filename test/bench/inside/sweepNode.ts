/** The part of bench:sweep-page without a page: a sweep is planned, a saved one is read, and what its results take. */
import { monitorEventLoopDelay } from "node:perf_hooks";
import { finishInPieces, finishWork } from "../../../src/lib/slicedTask";
import { readSweep } from "../../../src/sweepPlan/readSweep";
import { encodeHead, encodeTrials, readSweepFile, readTrials, type SavedTrials } from "../../../src/sweeps/sweepFile";
import { trialsOf } from "../../../src/worker/trialsOf";
import { MADE_INFO, makeTrials } from "../../../webview/fake/madeSweep";

export interface HostFigures {
  readonly planMs: number;
  readonly fileMb: number;
  readonly readMs: number;
  readonly blockedMs: number;
  readonly memoryMb: number;
}

const MIB = 2 ** 20;
const PLANNED = {
  parameters: {
    "training.optimizer.kind": ["sgd", "momentum", "adam"],
    "training.optimizer.learningRate": { from: 1e-4, to: 1, scale: "log" },
    "training.optimizer.momentum": { from: 0, to: 0.99 },
    "model.hiddenSize": { from: 4, to: 64, scale: "log" },
  },
};

/** @param collect garbage, so that what is measured is what is kept */
export async function measureHost(runs: number, collect: () => void): Promise<HostFigures> {
  const planMs = timePlanning(runs);
  const file = makeFile(runs);
  // The first reading compiles code, and lets go of what came before it: memory is measured at the second one.
  const times = await timeReading(file);
  return { planMs, fileMb: Buffer.byteLength(file) / MIB, ...times, memoryMb: await weighReading(file, runs, collect) };
}

/** From the text to the list of all runs, as each of its threads makes it. */
function timePlanning(runs: number): number {
  const text = JSON.stringify({ sweep: { ...PLANNED, search: { kind: "random", budget: runs } } });
  const start = performance.now();
  const read = readSweep(text);
  const planned = "problems" in read ? 0 : trialsOf(read.job).length;
  if (planned !== runs) throw new Error(`${planned} of ${runs} runs are planned.`);
  return performance.now() - start;
}

async function timeReading(file: string): Promise<Pick<HostFigures, "readMs" | "blockedMs">> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const start = performance.now();
  await readAll(file);
  const readMs = performance.now() - start;
  delay.disable();
  return { readMs, blockedMs: delay.max / 1e6 };
}

async function weighReading(file: string, runs: number, collect: () => void): Promise<number> {
  const used = async (): Promise<number> => {
    // What the last turns of the loop have held is free after some more.
    for (let turn = 0; turn < 3; turn++) {
      await new Promise((resolve) => setImmediate(resolve));
      collect();
    }
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
  const before = await used();
  const { trials } = await readAll(file);
  const memoryMb = ((await used()) - before) / MIB;
  // After the measurement, so that the results are still there when it is made.
  if (trials.length !== runs) throw new Error(`${trials.length} of ${runs} runs are read.`);
  return memoryMb;
}

/**
 * In a function of its own: one that has not returned may keep the runs alive that it made the file from. As one string
 * without parts, which reading would put together.
 */
function makeFile(runs: number): string {
  const head = encodeHead({ uri: "file:///a.rnn.json", text: "{}", lease: "none" });
  const lines = finishWork(
    encodeTrials(
      { trials: makeTrials(runs), rungs: [], threads: 2 },
      { trials: 0, rungs: 0 },
      { trials: runs, rungs: 0 },
    ),
  );
  return Buffer.from(head + lines).toString("utf8");
}

async function readAll(file: string): Promise<SavedTrials> {
  const contents = readSweepFile(file);
  if (contents === null) throw new Error("The file of the sweep is not read.");
  return finishInPieces(readTrials(contents, MADE_INFO.parameters));
}
