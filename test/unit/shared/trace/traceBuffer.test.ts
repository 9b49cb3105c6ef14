import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ColumnSpec, TraceRows } from "../../../../src/shared/trace/trace";
import { TraceBuffer, boundedCapacity, memoryOf } from "../../../../src/shared/trace/traceBuffer";

const SPECS: readonly ColumnSpec[] = [
  { name: "iteration", length: 1, shape: [] },
  { name: "loss", length: 1, shape: [] },
  { name: "gradientNorm", length: 1, shape: [] },
  { name: "state.l0", length: 3, shape: [3] },
];

interface Row {
  readonly loss: number;
  readonly norm: number;
}

function fill(buffer: TraceBuffer, rows: readonly Row[], firstIteration = 0): void {
  for (const [index, row] of rows.entries()) {
    const at = buffer.nextRow();
    const [iteration, loss, norm, state] = buffer.columns as [Float64Array, Float64Array, Float64Array, Float64Array];
    iteration[at] = firstIteration + index;
    loss[at] = row.loss;
    norm[at] = row.norm;
    state.fill(firstIteration + index, at * 3, at * 3 + 3);
  }
}

function iterations(buffer: TraceBuffer): number[] {
  return [...(buffer.column("iteration") ?? [])];
}

const number = fc.oneof(fc.double({ min: 0, max: 1e6, noNaN: true }), fc.constantFrom(NaN, Infinity, -Infinity));
const finite = fc.double({ min: 0, max: 1e6, noNaN: true });
const manyRows = (value: fc.Arbitrary<number>) =>
  fc.array(fc.record({ loss: value, norm: value }), { minLength: 1, maxLength: 400 });
const capacity = fc.integer({ min: 8, max: 40 });

describe("TraceBuffer", () => {
  it("never exceeds its capacity, keeps the order and the first and last row, and keeps rows whole", () => {
    fc.assert(
      fc.property(manyRows(number), capacity, fc.integer({ min: 1, max: 50 }), (rows, capacityRows, firstRows) => {
        const buffer = new TraceBuffer(SPECS, capacityRows, firstRows);
        for (const [index, row] of rows.entries()) {
          fill(buffer, [row], index);
          expect(buffer.rows).toBeLessThanOrEqual(capacityRows);
        }
        const kept = iterations(buffer);
        expect(kept).toEqual([...kept].sort((a, b) => a - b));
        expect(new Set(kept).size).toBe(kept.length);
        expect([kept[0], kept.at(-1)]).toEqual([0, rows.length - 1]);
        const state = buffer.column("state.l0") ?? new Float64Array();
        expect([...state]).toEqual(kept.flatMap((iteration) => [iteration, iteration, iteration]));
        expect([...(buffer.column("loss") ?? [])]).toEqual(kept.map((iteration) => rows[iteration]?.loss));
      }),
    );
  });

  it("keeps the largest loss and the largest gradient norm through any number of thinnings", () => {
    fc.assert(
      fc.property(manyRows(finite), capacity, (rows, capacityRows) => {
        const buffer = new TraceBuffer(SPECS, capacityRows);
        fill(buffer, rows);
        expect(Math.max(...(buffer.column("loss") ?? []))).toBe(Math.max(...rows.map((row) => row.loss)));
        expect(Math.max(...(buffer.column("gradientNorm") ?? []))).toBe(Math.max(...rows.map((row) => row.norm)));
      }),
    );
  });

  it("keeps the first non-finite loss and the first non-finite gradient norm", () => {
    fc.assert(
      fc.property(manyRows(number), capacity, (rows, capacityRows) => {
        const buffer = new TraceBuffer(SPECS, capacityRows);
        fill(buffer, rows);
        for (const pick of [(row: Row) => row.loss, (row: Row) => row.norm]) {
          const first = rows.findIndex((row) => !Number.isFinite(pick(row)));
          if (first >= 0) {
            expect(iterations(buffer)).toContain(first);
          }
        }
      }),
    );
  });

  it("thins to about half, evenly where the curve is smooth", () => {
    const buffer = new TraceBuffer(SPECS, 64);
    fill(
      buffer,
      Array.from({ length: 65 }, (_, index) => ({ loss: 100 - index, norm: 100 - index })),
    );
    const kept = iterations(buffer);
    expect(kept.length).toBeGreaterThanOrEqual(30);
    expect(kept.length).toBeLessThanOrEqual(36);
    const gaps = kept.slice(1).map((iteration, index) => iteration - (kept[index] as number));
    expect(Math.max(...gaps)).toBeLessThanOrEqual(3);
  });

  it("keeps the whole of a run of a million rows in sight, its beginning as well as its end", () => {
    const buffer = new TraceBuffer(SPECS.slice(0, 3), 256);
    for (let iteration = 0; iteration < 1_000_000; iteration++) {
      const at = buffer.nextRow();
      const [iterations, loss, norm] = buffer.columns as [Float64Array, Float64Array, Float64Array];
      iterations[at] = iteration;
      loss[at] = 1 / (1 + iteration);
      norm[at] = 1;
    }
    const kept = iterations(buffer);
    const gaps = kept.slice(1).map((iteration, index) => iteration - (kept[index] as number));
    // 64 stretches of 15,625 rows; two rows of neighbors are at most twice that apart.
    expect(Math.max(...gaps)).toBeLessThanOrEqual(2 * 15_625);
    expect(kept.filter((iteration) => iteration < 500_000).length).toBeGreaterThan(40);
  });

  it("takes batches as it takes single rows", () => {
    fc.assert(
      fc.property(manyRows(number), capacity, fc.integer({ min: 1, max: 100 }), (rows, capacityRows, batch) => {
        const one = new TraceBuffer(SPECS, capacityRows);
        fill(one, rows);
        const source = new TraceBuffer(SPECS, 500);
        const batched = new TraceBuffer(SPECS, capacityRows, 3);
        for (let start = 0; start < rows.length; start += batch) {
          fill(source, rows.slice(start, start + batch), start);
          batched.append(source.adopt());
        }
        expect(batched.snapshot()).toEqual(one.snapshot());
      }),
    );
  });

  it("gives snapshots that own their memory", () => {
    const buffer = new TraceBuffer(SPECS, 8);
    fill(buffer, [{ loss: 1, norm: 2 }]);
    const snapshot: TraceRows = buffer.snapshot();
    fill(buffer, [{ loss: 3, norm: 4 }], 1);
    const memory = memoryOf(snapshot);
    expect(memory.map(({ byteLength }) => byteLength)).toEqual([
      8 * SPECS.reduce((sum, { length }) => sum + length, 0),
    ]);
    structuredClone(snapshot, { transfer: memory });
    expect(memory[0]?.byteLength).toBe(0);
    expect([...(buffer.column("loss") ?? [])]).toEqual([1, 3]);
  });

  it("is empty after take and is filled again from the start", () => {
    const buffer = new TraceBuffer(SPECS, 8);
    fill(buffer, [{ loss: 1, norm: 2 }]);
    expect(buffer.adopt().rows).toBe(1);
    expect([buffer.rows, buffer.adopt().rows]).toEqual([0, 0]);
    fill(buffer, [{ loss: 5, norm: 6 }], 7);
    expect(iterations(buffer)).toEqual([7]);
  });

  it("refuses a capacity too small to thin and a trace without a loss", () => {
    expect(() => new TraceBuffer(SPECS, 3)).toThrow(/capacity of at least 8/);
    expect(
      () =>
        new TraceBuffer(
          SPECS.filter(({ name }) => name !== "loss"),
          8,
        ),
    ).toThrow(/requires the column "loss"/);
    expect(new TraceBuffer(SPECS, 8).column("nothing")).toBeNull();
  });
});

describe("boundedCapacity", () => {
  it("obeys both bounds and never falls below the smallest buffer", () => {
    expect(boundedCapacity(SPECS, 100, 1e9)).toBe(100);
    expect(boundedCapacity(SPECS, 1e9, 48 * 50)).toBe(50);
    expect(boundedCapacity(SPECS, 2, 10)).toBe(8);
  });
});
