/**
 * Which units of a layer a map shows: all of them where each has a few pixels, else a stretch that scrolls. Its buttons
 * move it, as do Alt and the wheel and the unit cursor.
 */
import * as l10n from "@vscode/l10n";
import { element, setHidden, setText } from "../../ui/dom";

/** Pixels: rows that are thinner run into each other. */
const MIN_ROW = 2;
/** Pixels of a row where units are left out anyway. */
const SCROLLED_ROW = 4;

/** How many units there is room for. */
export function unitsThatFit(units: number, pixels: number): number {
  return units * MIN_ROW <= pixels ? units : Math.min(units, Math.max(1, Math.floor(pixels / SCROLLED_ROW)));
}

/** The first unit in view, so that `unit` is in view and the stretch moves no further than it has to. */
export function firstUnitFor(unit: number, first: number, shown: number, units: number): number {
  const last = Math.max(0, units - shown);
  return Math.min(last, Math.max(0, Math.min(unit, Math.max(first, unit - shown + 1))));
}

export class UnitWindow {
  readonly element: HTMLElement;
  private readonly text = element("span");
  private readonly previous: HTMLButtonElement;
  private readonly next: HTMLButtonElement;
  private start = 0;
  private fitting = 1;
  private all = 1;
  private followed: number | null = null;

  constructor(private readonly onDidScroll: () => void) {
    this.previous = this.createButton(l10n.t("Previous units"), "‹", -1);
    this.next = this.createButton(l10n.t("Next units"), "›", 1);
    this.element = element("span", { class: "unit-window" }, this.previous, this.text, this.next);
    setHidden(this.element, true);
  }

  get first(): number {
    return this.start;
  }

  get shown(): number {
    return this.fitting;
  }

  get units(): number {
    return this.all;
  }

  /** @param unit of the cursor: brought into view when it moves */
  fit(units: number, pixels: number, unit: number | null): void {
    this.all = units;
    this.fitting = unitsThatFit(units, pixels);
    if (unit !== null && unit !== this.followed) this.start = firstUnitFor(unit, this.start, this.fitting, units);
    this.followed = unit;
    this.start = Math.min(this.start, units - this.fitting);
    setHidden(this.element, this.fitting === units);
    setText(this.text, l10n.t("units {0} to {1} of {2}", this.start, this.start + this.fitting - 1, units));
    this.previous.disabled = this.start === 0;
    this.next.disabled = this.start + this.fitting === units;
  }

  scroll(by: number): void {
    const start = Math.min(this.all - this.fitting, Math.max(0, this.start + by));
    if (start === this.start) return;
    this.start = start;
    this.onDidScroll();
  }

  private createButton(label: string, text: string, direction: number): HTMLButtonElement {
    const button = element(
      "button",
      { class: "tool tool-step", attributes: { type: "button", "aria-label": label, title: label } },
      text,
    );
    button.addEventListener("click", () => this.scroll(direction * this.fitting));
    return button;
  }
}
