/** The report of a run, to read on GitHub: its config, metrics, findings, and files. */
import type { RunContents } from "../runs/format/runContents";
import { formatCount, formatDuration, formatValue } from "../shared/words/numberFormat";
import { COLUMN, explain, OPTIONAL_COLUMN, stateUnits, type TraceHeader } from "../shared/trace/trace";

const METRIC_NAMES: Readonly<Record<string, string>> = {
  [COLUMN.loss]: "loss",
  [OPTIONAL_COLUMN.validationLoss]: "validation loss",
  [OPTIONAL_COLUMN.accuracy]: "accuracy",
  [OPTIONAL_COLUMN.exactAccuracy]: "exact-match accuracy",
  [COLUMN.gradientNorm]: "gradient norm",
  [OPTIONAL_COLUMN.learningRate]: "learning rate",
};
const MAX_FINDINGS = 20;

/**
 * @param weights the files of weights that the bundle has
 * @param name of the run
 */
export function reportMarkdown(
  run: RunContents,
  weights: { readonly final: boolean; readonly best: boolean },
  name = "",
): string {
  const { meta, header, status, findings, baselines } = run;
  const { task, model, training } = meta.config;
  const explanation = explain(status);
  const lines = [
    `# ${[meta.name, name].map(markdownText).filter(Boolean).join(" · ")}`,
    "",
    `${OUTCOMES[status.phase] ?? status.phase} after ${formatCount(status.iteration)} of ${formatCount(status.iterations)} iterations, ${formatDuration(status.trainMs)} of training. Started ${new Date(meta.startedAt).toISOString().slice(0, 16).replace("T", " ")} UTC.`,
    ...(explanation === null ? [] : ["", `> ${markdownText(explanation)}`]),
    "",
    "![Loss by iteration](loss.svg)",
    "",
    ...metricLines(run),
    ...baselineLines(baselines),
    "",
    "## Experiment",
    "",
    "| | |",
    "| --- | --- |",
    row("task", describe(task)),
    row("model", header === null ? describe(model) : describeNetwork(header)),
    row("optimizer", describe(training.optimizer)),
    row("schedule", describe(training.schedule)),
    row("clip", training.clip === null ? "none" : describe(training.clip)),
    ...validationRows(run),
    row("batch", String(training.batchSize)),
    row("seed", String(meta.seed)),
    row("backend", describeBackend(run)),
    row("config hash", meta.configHash),
    row(
      "versions",
      Object.entries(meta.versions)
        .map(([name, version]) => `${name} ${version}`)
        .join(", "),
    ),
    ...findingLines(findings),
    "",
    "## Files",
    "",
    "| file | contents |",
    "| --- | --- |",
    "| [experiment.rnn.json](experiment.rnn.json) | the experiment config of the run |",
    "| [metrics.csv](metrics.csv) | loss, gradient norm, and other metrics by iteration |",
    ...(weights.final
      ? ["| [weights.safetensors](weights.safetensors) | the final weights, with PyTorch's parameter names |"]
      : []),
    ...(weights.best ? ["| [best.safetensors](best.safetensors) | the weights at the lowest validation loss |"] : []),
    "| [run.rnnrun](run.rnnrun) | the full trace of the run, for RNN Lab |",
    "| [bundle.json](bundle.json) | sizes and checksums of the files |",
    "",
    "To explore this run, run “RNN Lab Runs: Import…” in VS Code and select bundle.json. To train it again, open experiment.rnn.json and press Run.",
  ];
  return `${lines.join("\n")}\n`;
}

function baselineLines(baselines: RunContents["baselines"]): string[] {
  if (baselines.length === 0) return [];
  return [
    "",
    "| baseline | loss | measured on |",
    "| --- | ---: | --- |",
    ...baselines.map(({ label, loss, on }) => `| ${markdownText(label)} | ${formatValue(loss)} | ${on} |`),
  ];
}

function findingLines(findings: RunContents["findings"]): string[] {
  if (findings.length === 0) return [];
  return [
    "",
    "## Findings",
    "",
    ...findings
      .slice(0, MAX_FINDINGS)
      .map(
        ({ iteration, message, configPath }) =>
          `- iteration ${formatCount(iteration)}, \`${configPath.join(".").replaceAll("`", "")}\`: ${markdownText(message)}`,
      ),
  ];
}

function validationRows({ meta, status: { best } }: RunContents): string[] {
  const { stop } = meta.config.training;
  return [
    ...(stop === null ? [] : [row("early stopping", describe(stop))]),
    ...(best === null
      ? []
      : [
          row(
            "best validation loss",
            `${formatValue(best.validationLoss)} at iteration ${formatCount(best.iteration)}`,
          ),
        ]),
  ];
}

const OUTCOMES: Readonly<Record<string, string>> = {
  done: "Done",
  diverged: "Diverged",
  stopped: "Stopped",
  failed: "Failed",
  running: "Running",
  paused: "Paused",
};

function row(name: string, text: string): string {
  return `| ${name} | ${markdownText(text)} |`;
}

function metricLines({ metrics: { columns, rows } }: RunContents): string[] {
  const lines = Object.entries(METRIC_NAMES).flatMap(([column, name]) => {
    const values = rows.columns[columns.findIndex((candidate) => candidate.name === column)];
    const known = values === undefined ? [] : Array.from(values).filter((value) => !Number.isNaN(value));
    if (known.length === 0 || values === undefined) return [];
    const finite = known.filter(Number.isFinite);
    // A final NaN is the result of the run if the metric had a value before.
    return [
      `| ${name} | ${formatValue(known[0] ?? NaN)} | ${formatValue(values.at(-1) ?? NaN)} | ${finite.length === 0 ? "" : formatValue(finite.reduce((least, value) => Math.min(least, value)))} |`,
    ];
  });
  return ["| metric | first | last | min |", "| --- | ---: | ---: | ---: |", ...lines];
}

/** "adam, learningRate 0.02, beta1 0.9" */
function describe(value: object): string {
  return Object.entries(value)
    .map(([key, item]: [string, unknown]) =>
      key === "kind" ? String(item) : `${key} ${typeof item === "object" ? JSON.stringify(item) : String(item)}`,
    )
    .join(", ");
}

/** Untrusted text as plain text: no markup, no links, no bidi control characters. */
export function markdownText(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\s]+/gu, " ")
    .trim()
    .replace(/[\\`*_{}[\]()#+\-.!|<>&~"'$^=:/@]/g, (character) =>
      character === "@" || character === "/" || character === ":" ? `&#${character.charCodeAt(0)};` : `\\${character}`,
    );
}

/** "float32 (portable) on 2 threads"; of an earlier run without what its header does not say. */
function describeBackend({ meta: { engine, threads }, header }: RunContents): string {
  const mode = header?.arithmetic === undefined ? "" : ` (${header.arithmetic})`;
  return `${engine}${mode}${threads > 1 ? ` on ${threads} threads` : ""}`;
}

function describeNetwork(header: TraceHeader): string {
  const { cell, hiddenSize, directions, parameters } = header;
  const units = stateUnits(header);
  const numLayers = header.numLayers / (directions ?? 1);
  const size = parameters.reduce((sum, { shape }) => sum + shape.reduce((product, axis) => product * axis, 1), 0);
  return [
    cell,
    `${hiddenSize} hidden ${hiddenSize === 1 ? "unit" : "units"}`,
    ...(units === hiddenSize ? [] : [`h projected to ${units}`]),
    `${numLayers} ${numLayers === 1 ? "layer" : "layers"}`,
    ...(directions === 2 ? ["bidirectional"] : []),
    `${formatCount(size)} parameters`,
  ].join(", ");
}
