import { expect, it } from "vitest";
import { layOutMatrices } from "../../../../../webview/views/weights/weightsLayout";

const SMALL_RNN = [
  { name: "weight_ih_l0", rows: 3, columns: 2 },
  { name: "weight_hh_l0", rows: 3, columns: 3 },
  { name: "bias_ih_l0", rows: 3, columns: 1 },
  { name: "readout.weight", rows: 1, columns: 3 },
];
const LARGE_LSTM = [
  { name: "weight_ih_l0", rows: 192, columns: 64 },
  { name: "weight_hh_l0", rows: 192, columns: 128 },
  { name: "bias_ih_l0", rows: 192, columns: 1 },
  { name: "bias_hh_l0", rows: 192, columns: 1 },
  { name: "readout.weight", rows: 10, columns: 128 },
];
const textWidth = (text: string): number => text.length * 6;

it("matrices neither overlap nor leave the picture, whatever its size", () => {
  for (const [width, height, model] of [
    [500, 160, SMALL_RNN],
    [280, 200, SMALL_RNN],
    [160, 340, SMALL_RNN],
    [500, 260, LARGE_LSTM],
    [260, 260, LARGE_LSTM],
  ] as const) {
    const { places } = layOutMatrices(model, width, height, textWidth);
    const boxes = places.map(({ matrix, left, top, ...size }) => ({
      left,
      top: top - 14,
      right: left + Math.max(size.width, textWidth(matrix.name)),
      bottom: top + size.height,
    }));
    for (const [i, a] of boxes.entries()) {
      expect(a.right <= width && a.bottom <= height && a.left >= 0 && a.top >= 0, `${width}: ${i}`).toBe(true);
      for (const b of boxes.slice(i + 1))
        expect(a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top, `${width}: ${i}`).toBe(
          true,
        );
    }
  }
});

it("all cells have one size, the largest that fits", () => {
  const { places } = layOutMatrices(SMALL_RNN, 500, 160, textWidth);
  expect(places.map(({ width, height }) => [width, height])).toEqual([
    [68, 102],
    [102, 102],
    [34, 102],
    [102, 34],
  ]);
  expect(new Set(places.map(({ cell }) => cell))).toEqual(new Set([34]));
  expect(layOutMatrices(SMALL_RNN, 500, 40, textWidth).places[0]?.cell).toBe(8);
});

it("a vector can be seen however small its cells are", () => {
  const bias = layOutMatrices(LARGE_LSTM, 500, 200, textWidth).places.find(
    ({ matrix }) => matrix.name === "bias_ih_l0",
  );
  expect(bias?.cell).toBeLessThan(1);
  expect(bias?.width).toBe(4);
});
