import type { RunMeta } from "../runs/format/runContents";
import type { RunNotes } from "../runs/runNotes";
import type { RunIdentity } from "../shared/wire/runIdentity";
import type { ExportForm, ProbeExportForm } from "./exportForms";

const MAX_LENGTH = 48;
/** Of the experiment, where the name of the run follows. */
const MAX_EXPERIMENT_LENGTH = 32;

interface ExportedRun {
  readonly meta: Pick<RunMeta, "name" | "varied">;
  readonly notes: Pick<RunNotes, "name">;
}

/**
 * "wide-gru-pytorch": the name that the user gave the run; else the experiment and what was varied, or the number:
 * "adding-clip-norm-2-bundle", "adding-run-5-bundle". A folder on every system: letters and digits of any script stay;
 * all else becomes a hyphen, so no name leads out of the parent folder or is one that Windows reserves.
 */
export function exportFolderName(
  { notes, meta }: ExportedRun,
  { number, name }: RunIdentity,
  form: ExportForm | ProbeExportForm,
): string {
  const experiment = hyphenated(meta.name.replace(/\.rnn\.json$/, ""), MAX_EXPERIMENT_LENGTH);
  const run = hyphenated(notes.name !== null || meta.varied.length > 0 ? name : `run ${number}`, MAX_LENGTH);
  const parts = notes.name === null ? [experiment, run] : [run];
  return `${parts.filter((part) => part !== "").join("-") || "run"}-${form}`;
}

function hyphenated(text: string, most: number): string {
  const words = text
    .normalize("NFC")
    .toLowerCase()
    .match(/(?:\p{N}+\.\p{N}+|[\p{L}\p{M}\p{N}])+/gu);
  return [...(words ?? []).join("-")].slice(0, most).join("").replace(/[-.]$/, "");
}
