/**
 * Wheel, drag and keys over a chart move the windows that all charts share.
 *
 * A drag selects what is to fill the picture, with Shift it moves the picture; Ctrl and the wheel, or two fingers, go
 * closer at the pointer; Shift and the wheel, or a wheel to the side, move along. The plain wheel stays with the page,
 * which would be hard to scroll otherwise. A double click shows all again.
 */
import { Chart } from "chart.js";
import { element } from "../ui/dom";
import { ZOOM_STEP, type ZoomAxis, type ZoomMove } from "../state/zoom";

/** Which of the shared windows each axis of the picture shows. */
export interface ZoomAxes {
  readonly x?: ZoomAxis;
  readonly y?: ZoomAxis;
}

interface ZoomTarget {
  readonly plot: HTMLElement;
  /** Lies over the canvas and takes pointer and keys. */
  readonly target: HTMLElement;
  readonly canvas: HTMLCanvasElement;
  readonly axes: ZoomAxes;
  readonly zoom: (move: ZoomMove) => void;
}

/** Pixels: less is a click with an unsteady hand. */
const MIN_DRAG = 5;
const MIN_CROSS_DRAG = 14;
/** A notch of a wheel is about 100 pixels: closer by a quarter. */
const WHEEL_SPEED = 0.0025;
const PIXELS_PER_LINE = 16;
const KEY_PAN = 0.25;

type Side = "x" | "y";

export function zoomForKey(key: string, shift: boolean, axis: ZoomAxis): ZoomMove | null {
  switch (key) {
    case "+":
    case "=":
      return { kind: "scale", axis, factor: ZOOM_STEP };
    case "-":
    case "_":
      return { kind: "scale", axis, factor: 1 / ZOOM_STEP };
    case "0":
      return { kind: "reset" };
    case "ArrowLeft":
      return shift ? { kind: "pan", axis, by: -KEY_PAN } : null;
    case "ArrowRight":
      return shift ? { kind: "pan", axis, by: KEY_PAN } : null;
    default:
      return null;
  }
}

/** Pointer, wheel and keys on the plot become moves of its axes. */
export function attachZoom(zoomTarget: ZoomTarget): void {
  const { target, axes, zoom } = zoomTarget;
  const drag = new DragGesture(zoomTarget);
  target.addEventListener("pointerdown", (event) => drag.start(event));
  target.addEventListener("pointermove", (event) => drag.move(event));
  target.addEventListener("pointerup", (event) => drag.end(event, true));
  target.addEventListener("pointercancel", (event) => drag.end(event, false));
  // A drag ends in a click, which would hold the cursor there.
  target.addEventListener("click", (event) => drag.wasDrag && event.stopImmediatePropagation());
  target.addEventListener("dblclick", () => zoom({ kind: "reset" }));
  target.addEventListener("wheel", (event) => onWheel(event, zoomTarget), { passive: false });
  target.addEventListener("keydown", (event) => {
    const axis = axes.x ?? axes.y;
    if (event.ctrlKey || event.metaKey || event.altKey || axis === undefined) return;
    const move = zoomForKey(event.key, event.shiftKey, axis);
    if (move === null) return;
    event.preventDefault();
    zoom(move);
  });
}

function areaOf(canvas: HTMLCanvasElement) {
  return Chart.getChart(canvas)?.chartArea ?? { left: 0, right: 0, top: 0, bottom: 0, width: 0, height: 0 };
}

function valueAt(canvas: HTMLCanvasElement, side: Side, pixel: number): number {
  return Chart.getChart(canvas)?.scales[side]?.getValueForPixel(pixel) ?? NaN;
}

interface Drag {
  readonly x: number;
  readonly y: number;
  /** Else it selects. */
  readonly pans: boolean;
  lastX: number;
  lastY: number;
  moved: boolean;
}

/** A drag over the plot: with Shift or the middle button it pans, else it selects what the axes are to show. */
class DragGesture {
  /** Whether the last press of the button has become a drag. */
  wasDrag = false;
  private readonly selection = element("div", { class: "plot-selection", attributes: { "aria-hidden": "true" } });
  private drag: Drag | null = null;

  constructor(private readonly zoomTarget: ZoomTarget) {
    this.selection.hidden = true;
    zoomTarget.plot.append(this.selection);
  }

  start({ button, offsetX: x, offsetY: y, shiftKey }: PointerEvent): void {
    this.wasDrag = false;
    if (button === 0 || button === 1)
      this.drag = { x, y, pans: shiftKey || button === 1, lastX: x, lastY: y, moved: false };
  }

  move(event: PointerEvent): void {
    const { drag } = this;
    if (drag === null) return;
    const { offsetX: x, offsetY: y } = event;
    if (!drag.moved) {
      const across = this.extentOf(drag, x, y);
      if (!across.x && !across.y) return;
      drag.moved = true;
      this.zoomTarget.target.setPointerCapture(event.pointerId);
    }
    this.wasDrag = true;
    if (drag.pans) this.pan(drag, x, y);
    else this.showSelection(drag, x, y);
  }

  /** @param taken false: the browser has taken the pointer away */
  end({ offsetX: x, offsetY: y }: PointerEvent, taken: boolean): void {
    const { drag } = this;
    if (drag === null) return;
    if (taken && drag.moved && !drag.pans) this.select(drag, x, y);
    this.drag = null;
    this.selection.hidden = true;
  }

  private pan(drag: Drag, x: number, y: number): void {
    const { canvas, axes, zoom } = this.zoomTarget;
    const box = areaOf(canvas);
    if (axes.x !== undefined && x !== drag.lastX)
      zoom({ kind: "pan", axis: axes.x, by: (drag.lastX - x) / Math.max(1, box.width) });
    if (axes.y !== undefined && y !== drag.lastY)
      zoom({ kind: "pan", axis: axes.y, by: (y - drag.lastY) / Math.max(1, box.height) });
    drag.lastX = x;
    drag.lastY = y;
  }

  private select(drag: Drag, x: number, y: number): void {
    const { canvas, axes, zoom } = this.zoomTarget;
    const across = this.extentOf(drag, x, y);
    const box = areaOf(canvas);
    if (across.x && axes.x !== undefined) {
      const [left, right] = order(drag.x, x, box.left, box.right);
      zoom({ kind: "select", axis: axes.x, from: valueAt(canvas, "x", left), to: valueAt(canvas, "x", right) });
    }
    if (across.y && axes.y !== undefined) {
      const [top, bottom] = order(drag.y, y, box.top, box.bottom);
      zoom({ kind: "select", axis: axes.y, from: valueAt(canvas, "y", bottom), to: valueAt(canvas, "y", top) });
    }
  }

  private showSelection(drag: Drag, x: number, y: number): void {
    const box = areaOf(this.zoomTarget.canvas);
    const across = this.extentOf(drag, x, y);
    const [left, right] = across.x ? order(drag.x, x, box.left, box.right) : [box.left, box.right];
    const [top, bottom] = across.y ? order(drag.y, y, box.top, box.bottom) : [box.top, box.bottom];
    Object.assign(this.selection.style, {
      left: `${left}px`,
      top: `${top}px`,
      width: `${right - left}px`,
      height: `${bottom - top}px`,
    });
    this.selection.hidden = !across.x && !across.y;
  }

  /** Along the axes that can be zoomed; on a map of both a drag along one of them is meant for that one. */
  private extentOf(from: Drag, x: number, y: number): Record<Side, boolean> {
    const { axes } = this.zoomTarget;
    const far = { x: Math.abs(x - from.x), y: Math.abs(y - from.y) };
    return {
      x: axes.x !== undefined && far.x > MIN_DRAG,
      y: axes.y !== undefined && far.y > (axes.x === undefined ? MIN_DRAG : MIN_CROSS_DRAG),
    };
  }
}

/** With Ctrl it scales at the pointer; else what turns sideways, or with Shift, pans. */
function onWheel(event: WheelEvent, { canvas, axes, zoom }: ZoomTarget): void {
  const scale = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? PIXELS_PER_LINE : 1;
  const box = areaOf(canvas);
  // On the labels of an upright axis it is this axis that is meant.
  const isUpright = axes.y !== undefined && (axes.x === undefined || event.offsetX < box.left);
  const side: Side = isUpright ? "y" : "x";
  const axis = axes[side];
  if (axis === undefined) return;
  if (event.ctrlKey || event.metaKey) {
    event.preventDefault();
    const factor = Math.exp(event.deltaY * scale * WHEEL_SPEED);
    zoom({ kind: "scale", axis, factor, at: valueAt(canvas, side, isUpright ? event.offsetY : event.offsetX) });
    return;
  }
  const sideways = Math.abs(event.deltaX) > Math.abs(event.deltaY) ? event.deltaX : 0;
  const along = event.shiftKey ? event.deltaY || event.deltaX : sideways;
  if (along === 0) return;
  event.preventDefault();
  zoom({ kind: "pan", axis, by: (along * scale) / Math.max(1, isUpright ? box.height : box.width) });
}

function order(a: number, b: number, low: number, high: number): readonly [number, number] {
  const clamp = (value: number): number => Math.min(high, Math.max(low, value));
  return [clamp(Math.min(a, b)), clamp(Math.max(a, b))];
}
