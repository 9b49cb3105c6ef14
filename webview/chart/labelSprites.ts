/**
 * Labels of axes as small pictures, drawn once and then copied: setting text anew was a quarter of the time of a frame,
 * and from one frame to the next nearly all labels are the same.
 */
import { SvgPen } from "../svg/svgPen";

interface Sprite {
  readonly canvas: HTMLCanvasElement;
  /** In pixels of the page, as the height. */
  readonly width: number;
  readonly height: number;
}

export interface LabelStyle {
  readonly font: string;
  readonly color: string;
  /** Color around the letters, for text over lines. */
  readonly halo?: string;
  /** Device pixels a pixel. */
  readonly ratio: number;
}

const HEIGHT = 16;
/** Around letters, half of it on each side. */
const HALO_WIDTH = 4;
/** Beyond these all are forgotten: a long run goes through many numbers. */
const MAX_SPRITES = 600;

const sprites = new Map<string, Sprite>();

/** `x` is the middle, or the right end; `y` the middle. On whole device pixels, so that the text stays sharp. */
export function drawLabel(
  context: CanvasRenderingContext2D | SvgPen,
  text: string,
  x: number,
  y: number,
  align: "center" | "right",
  style: LabelStyle,
): void {
  if (context instanceof SvgPen) return context.writeLabel(text, x, y, align, style);
  const sprite = spriteOf(text, style);
  if (sprite === null) return;
  const left = x - (align === "center" ? sprite.width / 2 : sprite.width);
  const whole = (value: number): number => Math.round(value * style.ratio) / style.ratio;
  context.drawImage(sprite.canvas, whole(left), whole(y - sprite.height / 2), sprite.width, sprite.height);
}

/** Reads from below to above; `x` and `y` are its middle. */
export function drawUprightLabel(
  context: CanvasRenderingContext2D | SvgPen,
  text: string,
  x: number,
  y: number,
  style: LabelStyle,
): void {
  context.save();
  context.translate(Math.round(x * style.ratio) / style.ratio, Math.round(y * style.ratio) / style.ratio);
  context.rotate(-Math.PI / 2);
  drawLabel(context, text, 0, 0, "center", style);
  context.restore();
}

export function labelWidth(text: string, style: LabelStyle): number {
  return spriteOf(text, style)?.width ?? 0;
}

function spriteOf(text: string, style: LabelStyle): Sprite | null {
  const key = `${style.ratio} ${style.color} ${style.halo ?? ""} ${style.font} ${text}`;
  const known = sprites.get(key);
  if (known !== undefined) return known;
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d");
  if (context === null) return null;
  context.font = style.font;
  const device = {
    width: Math.ceil((context.measureText(text).width + 2) * style.ratio),
    height: Math.ceil(HEIGHT * style.ratio),
  };
  Object.assign(canvas, device);
  context.scale(style.ratio, style.ratio);
  context.font = style.font;
  context.fillStyle = style.color;
  context.textBaseline = "middle";
  context.textAlign = "center";
  if (style.halo !== undefined) {
    Object.assign(context, { strokeStyle: style.halo, lineWidth: HALO_WIDTH, lineJoin: "round" });
    context.strokeText(text, device.width / style.ratio / 2, HEIGHT / 2);
  }
  context.fillText(text, device.width / style.ratio / 2, HEIGHT / 2);
  if (sprites.size >= MAX_SPRITES) sprites.clear();
  const sprite = { canvas, width: device.width / style.ratio, height: device.height / style.ratio };
  sprites.set(key, sprite);
  return sprite;
}
