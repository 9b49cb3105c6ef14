/** The field of a filter over a table, with what is wrong with it. */
import { element, setAttribute, setHidden, setText } from "../ui/dom";

interface FilterActions {
  filter(text: string): void;
  /** From the filter into the table. */
  leaveFilter(): void;
}

export class FilterBox {
  readonly field: HTMLInputElement;
  readonly problem: HTMLElement;

  /** @param label with examples */
  constructor(label: string, actions: FilterActions) {
    this.problem = element("p", { class: "filter-problem", attributes: { id: "filter-problem" } });
    const field = element("input", {
      class: "filter-field",
      attributes: { type: "text", placeholder: label, "aria-label": label, spellcheck: "false" },
    });
    this.field = field;
    field.addEventListener("input", () => actions.filter(field.value));
    field.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && field.value !== "") {
        field.value = "";
        actions.filter("");
      } else if (event.key === "ArrowDown" || event.key === "Enter") actions.leaveFilter();
      else return;
      event.preventDefault();
    });
  }

  /** @param problem why the filter cannot be read; null when it can */
  show(filter: string, problem: string | null): void {
    const { field } = this;
    if (field.value !== filter && document.activeElement !== field) field.value = filter;
    setAttribute(field, "aria-invalid", problem === null ? null : "true");
    setAttribute(field, "aria-describedby", problem === null ? null : "filter-problem");
    setText(this.problem, problem ?? "");
    setHidden(this.problem, problem === null);
  }

  focus(): void {
    this.field.focus();
    this.field.select();
  }
}
