/** Sentences under a picture: the first in sight, the others behind a button. Two lines are kept free for the first. */
import * as l10n from "@vscode/l10n";
import { element, setAttribute, setHidden, setText } from "../ui/dom";

export class Caption {
  readonly element: HTMLElement;
  private readonly lead = element("span");
  private readonly rest = element("span", { class: "explanation-rest" });
  private readonly sentences: HTMLElement;
  private readonly more: HTMLButtonElement;

  /**
   * @param title of the chart, for the name of the button
   * @param isReserved room is kept while there is nothing to say, so that the card keeps its height
   */
  constructor(
    id: string,
    private readonly title: string,
    private readonly isReserved: boolean,
  ) {
    const restId = `${id}-caption`;
    this.sentences = element("p", { class: "explanation", attributes: { id: restId } }, this.lead, this.rest);
    this.more = element("button", {
      class: "tool tool-text caption-more",
      attributes: { type: "button", "aria-controls": restId },
    });
    this.element = element("div", { class: "card-caption" }, this.sentences, this.more);
    this.more.addEventListener("click", () => this.open(this.more.getAttribute("aria-expanded") !== "true"));
    this.open(false);
    this.show([], null);
  }

  /** All of it, in sight or not. */
  get text(): string {
    return this.sentences.textContent;
  }

  /** @param hint in a tooltip */
  show([lead = "", ...rest]: readonly string[], hint: string | null): void {
    setHidden(this.element, lead === "" && !this.isReserved);
    setText(this.lead, lead);
    setText(this.rest, rest.length === 0 ? "" : ` ${rest.join(" ")}`);
    setHidden(this.more, rest.length === 0);
    setAttribute(this.sentences, "title", hint);
  }

  private open(shown: boolean): void {
    setAttribute(this.more, "aria-expanded", String(shown));
    setAttribute(
      this.more,
      "aria-label",
      shown ? l10n.t("Show less about {0}", this.title) : l10n.t("Show more about {0}", this.title),
    );
    setText(this.more, shown ? l10n.t("Less") : l10n.t("More"));
    setHidden(this.rest, !shown);
  }
}
