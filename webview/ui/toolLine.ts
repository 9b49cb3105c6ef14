/** A line of tools that never wraps: what does not fit goes into a menu at its end, or is left out. */
import { element, setHidden } from "./dom";
import { fitLine } from "./fitLine";
import type { IconName } from "./icons";
import { Popup } from "./popup";

export interface ToolItem {
  /** In the line, or a part of an item that is. */
  readonly element: HTMLElement;
  /** 0: always in the line. Else the higher, the sooner it leaves it. */
  readonly rank: number;
  /** It is not in the menu either where the line has no room: a word that the menu would only repeat. */
  readonly leftOut?: true;
}

/** Between the parts, as in the style sheet. */
const GAP_PX = 6;

export class ToolLine {
  readonly element: HTMLElement;
  private readonly more: Popup;
  /** Of each item, as it is in the line. */
  private readonly widths = new Map<ToolItem, number>();
  private width = 0;

  /** @param inMenu what is only in the menu, below the others */
  constructor(
    label: string,
    more: { readonly icon: IconName; readonly label: string },
    private readonly items: readonly ToolItem[],
    private readonly inMenu: readonly HTMLElement[],
  ) {
    this.more = new Popup(more.icon, more.label);
    this.more.panel.append(...inMenu);
    this.element = element(
      "div",
      { class: "toolbar", attributes: { role: "toolbar", "aria-label": label } },
      ...items.map((item) => item.element).filter((node) => node.parentElement === null),
      this.more.element,
    );
    new ResizeObserver((entries) => {
      const width = entries.at(-1)?.contentRect.width ?? 0;
      if (width === 0 || width === this.width) return;
      this.width = width;
      this.arrange();
    }).observe(this.element);
  }

  /** An item has another width from now on. */
  remeasure(): void {
    this.widths.clear();
    if (this.width > 0) this.arrange();
  }

  private arrange(): void {
    const focused = document.activeElement;
    if (this.widths.size < this.items.length) this.measure();
    this.place(
      fitLine(
        this.items.map((item) => ({ rank: item.rank, width: this.widths.get(item) ?? 0 })),
        this.width - this.more.element.offsetWidth,
      ),
    );
    // A node that moves loses the focus.
    if (focused instanceof HTMLElement && focused !== document.activeElement) focused.focus();
  }

  private measure(): void {
    this.place(this.items.map(() => true));
    // A part of another item first: the width of that item is the one without it.
    const isPart = (item: ToolItem): boolean => item.element.parentElement !== this.element;
    for (const item of this.items.filter(isPart)) {
      this.widths.set(item, item.element.offsetWidth + GAP_PX);
      setHidden(item.element, true);
    }
    for (const item of this.items.filter((other) => !isPart(other)))
      this.widths.set(item, widthOf(item.element) + GAP_PX);
  }

  private place(inLine: readonly boolean[]): void {
    // From the last to the first: each goes before the one placed before it.
    let inLineNext: Element = this.more.element;
    let inMenuNext: Element | null = this.inMenu[0] ?? null;
    for (const [i, { element: node, leftOut }] of [...this.items.entries()].reverse()) {
      const shown = inLine[i] === true;
      if (leftOut) setHidden(node, !shown);
      // A part of another item stays in it.
      if (leftOut && node.parentElement !== this.element) continue;
      if (shown || leftOut) {
        if (node.nextElementSibling !== inLineNext) this.element.insertBefore(node, inLineNext);
        inLineNext = node;
      } else {
        if (node.parentElement !== this.more.panel || node.nextElementSibling !== inMenuNext)
          this.more.panel.insertBefore(node, inMenuNext);
        inMenuNext = node;
      }
    }
  }
}

/** As wide as it is at least: what fills the line may be wider at the moment. */
function widthOf(node: HTMLElement): number {
  const { minWidth, flexGrow } = getComputedStyle(node);
  return flexGrow === "0" ? node.offsetWidth : parseFloat(minWidth);
}
