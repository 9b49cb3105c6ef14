/** Wiring of the page that compares runs: messages and clicks change the state, the state is drawn once a frame. */
import "../language";
import * as l10n from "@vscode/l10n";
import "../styles/compare.css";
import type { ComparePageMessage, Comparison } from "../../src/shared/wire/comparison";
import { COLUMN, OPTIONAL_COLUMN } from "../../src/shared/trace/trace";
import type { CardFrameHost } from "../chart/card";
import { element, setAttribute, setHidden, setText } from "../ui/dom";
import { ConnectionBar } from "../ui/connectionBar";
import { errorText } from "../ui/errorText";
import { readTheme, watchTheme } from "../ui/theme";
import { keptState, listen, post, readSavedState, saveState } from "../wire/vscodeApi";
import { CurveChart } from "./curveChart";
import { movedIteration } from "../chart/moveIteration";
import { readCompareMessage, readCompareState } from "./readMessage";
import { RunTable } from "./runTable";

const root = document.getElementById("app");
if (root === null) throw new Error("The page has no #app.");
const send = (message: ComparePageMessage): void => post(message);
const connection = new ConnectionBar(root, "compare", keptState);

const saved = readCompareState(readSavedState());
let comparison: Comparison | null = null;
let hidden: ReadonlySet<string> = new Set(saved.hidden);
let { logarithmic } = saved;
let tables: ReadonlySet<string> = new Set();
let pinned: number | null = null;
let hovered: number | null = null;
let pointed: string | null = null;
let theme = readTheme();
let frame: number | null = null;

function requestDraw(): void {
  frame ??= requestAnimationFrame(() => {
    frame = null;
    try {
      draw();
    } catch (error) {
      report(error);
    }
  });
}

const cardHost: CardFrameHost = {
  moveCursor(move) {
    const iterations =
      comparison?.runs.flatMap(({ curves }) => [...(curves[COLUMN.iteration] ?? [])]).sort((a, b) => a - b) ?? [];
    if (move.kind === "hover") hovered = move.iteration ?? null;
    else if (move.kind === "leave") hovered = null;
    else {
      pinned = movedIteration(move, pinned, iterations);
      hovered = null;
    }
    requestDraw();
  },
  toggleTable(id) {
    tables = withEntry(tables, id, !tables.has(id));
    requestDraw();
  },
  requestDraw,
};

const charts = [
  new CurveChart(cardHost, "compare-loss", l10n.t("Loss"), COLUMN.loss),
  new CurveChart(cardHost, "compare-gradient", l10n.t("Gradient norm"), COLUMN.gradientNorm),
  new CurveChart(cardHost, "compare-validation", l10n.t("Validation loss"), OPTIONAL_COLUMN.validationLoss),
  new CurveChart(cardHost, "compare-accuracy", l10n.t("Accuracy"), OPTIONAL_COLUMN.accuracy, true),
];
const table = new RunTable({
  act: (verb, id) => send({ type: "verb", verb, id }),
  removeRun: (id) => send({ type: "leaveOut", id }),
  toggle(id) {
    hidden = withEntry(hidden, id, !hidden.has(id));
    save();
    requestDraw();
  },
  point(id) {
    pointed = id;
    requestDraw();
  },
});
const heading = element("h1", {}, l10n.t("Compare runs"));
const sentence = element("p", { class: "differences" });
const problems = element("p", { class: "problems", attributes: { role: "status" } });
const notes = element("p", { class: "notes" });
const scale = element(
  "button",
  { class: "segment", attributes: { type: "button", "aria-pressed": String(logarithmic) } },
  l10n.t("Log scale"),
);
scale.addEventListener("click", () => {
  logarithmic = !logarithmic;
  save();
  requestDraw();
});
const grid = element("div", { class: "compare-charts" }, ...charts.map(({ card }) => card.element));
const main = element(
  "main",
  {},
  element("header", { class: "compare-head" }, heading, sentence, scale),
  problems,
  notes,
  table.element,
  grid,
);
root.classList.add("lab", "lab-compare");
root.replaceChildren(main);

function draw(): void {
  if (comparison === null) return;
  const { runs, differences, baseline } = comparison;
  const model = { runs, hidden, baseline, pointed, iteration: hovered ?? pinned, logarithmic, tables, theme };
  setText(heading, runs.length === 1 ? l10n.t("Compare 1 run") : l10n.t("Compare {0} runs", runs.length));
  // Runs of others have neither config nor seed.
  const seeds = runs.flatMap(({ seed }) => seed ?? []);
  const same = new Set(seeds).size === 1 && seeds.length > 1;
  setText(
    sentence,
    [
      ...(seeds.length === runs.length || seeds.length > 1 ? [differencesText(differences.length)] : []),
      ...(same ? [l10n.t("All runs use the same seed.")] : []),
    ].join(" "),
  );
  setText(problems, comparison.problems.join(" "));
  setHidden(problems, comparison.problems.length === 0);
  setText(notes, comparison.notes.join(" "));
  setHidden(notes, comparison.notes.length === 0);
  setAttribute(scale, "aria-pressed", String(logarithmic));
  table.show(comparison, model);
  for (const chart of charts) chart.draw(model);
}

function differencesText(count: number): string {
  if (count === 0) return l10n.t("The configs are identical.");
  return count === 1 ? l10n.t("The configs differ in 1 value.") : l10n.t("The configs differ in {0} values.", count);
}

function withEntry(set: ReadonlySet<string>, entry: string, there: boolean): ReadonlySet<string> {
  const next = new Set(set);
  if (there) next.add(entry);
  else next.delete(entry);
  return next;
}

function save(): void {
  saveState({ ids: comparison?.runs.map(({ id }) => id) ?? saved.ids, hidden: [...hidden], logarithmic });
}

function report(error: unknown): void {
  send({
    type: "viewError",
    message: errorText(error),
  });
}

listen(
  (data) => {
    const message = readCompareMessage(data);
    if (message === null) return report(new Error("Ignored an unknown message from the host."));
    comparison = message.comparison;
    save();
    requestDraw();
  },
  (isConnected) => connection.show(isConnected),
);
window.addEventListener("error", (event) => report(event.error ?? event.message));
watchTheme((next) => {
  theme = next;
  requestDraw();
});
send({ type: "ready" });
