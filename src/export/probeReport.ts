/** The report of a run that a Python process has trained: what was recorded, and what follows from it. */
import { curvesOf, type NamedColumns } from "../runs/probeCurves";
import { scalarInRole } from "../shared/trace/scalarRoles";
import { COLUMN, type ColumnSpec, type TraceRows } from "../shared/trace/trace";
import type { ProbeContents } from "../shared/trace/probeContents";
import { csvLine } from "../shared/words/csv";
import { formatCount, formatDuration, formatValue } from "../shared/words/numberFormat";
import { lossPicture } from "./lossPicture";
import { metricsCsv } from "./metricsCsv";
import type { ProbeExportForm } from "./exportForms";
import { markdownText } from "./reportMarkdown";
import { tensorboardFiles } from "./tensorboard";

interface ReportedLayer {
  /** Of the module. */
  readonly name: string;
  /** From 0. */
  readonly layer: number;
  readonly direction: "forward" | "backward";
  readonly iteration: number;
  /** [T] */
  readonly gradientNorms: readonly number[];
  readonly directGradientNorms: readonly number[] | null;
  readonly stateNorms: readonly number[] | null;
}

export interface ReportedProbe {
  readonly contents: Pick<ProbeContents, "start" | "scalars" | "iterations" | "end">;
  /** Milliseconds since 1970 of the end, or of the last write. */
  readonly writtenAt: number;
  readonly status: "running" | "interrupted" | "done" | "failed";
  readonly findings: readonly {
    readonly iteration: number;
    readonly message: string;
    readonly fix: string | null;
  }[];
  /** Of the last captured step. */
  readonly layers: readonly ReportedLayer[];
  /** Of the run file, without its folder. */
  readonly fileName: string;
}

const STATUS = { running: "Running", interrupted: "Interrupted", done: "Done", failed: "Failed" } as const;

/** By file name; no text of a user is in one. */
export function probeFiles(form: ProbeExportForm, run: ReportedProbe): Map<string, Uint8Array | string> {
  const { start, scalars } = run.contents;
  const loss = scalarInRole(COLUMN.loss, [...scalars.keys()]);
  if (form === "tensorboard")
    return tensorboardFiles(
      ...asTrace([...scalars]),
      { startedAt: start.startedAt, endedAt: run.writtenAt },
      // NaN is a result of the loss; of another scalar it also stands where a step did not name it.
      (name) => name !== loss,
    );
  const curves = curvesOf(scalars);
  const hasCurve = curves.length > 1;
  return new Map<string, Uint8Array | string>([
    ["README.md", probeMarkdown(run, hasCurve)],
    ...(hasCurve ? ([["loss.svg", lossPicture(...asTrace(curves))]] as const) : []),
    ["metrics.csv", metricsCsv(...asTrace([...scalars]))],
    ...(run.layers.length > 0 ? ([["gradients.csv", gradientsCsv(run.layers)]] as const) : []),
  ]);
}

function asTrace(columns: NamedColumns): [ColumnSpec[], TraceRows] {
  return [
    columns.map(([name]) => ({ name, length: 1, shape: [1] })),
    { rows: columns[0]?.[1].length ?? 0, columns: columns.map(([, values]) => values) },
  ];
}

function gradientsCsv(layers: readonly ReportedLayer[]): string {
  const head = ["module", "layer", "direction", "iteration", "step", "gradientNorm", "directGradientNorm", "stateNorm"];
  const rows = layers.flatMap(({ name, layer, direction, iteration, ...norms }) =>
    norms.gradientNorms.map((norm, t) => [
      name,
      layer,
      direction,
      iteration,
      t + 1,
      norm,
      norms.directGradientNorms?.[t] ?? null,
      norms.stateNorms?.[t] ?? null,
    ]),
  );
  return [head, ...rows].map((row) => csvLine(row)).join("");
}

function probeMarkdown({ contents, status, findings, layers, fileName, writtenAt }: ReportedProbe, hasCurve: boolean) {
  const { start, iterations, end, scalars } = contents;
  const { torch = "", probe = "" } = start.versions;
  const count = iterations === 1 ? "1 iteration" : `${formatCount(iterations)} iterations`;
  const started = new Date(start.startedAt).toISOString().slice(0, 16).replace("T", " ");
  const lines = [
    `# ${markdownText(start.name)}`,
    "",
    `${STATUS[status]} after ${count}, ${formatDuration(Math.max(0, writtenAt - start.startedAt))}.` +
      ` Started ${started} UTC.`,
    `Trained with PyTorch ${markdownText(torch)}, recorded by rnnlab\\_probe ${markdownText(probe)}.`,
    ...(end?.failure == null ? [] : ["", `> ${markdownText(end.failure)}`]),
    ...(hasCurve ? ["", "![Loss by iteration](loss.svg)"] : []),
    "",
    "| scalar | first | last | min |",
    "| --- | ---: | ---: | ---: |",
    ...[...scalars].flatMap(([name, values]) => (name === COLUMN.iteration ? [] : scalarRow(name, values))),
    ...layerLines(layers),
    ...(findings.length === 0 ? [] : ["", "## Findings", "", ...findings.map(findingLine)]),
    "",
    "## Files",
    "",
    "| file | contents |",
    "| --- | --- |",
    "| [metrics.csv](metrics.csv) | the scalars by iteration |",
    ...(layers.length === 0
      ? []
      : [
          "| [gradients.csv](gradients.csv) | the norms of gradients and states by time step, at the last captured step |",
        ]),
    "",
    `To explore this run, run “RNN Lab Runs: Open File…” in VS Code and select ${markdownText(fileName)}.`,
  ];
  return `${lines.join("\n")}\n`;
}

function scalarRow(name: string, values: Float64Array): string[] {
  const known = values.filter((value) => !Number.isNaN(value));
  if (known.length === 0) return [];
  const finite = known.filter(Number.isFinite);
  const least = finite.length === 0 ? "" : formatValue(finite.reduce((a, b) => Math.min(a, b)));
  return [`| ${markdownText(name)} | ${formatValue(known[0]!)} | ${formatValue(values.at(-1)!)} | ${least} |`];
}

function layerLines(layers: readonly ReportedLayer[]): string[] {
  const [first] = layers;
  if (first === undefined) return [];
  return [
    "",
    "## Gradient through time",
    "",
    `Mean norm of dL/dh at iteration ${formatCount(first.iteration)}, over the captured sequences.`,
    "",
    "| layer | time steps | at step 1 | at the last step |",
    "| --- | ---: | ---: | ---: |",
    ...layers.map(({ name, layer, direction, gradientNorms: norms }) => {
      const isOne = layers.every((other) => other.name !== name || other.layer === layer);
      const place = [name, isOne ? "" : `layer ${layer}`, ...(direction === "backward" ? [direction] : [])]
        .filter(Boolean)
        .join(", ");
      const [start, end] = [formatValue(norms[0] ?? NaN), formatValue(norms.at(-1) ?? NaN)];
      return `| ${markdownText(place)} | ${formatCount(norms.length)} | ${start} | ${end} |`;
    }),
  ];
}

function findingLine({ iteration, message, fix }: ReportedProbe["findings"][number]): string {
  const advice = fix === null ? "" : ` Fix: ${markdownText(fix)}`;
  return `- iteration ${formatCount(iteration)}: ${markdownText(message)}${advice}`;
}
