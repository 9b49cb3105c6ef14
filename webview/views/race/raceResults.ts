/** The results of comparing cell types: a row per cell type, each with a button that applies it to the file. */
import * as l10n from "@vscode/l10n";
import type { FixEdit } from "../../../src/shared/wire/findings";
import { formatCount, formatDuration, formatPercent, formatValue } from "../../../src/shared/words/numberFormat";
import { FORGOTTEN_GAIN, type MemoryLength, type RaceLane, type ShownRace } from "../../../src/shared/wire/race";
import { element, setHidden } from "../../ui/dom";
import type { Theme } from "../../ui/theme";

const MEMORY_HINT = l10n.t(
  "Number of steps back after which the last state no longer depends on the state there: the mean gain |dh_T/dh_k| / sqrt(H) falls below {0}",
  FORGOTTEN_GAIN,
);

interface Head {
  readonly name: string;
  readonly class?: string;
  readonly hint?: string;
}

interface LaneStyle {
  readonly color: string;
  readonly dash: readonly number[];
}

export class RaceResults {
  readonly element = element("div", {
    class: "race-results",
    attributes: { role: "region", "aria-label": l10n.t("Results by cell type"), tabindex: "0" },
  });
  private shown: { readonly race: ShownRace; readonly theme: Theme } | null = null;

  constructor(private readonly use: (edits: readonly FixEdit[]) => void) {}

  show(race: ShownRace | null, theme: Theme | null, styleOf: (index: number, theme: Theme) => LaneStyle): void {
    setHidden(this.element, race === null || race.lanes.length === 0);
    if (race === null || theme === null || race.lanes.length === 0) return;
    if (this.shown?.race === race && this.shown.theme === theme) return;
    this.shown = { race, theme };
    // A focused button must keep the focus while results arrive.
    const focused = this.element.contains(document.activeElement)
      ? (document.activeElement as HTMLElement).dataset["cell"]
      : undefined;
    const head = columnsOf(race);
    const header = element(
      "tr",
      {},
      ...head.map((column) =>
        element(
          "th",
          {
            ...classOf(column),
            attributes: { scope: "col", ...(column.hint === undefined ? {} : { title: column.hint }) },
          },
          column.name,
        ),
      ),
    );
    const rows = race.lanes.map((lane, i) => this.row(lane, race, head, styleOf(i, theme)));
    const caption = [
      l10n.t("About {0} parameters each.", formatCount(race.budget)),
      race.scoredOn === "validation" ? l10n.t("Loss on the validation set.") : l10n.t("Loss on training sequences."),
      l10n.t("Memory: steps back until |dh_T/dh_k| falls below {0}.", FORGOTTEN_GAIN),
    ].join(" ");
    this.element.replaceChildren(
      element(
        "table",
        {},
        element("caption", {}, caption),
        element("thead", {}, header),
        element("tbody", {}, ...rows),
      ),
    );
    if (focused !== undefined) this.element.querySelector<HTMLElement>(`[data-cell="${focused}"]`)?.focus();
  }

  private row(lane: RaceLane, race: ShownRace, head: readonly Head[], { color, dash }: LaneStyle): HTMLElement {
    const swatch = element("span", { class: `swatch swatch-${dash.length === 0 ? "line" : "dash"}` });
    swatch.style.color = color;
    const cells = [
      formatCount(lane.hiddenSize),
      formatCount(lane.parameterCount),
      lossText(lane),
      ...(hasAccuracy(race) ? [shareText(lane)] : []),
      lane.result?.memory == null ? "–" : memoryText(lane.result.memory),
      formatDuration(lane.trainMs),
    ].map((text, column) => element("td", classOf(head[column + 1]), text));
    return element(
      "tr",
      {},
      element("th", { attributes: { scope: "row" } }, element("span", { class: "race-cell" }, swatch, lane.cell)),
      ...cells,
      element("td", {}, this.action(lane, race)),
    );
  }

  private action(lane: RaceLane, { inFile }: ShownRace): HTMLElement {
    if (lane.cell === inFile) return element("span", { class: "race-own" }, l10n.t("in file"));
    const button = element(
      "button",
      {
        class: "link",
        attributes: {
          type: "button",
          "data-cell": lane.cell,
          title: l10n.t("Set the cell to {0} with hiddenSize {1} in the file", lane.cell, lane.hiddenSize),
          "aria-label": l10n.t("Apply {0} to file", lane.cell),
        },
      },
      l10n.t("Apply to File"),
    );
    button.addEventListener("click", () => this.use(lane.edits));
    return button;
  }
}

function classOf(column: Head | undefined): { readonly class?: string } {
  return column?.class === undefined ? {} : { class: column.class };
}

function lossText({ result, phase }: RaceLane): string {
  if (phase === "failed") return l10n.t("failed");
  if (result === null) return "–";
  return phase === "diverged" ? l10n.t("diverged ({0})", formatValue(result.loss)) : formatValue(result.loss);
}

function shareText({ result }: RaceLane): string {
  return result?.accuracy == null ? "–" : formatPercent(result.accuracy);
}

/** "7 steps"; "> 800" when all that was looked at is remembered. */
function memoryText({ steps, measured, gains }: MemoryLength): string {
  if (gains.some((gain) => !Number.isFinite(gain))) return l10n.t("exploding");
  if (steps === null) return `> ${formatCount(measured)}`;
  return steps === 1 ? l10n.t("1 step") : l10n.t("{0} steps", formatCount(steps));
}

function hasAccuracy({ lanes }: ShownRace): boolean {
  return lanes.some(({ result }) => result?.accuracy != null);
}

function columnsOf(race: ShownRace): Head[] {
  return [
    { name: l10n.t("Cell") },
    { name: l10n.t("Units"), class: "race-size" },
    { name: l10n.t("Parameters") },
    { name: l10n.t("Loss") },
    ...(hasAccuracy(race) ? [{ name: l10n.t("Accuracy") }] : []),
    { name: l10n.t("Memory"), hint: MEMORY_HINT },
    { name: l10n.t("Time"), class: "race-time" },
    { name: "" },
  ];
}
