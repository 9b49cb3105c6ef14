/** The page that compares runs in a plain browser, with runs that are really trained. Query: ?runs=4&theme=dark */
import "../language";
import * as l10n from "@vscode/l10n";
import "./themes.css";
import { collectVaried, summarizeVaried } from "../../src/config/compare/variedValues";
import { compareConfigs } from "../../src/config/compare/compareConfigs";
import { parseExperiment } from "../../src/config/read/parse";
import { createTrainer } from "../../src/core/training/trainer";
import type { ComparedRun, ComparePageMessage, Comparison } from "../../src/shared/wire/comparison";
import { TraceBuffer } from "../../src/shared/trace/traceBuffer";
import { answering } from "./signals";
import { applyFakeTheme, readThemeName } from "./themes";

const query = new URLSearchParams(location.search);
applyFakeTheme(readThemeName(query.get("theme")));
const sent: ComparePageMessage[] = [];
let state: unknown = null;
let comparison = compare(Number(query.get("runs") ?? 4));

function compare(count: number): Comparison {
  const experiments = Array.from({ length: count }, (_, i) => {
    const optimizer = i % 3 === 2 ? { kind: "rprop" } : { kind: "adam", learningRate: [0.003, 0.01, 0.03][i % 3] };
    const { experiment } = parseExperiment(
      JSON.stringify({
        seed: 1 + Math.floor(i / 4),
        task: { kind: "parity", sequences: 32, length: 6 },
        model: { cell: i % 2 === 0 ? "gru" : "rnn", hiddenSize: 8 },
        training: { optimizer, iterations: 150 + 20 * (i % 4), clip: { norm: 1 } },
        engine: "float64",
      }),
    );
    if (experiment === null) throw new Error("the fake experiment is right");
    return experiment;
  });
  const runs = experiments.map((experiment, i): ComparedRun => {
    const trainer = createTrainer(experiment);
    const trace = new TraceBuffer(trainer.columns, trainer.iterations + 1);
    while (trainer.step(trace) === "running");
    const { columns } = trace.adopt();
    const curves = Object.fromEntries(
      trainer.columns.flatMap(({ name, length }, index) => (length === 1 ? [[name, columns[index]!]] : [])),
    );
    return {
      id: `run-${i}`,
      number: i + 1,
      look: i + 1,
      title:
        i === 0
          ? l10n.t("Run {0} · {1}", 1, "2:00 PM")
          : summarizeVaried(collectVaried(experiments[i - 1]!, experiment)),
      experiment: "Parity",
      state: i === 3 ? l10n.t("stopped") : "",
      seed: experiment.seed,
      duration: `${40 + i} ms`,
      iterations: trainer.iteration,
      curves,
    };
  });
  return { runs, baseline: runs[0]?.id ?? null, differences: compareConfigs(experiments), problems: [], notes: [] };
}

function post(): void {
  window.postMessage({ type: "comparison", comparison }, "*");
}

Object.assign(window, {
  sentToHost: sent,
  acquireVsCodeApi: () => ({
    getState: () => state,
    setState: (next: unknown) => void (state = next),
    postMessage: answering((message: ComparePageMessage) => {
      sent.push(message);
      if (message.type === "ready") post();
      else if (message.type === "leaveOut") {
        const index = comparison.runs.findIndex(({ id }) => id === message.id);
        comparison = {
          ...comparison,
          runs: comparison.runs.filter((_, i) => i !== index),
          differences: comparison.differences.map(({ path, values }) => ({
            path,
            values: values.filter((_, i) => i !== index),
          })),
        };
        post();
      } else if (message.type === "verb") {
        comparison = {
          ...comparison,
          baseline:
            message.verb === "setBaselineRun"
              ? message.id
              : message.verb === "clearBaselineRun"
                ? null
                : comparison.baseline,
        };
        post();
      }
    }),
  }),
});
// Evaluated after the host is installed: the page acquires its API at once.
void import("../compare/main");
