import fc from "fast-check";
import { expect, it } from "vitest";
import { firstUnitFor, unitsThatFit } from "../../../../../webview/views/states/unitWindow";

it("all units show where each has a few pixels, else as many as can be told apart", () => {
  expect(unitsThatFit(32, 150)).toBe(32);
  expect(unitsThatFit(256, 170)).toBe(42);
  expect(unitsThatFit(1, 0)).toBe(1);
});

it("every unit can be reached, in a picture of any size and from any place", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1024 }), fc.integer({ min: 0, max: 500 }), fc.gen(), (units, pixels, any) => {
      const shown = unitsThatFit(units, pixels);
      const unit = any(fc.integer, { min: 0, max: units - 1 });
      const before = any(fc.integer, { min: 0, max: units - shown });
      const first = firstUnitFor(unit, before, shown, units);
      expect(first).toBeGreaterThanOrEqual(0);
      expect(first + shown).toBeLessThanOrEqual(units);
      expect(unit >= first && unit < first + shown).toBe(true);
      if (unit >= before && unit < before + shown) expect(first).toBe(before);
    }),
  );
});
