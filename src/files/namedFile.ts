/** A file that an experiment names, opened within the folder of the experiment, or refused in words. */
import { isAbsolute } from "node:path";
import * as l10n from "@vscode/l10n";
import { describeError, describeValue } from "../lib/outsideText";
import { ExperimentError } from "../config/facts/experimentError";
import { openConfinedFile, OutsideFolderError } from "../disk/confinedFile";
import { FileTooLargeError, IrregularFileError, readFrom, sizeWithin, type RegularFile } from "../disk/regularFile";
import { PatternError } from "./listMatches";
import { ZipError } from "./zipMembers";

export interface NamedFile {
  readonly name: string;
  /** Where the experiment names it. */
  readonly path: readonly string[];
  readonly maxBytes: number;
}

export function readNamed(folder: string | null, file: NamedFile): Promise<Uint8Array> {
  return withFile(folder, file, ({ handle, stats }) => readFrom(handle, 0, sizeWithin(stats, file.maxBytes)));
}

/** Opens the file once; what was opened is checked, and is what `use` reads. */
export async function withFile<T>(
  folder: string | null,
  file: NamedFile,
  use: (opened: RegularFile) => Promise<T>,
): Promise<T> {
  requireFolder(folder, file);
  try {
    const opened = await openConfinedFile(folder, file.name);
    try {
      return await use(opened);
    } finally {
      await opened.handle.close();
    }
  } catch (error) {
    if (error instanceof ExperimentError) throw error;
    throw refusal(file, describeUnreadable(error));
  }
}

export function requireFolder(folder: string | null, file: NamedFile): asserts folder is string {
  if (folder === null)
    throw refusal(
      file,
      l10n.t("the experiment has no local folder. Save the experiment to a folder on this computer first"),
    );
  if (isAbsolute(file.name)) throw refusal(file, l10n.t("use a path relative to the folder of the experiment"));
}

/** The contents of a file do not serve; in words for a person, without a full stop. */
export class UnusableFileError extends Error {}

export const NOT_UTF8 = (): string => l10n.t("the file is not UTF-8 text. Save it as UTF-8");

/** Without a full stop. */
export function describeUnreadable(error: unknown): string {
  if (error instanceof UnusableFileError) return error.message;
  if (error instanceof OutsideFolderError)
    return l10n.t("the file is outside the folder of the experiment. Copy it into that folder");
  if (error instanceof ZipError || error instanceof PatternError) return error.message;
  if (error instanceof IrregularFileError) return l10n.t("it is not a file");
  if (error instanceof FileTooLargeError)
    return l10n.t(
      "the file has {0} bytes; the maximum is {1}",
      error.bytes.toLocaleString("en-US"),
      error.maxBytes.toLocaleString("en-US"),
    );
  const code = error instanceof Error && "code" in error ? String(error.code) : describeError(error);
  return code === "ENOENT"
    ? l10n.t("the file does not exist. The path is relative to the folder of the experiment")
    : l10n.t("it cannot be read ({0})", code);
}

export function notUtf8(file: NamedFile): ExperimentError {
  return refusal(file, NOT_UTF8());
}

export function refusal({ name, path }: NamedFile, reason: string): ExperimentError {
  return new ExperimentError("unreadable-file", path, `${path.join(".")} ${describeValue(name)}: ${reason}.`);
}
