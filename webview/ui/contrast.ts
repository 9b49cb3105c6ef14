/** Whether a color can be distinguished from what it lies on, as WCAG 2 measures it. */
import { parseColor } from "./colorMap";

/** WCAG 2.2, 1.4.11: what graphics need. */
export const GRAPHICS_CONTRAST = 3;
const MIX_STEP = 0.05;

interface Rgb {
  readonly red: number;
  readonly green: number;
  readonly blue: number;
}

/** From 1 (the same) to 21 (black on white). A translucent color is laid over the background first. */
export function contrastOf(color: string, background: string): number {
  const { alpha, ...rgb } = parseColor(color);
  const ground = parseColor(background);
  const [a, b] = [luminanceOf(mixed(ground, rgb, alpha)), luminanceOf(ground)];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

/** The color itself where it has the contrast; else mixed with the foreground until it does. */
export function readableOn(color: string, background: string, foreground: string, contrast: number): string {
  const [from, to] = [parseColor(color), parseColor(foreground)];
  for (let share = 0; share < 1; share += MIX_STEP) {
    const { red, green, blue } = mixed(from, to, share);
    const candidate = share === 0 ? color : `rgb(${Math.round(red)}, ${Math.round(green)}, ${Math.round(blue)})`;
    if (contrastOf(candidate, background) >= contrast) return candidate;
  }
  return foreground;
}

function mixed(from: Rgb, to: Rgb, share: number): Rgb {
  const of = (a: number, b: number): number => a + share * (b - a);
  return { red: of(from.red, to.red), green: of(from.green, to.green), blue: of(from.blue, to.blue) };
}

/** Relative luminance of sRGB, 0 to 1. */
function luminanceOf({ red, green, blue }: Rgb): number {
  const linear = (channel: number): number => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}
