import { expect, it } from "vitest";
import { layOutMatrices } from "../../../webview/charts/weightsLayout";

const SMALL_RNN = [
  { name: "weight_ih_l0", shape: [3, 2], offset: 0 },
  { name: "weight_hh_l0", shape: [3, 3], offset: 6 },
  { name: "bias_ih_l0", shape: [3], offset: 15 },
  { name: "readout.weight", shape: [1, 3], offset: 18 },
];
const textWidth = (text: string): number => text.length * 6;

it("matrices neither overlap nor leave the picture, whatever its size", () => {
  for (const [width, height] of [[500, 160], [280, 200], [160, 340]] as const) {
    const places = layOutMatrices(SMALL_RNN, width, height, textWidth);
    const boxes = places.map(({ parameter, rows, columns, left, top, cell }) => ({ left, top: top - 14, right: left + Math.max(columns * cell, textWidth(parameter.name)), bottom: top + rows * cell }));
    for (const [i, a] of boxes.entries()) {
      expect(a.right <= width && a.bottom <= height && a.left >= 0 && a.top >= 0, `${width}: ${i}`).toBe(true);
      for (const b of boxes.slice(i + 1)) expect(a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top, `${width}: ${i}`).toBe(true);
    }
  }
});

it("a vector is one column, and all cells have one size, the largest that fits", () => {
  const places = layOutMatrices(SMALL_RNN, 500, 160, textWidth);
  expect(places.map(({ rows, columns }) => [rows, columns])).toEqual([[3, 2], [3, 3], [3, 1], [1, 3]]);
  expect(new Set(places.map(({ cell }) => cell))).toEqual(new Set([34]));
  expect(layOutMatrices(SMALL_RNN, 500, 40, textWidth)[0]?.cell).toBe(8);
});
