import { describe, expect, it } from "vitest";
import { fitLine } from "../../../../webview/ui/fitLine";

const PARTS = [
  { width: 100, rank: 0 },
  { width: 50, rank: 2 },
  { width: 20, rank: 1 },
  { width: 10, rank: 3 },
  { width: 30, rank: 2 },
];

describe("the parts of a line", () => {
  it.each([
    [300, [0, 1, 2, 3, 4]],
    [210, [0, 1, 2, 3, 4]],
    [209, [0, 1, 2, 4]],
    [200, [0, 1, 2, 4]],
    // The narrow part of rank 3 would fit, but parts of one rank leave together and none overtakes them.
    [199, [0, 2]],
    [119, [0]],
    [0, [0]],
  ])("that fit %d pixels follow from their ranks", (width, expected) => {
    const shown = fitLine(PARTS, width).flatMap((isShown, part) => (isShown ? [part] : []));
    expect(shown).toEqual(expected);
  });

  it("never overflow it, and no width shows less than a narrower one", () => {
    let before = 0;
    for (let width = 0; width <= 300; width++) {
      const shown = fitLine(PARTS, width);
      const optional = PARTS.filter((part, i) => shown[i] === true && part.rank > 0);
      const used = optional.reduce((sum, part) => sum + part.width, 100);
      if (optional.length > 0) expect(used).toBeLessThanOrEqual(width);
      expect(optional.length).toBeGreaterThanOrEqual(before);
      before = optional.length;
    }
  });
});
