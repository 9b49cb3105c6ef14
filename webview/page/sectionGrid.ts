/**
 * The sections in their columns: folds, moves and announces them. Their places are in the preferences; this only shows
 * them.
 */
import * as l10n from "@vscode/l10n";
import type { LayoutAction } from "../../src/shared/wire/panelActions";
import type { Changed, ChartModel } from "../chart/model";
import { element, setHidden } from "../ui/dom";
import {
  arrange,
  columnCountFor,
  DEFAULT_LAYOUT,
  isDefaultLayout,
  isFolded,
  moveSection,
  withFolds,
  type ColumnCount,
  type PageLayout,
  type SectionPlace,
} from "../state/sectionLayout";
import type { Section } from "./sections";
import { HeldHeights } from "./heldHeights";
import { attachDrag } from "./sectionDrag";
import { SectionFrame } from "./sectionFrame";
import { placeAfterKey } from "./sectionKeys";

const HELP_ID = "section-help";

export interface GridHost {
  setPageLayout(layout: PageLayout): void;
  /** Nothing has changed, but what can be seen has. */
  requestFrame(): void;
}

/** The task of an animation frame stays short, whatever it draws; the browser's layout and paint come on top. */
const PART_MS = 8;

/** The section that a new run is seen in first. */
const LEAD = "loss";

export class SectionGrid {
  readonly element: HTMLElement;
  /** Folds, unfolds and arranges them all: a part of the menu of the page. */
  readonly tools: HTMLElement;
  private readonly grid = element("div", { class: "charts" });
  private readonly columns = [0, 1, 2].map(() => element("div", { class: "chart-column" }));
  private readonly frames: ReadonlyMap<string, SectionFrame>;
  private readonly news = element("div", {
    class: "visually-hidden",
    attributes: { role: "status", "aria-live": "polite" },
  });
  private readonly reset: HTMLButtonElement;
  private layout = DEFAULT_LAYOUT;
  private arranged: string | null = null;
  private toReveal: string | null = null;
  private readonly held = new HeldHeights(() => [...this.frames.values()].map((frame) => frame.element));
  private drawnRun: string | null = null;
  /** Where the next part of a draw begins, so that each section has its turn. */
  private next = 0;

  constructor(
    sections: readonly Section[],
    private readonly host: GridHost,
    private readonly columnCount: () => ColumnCount = () => columnCountFor(window.innerWidth),
  ) {
    this.frames = new Map(
      sections.map(({ home, chart, isProbed }) => [
        home.id,
        new SectionFrame(home, chart, isProbed, HELP_ID, () => host.requestFrame()),
      ]),
    );
    for (const frame of this.frames.values()) {
      frame.titleButton.addEventListener("click", () => this.setFolded([frame], !isFolded(frame.home, this.layout)));
      frame.titleButton.addEventListener("keydown", (event) => this.handleKey(event, frame));
    }
    this.reset = linkButton(l10n.t("Reset Layout"), () => this.perform("resetLayout"));
    this.tools = element(
      "div",
      { class: "toolbar-group section-tools", attributes: { role: "group", "aria-label": l10n.t("Sections") } },
      element("span", { class: "group-label" }, l10n.t("Sections")),
      linkButton(l10n.t("Unfold All"), () => this.perform("unfoldAll")),
      linkButton(l10n.t("Fold All"), () => this.perform("foldAll")),
      this.reset,
    );
    this.grid.append(...this.columns);
    this.element = element(
      "div",
      { class: "sections" },
      element(
        "p",
        { class: "visually-hidden", attributes: { id: HELP_ID } },
        l10n.t("Press Alt and an arrow key to move the section."),
      ),
      this.grid,
      this.news,
    );
    attachDrag(this.grid, this.columns, (id, place) => this.move(id, place));
    window.addEventListener("resize", () => {
      this.held.let();
      host.requestFrame();
    });
  }

  /** Returns whether all that can be seen is drawn; if not, the next call goes on, with what has changed since. */
  show(model: ChartModel | null, changed: Changed, layout: PageLayout): boolean {
    if (layout !== this.layout) this.held.let();
    this.held.show(model?.header.runId ?? null);
    this.layout = layout;
    setHidden(this.reset, isDefaultLayout(layout));
    for (const frame of this.frames.values()) frame.arrange(model, isFolded(frame.home, layout));
    this.arrangeColumns();
    this.draw(model, changed);
    const isDrawn = ![...this.frames.values()].some((frame) => frame.isDue);
    if (isDrawn) this.revealNow();
    return isDrawn;
  }

  /**
   * Part of what is due, as much as fits into an animation frame; the next part goes on behind it. A run that takes the
   * place of another is first seen in its curve alone, so that it is there at once.
   */
  private draw(model: ChartModel | null, changed: Changed): void {
    const run = model?.header.runId ?? null;
    const takesOver = run !== null && this.drawnRun !== null && run !== this.drawnRun;
    this.drawnRun = run;
    const frames = [...this.frames.values()];
    for (const frame of frames) frame.miss(changed);
    if (takesOver) this.next = [...this.frames.keys()].indexOf(LEAD);
    const until = takesOver ? 0 : performance.now() + PART_MS;
    for (const frame of [...frames.slice(this.next), ...frames.slice(0, this.next)]) {
      if (!frame.isDue) continue;
      frame.draw(model);
      this.next = frames.indexOf(frame) + 1;
      if (performance.now() >= until) return;
    }
  }

  /** Opens a section and brings it into view. */
  reveal(id: string): void {
    const frame = this.frames.get(id);
    if (frame === undefined) return;
    this.toReveal = id;
    this.setFolded([frame], false);
    this.host.requestFrame();
  }

  /** Opens a section and starts its analysis. */
  start(id: string): void {
    this.frames.get(id)?.start();
    this.reveal(id);
  }

  /** With the next frame, wherever the section is: unfolded, drawn and in view. */
  drawAnyway(id: string): void {
    this.frames.get(id)?.force();
    this.reveal(id);
  }

  perform(action: LayoutAction): void {
    if (action === "resetLayout") this.host.setPageLayout(DEFAULT_LAYOUT);
    else this.setFolded([...this.frames.values()], action === "foldAll");
  }

  private setFolded(frames: readonly SectionFrame[], folded: boolean): void {
    this.host.setPageLayout(
      withFolds(
        frames.map(({ home }) => home),
        this.layout,
        folded,
      ),
    );
  }

  private move(id: string, place: SectionPlace): void {
    this.host.setPageLayout(
      moveSection(
        [...this.frames.values()].map(({ home }) => home),
        this.layout,
        this.columnCount(),
        id,
        place,
      ),
    );
  }

  private handleKey(event: KeyboardEvent, frame: SectionFrame): void {
    const place = event.altKey ? placeAfterKey(event.key, frame.element, this.columns) : null;
    if (place === null) return;
    event.preventDefault();
    // VS Code would take it too, to move a line or go back.
    event.stopPropagation();
    if (place === "edge") return;
    this.move(frame.home.id, place);
    const following = place.before === null ? undefined : this.frames.get(place.before);
    this.news.textContent =
      following === undefined
        ? l10n.t("{0} moved to the end of column {1}.", frame.title, place.column + 1)
        : l10n.t("{0} moved to column {1}, before {2}.", frame.title, place.column + 1, following.title);
  }

  private arrangeColumns(): void {
    const count = this.columnCount();
    const order = arrange(
      [...this.frames.values()].map(({ home }) => home),
      this.layout,
      count,
    );
    const key = JSON.stringify(order);
    if (key !== this.arranged) {
      this.arranged = key;
      const focused = document.activeElement;
      for (const [i, column] of this.columns.entries()) {
        for (const [at, id] of (order[i] ?? []).entries()) {
          const node = this.frames.get(id)?.element;
          if (node !== undefined && column.children[at] !== node)
            column.insertBefore(node, column.children[at] ?? null);
        }
      }
      // A node that moves loses the focus.
      if (focused instanceof HTMLElement && focused !== document.activeElement) focused.focus();
    }
    for (const [i, column] of this.columns.entries())
      setHidden(column, !(order[i] ?? []).some((id) => this.frames.get(id)?.isShown));
    this.grid.dataset["columns"] = String(this.columns.filter(({ hidden }) => !hidden).length);
  }

  private revealNow(): void {
    if (this.toReveal === null) return;
    this.frames.get(this.toReveal)?.element.scrollIntoView({ block: "nearest" });
    this.toReveal = null;
  }
}

function linkButton(text: string, onClick: () => void): HTMLButtonElement {
  const button = element("button", { class: "link", attributes: { type: "button" } }, text);
  button.addEventListener("click", onClick);
  return button;
}
