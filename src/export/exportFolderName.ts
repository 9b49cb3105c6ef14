import type { ExportForm } from "./exportForms";

const MAX_LENGTH = 48;

/**
 * "wide-gru-pytorch": the name of a run, otherwise of its experiment, as a folder on every system. Letters and digits
 * of any script stay; all else becomes a hyphen, so no name leads out of the parent folder or is one that Windows
 * reserves.
 */
export function exportFolderName(
  { notes, meta }: { readonly notes: { readonly name?: string | null }; readonly meta: { readonly name: string } },
  form: ExportForm,
): string {
  const words = (notes.name ?? meta.name)
    .normalize("NFC")
    .replace(/\.rnn\.json$/, "")
    .toLowerCase()
    .match(/[\p{L}\p{M}\p{N}]+/gu);
  const name = [...(words ?? ["run"]).join("-")].slice(0, MAX_LENGTH).join("").replace(/-$/, "");
  return `${name}-${form}`;
}
