/** The other numbers of the moment, in one line of cells that keep their width; what does not fit is left out whole. */
import * as l10n from "@vscode/l10n";
import { formatDuration, formatSi, formatValue } from "../../src/shared/words/numberFormat";
import type { Baseline } from "../../src/shared/wire/baselines";
import type { RunChange } from "../../src/shared/wire/liveEdit";
import type { ViewState } from "../../src/shared/wire/protocol";
import { COLUMN, type RunStatus } from "../../src/shared/trace/trace";
import type { Run } from "../state/store";
import { element, setAttribute, setHidden } from "../ui/dom";
import { withoutControls } from "../ui/visibleText";
import { createFixedWidth, setFixedText } from "./readings";
import { shownSpeed } from "./shownSpeed";

interface Figure {
  readonly label: string;
  /** Null where it makes no sense. */
  readonly value: (view: Pick<ViewState, "status" | "pace" | "baselines">, run: Run | null) => FigureText | null;
}

interface FigureText {
  readonly value: string;
  /** The longest text that it may have. Left out: it does not change during a run. */
  readonly widest?: string;
}

/** The longest texts: three digits and a prefix; minutes and seconds; four digits and an exponent. */
const WIDEST_SPEED = speedText(88.8e6);
const WIDEST_TIME = formatDuration(59 * 60_000 + 59_000);
const WIDEST_VALUE = formatValue(8.888e-88);

function speedText(stepsPerSecond: number): string {
  return stepsPerSecond > 0 ? l10n.t("{0} steps/s", formatSi(stepsPerSecond)) : "–";
}

function gradientNormOf(run: Run | null): FigureText | null {
  const norm =
    run === null || run.scalars.rows === 0 || run.header.probed !== undefined
      ? null
      : run.scalars.latest(COLUMN.gradientNorm);
  return norm === null ? null : { value: formatValue(norm), widest: WIDEST_VALUE };
}

/** Of a run in batches: how often all training sequences have been used. */
function epochOf(status: RunStatus, run: Run | null): FigureText | null {
  const perEpoch = run?.header.data?.batchesPerEpoch ?? 1;
  if (perEpoch <= 1) return null;
  const epochs = (iterations: number): string => (iterations / perEpoch).toFixed(1);
  const total = epochs(status.iterations);
  const text = (epoch: string): string => l10n.t("{0} of {1}", epoch, total);
  return { value: text(epochs(status.iteration)), widest: text(total) };
}

/** The lowest, which says most about a loss. */
function baselineOf(baselines: readonly Baseline[]): FigureText | null {
  const [first, ...others] = baselines;
  if (first === undefined) return null;
  const { loss, label } = others.reduce((least, other) => (other.loss < least.loss ? other : least), first);
  return { value: `${formatValue(loss, 3)} (${withoutControls(label)})` };
}

/** In the order in which they would be missed. */
const FIGURES: readonly Figure[] = [
  {
    label: l10n.t("Speed"),
    value: ({ status, pace }) => ({ value: speedText(shownSpeed(status, pace)), widest: WIDEST_SPEED }),
  },
  {
    label: l10n.t("Training time"),
    value: ({ status }) => ({
      value: status.phase === "idle" ? "–" : formatDuration(status.trainMs),
      widest: WIDEST_TIME,
    }),
  },
  { label: l10n.t("Epoch"), value: ({ status }, run) => epochOf(status, run) },
  { label: l10n.t("Gradient norm"), value: (_, run) => gradientNormOf(run) },
  // Last, since it is known after the others.
  { label: l10n.t("Best baseline"), value: ({ baselines }) => baselineOf(baselines) },
];

export class Figures {
  readonly element = element("dl", { class: "figures one-line" });
  private readonly cells: {
    readonly figure: Figure;
    readonly cell: HTMLElement;
    readonly value: HTMLElement;
  }[] = [];
  private readonly change = new ChangeCells();

  constructor() {
    this.element.append(this.change.element);
    for (const figure of FIGURES) {
      const value = createFixedWidth("figure-value");
      const cell = element("div", { class: "figure" }, element("dt", {}, figure.label), element("dd", {}, value));
      this.element.append(cell);
      this.cells.push({ figure, cell, value });
    }
  }

  show(view: ViewState, run: Run | null): void {
    this.change.show(view.change);
    for (const { figure, cell, value } of this.cells) {
      const shown = figure.value(view, run);
      setHidden(cell, shown === null);
      setFixedText(value, shown?.value ?? "", shown?.widest ?? "");
    }
  }
}

/**
 * What this run has different from the one before it, one cell a value. It stays as it is until the next run, so it
 * comes first.
 */
class ChangeCells {
  /** Takes no room of its own in the line. */
  readonly element = element("div", { class: "figure-changes" });
  private shown = "";

  show(change: RunChange | null): void {
    setHidden(this.element, change === null);
    const key = JSON.stringify(change);
    if (change === null || key === this.shown) return;
    this.shown = key;
    const values = change.values.map((value) => element("dd", {}, withoutControls(value)));
    const [first, ...others] = values;
    this.element.replaceChildren(
      element("div", { class: "figure" }, element("dt", {}, l10n.t("Changed since {0}", change.since)), first ?? null),
      ...others.map((value) => element("div", { class: "figure" }, value)),
    );
    for (const cell of this.element.children)
      setAttribute(cell, "title", change.details.split("\n").map(withoutControls).join("\n"));
  }
}
