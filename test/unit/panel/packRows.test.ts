import { describe, expect, it } from "vitest";
import { packRows } from "../../../src/panel/packRows";
import { COLUMN, type ColumnSpec, type EngineName } from "../../../src/shared/trace/trace";
import { TraceBuffer } from "../../../src/shared/trace/traceBuffer";

const COLUMNS: readonly ColumnSpec[] = [
  ...Object.values(COLUMN).map((name) => ({ name, length: 1, shape: [1] })),
  { name: "state.l0", length: 6, shape: [3, 2] },
  { name: "accuracy", length: 1, shape: [1] },
];

function rowsOf(count: number): TraceBuffer {
  const buffer = new TraceBuffer(COLUMNS, 16);
  for (let k = 0; k < count; k++) {
    const row = buffer.nextRow();
    for (const [index, { length }] of COLUMNS.entries())
      for (let i = 0; i < length; i++)
        buffer.columns[index]![row * length + i] = length === 1 ? k + index / 7 : Math.fround(Math.sin(k * 10 + i));
  }
  return buffer;
}

const pack = (count: number, engine: EngineName) => packRows(rowsOf(count).adopt(), { engine, columns: COLUMNS });

describe("rows on their way to a page", () => {
  it("arrive with the values they had, whichever the engine", () => {
    for (const engine of ["float32", "float64"] as const) {
      const arrived = new TraceBuffer(COLUMNS, 16);
      arrived.append(structuredClone(pack(5, engine)));
      expect(arrived.snapshot()).toEqual(rowsOf(5).snapshot());
    }
  });

  it("take half the memory for the vectors of a float32 run, all in one block", () => {
    const { columns } = pack(5, "float32");
    expect(new Set(columns.map(({ buffer }) => buffer)).size).toBe(1);
    expect(columns[0]?.buffer.byteLength).toBe(5 * (6 * 8 + 6 * 4));
    expect(pack(0, "float32").columns.map(({ length }) => length)).toEqual(COLUMNS.map(() => 0));
  });

  it("keep every digit of a float64 run", () => {
    expect(pack(3, "float64").columns.every((column) => column instanceof Float64Array)).toBe(true);
  });
});
