import { describe, expect, it } from "vitest";
import { quantitiesOf, saturatedShare, unitsOf } from "../../../../webview/state/quantities";
import { COLUMN, vectorColumn, type ColumnSpec, type TraceHeader } from "../../../../src/shared/trace/trace";
import { headerOf } from "../support";

function headerWith(cell: string, names: readonly string[]): TraceHeader {
  const columns: ColumnSpec[] = [
    ...Object.values(COLUMN).map((name) => ({ name, length: 1, shape: [1] })),
    ...names.map((name) => ({ name, length: 12, shape: [4, 3] })),
  ];
  return { ...headerOf("a"), cell, hiddenSize: 3, numLayers: 2, timeSteps: 3, columns };
}

const LSTM = headerWith("lstm", [
  vectorColumn.state(1),
  vectorColumn.stateGrad(1),
  ...["i", "f", "g", "o"].map((gate) => vectorColumn.gate(gate, 1)),
  vectorColumn.part("c", 1),
]);

describe("the quantities of a layer", () => {
  it("are those that the trace has, the state first", () => {
    expect(quantitiesOf(LSTM, 1).map(({ id }) => id)).toEqual([
      "state",
      "stateGrad",
      "cell",
      "gate.i",
      "gate.f",
      "gate.g",
      "gate.o",
    ]);
    expect(quantitiesOf(LSTM, 0)).toEqual([]);
    expect(
      quantitiesOf(
        headerWith(
          "gru",
          ["r", "z", "n"].map((gate) => vectorColumn.gate(gate, 0)),
        ),
        0,
      ).map(({ symbol }) => symbol),
    ).toEqual(["r", "z", "n"]);
    expect(quantitiesOf(headerWith("a cell of the future", [vectorColumn.state(0)]), 0).map(({ id }) => id)).toEqual([
      "state",
    ]);
  });

  it("know where their time begins and how they are colored", () => {
    const of = (id: string) => quantitiesOf(LSTM, 1).find((quantity) => quantity.id === id);
    expect(of("state")).toMatchObject({ firstStep: 0, scale: "signed", bound: 1 });
    expect(of("cell")).toMatchObject({ firstStep: 0, scale: "signed", bound: null });
    expect(of("gate.f")).toMatchObject({ firstStep: 1, scale: "share" });
    expect(of("gate.g")).toMatchObject({ firstStep: 1, scale: "signed", bound: 1 });
    expect(of("stateGrad")).toMatchObject({ scale: "size" });
    expect(unitsOf(of("state")!.column)).toBe(3);
  });
});

describe("saturation", () => {
  const share = (cell: string, id: string, values: number[]): number | null => {
    const names =
      id === "state"
        ? [vectorColumn.state(0)]
        : id === "cell"
          ? [vectorColumn.part("c", 0)]
          : [vectorColumn.gate(id, 0)];
    return saturatedShare(values, quantitiesOf(headerWith(cell, names), 0)[0]!);
  };

  it("is at both ends of a gate, and of a tanh", () => {
    expect(share("lstm", "f", [0.01, 0.03, 0.5, 0.99])).toBe(0.5);
    expect(share("gru", "n", [-0.98, -0.5, 0, 0.98])).toBe(0.5);
    expect(share("rnn", "state", [1, -1, 0.969, 0])).toBe(0.5);
  });

  it("of an LSTM's cell is that of its tanh", () => {
    expect(share("lstm", "cell", [2, 2.2, -5, 0])).toBe(0.5);
  });

  it("makes no sense for units without bounds", () => {
    expect(share("rnn", "state", [0, 1.7])).toBeNull();
    expect(share("linear", "state", [0.99])).toBeNull();
  });
});
