/** What runs and how it goes: the title line, and how far the run has come. */
import * as l10n from "@vscode/l10n";
import { formatCount } from "../../src/shared/words/numberFormat";
import { cellNameOf } from "../../src/shared/trace/cells";
import type { ConfigPath } from "../../src/shared/wire/findings";
import type { TextError } from "../../src/shared/wire/liveEdit";
import type { Arithmetic, ViewState } from "../../src/shared/wire/protocol";
import {
  stateUnits,
  type ProbedTrace,
  type RunPhase,
  type RunStatus,
  type TraceHeader,
} from "../../src/shared/trace/trace";
import { element, setAttribute, setHidden, setText } from "../ui/dom";
import { createIcon, type IconName } from "../ui/icons";
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

/** Nobody says how it ended. */
const INTERRUPTED: PhaseLook = { text: l10n.t("Interrupted"), icon: "stop" };

/** Of a run: the pill keeps its width from its start to its end. */
const WIDEST_PHASE = Object.entries(PHASES)
  .filter(([phase]) => phase !== "idle")
  .map(([, { text }]) => text)
  .reduce((widest, text) => (text.length > widest.length ? text : widest));

export function phaseText(phase: RunPhase): string {
  return PHASES[phase].text;
}

class StatusPill {
  readonly element = element("span", { class: "pill" });
  private shown = "";

  show(phase: RunPhase, isInterrupted: boolean): void {
    const key = `${phase} ${isInterrupted}`;
    if (this.shown === key) return;
    this.shown = key;
    const look = isInterrupted ? INTERRUPTED : (PHASES[phase] as PhaseLook | undefined);
    this.element.className = `pill pill-${phase}`;
    setAttribute(this.element, "data-widest", phase === "idle" ? "" : WIDEST_PHASE);
    this.element.replaceChildren(
      element(
        "span",
        { class: "pill-words" },
        createIcon(look?.icon ?? "circle"),
        element("span", {}, look?.text ?? phase),
      ),
    );
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

/** Name of the experiment, its state, the way to its file, and as many facts about the model as there is room for. */
export class TitleBar {
  readonly element: HTMLElement;
  private readonly name = element("h1");
  private readonly pill = new StatusPill();
  private readonly error: ErrorPill;
  private readonly fileName = element("span", { class: "file-name" });
  private readonly file: HTMLButtonElement;
  private readonly about = element("ul", { class: "about one-line" });
  private shownFacts = "";

  constructor(onOpenFile: () => void, onReveal: (path: ConfigPath) => void) {
    this.error = new ErrorPill((path) => (path.length > 0 ? onReveal(path) : onOpenFile()));
    this.file = element(
      "button",
      { class: "link title-file", attributes: { type: "button" } },
      createIcon("file"),
      this.fileName,
    );
    this.file.addEventListener("click", onOpenFile);
    this.element = element(
      "div",
      { class: "title-bar" },
      this.name,
      this.pill.element,
      this.error.element,
      this.file,
      this.about,
    );
  }

  show(view: ViewState, header: TraceHeader | null): void {
    const name = withoutControls(view.experiment?.name ?? l10n.t("RNN Lab"));
    setText(this.name, name);
    setAttribute(this.name, "title", name);
    const file = withoutControls(view.probed?.place ?? view.experiment?.fileName ?? "");
    setText(this.fileName, file);
    setAttribute(this.file, "title", l10n.t("Open {0}", file));
    setAttribute(this.file, "aria-label", l10n.t("Open {0}", file));
    setHidden(this.file, file === "");
    this.pill.show(view.status.phase, view.probed?.isInterrupted === true);
    this.error.show(view.text.error);
    this.showFacts(header === null ? [] : describeModel(header, view.arithmetic));
  }

  private showFacts(facts: readonly string[]): void {
    const all = facts.join(" · ");
    if (all === this.shownFacts) return;
    this.shownFacts = all;
    this.about.replaceChildren(...facts.map((fact) => element("li", {}, fact)));
    this.about.title = all;
  }
}

/** What says most comes first: a narrow line leaves out the last ones. */
function describeModel(header: TraceHeader, arithmetic?: Arithmetic): string[] {
  if (header.probed !== undefined) return describeProbed(header, header.probed);
  const weights = header.parameters.reduce(
    (sum, parameter) => sum + parameter.shape.reduce((product, n) => product * n, 1),
    0,
  );
  return [
    cellNameOf(header.cell),
    sizeText(header),
    engineText(header, arithmetic),
    weights === 1 ? l10n.t("1 parameter") : l10n.t("{0} parameters", formatCount(weights)),
    header.timeSteps === 1 ? l10n.t("1 time step") : l10n.t("{0} time steps", formatCount(header.timeSteps)),
  ];
}

/** As the command line says it. */
function engineText({ engine, webAssembly, arithmetic: mode = "fast" }: TraceHeader, arithmetic?: Arithmetic): string {
  if ((engine !== "float32" && webAssembly !== true) || arithmetic === undefined) return engine;
  const { threads, vectorBits } = arithmetic;
  return threads === 1
    ? l10n.t("{0} ({1}, {2}-bit vectors)", engine, mode, vectorBits)
    : l10n.t("{0} ({1}, {2}-bit vectors, {3} threads)", engine, mode, vectorBits, threads);
}

function describeProbed({ timeSteps }: TraceHeader, { layers, parameters }: ProbedTrace): string[] {
  return [
    "PyTorch",
    ...(layers.length === 0 ? [] : [[...new Set(layers.map(({ cell }) => cell))].join(", ")]),
    ...(layers.length === 1
      ? [l10n.t("{0} units", formatCount(layers[0]!.units))]
      : [l10n.t("{0} layers and directions", formatCount(layers.length))]),
    l10n.t("{0} parameters", formatCount(parameters)),
    ...(layers.length === 0 ? [] : [l10n.t("{0} time steps", formatCount(timeSteps))]),
  ];
}

function sizeText(header: TraceHeader): string {
  const units = stateUnits(header);
  const size = layersText(header);
  return units === header.hiddenSize ? size : l10n.t("{0}, h projected to {1}", size, formatCount(units));
}

function layersText(header: TraceHeader): string {
  const { hiddenSize, directions } = header;
  const numLayers = header.numLayers / (directions ?? 1);
  if (directions === 2)
    return numLayers === 1
      ? l10n.t("{0} units in each direction", formatCount(hiddenSize))
      : l10n.t("{0} layers of {1} units in each direction", numLayers, formatCount(hiddenSize));
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
