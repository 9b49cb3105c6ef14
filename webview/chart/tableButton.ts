import * as l10n from "@vscode/l10n";
import { element } from "../ui/dom";
import { createIcon } from "../ui/icons";

/** The tool of a card that shows its numbers as a table; pressed while it does. @param title of the card */
export function createTableButton(title: string): HTMLButtonElement {
  return element(
    "button",
    {
      class: "tool",
      attributes: {
        type: "button",
        "aria-pressed": "false",
        title: l10n.t("Show as table"),
        "aria-label": l10n.t("Show {0} as table", title),
      },
    },
    createIcon("table"),
  );
}
