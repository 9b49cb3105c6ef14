/** Where a section goes by Alt with an arrow key: past its visible neighbor, or beside it into the next column. */
import type { SectionPlace } from "../state/sectionLayout";

const ARROWS = ["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight"];

/** Null for a key that moves nothing; "edge" where there is no further. */
export function placeAfterKey(
  key: string,
  section: HTMLElement,
  columns: readonly HTMLElement[],
): SectionPlace | "edge" | null {
  if (!ARROWS.includes(key)) return null;
  const column = columns.findIndex((candidate) => candidate.contains(section));
  const own = visibleSections(columns[column]);
  const at = own.indexOf(section);
  if (key === "ArrowUp") return at <= 0 ? "edge" : { column, before: idOf(own[at - 1]) };
  if (key === "ArrowDown") return at >= own.length - 1 ? "edge" : { column, before: idOf(own[at + 2]) };
  const beside = column + (key === "ArrowLeft" ? -1 : 1);
  if (columns[beside] === undefined || columns[beside].hidden) return "edge";
  const { top } = section.getBoundingClientRect();
  return {
    column: beside,
    before: idOf(visibleSections(columns[beside]).find((other) => other.getBoundingClientRect().top >= top)),
  };
}

export function visibleSections(column: HTMLElement | undefined): HTMLElement[] {
  return [...(column?.children ?? [])].filter(
    (child): child is HTMLElement =>
      child instanceof HTMLElement && !child.hidden && child.dataset["section"] !== undefined,
  );
}

export function idOf(section: HTMLElement | undefined): string | null {
  return section?.dataset["section"] ?? null;
}
