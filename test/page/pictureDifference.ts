/**
 * Whether two pictures show the same. A font is drawn a little differently by each machine, so a pixel counts as found
 * when one of its neighbors in the other picture has its color, and a few lost ones in one place do not matter. What is
 * missing, new, moved or of another color leaves many in one place.
 */
import { PNG } from "pngjs";

export interface Picture {
  readonly width: number;
  readonly height: number;
  /** RGBA, row by row. */
  readonly data: Uint8Array;
}

/** Of 255, in the channel that differs most. */
const SAME_COLOR = 56;
/** Side of the places in which lost pixels are counted, and how many of them make a difference. */
const TILE = 12;
const MOST_LOST = 5;

export interface Difference {
  /** In words, with the place in the pixels of the window; null when they show the same. */
  readonly words: string | null;
  /** The new picture, faint, with what is lost in red. */
  readonly picture: Picture;
}

export function readPicture(png: Buffer): Picture {
  return PNG.sync.read(png);
}

export function writePicture({ width, height, data }: Picture): Buffer {
  const png = new PNG({ width, height, colorType: 2 });
  png.data = Buffer.from(data);
  return PNG.sync.write(png, { colorType: 2, deflateLevel: 9 });
}

/** Half as wide and high, each pixel the mean of four: a quarter of the bytes, and calmer edges of letters. */
export function halve({ width, height, data }: Picture): Picture {
  const half = { width: width >> 1, height: height >> 1, data: new Uint8Array((width >> 1) * (height >> 1) * 4) };
  for (let y = 0; y < half.height; y++) {
    for (let x = 0; x < half.width; x++) {
      for (let channel = 0; channel < 4; channel++) {
        const at = (2 * y * width + 2 * x) * 4 + channel;
        half.data[(y * half.width + x) * 4 + channel] =
          ((data[at] ?? 0) + (data[at + 4] ?? 0) + (data[at + 4 * width] ?? 0) + (data[at + 4 * width + 4] ?? 0)) >> 2;
      }
    }
  }
  return half;
}

/** Both halved. */
export function compare(actual: Picture, expected: Picture): Difference {
  if (actual.width !== expected.width || actual.height !== expected.height) {
    return {
      words: `it is ${2 * actual.width} × ${2 * actual.height}, not ${2 * expected.width} × ${2 * expected.height}`,
      picture: actual,
    };
  }
  const { width, height } = actual;
  const picture: Picture = {
    width,
    height,
    data: actual.data.map((value, i) => (i % 4 === 3 ? 255 : 190 + (value >> 2))),
  };
  const lost = new Map<number, number>();
  const tilesAcross = Math.ceil(width / TILE);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      // Both ways: what is new is lost in the old one.
      if (isFound(actual, expected, x, y) && isFound(expected, actual, x, y)) continue;
      picture.data.set([255, 0, 0, 255], (y * width + x) * 4);
      const tile = Math.floor(y / TILE) * tilesAcross + Math.floor(x / TILE);
      lost.set(tile, (lost.get(tile) ?? 0) + 1);
    }
  }
  const places = [...lost]
    .filter(([, count]) => count > MOST_LOST)
    .map(([tile]) => ({ x: (tile % tilesAcross) * TILE * 2, y: Math.floor(tile / tilesAcross) * TILE * 2 }));
  if (places.length === 0) return { words: null, picture };
  const left = Math.min(...places.map(({ x }) => x));
  const top = Math.min(...places.map(({ y }) => y));
  const right = Math.max(...places.map(({ x }) => x)) + TILE * 2;
  const bottom = Math.max(...places.map(({ y }) => y)) + TILE * 2;
  return {
    words: `it differs in ${places.length} places between (${left}, ${top}) and (${right}, ${bottom})`,
    picture,
  };
}

function isFound(one: Picture, other: Picture, x: number, y: number): boolean {
  const at = (y * one.width + x) * 4;
  for (let dy = -1; dy <= 1; dy++) {
    for (let dx = -1; dx <= 1; dx++) {
      const column = x + dx;
      const row = y + dy;
      if (column < 0 || row < 0 || column >= one.width || row >= one.height) continue;
      if (distance(one.data, at, other.data, (row * one.width + column) * 4) <= SAME_COLOR) return true;
    }
  }
  return false;
}

function distance(one: Uint8Array, i: number, other: Uint8Array, j: number): number {
  let most = 0;
  for (let channel = 0; channel < 3; channel++)
    most = Math.max(most, Math.abs((one[i + channel] ?? 0) - (other[j + channel] ?? 0)));
  return most;
}
