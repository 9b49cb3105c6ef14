/** One view as a section of the page: its title folds it, and it draws only while somebody can see it. */
import type { Changed, ChartModel, LabChart } from "../chart/model";
import { element, setAttribute, setHidden } from "../ui/dom";
import { createIcon } from "../ui/icons";
import type { SectionHome } from "../state/sectionLayout";

/** Beyond the edge of the window, so that a section is drawn before it scrolls into view. */
const MARGIN_PX = 200;

const EVERYTHING: Changed = { data: true, cursor: true, style: true };
const NOTHING: Changed = { data: false, cursor: false, style: false };

export class SectionFrame {
  readonly element: HTMLElement;
  readonly title: string;
  readonly titleButton: HTMLButtonElement;
  private missed = EVERYTHING;
  private forced = false;
  /** Null until the browser has reported it. */
  private onScreen: boolean | null = null;

  constructor(
    readonly home: SectionHome,
    private readonly chart: LabChart,
    private readonly isProbed: boolean,
    helpId: string,
    onDidAppear: () => void,
  ) {
    this.element = chart.element;
    this.element.dataset["section"] = home.id;
    this.element.classList.add("section", "is-undrawn");
    const heading = this.element.querySelector(".card-header h2");
    if (heading === null) throw new Error(`The view ${home.id} has no heading.`);
    this.title = heading.textContent;
    this.titleButton = element(
      "button",
      { class: "section-title", attributes: { type: "button", "aria-describedby": helpId } },
      createIcon("chevron"),
      element("span", {}, this.title),
    );
    heading.replaceChildren(this.titleButton);
    heading.parentElement?.prepend(
      element("span", { class: "section-grip", attributes: { "aria-hidden": "true" } }, createIcon("grip")),
    );
    new IntersectionObserver(
      (entries) => {
        this.onScreen = entries.at(-1)?.isIntersecting ?? true;
        if (this.onScreen && this.missed !== NOTHING) onDidAppear();
      },
      { rootMargin: `${MARGIN_PX}px` },
    ).observe(this.element);
  }

  /** The analysis of its view, where it has one. */
  start(): void {
    this.chart.start?.();
  }

  get isShown(): boolean {
    return !this.element.hidden;
  }

  /** Before `draw`, for all sections, so that each is drawn at the size it comes to. */
  arrange(model: ChartModel | null, folded: boolean): void {
    const suits = this.isProbed || model?.header.probed === undefined;
    setHidden(this.element, !suits || this.chart.isAvailable?.(model) === false);
    this.element.classList.toggle("is-folded", folded);
    setAttribute(this.titleButton, "aria-expanded", String(!folded));
  }

  /** It is due until the next call of `draw`. */
  miss(changed: Changed): void {
    this.missed = join(this.missed, changed);
  }

  /** The next draw draws it, seen or not: it is about to be saved. */
  force(): void {
    this.forced = true;
    this.miss(EVERYTHING);
  }

  /** There is something to draw, and somebody to see it. */
  get isDue(): boolean {
    return (
      this.missed !== NOTHING &&
      !this.element.hidden &&
      !this.element.classList.contains("is-folded") &&
      (this.forced || this.isOnScreen())
    );
  }

  /** Where it is due. */
  draw(model: ChartModel | null): void {
    this.forced = false;
    const missed = this.missed;
    this.missed = NOTHING;
    this.element.classList.remove("is-undrawn");
    this.chart.draw(model, missed);
  }

  private isOnScreen(): boolean {
    if (this.onScreen !== null) return this.onScreen;
    // The observer reports after the first frame, which should not draw what is far below.
    const { top, bottom } = this.element.getBoundingClientRect();
    return top < window.innerHeight + MARGIN_PX && bottom > -MARGIN_PX;
  }
}

function join(a: Changed, b: Changed): Changed {
  if (!b.data && !b.cursor && !b.style) return a;
  return { data: a.data || b.data, cursor: a.cursor || b.cursor, style: a.style || b.style };
}
