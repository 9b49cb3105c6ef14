import { expect, it } from "vitest";
import { collectGhost } from "../../../src/session/ghosts";
import { scalarIndices } from "../../../src/shared/trace/scalarColumns";
import { ScalarSeries, scalarRows } from "../../../src/shared/trace/scalarSeries";
import { COLUMN, vectorColumn } from "../../../src/shared/trace/trace";
import { TraceBuffer } from "../../../src/shared/trace/traceBuffer";

/** A run whose numbers are its iterations. @param traced rows with the parameters, fewer than iterations */
function runOf(parameters: number, iterations: number, traced: number): [ScalarSeries, TraceBuffer] {
  const names = [...Object.values(COLUMN), vectorColumn.parameters];
  const specs = names.map((name) => ({ name, length: name === vectorColumn.parameters ? parameters : 1, shape: [1] }));
  const trace = new TraceBuffer(specs, 200_000);
  for (let row = 0; row < iterations; row++) {
    const at = trace.nextRow();
    for (const [i, { length }] of specs.entries())
      for (let j = 0; j < length; j++) trace.columns[i]![at * length + j] = row + j / 10;
  }
  const scalars = new ScalarSeries(specs);
  scalars.append(scalarRows(trace.snapshot(), scalarIndices(specs)));
  const thinned = new TraceBuffer(specs, 20_000);
  thinned.append(trace.adopt(traced));
  return [scalars, thinned];
}

it("an earlier run keeps the loss of every iteration, whatever rows were left out", () => {
  const { iteration, loss } = collectGhost(...runOf(3, 10_000, 100), { runId: "a", number: 1 }, "run 1")!;
  expect([...iteration]).toEqual(Array.from({ length: 10_000 }, (_, i) => i));
  expect([...loss]).toEqual([...iteration]);
});

it("that of a long run is bounded, from its first iteration to its last", () => {
  const { iteration } = collectGhost(...runOf(3, 100_000, 100), { runId: "a", number: 1 }, "run 1")!;
  expect(iteration.length).toBeLessThanOrEqual(4 * 4096);
  expect([iteration[0], iteration.at(-1)]).toEqual([0, 99_999]);
});

it("one of two parameters keeps their path, one of a larger model its curve alone", () => {
  const path = [...collectGhost(...runOf(2, 10_000, 10_000), { runId: "a", number: 1 }, "run 1")!.path!];
  expect(path.length).toBeLessThanOrEqual(2 * 2048);
  expect([path.slice(0, 2), path.slice(-2)]).toEqual([
    [0, 0.1],
    [9999, 9999.1],
  ]);
  expect(collectGhost(...runOf(3, 100, 100), { runId: "a", number: 1 }, "run 1")).not.toHaveProperty("path");
});
