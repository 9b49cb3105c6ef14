import { expect, it } from "vitest";
import { collectGhost } from "../../../src/session/ghosts";
import { COLUMN, vectorColumn } from "../../../src/shared/trace/trace";
import { TraceBuffer } from "../../../src/shared/trace/traceBuffer";

function traceOf(parameters: number, rows: number): TraceBuffer {
  const names = [...Object.values(COLUMN), vectorColumn.parameters];
  const specs = names.map((name) => ({ name, length: name === vectorColumn.parameters ? parameters : 1, shape: [1] }));
  const trace = new TraceBuffer(specs, 20_000);
  for (let row = 0; row < rows; row++) {
    const at = trace.nextRow();
    for (const [i, { length }] of specs.entries())
      for (let j = 0; j < length; j++) trace.columns[i]![at * length + j] = row + j / 10;
  }
  return trace;
}

it("an earlier run of two parameters keeps their path, at the iterations of its curve, however long it was", () => {
  const ghost = collectGhost(traceOf(2, 10_000), "a", "run 1")!;
  expect(ghost.iteration.length).toBeLessThanOrEqual(2048);
  expect([...ghost.path!]).toEqual([...ghost.iteration].flatMap((iteration) => [iteration, iteration + 0.1]));
});

it("that of a larger model keeps its curve alone", () => {
  expect(collectGhost(traceOf(3, 100), "a", "run 1")).not.toHaveProperty("path");
});
