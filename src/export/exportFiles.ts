/** A recorded run as files, in each of the forms that it can leave in. */
import * as l10n from "@vscode/l10n";
import { summarizeVaried } from "../config/compare/variedValues";
import { appliedChanges } from "../runs/appliedSettings";
import { runExtensions } from "../runs/extendedRun";
import { restarts } from "../runs/restartedRun";
import { checksums } from "../files/checksums";
import { collectTrainingSource } from "../core/training/trainingSource";
import type { RunContents } from "../runs/format/runContents";
import type { ExperimentFiles } from "../config/facts/dataFiles";
import { COLUMN, OPTIONAL_COLUMN } from "../shared/trace/trace";
import { bundleFiles } from "./bundle";
import type { ExportForm } from "./exportForms";
import { pytorchFiles } from "./pytorchFiles";
import type { NetworkSpec } from "../shared/trace/networkSpec";
import { tensorboardFiles } from "./tensorboard";

/**
 * By file name; no text of a user is in one.
 * @param files that the experiment names, for a form that trains again
 * @param name of the run; left out: what was varied
 * @throws ExperimentError when those do not serve
 */
export function exportFiles(
  form: ExportForm,
  run: RunContents,
  files: ExperimentFiles,
  name = summarizeVaried(run.meta.varied),
): Map<string, Uint8Array | string> {
  const { meta, metrics } = run;
  switch (form) {
    case "bundle":
      return bundleFiles(run, name);
    case "tensorboard": {
      const endedAt = run.endedAt ?? meta.startedAt + run.status.trainMs;
      return tensorboardFiles(metrics.columns, metrics.rows, { startedAt: meta.startedAt, endedAt });
    }
    case "pytorch": {
      const now = checksums(files);
      if (now.data !== meta.files.data || now.weights !== meta.files.weights)
        throw new Error(
          l10n.t(
            "A file used by the experiment has changed since the run, so the script would not reproduce its losses. Run the experiment again and export the new run.",
          ),
        );
      const [restart] = restarts(run.events);
      if (restart !== undefined)
        throw new Error(
          [
            l10n.t("The run was resumed from its best weights, those of iteration {0}, with a new optimizer.", restart),
            l10n.t("A script does not reproduce that. Run the experiment again and export the new run."),
          ].join(" "),
        );
      const column = (name: string) =>
        metrics.rows.columns[metrics.columns.findIndex((candidate) => candidate.name === name)] ?? new Float64Array(0);
      const [iterations, losses] = [column(COLUMN.iteration), column(COLUMN.loss)];
      const validations = column(OPTIONAL_COLUMN.validationLoss);
      const source = collectTrainingSource(meta.config, files);
      refuseCutDirections(source.spec);
      const rows = Array.from(iterations, (iteration, row) => [iteration, row] as const);
      return pytorchFiles(
        {
          experiment: meta.config,
          name,
          source,
          engine: meta.engine,
          text: meta.configText,
          dataChecksum: meta.files.data,
          changes: appliedChanges(run.events),
          extensions: runExtensions(run.events),
        },
        rows.map(([iteration, row]) => [iteration, losses[row] ?? NaN] as const),
        rows
          .filter(([iteration]) => iteration % source.validationInterval === 0)
          .map(([iteration, row]) => [iteration, validations[row] ?? NaN] as const),
      );
    }
  }
}

function refuseCutDirections({ directions, truncate }: NetworkSpec): void {
  if (directions !== 2 || truncate === null) return;
  throw new Error(
    [
      l10n.t("PyTorch cannot truncate the gradient inside a bidirectional module, so no script reproduces the run."),
      l10n.t("Set training.truncate to {0} and run the experiment again.", 0),
    ].join(" "),
  );
}
