/** Drags a section by its header: a line shows where it would go, Escape puts it back. */
import { element, setHidden } from "../ui/dom";
import type { SectionPlace } from "../state/sectionLayout";
import { idOf, visibleSections } from "./sectionKeys";

/** Less is a click with an unsteady hand. */
const THRESHOLD_PX = 5;
/** So near to the edge of the window the page scrolls, by so many pixels a frame. */
const SCROLL_ZONE_PX = 48;
const SCROLL_STEP_PX = 10;
const LINE_PX = 2;

export function attachDrag(
  grid: HTMLElement,
  columns: readonly HTMLElement[],
  onDidMove: (id: string, place: SectionPlace) => void,
): void {
  grid.addEventListener("pointerdown", (event) => {
    const target = event.target as Element;
    const section = target.closest<HTMLElement>(".section");
    if (
      event.button !== 0 ||
      section === null ||
      target.closest(".card-header") === null ||
      target.closest(".card-tools, select, input, a, vscode-button, vscode-dropdown") !== null
    )
      return;
    new Drag(grid, columns, section, event, onDidMove);
  });
}

class Drag {
  private readonly line = element("div", { class: "drop-line" });
  private place: SectionPlace | null = null;
  private x: number;
  private y: number;
  private isDragging = false;
  private readonly ended = new AbortController();

  constructor(
    private readonly grid: HTMLElement,
    private readonly columns: readonly HTMLElement[],
    private readonly section: HTMLElement,
    private readonly start: PointerEvent,
    onDidMove: (id: string, place: SectionPlace) => void,
  ) {
    this.x = start.clientX;
    this.y = start.clientY;
    const { signal } = this.ended;
    window.addEventListener("pointermove", (event) => this.follow(event), { signal });
    window.addEventListener(
      "pointerup",
      () => {
        const { place } = this;
        const id = idOf(section);
        if (this.isDragging) swallowClick();
        this.end();
        if (place !== null && id !== null) onDidMove(id, place);
      },
      { signal },
    );
    window.addEventListener("pointercancel", () => this.end(), { signal });
    window.addEventListener("blur", () => this.end(), { signal });
    window.addEventListener(
      "keydown",
      (event) => {
        if (event.key !== "Escape" || !this.isDragging) return;
        event.stopPropagation();
        this.end();
      },
      { signal, capture: true },
    );
  }

  private follow(event: PointerEvent): void {
    this.x = event.clientX;
    this.y = event.clientY;
    if (!this.isDragging && Math.hypot(this.x - this.start.clientX, this.y - this.start.clientY) >= THRESHOLD_PX)
      this.begin();
    if (this.isDragging) this.showPlace();
  }

  private begin(): void {
    this.isDragging = true;
    window.getSelection()?.removeAllRanges();
    document.body.classList.add("is-dragging");
    this.section.classList.add("is-dragged");
    this.grid.append(this.line);
    requestAnimationFrame(() => this.scroll());
  }

  private end(): void {
    this.ended.abort();
    this.isDragging = false;
    document.body.classList.remove("is-dragging");
    this.section.classList.remove("is-dragged");
    this.line.remove();
  }

  private scroll(): void {
    if (!this.isDragging) return;
    const step =
      this.y < SCROLL_ZONE_PX ? -SCROLL_STEP_PX : this.y > window.innerHeight - SCROLL_ZONE_PX ? SCROLL_STEP_PX : 0;
    if (step !== 0) {
      window.scrollBy(0, step);
      this.showPlace();
    }
    requestAnimationFrame(() => this.scroll());
  }

  private showPlace(): void {
    const column = this.nearestColumn();
    const sections = visibleSections(this.columns[column]);
    const before = sections.findIndex((section) => middleOf(section) > this.y);
    const next = sections[before];
    const previous = before < 0 ? sections.at(-1) : sections[before - 1];
    // Its present place needs no marker.
    this.place = next === this.section || previous === this.section ? null : { column, before: idOf(next) };
    setHidden(this.line, this.place === null);
    const box = this.columns[column]?.getBoundingClientRect();
    if (this.place === null || box === undefined) return;
    const origin = this.grid.getBoundingClientRect();
    const above = previous?.getBoundingClientRect().bottom ?? box.top;
    const below = next?.getBoundingClientRect().top ?? above + LINE_PX;
    this.line.style.left = `${box.left - origin.left}px`;
    this.line.style.width = `${box.width}px`;
    this.line.style.top = `${(above + below) / 2 - LINE_PX / 2 - origin.top}px`;
  }

  private nearestColumn(): number {
    let nearest = 0;
    let distance = Infinity;
    for (const [i, column] of this.columns.entries()) {
      if (column.hidden) continue;
      const { left, right } = column.getBoundingClientRect();
      const away = Math.max(left - this.x, this.x - right, 0);
      if (away >= distance) continue;
      distance = away;
      nearest = i;
    }
    return nearest;
  }
}

function middleOf(section: HTMLElement): number {
  const { top, height } = section.getBoundingClientRect();
  return top + height / 2;
}

/** The click that ends a drag on the title would fold the section. */
function swallowClick(): void {
  const swallow = (event: Event): void => {
    event.stopPropagation();
    event.preventDefault();
  };
  window.addEventListener("click", swallow, { capture: true, once: true });
  // Where the pointer was let go elsewhere there is no click; the next one is meant.
  setTimeout(() => window.removeEventListener("click", swallow, { capture: true }), 0);
}
