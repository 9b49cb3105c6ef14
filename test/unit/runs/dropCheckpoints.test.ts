import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { withDefaults } from "../../../src/config/schema/defaults";
import { experimentSchema } from "../../../src/config/schema/fileSchema";
import type { Experiment } from "../../../src/config/schema/schema";
import type { Checkpoint } from "../../../src/core/numerics/checkpoint";
import { createTrainer } from "../../../src/core/training/trainer";
import { dropEarlierCheckpoints } from "../../../src/runs/dropCheckpoints";
import { encodeCheckpoint, encodeFindings, encodeProgress, encodeRun, FRAME } from "../../../src/runs/format/encodeRun";
import { HEAD_BYTES, readFrames } from "../../../src/runs/format/frames";
import { readRun } from "../../../src/runs/format/readRun";
import { TraceBuffer } from "../../../src/shared/trace/traceBuffer";
import { temporaryFolder, trainedRun } from "./support";

/** 8,000 parameters: a checkpoint of 200 kB. */
const LARGE = withDefaults(experimentSchema, {
  task: { kind: "adding", sequences: 4, length: 5 },
  model: { cell: "lstm", hiddenSize: 44 },
  training: { iterations: 8, batchSize: 4 },
}) as Experiment;

function checkpointsOf(experiment: Experiment, count: number): Checkpoint[] {
  const trainer = createTrainer(experiment);
  const trace = new TraceBuffer(trainer.columns, trainer.iterations + 1);
  return Array.from({ length: count }, () => {
    trainer.step(trace);
    return trainer.checkpoint();
  });
}

const trained = trainedRun(LARGE);
const checkpoints = checkpointsOf(LARGE, 4);
/** Of those before the last one. */
const earlierBytes = checkpoints.slice(0, -1).reduce((sum, one) => sum + encodeCheckpoint(one).length, 0);

/** As a thread writes it: each checkpoint is followed by a status, the last one by the end. */
function writeFile(of: readonly Checkpoint[], run = trained, endedAt: number | null = run.endedAt): string {
  const path = join(temporaryFolder(), "run.rnnrun");
  writeFileSync(path, encodeRun({ ...run, checkpoint: null, endedAt: null }));
  for (const checkpoint of of) {
    appendFileSync(path, encodeCheckpoint(checkpoint));
    const last = checkpoint === of.at(-1);
    appendFileSync(
      path,
      encodeProgress({
        status: run.status,
        checkpoint: checkpoint.iteration,
        endedAt: last ? endedAt : null,
        metrics: null,
      }),
    );
  }
  return path;
}

function countCheckpoints(path: string): number {
  return [...readFrames(readFileSync(path), HEAD_BYTES)].filter(({ kind }) => kind === FRAME.checkpoint).length;
}

describe("dropEarlierCheckpoints", () => {
  it("leaves the last checkpoint of a run that has ended, and every other frame as it was", async () => {
    const path = writeFile(checkpoints);
    const before = readRun(readFileSync(path));
    const size = statSync(path).size;
    expect(await dropEarlierCheckpoints(path)).toBe(earlierBytes);
    const after = readRun(readFileSync(path));
    expect(countCheckpoints(path)).toBe(1);
    expect({ ...after, goodBytes: 0 }).toEqual({ ...before, goodBytes: 0 });
    expect(statSync(path).size).toBe(size - earlierBytes);
    expect(readdirSync(dirname(path))).toEqual(["run.rnnrun"]);
    expect(await dropEarlierCheckpoints(path)).toBe(0);
  });

  it("leaves a file alone that has not ended, is torn, or is none", async () => {
    const torn = writeFile(checkpoints);
    appendFileSync(torn, new Uint8Array(20).fill(7));
    const text = join(temporaryFolder(), "text.rnnrun");
    writeFileSync(text, "no run");
    for (const path of [writeFile(checkpoints, trained, null), torn, text]) {
      const before = readFileSync(path);
      expect(await dropEarlierCheckpoints(path)).toBe(0);
      expect(readFileSync(path).equals(before)).toBe(true);
    }
    expect(await dropEarlierCheckpoints(join(temporaryFolder(), "none.rnnrun"))).toBe(0);
  });

  it("leaves a file alone whose checkpoints are a small part of it", async () => {
    const small = trainedRun();
    const path = writeFile(checkpointsOf(small.meta.config, 4), small);
    const before = readFileSync(path);
    expect(await dropEarlierCheckpoints(path)).toBe(0);
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it("loses nothing that is added while it works", async () => {
    const path = writeFile(checkpoints);
    const added = encodeFindings([]);
    const work = dropEarlierCheckpoints(path);
    while (!existsSync(`${path}.${process.pid}.draft`)) await setImmediate();
    appendFileSync(path, added);
    expect(await work).toBe(0);
    expect(readFileSync(path).subarray(-added.length).equals(added)).toBe(true);
  });

  it("leaves the file as it is when there is no room for another", async () => {
    const path = writeFile(checkpoints);
    const before = readFileSync(path);
    mkdirSync(`${path}.${process.pid}.draft`);
    await expect(dropEarlierCheckpoints(path)).rejects.toThrow(/not a regular file/);
    expect(readFileSync(path).equals(before)).toBe(true);
  });
});
