/**
 * Pointer and keys over a chart move the shared cursor. Left and right go along the chart's own axis, up and down along the
 * other one, with Shift along the units, Home and End to its ends, Escape lets the cursor follow the latest iteration again.
 */
import type { CursorMove, CursorTarget } from "../state/cursor";

export type OwnAxis = "iteration" | "timeStep";

/** What the pointer is over, in the chart's own values; null outside of its area. */
export type Probe = (offsetX: number, offsetY: number) => CursorTarget | null;

const PAGE = 10;

export function attachCursor(
  target: HTMLElement,
  ownAxis: OwnAxis,
  probe: Probe,
  move: (move: CursorMove) => void,
): void {
  // A click holds what the pointer was over: its own coordinates are rounded and may be those of a neighbor.
  let hovered: ReturnType<Probe> = null;
  target.addEventListener("pointermove", (event) => {
    hovered = probe(event.offsetX, event.offsetY);
    move(hovered === null ? { kind: "leave" } : { kind: "hover", ...hovered });
  });
  target.addEventListener("pointerleave", () => move({ kind: "leave" }));
  target.addEventListener("click", (event) => {
    const found = hovered ?? probe(event.offsetX, event.offsetY);
    if (found !== null) move({ kind: "pin", ...found });
  });
  target.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const wanted = moveForKey(event.key, ownAxis, event.shiftKey);
    if (wanted === null) return;
    event.preventDefault();
    move(wanted);
  });
}

export function moveForKey(key: string, ownAxis: OwnAxis, shift = false): CursorMove | null {
  if (shift)
    return key === "ArrowUp" ? { kind: "stepUnit", by: 1 } : key === "ArrowDown" ? { kind: "stepUnit", by: -1 } : null;
  const along = (by: number, axis: OwnAxis): CursorMove => ({
    kind: axis === "iteration" ? "stepRow" : "stepTime",
    by,
  });
  const other: OwnAxis = ownAxis === "iteration" ? "timeStep" : "iteration";
  switch (key) {
    case "ArrowLeft":
      return along(-1, ownAxis);
    case "ArrowRight":
      return along(1, ownAxis);
    case "ArrowDown":
      return along(-1, other);
    case "ArrowUp":
      return along(1, other);
    case "PageDown":
      return along(-PAGE, ownAxis);
    case "PageUp":
      return along(PAGE, ownAxis);
    case "Home":
      return { kind: ownAxis === "iteration" ? "firstRow" : "firstTime" };
    case "End":
      return { kind: ownAxis === "iteration" ? "lastRow" : "lastTime" };
    case "Escape":
      return { kind: "follow" };
    default:
      return null;
  }
}
