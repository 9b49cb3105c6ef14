/**
 * viridis (S. van der Walt & N. Smith, 2015, CC0): reads the same with every kind of color vision and in gray, for its
 * lightness only grows. 33 anchors of six hexadecimal digits; between them colors are interpolated, which is within
 * 2/255 of the full table.
 */
const ANCHORS =
  "440154470d6048186a482374472d7b4537814240863e49893b528b375b8d33638d2f6b8e2c728e297a8e26828e23898e21918c1f988b1fa08822a78528ae8032b67a3fbc734ec36b5ec96270cf5784d44b98d83eaddc30c2df23d8e219ece51bfde725";

export const COLOR_LEVELS = 256;

/**
 * Blue and orange, distinguishable with every kind of color vision; lightness changes evenly from the middle to both
 * ends.
 */
const DIVERGING_LIGHT: readonly (readonly [number, number, number])[] = [
  [8, 64, 129],
  [67, 147, 195],
  [246, 246, 246],
  [233, 142, 60],
  [140, 62, 4],
];
const DIVERGING_DARK: readonly (readonly [number, number, number])[] = [
  [150, 206, 255],
  [46, 116, 191],
  [34, 34, 36],
  [189, 98, 24],
  [255, 198, 130],
];

/** `COLOR_LEVELS` colors, packed as ImageData wants them in a Uint32Array on a little-endian machine: 0xAABBGGRR. */
export function viridisTable(): Uint32Array {
  const anchors = ANCHORS.length / 6;
  const channel = (anchor: number, c: number): number =>
    Number.parseInt(ANCHORS.slice(anchor * 6 + c * 2, anchor * 6 + c * 2 + 2), 16);
  return Uint32Array.from({ length: COLOR_LEVELS }, (_, level) => {
    const position = (level / (COLOR_LEVELS - 1)) * (anchors - 1);
    const left = Math.min(Math.floor(position), anchors - 2);
    const mix = (c: number): number =>
      Math.round(channel(left, c) + (position - left) * (channel(left + 1, c) - channel(left, c)));
    return packColor(mix(0), mix(1), mix(2));
  });
}

/**
 * Colors of a signed value: blue for the least, orange for the largest, and the neutral one of the theme for zero, in
 * the middle.
 */
export function divergingTable(light: boolean): Uint32Array {
  const stops = light ? DIVERGING_LIGHT : DIVERGING_DARK;
  return Uint32Array.from({ length: COLOR_LEVELS }, (_, level) => {
    const position = (level / (COLOR_LEVELS - 1)) * (stops.length - 1);
    const left = Math.min(Math.floor(position), stops.length - 2);
    const mix = (c: 0 | 1 | 2): number => {
      const from = stops[left]?.[c] ?? 0;
      return Math.round(from + (position - left) * ((stops[left + 1]?.[c] ?? 0) - from));
    };
    return packColor(mix(0), mix(1), mix(2));
  });
}

export function packColor(red: number, green: number, blue: number, alpha = 255): number {
  return ((alpha << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}

export function cssColor(packed: number): string {
  return `rgb(${packed & 255}, ${(packed >>> 8) & 255}, ${(packed >>> 16) & 255})`;
}

/**
 * A color of the page, as computed style gives it (#rgb, #rrggbb, #rrggbbaa, rgb(), rgba()); opaque black for what it
 * cannot read.
 */
export function parseColor(text: string): { red: number; green: number; blue: number; alpha: number } {
  const value = text.trim();
  const short = /^#([0-9a-f])([0-9a-f])([0-9a-f])([0-9a-f])?$/i.exec(value);
  const long = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})?$/i.exec(value);
  const hex = short?.slice(1, 5).map((digit) => (digit as string | undefined)?.repeat(2)) ?? long?.slice(1, 5);
  if (hex) {
    const [red, green, blue, alpha] = hex.map((pair) => (pair === undefined ? 255 : Number.parseInt(pair, 16)));
    return { red: red ?? 0, green: green ?? 0, blue: blue ?? 0, alpha: (alpha ?? 255) / 255 };
  }
  const [red = 0, green = 0, blue = 0, alpha = 1] = /^rgba?\(/i.test(value)
    ? (value.match(/[\d.]+/g) ?? []).map(Number)
    : [];
  return { red, green, blue, alpha };
}

/** Black or white, whichever reads better on a packed color. */
export function contrastColor(packed: number): string {
  const luminance = 0.3 * (packed & 255) + 0.59 * ((packed >>> 8) & 255) + 0.11 * ((packed >>> 16) & 255);
  return luminance > 120 ? "#000000" : "#ffffff";
}
