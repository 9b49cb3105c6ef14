/** Selects the inspected sequence: one of the dataset by its index, or one that the user types. */
import * as l10n from "@vscode/l10n";
import { MAX_TYPED_LENGTH, type TypedProblem } from "../../../src/shared/trace/inspection";
import { formatCount } from "../../../src/shared/words/numberFormat";
import { element, setAttribute, setHidden, setText } from "../../ui/dom";
import { createIcon } from "../../ui/icons";
import type { CardHost } from "../../chart/card";
import type { ChartModel } from "../../chart/model";

export class SequenceBar {
  readonly element: HTMLElement;
  private readonly number: HTMLInputElement;
  private readonly previous: HTMLButtonElement;
  private readonly next: HTMLButtonElement;
  private readonly of = element("span", { class: "sequence-of" });
  private readonly own: HTMLButtonElement;
  private readonly typed: HTMLInputElement;
  private readonly typedRow: HTMLElement;
  private readonly message = element("p", {
    class: "typed-message",
    attributes: { id: "typed-message", "aria-live": "polite" },
  });
  private total = 1;
  private traced = 0;
  private example = "";
  /** Where the way back from an own sequence leads. */
  private lastNumber: number | null = null;

  constructor(private readonly host: Pick<CardHost, "moveCursor">) {
    this.number = element("input", {
      class: "field sequence-number",
      attributes: {
        type: "number",
        min: "0",
        step: "1",
        "aria-label": l10n.t("Sequence index"),
        title: l10n.t("Index of the sequence, from 0; training sequences come first"),
      },
    });
    this.number.addEventListener("change", () => this.choose(Number(this.number.value)));
    this.previous = stepButton(l10n.t("Previous sequence"), "‹", () => this.choose(Number(this.number.value) - 1));
    this.next = stepButton(l10n.t("Next sequence"), "›", () => this.choose(Number(this.number.value) + 1));
    this.own = element(
      "button",
      {
        class: "tool tool-text",
        attributes: {
          type: "button",
          "aria-pressed": "false",
          title: l10n.t("Enter your own sequence to see the output of the model"),
        },
      },
      l10n.t("Enter Sequence"),
    );
    this.own.addEventListener("click", () => this.toggleOwn());
    this.typed = element("input", {
      class: "field typed-sequence",
      attributes: {
        type: "text",
        spellcheck: "false",
        autocomplete: "off",
        maxlength: String(MAX_TYPED_LENGTH),
        "aria-label": l10n.t("Your sequence"),
        "aria-describedby": "typed-message",
      },
    });
    this.typed.addEventListener("input", () => this.host.moveCursor({ kind: "inspect", sequence: this.typed.value }));
    const close = element(
      "button",
      {
        class: "tool",
        attributes: {
          type: "button",
          title: l10n.t("Back to the dataset"),
          "aria-label": l10n.t("Back to the dataset"),
        },
      },
      createIcon("close"),
    );
    close.addEventListener("click", () => this.toggleOwn());
    this.typed.addEventListener("keydown", (event) => {
      // While a word is composed, Escape ends that and not the typing.
      if (event.key === "Escape" && !event.isComposing) this.toggleOwn();
    });
    this.typedRow = element("div", { class: "typed-row" }, this.typed, close);
    this.element = element(
      "div",
      { class: "sequence-bar" },
      element(
        "div",
        { class: "sequence-choice" },
        element("span", { class: "sequence-label" }, l10n.t("Sequence")),
        this.previous,
        this.number,
        this.next,
        this.of,
        this.own,
      ),
      this.typedRow,
      this.message,
    );
  }

  show(model: ChartModel | null, problem: TypedProblem | null): void {
    const data = model?.header.data;
    setHidden(this.element, model === null || data?.sequences === undefined);
    if (model === null || data?.sequences === undefined) return;
    const { sequence } = model.place;
    this.total = data.sequences.training + data.sequences.validation;
    this.traced = model.header.inspected.sequence;
    this.example = data.typing?.example ?? "";
    const own = typeof sequence === "string";
    if (!own) this.lastNumber = sequence;
    const shown = String(this.lastNumber ?? this.traced);
    if (this.number.value !== shown && document.activeElement !== this.number) this.number.value = shown;
    setAttribute(this.number, "max", String(this.total - 1));
    for (const control of [this.number, this.previous, this.next]) control.disabled = own;
    setText(
      this.of,
      [
        l10n.t("of {0}", formatCount(this.total)),
        ...(own
          ? []
          : sequence === this.traced
            ? [l10n.t("recorded")]
            : sequence >= data.sequences.training
              ? [l10n.t("validation")]
              : []),
      ].join(" · "),
    );
    setAttribute(this.own, "aria-pressed", String(own));
    setHidden(this.own, data.typing === undefined);
    setHidden(this.typedRow, !own);
    setHidden(this.message, !own);
    if (!own) return;
    if (this.typed.value !== sequence && document.activeElement !== this.typed) this.typed.value = sequence;
    setAttribute(this.typed, "placeholder", this.example);
    setAttribute(this.typed, "aria-invalid", problem === null ? null : "true");
    this.message.classList.toggle("is-problem", problem !== null);
    this.showMessage(sequence, problem, data.typing?.form ?? "");
  }

  private showMessage(text: string, problem: TypedProblem | null, form: string): void {
    const key = problem === null ? form : `${text} ${problem.from} ${problem.to} ${problem.message}`;
    if (this.message.dataset["shown"] === key) return;
    this.message.dataset["shown"] = key;
    if (problem === null) return this.message.replaceChildren(l10n.t("Enter {0}.", form));
    const wrong = text.slice(problem.from, problem.to);
    const around =
      wrong.trim() === "" || text.trim() === wrong.trim()
        ? []
        : [
            element(
              "code",
              {},
              shorten(text.slice(0, problem.from), "end"),
              element("mark", {}, wrong),
              shorten(text.slice(problem.to), "start"),
            ),
            " — ",
          ];
    this.message.replaceChildren(...around, `${problem.message}.`);
  }

  private choose(wanted: number): void {
    const sequence = Number.isFinite(wanted) ? Math.min(this.total - 1, Math.max(0, Math.round(wanted))) : this.traced;
    this.number.value = String(sequence);
    this.host.moveCursor({ kind: "inspect", sequence: sequence === this.traced ? null : sequence });
  }

  private toggleOwn(): void {
    const begins = this.typedRow.hidden;
    if (begins) {
      this.typed.value ||= this.example;
      this.host.moveCursor({ kind: "inspect", sequence: this.typed.value });
      setHidden(this.typedRow, false);
      this.typed.focus();
      this.typed.select();
    } else {
      this.host.moveCursor({ kind: "inspect", sequence: this.lastNumber === this.traced ? null : this.lastNumber });
      this.own.focus();
    }
  }
}

const CONTEXT = 16;

/** The text before or after the invalid part. */
function shorten(text: string, keep: "start" | "end"): string {
  if (text.length <= CONTEXT) return text;
  return keep === "start" ? `${text.slice(0, CONTEXT)}…` : `…${text.slice(-CONTEXT)}`;
}

function stepButton(label: string, text: string, onClick: () => void): HTMLButtonElement {
  const button = element(
    "button",
    { class: "tool tool-step", attributes: { type: "button", "aria-label": label, title: label } },
    text,
  );
  button.addEventListener("click", onClick);
  return button;
}
