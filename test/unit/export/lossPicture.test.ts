import { describe, expect, test } from "vitest";
import { isLossPicture, lossPicture } from "../../../src/export/lossPicture";

function pictureOf(loss: readonly number[], validation?: readonly number[]): string {
  const names = ["iteration", "loss", ...(validation === undefined ? [] : ["validationLoss"])];
  const columns = [loss.map((_value, row) => row), loss, ...(validation === undefined ? [] : [validation])];
  return lossPicture(
    names.map((name) => ({ name, length: 1, shape: [] })),
    { rows: loss.length, columns: columns.map((values) => Float64Array.from(values)) },
  );
}

const labels = (svg: string): string[] =>
  [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, label]) => label ?? "");
const paths = (svg: string): string[] =>
  [...(/<g clip-path[^>]*>\n([^]*?)<\/g>/.exec(svg)?.[1] ?? "").matchAll(/ d="([^"]*)"/g)].map(
    ([, path]) => path ?? "",
  );

describe("the picture of a loss", () => {
  test("has a background, a title, names of the axes and lines, and the same text for the same rows", () => {
    const svg = pictureOf([100, 10, 1], [200, 20, 2]);
    expect(svg).toContain('<rect width="800" height="360" fill="#ffffff"/>');
    expect(labels(svg)).toEqual(
      expect.arrayContaining(["Loss over the iterations", "loss", "validation loss", "iteration", "0", "1", "2"]),
    );
    expect(labels(svg)).not.toContain("non-finite");
    expect(pictureOf([100, 10, 1], [200, 20, 2])).toBe(svg);
  });

  test("has a logarithmic axis, and a linear one where no value is positive", () => {
    expect(labels(pictureOf([1000, 1]))).toEqual(expect.arrayContaining(["10³", "10²", "10¹", "10⁰"]));
    // Equal factors are equal distances: from 1000 down to 1 the picture goes from its top to its bottom.
    expect(paths(pictureOf([1000, 1]))).toEqual(["M84 56h0L780 312"]);
    expect(labels(pictureOf([-1, -3]))).toEqual(expect.arrayContaining(["-1.0", "-3.0"]));
  });

  test("breaks the line where the loss is not finite, and marks the place on the axis", () => {
    const svg = pictureOf([8, 4, NaN, Infinity, 4, 2]);
    expect(paths(svg)[0]?.match(/M/g)).toHaveLength(2);
    expect(labels(svg)).toContain("non-finite");
    const marked = /M([\d.]+) 312H([\d.]+)" stroke="#c62828"/.exec(svg);
    expect(marked?.slice(1).map(Number)).toEqual(
      [84 + (2 / 5) * 696, 84 + (3 / 5) * 696].map((x) => Math.round(x * 10) / 10),
    );
  });

  test("of a long run stays small and keeps a spike of one iteration", () => {
    const svg = pictureOf(Array.from({ length: 20_000 }, (_, row) => (row === 12_345 ? 1e6 : 1 + (row % 7))));
    expect(svg.length).toBeLessThan(100_000);
    const tops = [...(paths(svg)[0] ?? "").matchAll(/[ML][\d.]+ ([\d.]+)/g)].map(([, y]) => Number(y));
    expect(Math.min(...tops)).toBe(56);
  });

  test.each([[[]], [[NaN]], [[0, 0]], [[1e-320, 1e308]], [[-Infinity, Infinity]]])(
    "of the losses %j is a picture without a place that is no number",
    (loss) => {
      const svg = pictureOf(loss);
      expect(isLossPicture(svg)).toBe(true);
      expect(svg).not.toMatch(/"[^"]*(NaN|Infinity|undefined)[^"]*"/);
    },
  );
});

describe("a file that says it is such a picture", () => {
  test("is one when it is drawn by us", () => {
    expect(isLossPicture(pictureOf([3, 2, NaN, 1], [3, 3, 3, 3]))).toBe(true);
  });

  test.each([
    "",
    "<html></html>",
    "<svg ><script>alert(1)</script></svg>",
    '<svg onload="alert(1)"></svg>',
    '<svg ><rect ONCLICK="alert(1)"/></svg>',
    '<svg ><path style="background:url(http://evil)"/></svg>',
    '<svg ><path fill="url(http://evil)"/></svg>',
    '<svg ><path xlink:href="http://evil"/></svg>',
    '<svg ><path href="http://evil"/></svg>',
    '<svg ><image width="1"/></svg>',
    "<svg ><foreignObject></foreignObject></svg>",
    "<svg ><!ENTITY x></svg>",
    "<svg >&x;</svg>",
    '<?xml version="1.0"?><svg ></svg>',
  ])("is refused: %s", (content) => {
    expect(isLossPicture(content)).toBe(false);
  });
});
