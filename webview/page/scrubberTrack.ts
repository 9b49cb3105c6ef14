/**
 * The track of the scrubber: a slider over all traced iterations, with marks for what happened and for what is in view.
 */
import * as l10n from "@vscode/l10n";
import type { SliderState } from "../chart/card";
import type { RowModel } from "../chart/model";
import { moveForKey } from "../chart/cursorControls";
import type { CursorMove } from "../state/cursor";
import { element, setAttribute } from "../ui/dom";
import type { RunEvents, Stretch } from "../chart/runEvents";
import type { Theme } from "../ui/theme";
import type { IterationWindow, Span } from "../state/zoom";

const HEIGHT = 28;
const BAR = { top: 12, height: 4 } as const;
const CLIP_HEIGHT = 3;
const THUMB_RADIUS = 6;
const EDGE = 7;
const FINDING = { half: 4, height: 7 } as const;

interface TrackHost {
  moveCursor(move: CursorMove): void;
  travel(action: "playPause"): void;
  requestDraw(): void;
}

export class ScrubberTrack {
  readonly element: HTMLElement;
  private readonly canvas = element("canvas", { attributes: { "aria-hidden": "true" } });
  private span: Span = { from: 0, to: 1 };
  /** In pixels of the page; read when it changes, because asking for it lays the page out. */
  private size = 300;

  constructor(host: TrackHost) {
    this.element = element(
      "div",
      { class: "scrubber-track", attributes: { role: "slider", tabindex: "0", "aria-label": l10n.t("Iteration") } },
      this.canvas,
    );
    new ResizeObserver((entries) => {
      this.size = entries.at(-1)?.contentRect.width ?? this.size;
      host.requestDraw();
    }).observe(this.element);
    const seek = (event: PointerEvent): void =>
      host.moveCursor({ kind: "pin", iteration: this.iterationAt(event.offsetX) });
    this.element.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      this.element.setPointerCapture(event.pointerId);
      seek(event);
    });
    this.element.addEventListener(
      "pointermove",
      (event) => this.element.hasPointerCapture(event.pointerId) && seek(event),
    );
    this.element.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === " ") host.travel("playPause");
      else {
        // A slider goes up with the upper arrow too.
        const key = event.key === "ArrowUp" ? "ArrowRight" : event.key === "ArrowDown" ? "ArrowLeft" : event.key;
        const move = moveForKey(key, "iteration");
        if (move === null) return;
        host.moveCursor(move);
      }
      event.preventDefault();
    });
  }

  get width(): number {
    return Math.max(1, this.size - 2 * EDGE);
  }

  describe({ min, max, now, text }: SliderState): void {
    setAttribute(this.element, "aria-valuemin", String(min));
    setAttribute(this.element, "aria-valuemax", String(max));
    setAttribute(this.element, "aria-valuenow", String(now));
    setAttribute(this.element, "aria-valuetext", text);
  }

  /** Before the first iteration. */
  clear(): void {
    this.element.classList.add("is-empty");
    this.describe({ min: 0, max: 0, now: 0, text: l10n.t("no data yet") });
  }

  show(model: RowModel, whole: IterationWindow, events: RunEvents, active: boolean): void {
    this.span = whole;
    this.element.classList.remove("is-empty");
    const context = this.canvas.getContext("2d");
    if (context === null) return;
    const { theme, place, window: shown } = model;
    const ratio = window.devicePixelRatio;
    const size = { width: Math.max(1, Math.round(this.size * ratio)), height: Math.round(HEIGHT * ratio) };
    if (this.canvas.width !== size.width) this.canvas.width = size.width;
    if (this.canvas.height !== size.height) this.canvas.height = size.height;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, this.size, HEIGHT);
    const x = (iteration: number): number =>
      EDGE + ((iteration - whole.from) / Math.max(1, whole.to - whole.from)) * this.width;
    const bar = (from: number, to: number, top: number, height: number, color: string, alpha = 1): void => {
      context.fillStyle = color;
      context.globalAlpha = alpha;
      context.beginPath();
      context.roundRect(from, top, Math.max(2, to - from), height, Math.min(2, height / 2));
      context.fill();
      context.globalAlpha = 1;
    };
    const accent = theme.series[0] ?? theme.foreground;
    bar(EDGE, EDGE + this.width, BAR.top, BAR.height, theme.foreground, theme.highContrast ? 0.45 : 0.16);
    // What the charts show of it.
    if (shown.from > whole.from || shown.to < whole.to)
      bar(
        x(Math.max(shown.from, whole.from)),
        x(Math.min(shown.to, whole.to)),
        BAR.top - 3,
        BAR.height + 6,
        theme.foreground,
        theme.highContrast ? 0.5 : 0.2,
      );
    bar(EDGE, x(place.iteration), BAR.top, BAR.height, accent);
    for (const { from, to } of events.clipped)
      bar(x(from), x(to), BAR.top + BAR.height + 4, CLIP_HEIGHT, theme.series[1] ?? theme.foreground);
    for (const stretch of events.nonFinite) drawBroken(context, stretch, x, theme);
    for (const { from } of events.rates)
      bar(x(from) - 1, x(from) + 1, BAR.top - 5, BAR.height + 10, theme.series[2] ?? theme.foreground);
    for (const { iteration, severity } of events.findings)
      drawFinding(context, x(iteration), severity === "warning" ? theme.warning : accent, theme);
    if (active) bar(EDGE + this.width - 1, EDGE + this.width + 1, BAR.top - 4, BAR.height + 8, accent);
    context.beginPath();
    context.arc(x(place.iteration), BAR.top + BAR.height / 2, THUMB_RADIUS, 0, 2 * Math.PI);
    context.fillStyle = place.followsLatest ? accent : theme.foreground;
    context.strokeStyle = theme.background;
    context.lineWidth = 2;
    context.fill();
    context.stroke();
  }

  private iterationAt(offsetX: number): number {
    return Math.round(this.span.from + ((offsetX - EDGE) / this.width) * (this.span.to - this.span.from));
  }
}

/** Crossed out, so that color is not the only sign. */
function drawBroken(
  context: CanvasRenderingContext2D,
  { from, to }: Stretch,
  x: (iteration: number) => number,
  theme: Theme,
): void {
  const top = BAR.top - 2;
  const height = BAR.height + 4;
  context.fillStyle = theme.error;
  context.fillRect(x(from), top, Math.max(2, x(to) - x(from)), height);
  context.strokeStyle = theme.error;
  context.lineWidth = 1.5;
  context.beginPath();
  context.moveTo(x(from) - 3, top - 2);
  context.lineTo(x(from) + 3, top + height + 2);
  context.moveTo(x(from) + 3, top - 2);
  context.lineTo(x(from) - 3, top + height + 2);
  context.stroke();
}

function drawFinding(context: CanvasRenderingContext2D, x: number, color: string, theme: Theme): void {
  context.beginPath();
  context.moveTo(x - FINDING.half, 1);
  context.lineTo(x + FINDING.half, 1);
  context.lineTo(x, 1 + FINDING.height);
  context.closePath();
  context.fillStyle = color;
  context.strokeStyle = theme.background;
  context.lineWidth = 1;
  context.stroke();
  context.fill();
}
