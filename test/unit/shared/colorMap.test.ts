import { describe, expect, it } from "vitest";
import { COLOR_LEVELS, colorTable, cssColor, packColor, parseColor } from "../../../src/shared/colorMap";

const lightness = (packed: number): number => {
  const [r, g, b] = [packed & 255, (packed >>> 8) & 255, (packed >>> 16) & 255].map((c) => ((c / 255 + 0.055) / 1.055) ** 2.4) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};

describe("colour tables", () => {
  it.each(["viridis", "cividis"] as const)("%s only gets lighter, so it reads in grey too", (name) => {
    const table = colorTable(name);
    expect(table.length).toBe(COLOR_LEVELS);
    for (let i = 8; i < table.length; i += 8) expect(lightness(table[i] as number)).toBeGreaterThan(lightness(table[i - 8] as number));
  });

  it("begin and end where the published tables do", () => {
    const viridis = colorTable("viridis");
    expect(cssColor(viridis[0] as number)).toBe("rgb(68, 1, 84)");
    expect(cssColor(viridis[255] as number)).toBe("rgb(253, 231, 37)");
  });

  it("pack as ImageData wants them", () => {
    const pixel = new Uint8ClampedArray(Uint32Array.of(packColor(1, 2, 3)).buffer);
    expect([...pixel]).toEqual([1, 2, 3, 255]);
  });
});

describe("a colour of the page", () => {
  it.each([
    ["#abc", { red: 170, green: 187, blue: 204, alpha: 1 }],
    ["#12345680", { red: 18, green: 52, blue: 86, alpha: 128 / 255 }],
    [" rgba(1, 2, 3, 0.5) ", { red: 1, green: 2, blue: 3, alpha: 0.5 }],
    ["rgb(9, 8, 7)", { red: 9, green: 8, blue: 7, alpha: 1 }],
    ["no colour", { red: 0, green: 0, blue: 0, alpha: 1 }],
  ])("%s is understood", (text, color) => expect(parseColor(text)).toEqual(color));
});
