import { expect, test } from "vitest";
import { NO_TURN, turned, turnTo } from "../../../../src/shared/trace/alignedAxes";

const AXES = Float64Array.of(1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0);

test("axes that are the same need no turn", () => {
  expect(turnTo(AXES, AXES)).toEqual(NO_TURN);
  expect(Array.from(turned(NO_TURN, Float64Array.of(1, 2, 3)))).toEqual([1, 2, 3]);
});

test("a sign and an exchange are undone, and so is a rotation", () => {
  const [c, s] = [Math.cos(0.7), Math.sin(0.7)];
  for (const axes of [
    Float64Array.of(0, 1, 0, 0, -1, 0, 0, 0, 0, 0, 1, 0),
    Float64Array.of(c, s, 0, 0, -s, c, 0, 0, 0, 0, -1, 0),
  ]) {
    const turn = turnTo(AXES, axes);
    // A state and its place in either axes.
    const state = [0.3, -0.2, 0.9, 0];
    const place = Float64Array.from([0, 1, 2], (k) => state.reduce((sum, v, i) => sum + v * axes[k * 4 + i]!, 0));
    const back = turned(turn, place);
    for (let k = 0; k < 3; k++) expect(back[k]).toBeCloseTo(state[k]!, 12);
  }
});

test("axes that leave the space of the others are turned as near to them as they can be", () => {
  const [c, s] = [Math.cos(0.4), Math.sin(0.4)];
  const turn = turnTo(AXES, Float64Array.of(-c, 0, 0, -s, 0, 1, 0, 0, 0, 0, 1, 0));
  expect(turn[0]![0]).toBeCloseTo(-1, 12);
  expect(turn[1]![1]).toBeCloseTo(1, 12);
});

test("axes without anything in common are left as they are", () => {
  expect(turnTo(AXES, new Float64Array(12))).toEqual(NO_TURN);
  expect(turnTo(AXES, new Float64Array(9))).toEqual(NO_TURN);
});
