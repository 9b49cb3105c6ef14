/** A canvas as large as its place, in whole pixels of the screen. */
export interface PlainCanvas {
  readonly context: CanvasRenderingContext2D;
  readonly width: number;
  readonly height: number;
}

/** Cleared; null where there is no room. */
export function beginDrawing(canvas: HTMLCanvasElement, place: HTMLElement): PlainCanvas | null {
  const [width, height] = [place.clientWidth, place.clientHeight];
  const context = canvas.getContext("2d");
  if (context === null || width < 1 || height < 1) return null;
  const ratio = window.devicePixelRatio;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  context.scale(ratio, ratio);
  context.textBaseline = "middle";
  return { context, width, height };
}
