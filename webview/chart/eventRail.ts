/**
 * The rail above a chart over the iterations: what happened where, each kind with a shape of its own, and its legend.
 */
import * as l10n from "@vscode/l10n";
import { formatFactor, formatValue } from "../../src/shared/words/numberFormat";
import { element, setHidden, setText } from "../ui/dom";
import { ruleTitle, type RunEvents, type Stretch } from "./runEvents";
import type { Theme } from "../ui/theme";
import type { RailMark } from "./marks";
import type { RowModel } from "./model";

/** The pointer need not hit a mark to the pixel. */
const REACH = 0.012;

export function railMarks(events: RunEvents, theme: Theme): RailMark[] {
  return [
    ...events.clipped.map(({ from, to }): RailMark => ({
      from,
      to,
      color: theme.series[1] ?? theme.foreground,
      shape: "bar",
    })),
    ...events.rates.map(({ from }): RailMark => ({
      from,
      to: from,
      color: theme.series[2] ?? theme.foreground,
      shape: "diamond",
    })),
    ...events.nonFinite.map(({ from, to }): RailMark => ({ from, to, color: theme.error, shape: "cross" })),
    ...events.findings.map(({ iteration, severity }): RailMark => ({
      from: iteration,
      to: iteration,
      color: severity === "warning" ? theme.warning : (theme.series[0] ?? theme.foreground),
      shape: "triangle",
    })),
  ];
}

/** What happened at the cursor, as texts. */
export function eventsAt(events: RunEvents, { place, window }: RowModel): readonly string[] {
  const reach = (window.to - window.from) * REACH;
  const near = ({ from, to }: Stretch, slack: number): boolean =>
    place.iteration >= from - slack && place.iteration <= to + slack;
  const rate = events.rates.find(({ from }) => near({ from, to: from }, reach));
  return [
    ...(events.clipped.some((stretch) => near(stretch, 0)) ? [l10n.t("clipped")] : []),
    ...(rate === undefined ? [] : [rateText(rate.before, rate.after)]),
    ...events.findings
      .filter(({ iteration }) => near({ from: iteration, to: iteration }, reach))
      .map(({ rule }) => ruleTitle(rule)),
  ];
}

function rateText(before: number, after: number): string {
  return before > 0 && after > 0
    ? l10n.t("learning rate {0}, now {1}", formatFactor(after / before), formatValue(after, 3))
    : l10n.t("learning rate changed from {0} to {1}", formatValue(before, 3), formatValue(after, 3));
}

interface Entry {
  readonly kind: keyof RunEvents;
  readonly shape: RailMark["shape"];
  readonly color: (theme: Theme) => string;
  readonly label: string;
  readonly title: string;
}

const ENTRIES: readonly Entry[] = [
  {
    kind: "findings",
    shape: "triangle",
    color: (theme) => theme.warning,
    label: l10n.t("finding"),
    title: l10n.t("Findings, at the iteration where each was first detected"),
  },
  {
    kind: "clipped",
    shape: "bar",
    color: (theme) => theme.series[1] ?? theme.foreground,
    label: l10n.t("clipped"),
    title: l10n.t("Iterations with a clipped gradient"),
  },
  {
    kind: "rates",
    shape: "diamond",
    color: (theme) => theme.series[2] ?? theme.foreground,
    label: l10n.t("learning rate"),
    title: l10n.t("Iterations where the learning rate changes"),
  },
  {
    kind: "nonFinite",
    shape: "cross",
    color: (theme) => theme.error,
    label: l10n.t("non-finite"),
    title: l10n.t("Iterations with a non-finite loss or gradient"),
  },
];

/** What the shapes on the rail mean; only those that are there. */
export class RailLegend {
  readonly element: HTMLElement;
  private readonly entries: readonly {
    readonly entry: Entry;
    readonly item: HTMLElement;
    readonly swatch: HTMLElement;
  }[];

  constructor() {
    this.entries = ENTRIES.map((entry) => {
      const swatch = element("span", { class: `rail-swatch rail-${entry.shape}` });
      const label = element("span");
      setText(label, entry.label);
      return {
        entry,
        swatch,
        item: element("span", { class: "legend-extra", attributes: { title: entry.title } }, swatch, label),
      };
    });
    this.element = element("div", { class: "legend rail-legend" });
    // Until there is a run there are no events.
    setHidden(this.element, true);
  }

  show(events: RunEvents, theme: Theme): void {
    setHidden(
      this.element,
      Object.values(events).every((list: readonly unknown[]) => list.length === 0),
    );
    for (const { entry, item, swatch } of this.entries) {
      setHidden(item, events[entry.kind].length === 0);
      // In the order in which they come, which CSS draws from the right: what is there stays where it is.
      if (!item.hidden && item.parentElement === null) this.element.append(item);
      const color = entry.color(theme);
      if (swatch.style.color !== color) swatch.style.color = color;
    }
  }
}
