import * as l10n from "@vscode/l10n";

/** The export formats of a run, with their labels. */
export const EXPORT_FORMS = {
  bundle: {
    label: l10n.t("Bundle"),
    detail: l10n.t(
      "A folder with the experiment, metrics, weights, traces, a loss plot, and a report for GitHub. It can be imported again.",
    ),
  },
  tensorboard: { label: "TensorBoard", detail: l10n.t("An event file with the metrics of the run.") },
  pytorch: {
    label: l10n.t("PyTorch script"),
    detail: l10n.t(
      "A script that reproduces the losses of the run. It reads tables; sequences of texts and arrays are stored with it.",
    ),
  },
} as const;
export type ExportForm = keyof typeof EXPORT_FORMS;

/** Of a run that a Python process has trained, and a probe recorded. */
export const PROBE_EXPORT_FORMS = {
  report: {
    label: l10n.t("Report"),
    detail: l10n.t("A folder with a report for GitHub, a loss plot, the scalars, and the gradient by time step."),
  },
  tensorboard: { ...EXPORT_FORMS.tensorboard, detail: l10n.t("An event file with the scalars of the run.") },
} as const;
export type ProbeExportForm = keyof typeof PROBE_EXPORT_FORMS;

export function isProbeExportForm(value: unknown): value is ProbeExportForm {
  return typeof value === "string" && Object.hasOwn(PROBE_EXPORT_FORMS, value);
}

export function isExportForm(value: unknown): value is ExportForm {
  return typeof value === "string" && Object.hasOwn(EXPORT_FORMS, value);
}
