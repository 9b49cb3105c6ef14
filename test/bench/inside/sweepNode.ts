/** The part of bench:sweep-page that is the extension host's: a saved sweep is read, and what its results take. */
import { monitorEventLoopDelay } from "node:perf_hooks";
import { finishInPieces, finishWork } from "../../../src/lib/slicedTask";
import { encodeHead, encodeTrials, readSweepFile, readTrials, type SavedTrials } from "../../../src/sweeps/sweepFile";
import { MADE_INFO, makeTrials } from "../../../webview/fake/madeSweep";

export interface HostFigures {
  readonly fileMb: number;
  readonly readMs: number;
  readonly blockedMs: number;
  readonly memoryMb: number;
}

const MIB = 2 ** 20;

/** @param collect garbage, so that what is measured is what is kept */
export async function measureHost(runs: number, collect: () => void): Promise<HostFigures> {
  const head = encodeHead({ uri: "file:///a.rnn.json", text: "{}", lease: "none" });
  const file = head + finishWork(encodeTrials({ trials: makeTrials(runs), threads: 2 }, 0, runs));
  const used = (): number => {
    collect();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
  const before = used();
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const start = performance.now();
  const read = await readAll(file);
  const readMs = performance.now() - start;
  delay.disable();
  const memoryMb = (used() - before) / MIB;
  // After the measurement, so that the results are still there when it is made.
  if (read.trials.length !== runs) throw new Error(`${read.trials.length} of ${runs} runs are read.`);
  return { fileMb: Buffer.byteLength(file) / MIB, readMs, blockedMs: delay.max / 1e6, memoryMb };
}

async function readAll(file: string): Promise<SavedTrials> {
  const contents = readSweepFile(file);
  if (contents === null) throw new Error("The file of the sweep is not read.");
  return finishInPieces(readTrials(contents, MADE_INFO.parameters));
}
