/**
 * What a page says when its extension host is gone. Nothing that the page sends arrives then, so all of it is disabled,
 * and the ways out are links to commands, which VS Code runs without that host.
 */
import * as l10n from "@vscode/l10n";
import { LINK_COMMANDS, type PageKind } from "../../src/shared/wire/pageSignals";
import { element } from "./dom";
import { createIcon } from "./icons";

const [REOPEN, RELOAD] = LINK_COMMANDS;

export class ConnectionBar {
  private bar: HTMLElement | null = null;

  /**
   * @param root all of the page
   * @param kind null for the view in the side bar, which VS Code gives to the next host by itself
   * @param keptState what the page that takes its place goes on with
   */
  constructor(
    private readonly root: HTMLElement,
    private readonly kind: PageKind | null,
    private readonly keptState: () => unknown,
  ) {}

  show(isConnected: boolean): void {
    this.bar?.remove();
    this.bar = isConnected ? null : this.create();
    this.root.inert = !isConnected;
    if (this.bar !== null) this.root.before(this.bar);
  }

  private create(): HTMLElement {
    return element(
      "div",
      { class: "connection-bar", attributes: { role: "alert" } },
      createIcon("warning"),
      element(
        "p",
        {},
        element("strong", {}, l10n.t("Not connected.")),
        " ",
        l10n.t("The extension host stopped or is busy. The page shows what came last; its buttons are disabled."),
      ),
      ...(this.kind === null ? [] : [createLink(l10n.t("Reopen"), this.reopening(this.kind))]),
      createLink(l10n.t("Reload Window"), `command:${RELOAD}`),
    );
  }

  private reopening(kind: PageKind): string {
    return `command:${REOPEN}?${encodeURIComponent(JSON.stringify([null, kind, this.keptState()]))}`;
  }
}

function createLink(label: string, href: string): HTMLElement {
  return element("a", { class: "connection-link", attributes: { href } }, label);
}
