/** The forms in which a run can leave, with what a person is told of each. */
export const EXPORT_FORMS = {
  bundle: { label: "Bundle", detail: "A folder with the experiment, figures, weights, traces, a picture and a report for GitHub; it can be imported again." },
  tensorboard: { label: "TensorBoard", detail: "An event file with the figures of the run." },
  pytorch: { label: "PyTorch script", detail: "A script with the same model, data and optimizer, that gives the same losses." },
} as const;
export type ExportForm = keyof typeof EXPORT_FORMS;

export function isExportForm(value: unknown): value is ExportForm {
  return typeof value === "string" && Object.hasOwn(EXPORT_FORMS, value);
}
