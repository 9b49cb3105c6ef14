/** What runs, how it goes, and the figures of the moment. */
import * as l10n from "@vscode/l10n";
import { formatCount, formatDuration, formatSi, formatValue } from "../../src/shared/words/numberFormat";
import type { Baseline } from "../../src/shared/wire/baselines";
import type { ConfigPath } from "../../src/shared/wire/findings";
import type { TextError } from "../../src/shared/wire/liveEdit";
import type { ViewState } from "../../src/shared/wire/protocol";
import { COLUMN, type RunPhase, type RunStatus, type TraceHeader } from "../../src/shared/trace/trace";
import { element, setAttribute, setHidden, setText } from "../ui/dom";
import { createIcon, type IconName } from "../ui/icons";
import type { Run } from "../state/store";
import { shownSpeed } from "./shownSpeed";
import { withoutControls } from "../ui/visibleText";

interface PhaseLook {
  readonly text: string;
  readonly icon: IconName;
}

const PHASES: Record<RunPhase, PhaseLook> = {
  idle: { text: l10n.t("Not run yet"), icon: "circle" },
  starting: { text: l10n.t("Starting"), icon: "starting" },
  running: { text: l10n.t("Running"), icon: "dot" },
  paused: { text: l10n.t("Paused"), icon: "pause" },
  done: { text: l10n.t("Done"), icon: "checkCircle" },
  stopped: { text: l10n.t("Stopped"), icon: "stop" },
  diverged: { text: l10n.t("Diverged"), icon: "warning" },
  failed: { text: l10n.t("Failed"), icon: "error" },
};

export function phaseText(phase: RunPhase): string {
  return PHASES[phase].text;
}

class StatusPill {
  readonly element = element("span", { class: "pill" });
  private shown: RunPhase | null = null;

  show(phase: RunPhase): void {
    if (this.shown === phase) return;
    this.shown = phase;
    const look = PHASES[phase] as PhaseLook | undefined;
    this.element.className = `pill pill-${phase}`;
    this.element.replaceChildren(createIcon(look?.icon ?? "circle"), element("span", {}, look?.text ?? phase));
  }
}

/** Says that the text has an error, beside the state of the last run that had none; leads to the place. */
class ErrorPill {
  readonly element = element("button", { class: "pill pill-failed pill-button", attributes: { type: "button" } });
  private readonly words = element("span");
  private path: ConfigPath = [];

  constructor(onReveal: (path: ConfigPath) => void) {
    this.element.append(createIcon("error"), this.words);
    this.element.addEventListener("click", () => onReveal(this.path));
  }

  show(error: TextError | null): void {
    setHidden(this.element, error === null);
    if (error === null) return;
    this.path = error.path;
    setText(this.words, l10n.t("Error on line {0}", error.line));
    setAttribute(
      this.element,
      "title",
      l10n.t("Line {0}: {1} The last valid run stays open.", error.line, withoutControls(error.message)),
    );
  }
}

/** Name of the experiment, its state, and the way to its file. */
export class TitleBar {
  readonly element: HTMLElement;
  private readonly name = element("h1");
  private readonly pill = new StatusPill();
  private readonly error: ErrorPill;
  private readonly fileName = element("span");
  private readonly file: HTMLButtonElement;
  private readonly about = element("span", { class: "about" });

  constructor(onOpenFile: () => void, onReveal: (path: ConfigPath) => void) {
    this.error = new ErrorPill((path) => (path.length > 0 ? onReveal(path) : onOpenFile()));
    this.file = element(
      "button",
      { class: "link", attributes: { type: "button", title: l10n.t("Open the experiment file") } },
      createIcon("file"),
      this.fileName,
    );
    this.file.addEventListener("click", onOpenFile);
    this.element = element(
      "div",
      { class: "title-bar" },
      element("div", { class: "title-line" }, this.name, this.pill.element, this.error.element),
      element("div", { class: "title-facts" }, this.file, this.about),
    );
  }

  show(view: ViewState, header: TraceHeader | null): void {
    const name = withoutControls(view.experiment?.name ?? l10n.t("RNN Lab"));
    setText(this.name, name);
    setAttribute(this.name, "title", name);
    setText(this.fileName, withoutControls(view.experiment?.fileName ?? ""));
    setHidden(this.file, view.experiment === null);
    this.pill.show(view.status.phase);
    this.error.show(view.text.error);
    setText(this.about, header === null ? "" : describeModel(header));
  }
}

function describeModel(header: TraceHeader): string {
  const weights = header.parameters.reduce(
    (sum, parameter) => sum + parameter.shape.reduce((product, n) => product * n, 1),
    0,
  );
  return [
    header.cell,
    sizeText(header),
    weights === 1 ? l10n.t("1 parameter") : l10n.t("{0} parameters", formatCount(weights)),
    header.timeSteps === 1 ? l10n.t("1 time step") : l10n.t("{0} time steps", formatCount(header.timeSteps)),
    header.engine,
  ].join(" · ");
}

function sizeText({ numLayers, hiddenSize }: TraceHeader): string {
  if (numLayers === 1) return hiddenSize === 1 ? l10n.t("1 unit") : l10n.t("{0} units", formatCount(hiddenSize));
  return hiddenSize === 1
    ? l10n.t("{0} layers of 1 unit", numLayers)
    : l10n.t("{0} layers of {1} units", numLayers, formatCount(hiddenSize));
}

export class ProgressBar {
  readonly element = element("div", {
    class: "progress",
    attributes: { role: "progressbar", "aria-label": l10n.t("Iterations"), "aria-valuemin": "0" },
  });
  private readonly fill = element("div", { class: "progress-fill" });

  constructor() {
    this.element.append(this.fill);
  }

  show(status: RunStatus): void {
    const part = status.iterations > 0 ? Math.min(1, Math.max(0, status.iteration / status.iterations)) : 0;
    this.fill.style.transform = `scaleX(${part})`;
    setAttribute(this.element, "class", `progress progress-${status.phase}`);
    setAttribute(this.element, "aria-valuemax", String(Math.max(1, status.iterations)));
    setAttribute(this.element, "aria-valuenow", String(Math.min(status.iteration, Math.max(1, status.iterations))));
  }
}

interface Figure {
  readonly label: string;
  /** Null where it makes no sense. */
  readonly value: (view: Pick<ViewState, "status" | "pace" | "baselines">, run: Run | null) => FigureText | null;
  /** Left out where there is little room. */
  readonly minor?: boolean;
}

interface FigureText {
  readonly value: string;
  readonly unit?: string;
}

function latest(run: Run | null, column: string): number | null {
  return run === null || run.scalars.rows === 0 ? null : run.scalars.latest(column);
}

function formatOptional(value: number | null): string {
  return value === null ? "–" : formatValue(value);
}

function speedText(speed: number): FigureText {
  return speed > 0 ? { value: formatSi(speed), unit: l10n.t("steps/s") } : { value: "–" };
}

/** Of a run in batches: how often all training sequences have been used. */
function epochOf(status: RunStatus, run: Run | null): FigureText | null {
  const perEpoch = run?.header.data?.batchesPerEpoch ?? 1;
  if (perEpoch <= 1) return null;
  const epochs = (iterations: number): string => (iterations / perEpoch).toFixed(1);
  return { value: epochs(status.iteration), unit: l10n.t("of {0}", epochs(status.iterations)) };
}

/** The lowest, which says most about a loss. */
function baselineOf(baselines: readonly Baseline[]): FigureText | null {
  const [first, ...others] = baselines;
  if (first === undefined) return null;
  const { loss, label } = others.reduce((least, other) => (other.loss < least.loss ? other : least), first);
  return { value: formatValue(loss, 3), unit: withoutControls(label) };
}

const FIGURES: readonly Figure[] = [
  {
    label: l10n.t("Iteration"),
    value: ({ status }) => ({
      value: status.iterations === 0 ? "–" : formatCount(status.iteration),
      ...(status.iterations === 0 ? {} : { unit: l10n.t("of {0}", formatCount(status.iterations)) }),
    }),
  },
  { label: l10n.t("Epoch"), value: ({ status }, run) => epochOf(status, run), minor: true },
  {
    label: l10n.t("Loss"),
    value: ({ status }, run) => ({ value: formatOptional(status.loss ?? latest(run, COLUMN.loss)) }),
  },
  {
    label: l10n.t("Gradient norm"),
    value: (_, run) => ({ value: formatOptional(latest(run, COLUMN.gradientNorm)) }),
    minor: true,
  },
  { label: l10n.t("Speed"), value: ({ status, pace }) => speedText(shownSpeed(status, pace)) },
  {
    label: l10n.t("Training time"),
    value: ({ status }) => ({ value: status.phase === "idle" ? "–" : formatDuration(status.trainMs) }),
  },
  // Last, since it is known after the others.
  { label: l10n.t("Best baseline"), value: ({ baselines }) => baselineOf(baselines), minor: true },
];

/** The figures of the moment; `few` is for a narrow panel. */
export class Figures {
  readonly element = element("dl", { class: "figures" });
  private readonly cells: {
    readonly figure: Figure;
    readonly cell: HTMLElement;
    readonly value: HTMLElement;
    readonly unit: HTMLElement;
  }[] = [];

  private readonly changeLabel = element("dt");
  private readonly changeValue = element("span", { class: "figure-value" });
  /** Last, and as wide as it needs: it takes what the others leave. */
  private readonly changeCell = element(
    "div",
    { class: "figure figure-change" },
    this.changeLabel,
    element("dd", {}, this.changeValue),
  );

  constructor(few = false) {
    for (const figure of few ? FIGURES.filter(({ minor }) => minor !== true) : FIGURES) {
      const value = element("span", { class: "figure-value" });
      const unit = element("span", { class: "figure-unit" });
      const cell = element(
        "div",
        { class: figure.minor === true ? "figure figure-minor" : "figure" },
        element("dt", {}, figure.label),
        element("dd", {}, value, unit),
      );
      this.element.append(cell);
      this.cells.push({ figure, cell, value, unit });
    }
    this.element.append(this.changeCell);
  }

  show(view: ViewState, run: Run | null): void {
    const { change } = view;
    setHidden(this.changeCell, change === null);
    if (change !== null) {
      const summary = withoutControls(change.summary);
      setText(this.changeLabel, l10n.t("Changed since {0}", change.since));
      setText(this.changeValue, summary === "" ? l10n.t("no changes") : summary);
      setAttribute(this.changeCell, "title", change.details.split("\n").map(withoutControls).join("\n"));
    }
    for (const { figure, cell, value, unit } of this.cells) {
      const shown = figure.value(view, run);
      setHidden(cell, shown === null);
      setText(value, shown?.value ?? "");
      setText(unit, shown?.unit ?? "");
    }
  }
}
