import { describe, expect, it } from "vitest";
import { Keyframes, nearestIndexOf } from "../../../../src/core/analysis/keyframes";

const PARAMETERS = 4;

/** Frames of every `step`th iteration; the parameters are the iteration and its fractions. */
function filled(
  capacity: number,
  count: number,
  options: { step?: number; single?: boolean; keep?: readonly number[] } = {},
): Keyframes {
  const { step = 1, single = false, keep = [] } = options;
  const frames = new Keyframes(PARAMETERS, single, capacity * PARAMETERS * (single ? 4 : 8), 1000);
  for (let i = 0; i < count; i++) {
    frames.add(i * step, parametersOf(i * step));
    frames.keep(keep.filter((iteration) => iteration <= i * step));
  }
  return frames;
}

function parametersOf(iteration: number): Float64Array {
  return Float64Array.from({ length: PARAMETERS }, (_, i) => iteration / (i + 1));
}

describe("keyframes", () => {
  it("hold what the memory has room for, the first and the newest always among them", () => {
    for (const count of [1, 2, 10, 11, 500]) {
      const { iterations, capacity } = filled(10, count);
      expect(capacity).toBe(10);
      expect(iterations.length).toBe(Math.min(10, count));
      expect(iterations[0]).toBe(0);
      expect(iterations.at(-1)).toBe(count - 1);
    }
  });

  it("cover a long run evenly: no gap is more than four times the mean", () => {
    for (const count of [200, 1000, 1777, 5000]) {
      const { iterations } = filled(50, count);
      const gaps = iterations.slice(1).map((iteration, i) => iteration - iterations[i]!);
      expect(Math.max(...gaps)).toBeLessThanOrEqual((4 * count) / 50);
    }
  });

  it("hold on to the iterations of findings", () => {
    const { iterations } = filled(12, 3000, { keep: [37, 1411] });
    expect(iterations).toContain(37);
    expect(iterations).toContain(1411);
    expect(iterations.length).toBe(12);
  });

  it("give the parameters of the nearest iteration, bit for bit", () => {
    const frames = filled(100, 20, { step: 10 });
    expect(frames.nearest(34)).toEqual({ iteration: 30, parameters: parametersOf(30) });
    expect(frames.nearest(35)).toEqual({ iteration: 30, parameters: parametersOf(30) });
    expect(frames.nearest(36)).toEqual({ iteration: 40, parameters: parametersOf(40) });
    expect(frames.nearest(1e9)).toEqual({ iteration: 190, parameters: parametersOf(190) });
  });

  it("take half the memory where the engine has 32-bit floats", () => {
    const frames = filled(10, 30, { single: true });
    expect(frames.capacity).toBe(10);
    const frame = frames.nearest(29);
    expect(frame?.parameters).toEqual(parametersOf(29).map(Math.fround));
  });

  it("are none where the model is too large for two of them", () => {
    const frames = new Keyframes(1000, false, 8000, 100);
    frames.add(0, new Float64Array(1000));
    expect(frames.nearest(0)).toBeNull();
  });
});

it("the nearest of several iterations is found", () => {
  const iterations = [0, 3, 10, 11];
  expect([0, 1, 2, 6, 7, 10, 99].map((at) => iterations[nearestIndexOf(iterations, 4, at)])).toEqual([
    0, 0, 3, 3, 10, 10, 11,
  ]);
  expect(nearestIndexOf([], 0, 5)).toBe(0);
});
