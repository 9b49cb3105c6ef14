import { describe, expect, it } from "vitest";
import { pixelOf, pointAt, stepped, type Plane } from "../../../../../webview/views/lossSurface/startHandle";

const PLANE: Plane = { xRange: [-3, 3], yRange: [-2, 2], left: 40, top: 10, width: 300, height: 200 };

describe("the start of a run, dragged over the loss surface", () => {
  it("is where the pointer is, with the digits that a pixel tells apart", () => {
    expect(pointAt(PLANE, 190, 110)).toEqual({ x: 0, y: 0 });
    expect(pointAt(PLANE, 40 + 100, 10 + 33)).toEqual({ x: -1, y: 1.34 });
    const [left, top] = pixelOf(PLANE, pointAt(PLANE, 217, 61));
    expect(Math.hypot(left - 217, top - 61)).toBeLessThan(1);
  });

  it("never leaves the picture, and is never minus zero", () => {
    expect(pointAt(PLANE, -500, 900)).toEqual({ x: -3, y: -2 });
    expect(Object.is(pointAt(PLANE, 189.9, 110).x, 0)).toBe(true);
  });

  it("moves by a hundredth of the picture with a key, along one axis", () => {
    expect(stepped(PLANE, { x: 1, y: 0.123456 }, 1, 0)).toEqual({ x: 1.06, y: 0.123456 });
    expect(stepped(PLANE, { x: 1, y: 1.99 }, 0, 5)).toEqual({ x: 1, y: 2 });
  });
});
