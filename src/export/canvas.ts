/** Lines and a few words on a white picture, without a browser: drawn at twice the size and averaged, so that edges are smooth. */
import type { Picture } from "./png";

export type Color = readonly [red: number, green: number, blue: number];

const SCALE = 2;

/** Five columns by seven rows a character, a row in five bits. What is not there is a gap. */
const GLYPHS: Readonly<Record<string, string>> = {
  "0": "0e11131519110e",
  "1": "040c040404040e",
  "2": "0e11010204081f",
  "3": "1f02040201110e",
  "4": "02060a121f0202",
  "5": "1f101e0101110e",
  "6": "0608101e11110e",
  "7": "1f010204080808",
  "8": "0e11110e11110e",
  "9": "0e11110f01020c",
  ".": "00000000000c0c",
  "-": "0000001f000000",
  ",": "00000000040408",
  e: "00000e111f100e",
  a: "00000e010f110f",
  c: "00000e1110110e",
  d: "01010f1111110f",
  i: "04000c0404040e",
  k: "10101214181412",
  l: "0c04040404040e",
  n: "00001e11111111",
  o: "00000e1111110e",
  r: "00001619101010",
  s: "00000f100e011e",
  t: "08081e08080906",
  v: "000011110a0a04",
  m: "00001a15151515",
  M: "111b1511111111",
};
const GLYPH_WIDTH = 5,
  GLYPH_HEIGHT = 7;
const CHARACTER_WIDTH = GLYPH_WIDTH + 1;

export const TEXT_HEIGHT = GLYPH_HEIGHT * 1.5;
export const textWidth = (text: string): number => text.length * CHARACTER_WIDTH * 1.5;

export class Canvas {
  private readonly pixels: Uint8Array;
  private readonly columns: number;
  private readonly rows: number;

  constructor(
    readonly width: number,
    readonly height: number,
  ) {
    this.columns = width * SCALE;
    this.rows = height * SCALE;
    this.pixels = new Uint8Array(3 * this.columns * this.rows).fill(255);
  }

  /** Ends included. */
  line(x0: number, y0: number, x1: number, y1: number, color: Color, width = 1): void {
    const steps = Math.max(1, Math.ceil(SCALE * Math.max(Math.abs(x1 - x0), Math.abs(y1 - y0))));
    for (let step = 0; step <= steps; step++)
      this.square(x0 + ((x1 - x0) * step) / steps, y0 + ((y1 - y0) * step) / steps, width, color);
  }

  /** @param x of the left edge, the middle or the right edge */
  text(text: string, x: number, y: number, align: "left" | "center" | "right", color: Color): void {
    const left = x - { left: 0, center: 0.5, right: 1 }[align] * textWidth(text);
    for (const [i, character] of [...text].entries()) {
      const glyph = GLYPHS[character] ?? "";
      for (let row = 0; row < glyph.length / 2; row++) {
        const bits = Number.parseInt(glyph.slice(2 * row, 2 * row + 2), 16);
        for (let column = 0; column < GLYPH_WIDTH; column++) {
          if ((bits >> (GLYPH_WIDTH - 1 - column)) & 1)
            this.square(left + (i * CHARACTER_WIDTH + column + 0.5) * 1.5, y + (row + 0.5) * 1.5, 1.5, color);
        }
      }
    }
  }

  picture(): Picture {
    const rgb = new Uint8Array(3 * this.width * this.height);
    for (let y = 0; y < this.height; y++) {
      for (let x = 0; x < this.width; x++) {
        for (let c = 0; c < 3; c++) {
          let sum = 0;
          for (let dy = 0; dy < SCALE; dy++)
            for (let dx = 0; dx < SCALE; dx++)
              sum += this.pixels[3 * ((y * SCALE + dy) * this.columns + x * SCALE + dx) + c] ?? 255;
          rgb[3 * (y * this.width + x) + c] = Math.round(sum / SCALE ** 2);
        }
      }
    }
    return { width: this.width, height: this.height, rgb };
  }

  private square(x: number, y: number, size: number, color: Color): void {
    const left = Math.round((x - size / 2) * SCALE);
    const top = Math.round((y - size / 2) * SCALE);
    const side = Math.max(1, Math.round(size * SCALE));
    for (let row = Math.max(0, top); row < Math.min(this.rows, top + side); row++) {
      for (let column = Math.max(0, left); column < Math.min(this.columns, left + side); column++)
        this.pixels.set(color, 3 * (row * this.columns + column));
    }
  }
}
