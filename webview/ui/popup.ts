/** A button that opens a panel of controls. Escape, or a click or the focus elsewhere, closes it. */
import { element, setAttribute, setHidden } from "./dom";
import { createIcon, type IconName } from "./icons";

let popups = 0;

export class Popup {
  readonly element: HTMLElement;
  readonly panel: HTMLElement;
  private readonly button: HTMLButtonElement;

  constructor(icon: IconName, label: string) {
    const id = `popup-${popups++}`;
    this.button = element(
      "button",
      {
        class: "tool popup-button",
        attributes: {
          type: "button",
          title: label,
          "aria-label": label,
          "aria-expanded": "false",
          "aria-controls": id,
        },
      },
      createIcon(icon),
    );
    this.panel = element("div", { class: "popup", attributes: { id, role: "group", "aria-label": label } });
    this.element = element("div", { class: "popup-root" }, this.button, this.panel);
    this.show(false);
    this.button.addEventListener("click", () => this.show(this.panel.hasAttribute("hidden")));
    this.element.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || this.panel.hidden) return;
      this.show(false);
      this.button.focus();
      event.preventDefault();
      event.stopPropagation();
    });
    // A click on something that takes no focus, and the window that loses it, have no related target.
    this.element.addEventListener("focusout", (event) => {
      if (event.relatedTarget instanceof Node && !this.element.contains(event.relatedTarget)) this.show(false);
    });
    document.addEventListener("pointerdown", (event) => {
      if (!event.composedPath().includes(this.element)) this.show(false);
    });
  }

  private show(open: boolean): void {
    setHidden(this.panel, !open);
    setAttribute(this.button, "aria-expanded", String(open));
  }
}
