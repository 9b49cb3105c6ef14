/**
 * From where the space of the first three principal components is looked at: along one of them, which leaves a plane of
 * the other two, or from an angle that the reader turns.
 */
import * as l10n from "@vscode/l10n";
import type { Turn } from "../../../src/shared/trace/alignedAxes";

/** Two components as a plane, or all three. */
export const VIEWS = ["0 1", "0 2", "1 2", "space"] as const;
export type ViewName = (typeof VIEWS)[number];

interface Angles {
  /** About the third component, and how far it is looked at from above, in degrees. */
  readonly azimuth: number;
  readonly elevation: number;
}

const START: Angles = { azimuth: 35, elevation: 25 };
const KEY_STEP = 5;
const DEGREES_PER_PIXEL = 0.5;
/** A press that moves less is a click. */
const DRAG_PIXELS = 3;

export function viewLabel(view: ViewName): string {
  if (view === "space") return l10n.t("3-D, PC 1 to 3");
  const [x = 0, y = 1] = view.split(" ").map(Number);
  return l10n.t("PC {0}, PC {1}", x + 1, y + 1);
}

export class SpaceView {
  name: ViewName = "0 1";
  private angles = START;

  /** @param onDidTurn to draw it */
  constructor(private readonly onDidTurn: () => void) {}

  get isSpace(): boolean {
    return this.name === "space";
  }

  /** The components of a plane, from 0. */
  get components(): readonly [number, number] {
    const [x = 0, y = 1] = this.isSpace ? [] : this.name.split(" ").map(Number);
    return [x, y];
  }

  /** To the right, up, and toward the reader: the rows of an orthogonal matrix. */
  get turn(): Turn {
    const unit = (k: number): number[] => [0, 1, 2].map((i) => Number(i === k));
    const [x, y] = this.components;
    return this.isSpace ? turnOf(this.angles) : [unit(x), unit(y), unit(3 - x - y)];
  }

  /** For those who do not see it. */
  get words(): string {
    const { azimuth, elevation } = this.angles;
    return l10n.t("turned by {0}° and seen from {1}° above; the arrow keys turn it", azimuth, elevation);
  }

  attach(plot: HTMLElement): void {
    let from: { readonly x: number; readonly y: number; readonly angles: Angles; moved: boolean } | null = null;
    let wasDrag = false;
    const on = <K extends keyof HTMLElementEventMap>(type: K, listen: (event: HTMLElementEventMap[K]) => void): void =>
      plot.addEventListener(type, listen, { capture: true });
    on("pointerdown", ({ button, clientX: x, clientY: y }) => {
      wasDrag = false;
      from = this.isSpace && button === 0 ? { x, y, angles: this.angles, moved: false } : null;
    });
    on("pointermove", (event) => {
      if (from === null) return;
      const [dx, dy] = [event.clientX - from.x, event.clientY - from.y];
      if (!from.moved && Math.hypot(dx, dy) < DRAG_PIXELS) return;
      if (!from.moved) plot.setPointerCapture(event.pointerId);
      from.moved = true;
      wasDrag = true;
      event.stopPropagation();
      this.look({
        azimuth: from.angles.azimuth - dx * DEGREES_PER_PIXEL,
        elevation: from.angles.elevation + dy * DEGREES_PER_PIXEL,
      });
    });
    on("pointerup", () => (from = null));
    on("pointercancel", () => (from = null));
    // A drag ends in a click, which would hold the cursor there.
    on("click", (event) => wasDrag && event.stopPropagation());
    on("keydown", (event) => {
      if (!this.isSpace || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
      const turned = this.afterKey(event.key);
      if (turned === null) return;
      event.preventDefault();
      event.stopPropagation();
      this.look(turned);
    });
  }

  private afterKey(key: string): Angles | null {
    const { azimuth, elevation } = this.angles;
    switch (key) {
      case "ArrowLeft":
        return { azimuth: azimuth + KEY_STEP, elevation };
      case "ArrowRight":
        return { azimuth: azimuth - KEY_STEP, elevation };
      case "ArrowUp":
        return { azimuth, elevation: elevation - KEY_STEP };
      case "ArrowDown":
        return { azimuth, elevation: elevation + KEY_STEP };
      case "Home":
        return START;
      default:
        return null;
    }
  }

  private look({ azimuth, elevation }: Angles): void {
    this.angles = {
      azimuth: Math.round(((azimuth % 360) + 360) % 360),
      elevation: Math.round(Math.min(90, Math.max(-90, elevation))),
    };
    this.onDidTurn();
  }
}

function turnOf({ azimuth, elevation }: Angles): Turn {
  const [a, e] = [(azimuth * Math.PI) / 180, (elevation * Math.PI) / 180];
  return [
    [Math.cos(a), Math.sin(a), 0],
    [-Math.sin(a) * Math.sin(e), Math.cos(a) * Math.sin(e), Math.cos(e)],
    [Math.sin(a) * Math.cos(e), -Math.cos(a) * Math.cos(e), Math.sin(e)],
  ];
}
