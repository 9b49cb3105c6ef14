/** A button that opens a short list of choices. Arrows go through it, Escape puts it away. */
import { element, setHidden } from "./dom";
import { createIcon, type IconName } from "./icons";

interface MenuItem {
  readonly label: string;
  readonly onChoose: () => void;
}

export function createMenuButton(icon: IconName, label: string, items: readonly MenuItem[]): HTMLElement {
  const button = element(
    "button",
    {
      class: "tool",
      attributes: {
        type: "button",
        title: label,
        "aria-label": label,
        "aria-haspopup": "menu",
        "aria-expanded": "false",
      },
    },
    createIcon(icon),
  );
  const choices = items.map((item) => {
    const choice = element(
      "button",
      { class: "menu-item", attributes: { type: "button", role: "menuitem", tabindex: "-1" } },
      item.label,
    );
    choice.addEventListener("click", () => {
      show(false);
      button.focus();
      item.onChoose();
    });
    return choice;
  });
  const list = element("div", { class: "menu", attributes: { role: "menu", "aria-label": label } }, ...choices);
  const root = element("div", { class: "menu-root" }, button, list);
  const isOpen = (): boolean => button.getAttribute("aria-expanded") === "true";
  const show = (open: boolean): void => {
    setHidden(list, !open);
    button.setAttribute("aria-expanded", String(open));
    if (open) choices[0]?.focus();
  };
  show(false);
  button.addEventListener("click", () => show(!isOpen()));
  root.addEventListener("focusout", (event) => {
    if (!root.contains(event.relatedTarget as Node | null)) show(false);
  });
  root.addEventListener("keydown", (event) => {
    if (!isOpen()) return;
    const to = choiceForKey(event.key, choices.indexOf(document.activeElement as HTMLButtonElement), choices.length);
    if (event.key === "Escape") {
      show(false);
      button.focus();
    } else if (to !== null) choices[to]?.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  return root;
}

/** @returns the choice that a key leads to from choice `at`, around the ends; null for other keys */
function choiceForKey(key: string, at: number, count: number): number | null {
  switch (key) {
    case "ArrowDown":
      return (at + 1) % count;
    case "ArrowUp":
      return (at - 1 + count) % count;
    case "Home":
      return 0;
    case "End":
      return count - 1;
    default:
      return null;
  }
}
