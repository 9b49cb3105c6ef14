import * as l10n from "@vscode/l10n";
import { element } from "../ui/dom";

/** A long list of numbers, typed. */
const MAX_LENGTH = 20_000;

/** The constant input of an analysis: one number for each input of the network, or zeros where nothing is typed. */
export class ConstantInput {
  readonly element: HTMLElement;
  private readonly field: HTMLInputElement;

  /** @param onEnter what Enter starts */
  constructor(onEnter: () => void) {
    const hint = l10n.t("Constant input: one number for each input of the network, separated by commas; empty: zeros");
    this.field = element("input", {
      class: "field constant-input",
      attributes: {
        type: "text",
        spellcheck: "false",
        autocomplete: "off",
        maxlength: String(MAX_LENGTH),
        placeholder: l10n.t("input 0"),
        "aria-label": hint,
        title: hint,
      },
    });
    this.field.addEventListener("keydown", (event) => {
      if (event.key === "Enter") onEnter();
    });
    this.element = this.field;
  }

  /** Null: zeros. */
  read(): { readonly input: readonly number[] | null } | { readonly problem: string } {
    const text = this.field.value.trim();
    if (text === "") return { input: null };
    const parts = text.split(/[\s,;]+/).filter((part) => part !== "");
    const wrong = parts.find((part) => !Number.isFinite(Number(part)));
    if (parts.length > 0 && wrong === undefined) return { input: parts.map(Number) };
    return {
      problem: l10n.t(
        'The input has "{0}", which is not a number. Type one number for each input of the network, or none for zeros.',
        wrong ?? text,
      ),
    };
  }
}
