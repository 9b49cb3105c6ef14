import { describe, expect, it } from "vitest";
import type { LayerView } from "../../../../src/diagnosis/probeFindings";
import type { CaptureValue, ProbedLayer, ProbeStart } from "../../../../src/shared/trace/probeContents";
import { namedScalar } from "../../../../src/shared/trace/scalarColumns";
import { COLUMN, vectorColumn } from "../../../../src/shared/trace/trace";
import { ProbeTrace, type TraceNews } from "../../../../src/worker/probe/probeTrace";

const layerOf = (name: string, hiddenSize: number): ProbedLayer => ({
  name,
  type: "RNNCell",
  cell: "rnn",
  single: true,
  nonlinearity: "tanh",
  inputSize: 1,
  hiddenSize,
  projSize: 0,
  numLayers: 1,
  directions: 1,
  bias: true,
  dropout: 0,
  dtype: "float32",
  device: "cpu",
});

const START: ProbeStart = {
  format: 1,
  runId: "run",
  name: "run",
  startedAt: 0,
  watch: { file: "/train.py", line: 1 },
  rank: null,
  every: 1,
  sequences: 1,
  maxBytes: 1e9,
  parameters: 10,
  layers: [layerOf("encoder", 2), layerOf("decoder", 3)],
  versions: {},
  writer: { process: 1, machine: "here" },
};

const captureOf = (timeSteps: number, shapes: CaptureValue["shapes"] = {}): CaptureValue => ({
  iteration: 0,
  layer: 0,
  batchSize: 1,
  sequences: 1,
  timeSteps,
  lengths: null,
  segments: [timeSteps],
  dtype: "float32",
  training: true,
  scale: 1,
  masks: "none",
  weightsFrom: null,
  shapes,
});

/** Of a module whose norms are 1, 2, ... and whose states are 10 t + unit. */
function viewOf(layer: ProbedLayer, T: number): LayerView {
  const units = layer.hiddenSize;
  const states = Float64Array.from({ length: T * units }, (_, i) => 10 * (Math.floor(i / units) + 1) + (i % units));
  const norms = Array.from({ length: T }, (_, t) => t + 1);
  return {
    layer,
    capture: { value: captureOf(T), arrays: new Map() },
    weights: null,
    analyzed: {
      distance: 0,
      trustedDistance: 1,
      directions: [
        {
          layer: 0,
          direction: "forward",
          units,
          states,
          gradient: states,
          startGradient: null,
          direct: null,
          gates: null,
          cells: null,
          norms: { gradientNorms: norms, directGradientNorms: null, stateNorms: norms },
        },
      ],
    },
  };
}

function wholeOf(trace: ProbeTrace): Extract<TraceNews, { kind: "whole" }> {
  const news = trace.take();
  if (news.kind !== "whole") throw new Error("only a part was told");
  return news;
}

function columnOf({ header, rows }: Extract<TraceNews, { kind: "whole" }>, name: string): number[] {
  return Array.from(rows.columns[header.columns.findIndex((column) => column.name === name)]!);
}

describe("the trace of a probe", () => {
  it("makes room for a longer sequence; what was there before ends where it ended", () => {
    const trace = new ProbeTrace(START);
    trace.noteCapture(captureOf(2));
    trace.addRow(
      0,
      0.5,
      START.layers.map((layer) => viewOf(layer, 2)),
    );
    expect(columnOf(wholeOf(trace), vectorColumn.stateGradNorm(1))).toEqual([NaN, 1, 2]);
    trace.noteCapture(captureOf(4));
    trace.addRow(
      1,
      0.4,
      START.layers.map((layer) => viewOf(layer, 3)),
    );
    const news = wholeOf(trace);
    expect([news.header.timeSteps, news.header.runId]).toEqual([4, "run"]);
    expect(columnOf(news, vectorColumn.stateGradNorm(0))).toEqual([NaN, 1, 2, NaN, NaN, NaN, 1, 2, 3, NaN]);
    expect(columnOf(news, vectorColumn.state(1)).slice(0, 9)).toEqual([0, 0, 0, 10, 11, 12, 20, 21, 22]);
    expect(columnOf(news, COLUMN.gradientNorm)).toEqual([2, 3]);
  });

  it("leaves a module blank that was not captured, and names each by itself", () => {
    const trace = new ProbeTrace(START);
    trace.noteCapture(captureOf(2));
    trace.addRow(0, NaN, [viewOf(START.layers[1]!, 2)]);
    const news = wholeOf(trace);
    expect(news.header.probed!.layers.map(({ name, units }) => [name, units])).toEqual([
      ["encoder", 2],
      ["decoder", 3],
    ]);
    expect(columnOf(news, vectorColumn.stateGradNorm(0))).toEqual([NaN, NaN, NaN]);
    expect(columnOf(news, vectorColumn.stateGradNorm(1))).toEqual([NaN, 1, 2]);
  });

  it("keeps a scalar that a step leaves out, and gives a new name a column", () => {
    const trace = new ProbeTrace(START);
    const block = (first: number, columns: Readonly<Record<string, number[]>>) =>
      trace.addScalars({
        first,
        rows: Object.values(columns)[0]!.length,
        columns: Object.entries(columns).map(([name, values]) => [name, Float64Array.from(values)] as const),
      });
    block(0, { loss: [3, 2], lr: [0.1, 0.1] });
    block(2, { loss: [NaN] });
    block(3, { loss: [1], accuracy: [0.9] });
    const { header, scalars } = wholeOf(trace);
    const names = header.columns.filter(({ length }) => length === 1).map(({ name }) => name);
    const length = scalars.points.length / names.length;
    const column = (name: string) => {
      const at = names.indexOf(name) * length;
      return Array.from(scalars.points.subarray(at, at + length));
    };
    expect(column(COLUMN.loss)).toEqual([3, 2, NaN, 1]);
    expect(column("learningRate")).toEqual([0.1, 0.1, 0.1, 0.1]);
    expect(column(namedScalar("accuracy"))).toEqual([NaN, NaN, NaN, 0.9]);
    expect(header.probed!.scalars).toEqual(["accuracy"]);
  });

  it("shows at most so many names, however many the file gives", () => {
    const trace = new ProbeTrace(START);
    for (let step = 0; step < 500; step++)
      trace.addScalars({ first: step, rows: 1, columns: [[`name ${step}`, Float64Array.of(step)]] });
    expect(wholeOf(trace).header.probed!.scalars).toHaveLength(64);
    expect(trace.unshownScalars).toBe(64);
  });

  it("has a row without vectors until something was captured", () => {
    const trace = new ProbeTrace(START);
    trace.addScalars({ first: 0, rows: 1, columns: [["loss", Float64Array.of(2)]] });
    trace.addBlankRow(0);
    expect(columnOf(wholeOf(trace), COLUMN.loss)).toEqual([2]);
    trace.addRow(0, 2, []);
    expect(wholeOf(trace).rows.rows).toBe(1);
  });
});
