/** What is odd about the .ts files of an experiment, while it is edited. */
import * as l10n from "@vscode/l10n";
import type { Experiment } from "../config/schema/schema";
import type { JsonPath } from "../config/schema/jsonSchema";
import type { FileCorrection } from "../config/schema/problem";
import { printable } from "../lib/outsideText";
import { readTs } from "../formats/tsFile";
import { readDataStart } from "./readExperimentFiles";

/** A larger file is read when the experiment runs: what its header claims shows only at its end. */
const MAX_BYTES = 2 ** 20;

export interface ArrayWarning {
  /** The key that names the file. */
  readonly path: JsonPath;
  readonly message: string;
  /** A line of the file as it should be, where that is known. */
  readonly correction?: FileCorrection;
}

/** None where a file is of another format, is too large, or cannot be read, which is a problem of its own. */
export async function readArrayWarnings(folder: string | null, { task }: Experiment): Promise<readonly ArrayWarning[]> {
  if (task.kind !== "arrays") return [];
  const files = [
    { key: "file", file: task.file },
    { key: "validation", file: task.validation },
  ].filter(({ file }) => /\.ts$/i.test(file));
  const found = await Promise.all(files.map(async ({ key, file }) => warningsOf(folder, key, file)));
  return found.flat();
}

async function warningsOf(folder: string | null, key: string, file: string): Promise<readonly ArrayWarning[]> {
  try {
    const { bytes, whole } = await readDataStart(folder, file, MAX_BYTES);
    if (!whole) return [];
    return readTs(bytes).warnings.map(({ line, text, correction }) => ({
      path: ["task", key],
      message: l10n.t("{0}, line {1}: {2}", printable(file), line, text),
      ...(correction === undefined ? {} : { correction: { file, line, text: correction } }),
    }));
  } catch {
    return [];
  }
}
