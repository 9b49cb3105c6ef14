/** A file of a probe becomes rows, scalars, findings and answers; the numbers are those that `--read` prints. */
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT } from "../../../../scripts/paths.mjs";
import { findInProbe } from "../../../../src/diagnosis/probeFindings";
import { finishWork } from "../../../../src/lib/slicedTask";
import { readProbeFile } from "../../../../src/runs/probeFile";
import { vectorColumn, type TraceHeader, type TraceRows } from "../../../../src/shared/trace/trace";
import type { Answer, Question } from "../../../../src/shared/wire/questions";
import type { ProbeReport } from "../../../../src/threads/probeMessages";
import { CaptureIndex, viewsInPieces } from "../../../../src/worker/probe/captureIndex";
import { ProbeFollower } from "../../../../src/worker/probe/probeFollower";

/** Two layers in both directions and a cell, four steps, every second captured; written by the probe itself. */
const SMALL = join(ROOT, "test/fixtures/probe/small.rnnrun");

class Follower {
  readonly reports: ProbeReport[] = [];
  now = 0;
  private readonly follower: ProbeFollower;

  constructor(path: string) {
    this.follower = new ProbeFollower(path, {
      post: (report) => this.reports.push(report),
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
    for (let wait = this.follower.work(); wait !== null; wait = this.follower.work()) {
      this.now += Math.max(1, wait);
      this.follower.credit();
    }
  }
}

/** One row of a column. */
function rowOf({ columns }: TraceHeader, rows: TraceRows, row: number, name: string): number[] {
  const index = columns.findIndex((column) => column.name === name);
  const { length } = columns[index]!;
  return Array.from(rows.columns[index]!.subarray(row * length, (row + 1) * length));
}

describe("the file of a probe as a trace", () => {
  /** All rows that were reported, whole or in parts. */
  function allRows(follower: Follower): TraceRows {
    const last = follower.reports.findLastIndex((report) => report.type === "whole");
    const parts = follower.reports.slice(last).flatMap((report) => ("rows" in report ? [report.rows] : []));
    const columns = parts[0]!.columns.map((_, i) => Float64Array.from(parts.flatMap((part) => [...part.columns[i]!])));
    return { rows: parts.reduce((sum, { rows }) => sum + rows, 0), columns };
  }

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
