import { describe, expect, it } from "vitest";
import { COLOR_LEVELS, cssColor, packColor, parseColor, viridisTable } from "../../../../webview/ui/colorMap";

const lightness = (packed: number): number => {
  const [r, g, b] = [packed & 255, (packed >>> 8) & 255, (packed >>> 16) & 255].map(
    (c) => ((c / 255 + 0.055) / 1.055) ** 2.4,
  ) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};

describe("viridis", () => {
  it("only gets lighter, so it reads in gray too", () => {
    const table = viridisTable();
    expect(table.length).toBe(COLOR_LEVELS);
    for (let i = 8; i < table.length; i += 8)
      expect(lightness(table[i] as number)).toBeGreaterThan(lightness(table[i - 8] as number));
  });

  it("begins, passes and ends where the published table does", () => {
    const table = viridisTable();
    expect([0, 255].map((level) => cssColor(table[level] as number))).toEqual(["rgb(68, 1, 84)", "rgb(253, 231, 37)"]);
    // 127 and 128 of the published 256 are (33, 144, 141) and (32, 145, 140) or one off, by rounding.
    const middle = table[128] as number;
    expect(Math.abs((middle & 255) - 33)).toBeLessThanOrEqual(2);
    expect(Math.abs(((middle >>> 8) & 255) - 145)).toBeLessThanOrEqual(2);
    expect(Math.abs(((middle >>> 16) & 255) - 140)).toBeLessThanOrEqual(2);
  });

  it("is packed as ImageData wants it", () => {
    const pixel = new Uint8ClampedArray(Uint32Array.of(packColor(1, 2, 3)).buffer);
    expect([...pixel]).toEqual([1, 2, 3, 255]);
  });
});

describe("a color of the page", () => {
  it.each([
    ["#abc", { red: 170, green: 187, blue: 204, alpha: 1 }],
    ["#12345680", { red: 18, green: 52, blue: 86, alpha: 128 / 255 }],
    [" rgba(1, 2, 3, 0.5) ", { red: 1, green: 2, blue: 3, alpha: 0.5 }],
    ["rgb(9, 8, 7)", { red: 9, green: 8, blue: 7, alpha: 1 }],
    ["no color", { red: 0, green: 0, blue: 0, alpha: 1 }],
  ])("%s is understood", (text, color) => expect(parseColor(text)).toEqual(color));
});
