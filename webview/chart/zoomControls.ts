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

export function attachZoom({ plot, target, canvas, axes, zoom }: ZoomTarget): void {
  const selection = element("div", { class: "plot-selection", attributes: { "aria-hidden": "true" } });
  selection.hidden = true;
  plot.append(selection);
  const valueAt = (side: Side, pixel: number): number =>
    Chart.getChart(canvas)?.scales[side]?.getValueForPixel(pixel) ?? NaN;
  const area = () => Chart.getChart(canvas)?.chartArea ?? { left: 0, right: 0, top: 0, bottom: 0, width: 0, height: 0 };
  let drag: {
    readonly x: number;
    readonly y: number;
    readonly pans: boolean;
    lastX: number;
    lastY: number;
    moved: boolean;
  } | null = null;
  let dragged = false;

  const showSelection = (x: number, y: number): void => {
    if (drag === null) return;
    const box = area();
    const across = wide(drag, x, y);
    const [left, right] = across.x ? order(drag.x, x, box.left, box.right) : [box.left, box.right];
    const [top, bottom] = across.y ? order(drag.y, y, box.top, box.bottom) : [box.top, box.bottom];
    Object.assign(selection.style, {
      left: `${left}px`,
      top: `${top}px`,
      width: `${right - left}px`,
      height: `${bottom - top}px`,
    });
    selection.hidden = !across.x && !across.y;
  };
  /** Along the axes that can be zoomed; on a map of both a drag along one of them is meant for that one. */
  const wide = (from: { readonly x: number; readonly y: number }, x: number, y: number): Record<Side, boolean> => {
    const far = { x: Math.abs(x - from.x), y: Math.abs(y - from.y) };
    return {
      x: axes.x !== undefined && far.x > MIN_DRAG,
      y: axes.y !== undefined && far.y > (axes.x === undefined ? MIN_DRAG : MIN_CROSS_DRAG),
    };
  };

  target.addEventListener("pointerdown", (event) => {
    dragged = false;
    if (event.button === 0 || event.button === 1)
      drag = {
        x: event.offsetX,
        y: event.offsetY,
        pans: event.shiftKey || event.button === 1,
        lastX: event.offsetX,
        lastY: event.offsetY,
        moved: false,
      };
  });
  target.addEventListener("pointermove", (event) => {
    if (drag === null) return;
    const { offsetX: x, offsetY: y } = event;
    if (!drag.moved) {
      const across = wide(drag, x, y);
      if (!across.x && !across.y) return;
      drag.moved = true;
      target.setPointerCapture(event.pointerId);
    }
    dragged = true;
    if (!drag.pans) return showSelection(x, y);
    const box = area();
    if (axes.x !== undefined && x !== drag.lastX)
      zoom({ kind: "pan", axis: axes.x, by: (drag.lastX - x) / Math.max(1, box.width) });
    if (axes.y !== undefined && y !== drag.lastY)
      zoom({ kind: "pan", axis: axes.y, by: (y - drag.lastY) / Math.max(1, box.height) });
    drag.lastX = x;
    drag.lastY = y;
  });
  const end = (event: PointerEvent, taken: boolean): void => {
    if (drag === null) return;
    const { offsetX: x, offsetY: y } = event;
    const across = wide(drag, x, y);
    const box = area();
    if (taken && drag.moved && !drag.pans) {
      if (across.x && axes.x !== undefined) {
        const [left, right] = order(drag.x, x, box.left, box.right);
        zoom({ kind: "select", axis: axes.x, from: valueAt("x", left), to: valueAt("x", right) });
      }
      if (across.y && axes.y !== undefined) {
        const [top, bottom] = order(drag.y, y, box.top, box.bottom);
        zoom({ kind: "select", axis: axes.y, from: valueAt("y", bottom), to: valueAt("y", top) });
      }
    }
    drag = null;
    selection.hidden = true;
  };
  target.addEventListener("pointerup", (event) => end(event, true));
  target.addEventListener("pointercancel", (event) => end(event, false));
  // A drag ends in a click, which would hold the cursor there.
  target.addEventListener("click", (event) => dragged && event.stopImmediatePropagation());
  target.addEventListener("dblclick", () => zoom({ kind: "reset" }));

  target.addEventListener(
    "wheel",
    (event) => {
      const scale = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? PIXELS_PER_LINE : 1;
      const box = area();
      // On the labels of an upright axis it is this axis that is meant.
      const side: Side | null =
        axes.y !== undefined && (axes.x === undefined || event.offsetX < box.left)
          ? "y"
          : axes.x !== undefined
            ? "x"
            : null;
      const axis = side === null ? undefined : axes[side];
      if (side === null || axis === undefined) return;
      if (event.ctrlKey || event.metaKey) {
        event.preventDefault();
        zoom({
          kind: "scale",
          axis,
          factor: Math.exp(event.deltaY * scale * WHEEL_SPEED),
          at: valueAt(side, side === "x" ? event.offsetX : event.offsetY),
        });
        return;
      }
      const along = event.shiftKey
        ? event.deltaY || event.deltaX
        : Math.abs(event.deltaX) > Math.abs(event.deltaY)
          ? event.deltaX
          : 0;
      if (along === 0) return;
      event.preventDefault();
      zoom({ kind: "pan", axis, by: (along * scale) / Math.max(1, side === "x" ? box.width : box.height) });
    },
    { passive: false },
  );
  target.addEventListener("keydown", (event) => {
    const axis = axes.x ?? axes.y;
    if (event.ctrlKey || event.metaKey || event.altKey || axis === undefined) return;
    const move = zoomForKey(event.key, event.shiftKey, axis);
    if (move === null) return;
    event.preventDefault();
    zoom(move);
  });
}

function order(a: number, b: number, low: number, high: number): readonly [number, number] {
  const clamp = (value: number): number => Math.min(high, Math.max(low, value));
  return [clamp(Math.min(a, b)), clamp(Math.max(a, b))];
}
