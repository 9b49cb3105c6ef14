/**
 * The start of a run as a handle over the picture: dragged, or moved with the arrow keys, it says where the next run is to begin.
 * Letting go, or Enter, takes it; Escape puts it back.
 */
import * as l10n from "@vscode/l10n";
import { element, setAttribute, setHidden } from "../../ui/dom";

export interface StartPoint {
  readonly x: number;
  readonly y: number;
}

/** Maps values to pixels of the picture. */
export interface Plane {
  readonly xRange: readonly [number, number];
  readonly yRange: readonly [number, number];
  /** The area of the chart, in pixels. */
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

const KEY_STEPS = 100;
const FAST = 5;

export class StartHandle {
  readonly element = element("button", { class: "start-handle", attributes: { type: "button" } });
  private plane: Plane | null = null;
  private start: StartPoint = { x: NaN, y: NaN };
  private moved: StartPoint | null = null;
  private names: readonly [string, string] = ["x", "y"];

  /**
   * @param onDidMove to draw the point under way
   * @param onDidChoose the point where the next run is to begin
   */
  constructor(
    private readonly onDidMove: () => void,
    private readonly onDidChoose: (start: StartPoint) => void,
  ) {
    const { element: handle } = this;
    handle.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      handle.setPointerCapture(event.pointerId);
      this.move(this.start);
    });
    handle.addEventListener("pointermove", (event) => {
      const box = handle.parentElement?.getBoundingClientRect();
      if (!handle.hasPointerCapture(event.pointerId) || this.plane === null || box === undefined) return;
      this.move(pointAt(this.plane, event.clientX - box.left, event.clientY - box.top));
    });
    handle.addEventListener("pointerup", () => this.choose());
    handle.addEventListener("pointercancel", () => this.move(null));
    handle.addEventListener("blur", () => this.move(null));
    handle.addEventListener("keydown", (event) => this.onKey(event));
  }

  /** The point under way; null when the handle rests at the start of the run. */
  get underWay(): StartPoint | null {
    return this.moved;
  }

  /** Null: there is nothing to move. */
  show(start: StartPoint | null, plane: Plane, names: readonly [string, string]): void {
    const at = this.moved ?? start;
    const [left, top] = at === null ? [NaN, NaN] : pixelOf(plane, at);
    const inside =
      left >= plane.left && left <= plane.left + plane.width && top >= plane.top && top <= plane.top + plane.height;
    setHidden(this.element, start === null || !(inside || this.moved !== null));
    if (start === null) return;
    this.start = start;
    this.plane = plane;
    this.names = names;
    Object.assign(this.element.style, { left: `${left}px`, top: `${top}px` });
    setAttribute(
      this.element,
      "aria-label",
      l10n.t(
        "Starting point: {0}. Drag it, or move it with the arrow keys and press Enter, to run from there.",
        this.words(at ?? start),
      ),
    );
    setAttribute(
      this.element,
      "title",
      l10n.t("Starting point: {0}\nDrag to run from another point", this.words(at ?? start)),
    );
  }

  private words({ x, y }: StartPoint): string {
    return `${this.names[0]} ${x}, ${this.names[1]} ${y}`;
  }

  private onKey(event: KeyboardEvent): void {
    const { plane } = this;
    if (plane === null) return;
    const by = event.shiftKey ? FAST : 1;
    const step: Readonly<Record<string, readonly [number, number]>> = {
      ArrowLeft: [-by, 0],
      ArrowRight: [by, 0],
      ArrowDown: [0, -by],
      ArrowUp: [0, by],
    };
    const wanted = step[event.key];
    if (wanted !== undefined) this.move(stepped(plane, this.moved ?? this.start, wanted[0], wanted[1]));
    else if (event.key === "Escape" && this.moved !== null) this.move(null);
    else if (event.key === "Enter" && this.moved !== null) this.choose();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  private choose(): void {
    const { moved, start } = this;
    this.move(null);
    if (moved !== null && (moved.x !== start.x || moved.y !== start.y)) this.onDidChoose(moved);
  }

  private move(to: StartPoint | null): void {
    if (this.moved === to) return;
    this.moved = to;
    this.element.classList.toggle("is-moved", to !== null);
    this.onDidMove();
  }
}

/** The values under a place of the picture, with as many digits as a pixel tells apart, and never beyond its edge. */
export function pointAt(
  { xRange, yRange, left, top, width, height }: Plane,
  pixelX: number,
  pixelY: number,
): StartPoint {
  return {
    x: rounded(xRange, clamp((pixelX - left) / width), width),
    y: rounded(yRange, clamp(1 - (pixelY - top) / height), height),
  };
}

export function pixelOf(
  { xRange, yRange, left, top, width, height }: Plane,
  { x, y }: StartPoint,
): [left: number, top: number] {
  return [
    left + ((x - xRange[0]) / (xRange[1] - xRange[0])) * width,
    top + (1 - (y - yRange[0]) / (yRange[1] - yRange[0])) * height,
  ];
}

/** A hundredth of the picture on, for a key. */
export function stepped(plane: Plane, from: StartPoint, right: number, up: number): StartPoint {
  const along = ([low, high]: readonly [number, number], value: number, by: number): number =>
    clamp((value - low) / (high - low) + by / KEY_STEPS);
  return {
    x: right === 0 ? from.x : rounded(plane.xRange, along(plane.xRange, from.x, right), plane.width),
    y: up === 0 ? from.y : rounded(plane.yRange, along(plane.yRange, from.y, up), plane.height),
  };
}

function rounded([low, high]: readonly [number, number], part: number, pixels: number): number {
  const digits = Math.max(0, Math.ceil(-Math.log10((high - low) / Math.max(1, pixels))));
  // Through text: 0.1 * 3 is not 0.3, and -0 is not what anybody writes.
  return Number((low + part * (high - low)).toFixed(Math.min(20, digits))) + 0;
}

function clamp(part: number): number {
  return Math.min(1, Math.max(0, part));
}
