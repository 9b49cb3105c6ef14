import * as l10n from "@vscode/l10n";
import { element, setHidden } from "../ui/dom";
import { createIcon } from "../ui/icons";
import { NAME_COLUMN, type Column } from "./columns";

/** A button that opens a list of check boxes, one for each column. */
export class ColumnMenu {
  readonly element: HTMLElement;
  private readonly button: HTMLElement;
  private readonly list: HTMLElement;
  private boxes = new Map<string, HTMLInputElement>();
  private shown = "";

  constructor(private readonly onChange: (column: string, shows: boolean) => void) {
    const label = l10n.t("Columns");
    this.button = element(
      "button",
      { class: "tool tool-text", attributes: { type: "button", "aria-expanded": "false" } },
      createIcon("table"),
      label,
    );
    this.list = element("div", { class: "menu column-menu", attributes: { role: "group", "aria-label": label } });
    this.element = element("div", { class: "menu-root" }, this.button, this.list);
    setHidden(this.list, true);
    this.button.addEventListener("click", () => this.open(this.button.getAttribute("aria-expanded") !== "true"));
    this.element.addEventListener("focusout", (event) => {
      if (event.relatedTarget instanceof Node && !this.element.contains(event.relatedTarget)) this.open(false);
    });
    document.addEventListener("pointerdown", (event) => {
      if (event.target instanceof Node && !this.element.contains(event.target)) this.open(false);
    });
    this.element.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || this.list.hidden) return;
      this.open(false);
      this.button.focus();
    });
  }

  show(columns: readonly Column[], visible: ReadonlySet<string>): void {
    const choices = columns.filter(({ id }) => id !== NAME_COLUMN);
    const key = choices.map(({ id, title }) => `${id} ${title}`).join("|");
    if (key !== this.shown) {
      this.shown = key;
      this.boxes = new Map(choices.map(({ id }) => [id, this.createBox(id)]));
      this.list.replaceChildren(
        ...choices.map(({ id, title }) => element("label", { class: "column-choice" }, this.boxes.get(id)!, title)),
      );
    }
    for (const [id, box] of this.boxes) box.checked = visible.has(id);
  }

  private createBox(id: string): HTMLInputElement {
    const box = element("input", { attributes: { type: "checkbox" } });
    box.addEventListener("change", () => this.onChange(id, box.checked));
    return box;
  }

  private open(isOpen: boolean): void {
    setHidden(this.list, !isOpen);
    this.button.setAttribute("aria-expanded", String(isOpen));
  }
}
