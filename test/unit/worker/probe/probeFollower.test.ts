/** A file of a probe becomes rows, scalars, findings and answers; the numbers are those that `--read` prints. */
import { appendFileSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ROOT } from "../../../../scripts/paths.mjs";
import { visitedOfLayer } from "../../../../src/core/dynamics/visitedStates";
import { layerSample } from "../../../../src/core/recompute/layerSample";
import { findInProbe } from "../../../../src/diagnosis/probeFindings";
import { finishWork } from "../../../../src/lib/slicedTask";
import { HEAD_BYTES, readFrames } from "../../../../src/runs/format/frames";
import { readProbeFile } from "../../../../src/runs/probeFile";
import { vectorColumn, type TraceHeader, type TraceRows } from "../../../../src/shared/trace/trace";
import type { Answer, Question } from "../../../../src/shared/wire/questions";
import type { ProbeReport } from "../../../../src/threads/probeMessages";
import { CaptureIndex, viewsInPieces } from "../../../../src/worker/probe/captureIndex";
import { ProbeFollower } from "../../../../src/worker/probe/probeFollower";
import { expectClose } from "../../core/support";

/** Two layers in both directions and a cell, four steps, every second captured; written by the probe itself. */
const SMALL = join(ROOT, "test/fixtures/probe/small.rnnrun");

class Follower {
  readonly reports: ProbeReport[] = [];
  now = 0;
  private untaken = 0;
  private readonly follower: ProbeFollower;

  constructor(path: string) {
    this.follower = new ProbeFollower(path, {
      post: (report) => {
        this.reports.push(report);
        if ("rows" in report) this.untaken++;
      },
      now: () => this.now,
    });
  }

  /** As its thread does once a second, until there is nothing to do. */
  look(): void {
    this.now += 1000;
    this.follower.look(null);
    this.run();
  }

  ask(question: Question): Answer {
    this.follower.ask(1, question);
    this.run();
    const reply = this.reports.at(-1)!;
    if (reply.type !== "reply") throw new Error(JSON.stringify(reply));
    return reply.result as Answer;
  }

  get whole(): Extract<ProbeReport, { type: "whole" }> {
    return this.reports.findLast((report) => report.type === "whole")!;
  }

  get state(): Extract<ProbeReport, { type: "state" }> {
    return this.reports.findLast((report) => report.type === "state")!;
  }

  private run(): void {
    for (let wait: number | null = 0; wait !== null || this.untaken > 0; wait = this.follower.work()) {
      this.now += Math.max(1, wait ?? 0);
      for (; this.untaken > 0; this.untaken--) this.follower.credit();
    }
  }
}

/** One row of a column. */
function rowOf({ columns }: TraceHeader, rows: TraceRows, row: number, name: string): number[] {
  const index = columns.findIndex((column) => column.name === name);
  const { length } = columns[index]!;
  return Array.from(rows.columns[index]!.subarray(row * length, (row + 1) * length));
}

/** All rows that were reported, whole or in parts. */
function allRows(follower: Follower): TraceRows {
  const last = follower.reports.findLastIndex((report) => report.type === "whole");
  const parts = follower.reports.slice(last).flatMap((report) => ("rows" in report ? [report.rows] : []));
  const columns = parts[0]!.columns.map((_, i) => Float64Array.from(parts.flatMap((part) => [...part.columns[i]!])));
  return { rows: parts.reduce((sum, { rows }) => sum + rows, 0), columns };
}

describe("the file of a probe as a trace", () => {
  it("has the numbers that --read computes, for each layer and direction of each captured step", () => {
    const follower = new Follower(SMALL);
    follower.look();
    const contents = readProbeFile(SMALL);
    const index = new CaptureIndex();
    for (const { value, start } of contents.captures) index.add(value, start);
    const rows = allRows(follower);
    const { header } = follower.whole;
    expect(rowOf(header, rows, 0, "iteration")).toEqual([index.iterations[0]]);
    expect(rows.rows).toBe(index.iterations.length);
    expect(header.probed!.layers.map(({ name }) => name)).toMatchInlineSnapshot(`
      [
        "rnn · layer 0 · forward",
        "rnn · layer 0 · backward",
        "rnn · layer 1 · forward",
        "rnn · layer 1 · backward",
        "cell",
      ]
    `);
    index.iterations.forEach((iteration, row) => {
      const views = finishWork(viewsInPieces({ path: SMALL, start: contents.start, index }, iteration));
      const directions = views.flatMap(({ analyzed }) => analyzed.directions);
      expect(directions).toHaveLength(header.numLayers);
      directions.forEach(({ norms, units, states }, l) => {
        const T = norms.gradientNorms.length;
        const shown = rowOf(header, rows, row, vectorColumn.stateGradNorm(l));
        expect(shown.slice(1, T + 1)).toEqual(norms.gradientNorms);
        expect(shown.slice(T + 1).every(Number.isNaN)).toBe(true);
        expect(rowOf(header, rows, row, vectorColumn.state(l)).slice(units, units * (T + 1))).toEqual(
          Array.from(states.subarray(0, T * units)),
        );
      });
      const loss = contents.scalars.get("loss")![Array.from(contents.scalars.get("iteration")!).indexOf(iteration)];
      expect(rowOf(header, rows, row, "loss")).toEqual([loss]);
      if (iteration === index.iterations.at(-1))
        expect(
          follower.state.findings.filter(({ severity }) => severity === "warning").map(({ rule }) => rule),
        ).toEqual(findInProbe(contents, views).map(({ rule }) => rule));
    });
  });
});

describe("the dynamics of a recorded layer", () => {
  it("have a map that leads from each recorded state to the next", () => {
    const { start, captures } = readProbeFile(SMALL);
    const index = new CaptureIndex();
    for (const { value, start: at } of captures) index.add(value, at);
    const [view] = finishWork(viewsInPieces({ path: SMALL, start, index }, index.iterations.at(-1)!));
    const { layer: module, capture, weights, analyzed } = view!;
    for (let layer = 0; layer < module.numLayers; layer++) {
      const sample = layerSample(module, capture, weights!, analyzed, layer);
      const { map, states, inputs, sequences, timeSteps: T } = finishWork(visitedOfLayer(sample));
      const { size: n } = map;
      const { inputSize: I } = map.spec;
      expect(sequences * T).toBeGreaterThan(1);
      for (let b = 0; b < sequences; b++)
        for (let t = 0; t < T; t++) {
          const h = (b * (T + 1) + t) * n;
          const next = map.step(states.slice(h, h + n), inputs.slice((b * T + t) * I, (b * T + t + 1) * I));
          expectClose(next, states.slice(h + n, h + 2 * n), 1e-5, 1e-6);
        }
    }
  });

  it("are asked for part by part, and refused where the whole model is needed", () => {
    const follower = new Follower(SMALL);
    follower.look();
    const part = { iteration: 99, layer: 0, attempt: 1 } as const;
    for (let poll = 0, done = false; !done; poll++) {
      const answer = follower.ask({ kind: "fixedPoints", ...part, poll, input: null });
      if (answer.kind !== "fixedPoints") throw new Error("another answer");
      done = answer.found !== null;
      if (done) expect(answer.found!.trajectories.places.every(Number.isFinite)).toBe(true);
    }
    expect(() => follower.ask({ kind: "sharpness", ...part, poll: 0 })).toThrow(/needs the whole model/);
    expect(() => follower.ask({ kind: "memory", ...part, poll: 0 })).toThrow(
      /Captured sequences: 2, which give 3\. Call watch with sequences=6 or more/,
    );
    expect(() => follower.ask({ kind: "jacobians", ...part, layer: 1, poll: 0, sequence: 0 })).toThrow(/backward/);
  });
});

describe("a file that grows, and what may happen to it", () => {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "rnn-lab-follow-"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const small = readFileSync(SMALL);
  const frames = [...readFrames(small, HEAD_BYTES)];
  const upTo = (frame: number): Buffer => small.subarray(0, frames[frame]!.end);

  it("is read by whole frames, and comes to the same as the whole file", () => {
    const path = join(folder, "grows.rnnrun");
    writeFileSync(path, small.subarray(0, 10));
    const follower = new Follower(path);
    follower.look();
    expect(follower.reports).toEqual([]);
    for (let size = 10; size < small.length; size += 1001) {
      appendFileSync(path, small.subarray(size, size + 1001));
      follower.look();
    }
    const whole = new Follower(SMALL);
    whole.look();
    expect(allRows(follower)).toEqual(allRows(whole));
    expect(follower.whole.header).toEqual(whole.whole.header);
    expect(follower.state.status.phase).toBe("done");
  });

  it("runs while it grows, and is interrupted after a while without growth, where no lease says more", () => {
    const path = join(folder, "stops.rnnrun");
    writeFileSync(path, upTo(0));
    const follower = new Follower(path);
    follower.look();
    appendFileSync(path, small.subarray(frames[0]!.end, frames[2]!.end));
    follower.look();
    expect([follower.state.status.phase, follower.state.probed.isInterrupted]).toEqual(["running", false]);
    for (let second = 0; second < 31; second++) follower.look();
    expect([follower.state.status.phase, follower.state.probed.isInterrupted]).toEqual(["stopped", true]);
    expect(follower.state.status.message).toMatch(/has stopped growing/);
    expect(allRows(follower).rows).toBeGreaterThan(0);
  });

  it("is said to be damaged, replaced or gone, and what was read before stays", () => {
    const path = join(folder, "damaged.rnnrun");
    const damaged = Buffer.from(small);
    damaged[frames[3]!.start + 20]! ^= 1;
    writeFileSync(path, damaged);
    const follower = new Follower(path);
    for (let look = 0; look < 5; look++) follower.look();
    expect(follower.state.probed.problem).toMatch(/damaged after byte \d+/);
    const { rows } = allRows(follower);
    expect(rows).toBeGreaterThan(0);
    writeFileSync(`${path}.other`, small);
    renameSync(`${path}.other`, path);
    follower.look();
    expect(follower.state.probed.problem).toMatch(/Another file has taken the place/);
    rmSync(path);
    follower.look();
    expect(follower.state.probed.problem).toMatch(/no longer there/);
    expect(allRows(follower).rows).toBe(rows);
  });

  it("is refused in words where it is none of a probe", () => {
    const path = join(folder, "other.rnnrun");
    writeFileSync(path, "something else, and long enough to have a head");
    expect(() => new Follower(path).look()).toThrow(/not an RNN Lab run file/);
    expect(() => new Follower(join(folder, "none.rnnrun")).look()).toThrow(/no longer there/);
  });
});

describe("answers about a captured step", () => {
  const follower = new Follower(SMALL);
  follower.look();
  const { header } = follower.whole;

  it("are about the step next to the iteration, and about the sequence that is asked for", () => {
    const answer = follower.ask({ kind: "inspect", iteration: 99, sequence: 1 });
    if (answer.kind !== "inspect" || "problem" in answer.result) throw new Error("no inspection");
    const { columns, values, input, inputSize, timeSteps } = answer.result;
    expect(answer.iteration).toBe(readProbeFile(SMALL).captures.at(-1)!.value.iteration);
    expect(columns.map(({ name }) => name)).toContain(vectorColumn.state(0));
    expect(input).toHaveLength(timeSteps * inputSize!);
    expect(values.every((column, i) => column.length === columns[i]!.length)).toBe(true);
  });

  it("have every tensor, with its norm", () => {
    const answer = follower.ask({ kind: "tensors", iteration: 0 });
    if (answer.kind !== "tensors") throw new Error("no tensors");
    expect(answer.tensors.map(({ name }) => name)).toEqual(header.parameters.map(({ name }) => name));
  });

  it("have the norm of every tensor at every captured step, and no ratio of an update", () => {
    const answer = follower.ask({ kind: "norms", iteration: 0 });
    if (answer.kind !== "norms") throw new Error("no norms");
    const { iterations, norms, ratios } = answer.norms;
    const captured = [...new Set(readProbeFile(SMALL).captures.map(({ value }) => value.iteration))];
    expect([...iterations]).toEqual(captured);
    expect(captured.length).toBeGreaterThan(1);
    captured.forEach((iteration, row) => {
      const tensors = follower.ask({ kind: "tensors", iteration });
      if (tensors.kind !== "tensors") throw new Error("no tensors");
      const own = norms.subarray(row * tensors.tensors.length, (row + 1) * tensors.tensors.length);
      expect([...own]).toEqual(tensors.tensors.map(({ norm }) => norm));
    });
    expect(ratios).toHaveLength(norms.length);
    expect(ratios.every(Number.isNaN)).toBe(true);
  });

  it("refuse what is not known of a cell, or of the backward direction, in words", () => {
    const backward = header.probed!.layers.findIndex(({ isBackward }) => isBackward);
    expect(() => follower.ask({ kind: "decay", iteration: 0, layer: backward })).toThrow(/backward direction/);
    expect(() => follower.ask({ kind: "decay", iteration: 0, layer: header.numLayers - 1 })).toThrow(/single cell/);
    expect(() => follower.ask({ kind: "measures", iteration: 0 })).toThrow(/cannot be computed/);
  });
});
