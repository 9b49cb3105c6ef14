/** Numbers in the cells of a map, where every cell has room for its own. */
import type { Chart, Plugin } from "chart.js";
import { CHARACTER_WIDTH, LABEL_HEIGHT } from "../chart/axisTicks";

interface CellNumber {
  readonly x: number;
  readonly y: number;
  readonly text: string;
  /** Black or white, whichever its cell has more contrast to. */
  readonly color: string;
}

export interface CellNumbers {
  list: readonly CellNumber[];
  fontFamily: string;
}

const FONT_SIZE = 11;
const PADDING = 4;

/** Whether all texts fit their cells: numbers in some of them look as if the others had none. */
export function haveRoom(texts: readonly string[], width: number, height: number): boolean {
  const widest = Math.max(0, ...texts.map((text) => text.length));
  return height >= LABEL_HEIGHT && width >= widest * CHARACTER_WIDTH + PADDING;
}

export function cellNumbersPlugin(shown: CellNumbers): Plugin {
  return {
    id: "cellNumbers",
    afterDatasetsDraw(chart: Chart) {
      const { x, y } = chart.scales;
      if (x === undefined || y === undefined || shown.list.length === 0) return;
      const width = Math.abs(x.getPixelForValue(x.min + 1) - x.getPixelForValue(x.min));
      const height = Math.abs(y.getPixelForValue(y.min + 1) - y.getPixelForValue(y.min));
      if (
        !haveRoom(
          shown.list.map(({ text }) => text),
          width,
          height,
        )
      )
        return;
      const { ctx } = chart;
      ctx.save();
      ctx.font = `${FONT_SIZE}px ${shown.fontFamily}`;
      ctx.textAlign = "center";
      ctx.textBaseline = "middle";
      for (const number of shown.list) {
        ctx.fillStyle = number.color;
        ctx.fillText(number.text, x.getPixelForValue(number.x), y.getPixelForValue(number.y));
      }
      ctx.restore();
    },
  };
}
