/**
 * The files that an experiment names: data and weights.
 *
 * An experiment may come from anywhere, so a name is relative and leads, links followed, to a regular file of bounded
 * size inside the experiment's own folder.
 */
import { readFile, realpath, stat } from "node:fs/promises";
import { isAbsolute, relative, resolve, sep } from "node:path";
import * as l10n from "@vscode/l10n";
import { describeValue } from "../lib/outsideText";
import type { Experiment } from "../config/schema/schema";
import { ExperimentError } from "../config/facts/experimentError";
import { MAX_DATA_BYTES, MAX_WEIGHTS_BYTES, type ExperimentFiles } from "../config/facts/dataFiles";

interface NamedFile {
  readonly name: string;
  /** Where the experiment names it. */
  readonly path: readonly string[];
  readonly maxBytes: number;
}

interface NamedFiles {
  readonly data: NamedFile | null;
  readonly weights: NamedFile | null;
}

function filesOf({ task, model }: Experiment): NamedFiles {
  return {
    data: "file" in task ? { name: task.file, path: ["task", "file"], maxBytes: MAX_DATA_BYTES } : null,
    weights:
      model.init.file === ""
        ? null
        : { name: model.init.file, path: ["model", "init", "file"], maxBytes: MAX_WEIGHTS_BYTES },
  };
}

/** Whether it needs more than its own text. */
export function namesFiles(experiment: Experiment): boolean {
  const { data, weights } = filesOf(experiment);
  return data !== null || weights !== null;
}

/**
 * Whether the files are there and may be read, without reading them.
 * @param folder of the experiment; null when it is not on a disk
 * @returns a reason for each that may not
 */
export async function checkExperimentFiles(folder: string | null, experiment: Experiment): Promise<ExperimentError[]> {
  const { data, weights } = filesOf(experiment);
  const errors: ExperimentError[] = [];
  for (const file of [data, weights]) {
    try {
      if (file !== null) await locate(folder, file);
    } catch (error) {
      if (!(error instanceof ExperimentError)) throw error;
      errors.push(error);
    }
  }
  return errors;
}

/**
 * @param folder of the experiment; null when it is not on a disk
 * @throws ExperimentError when a file is not there, may not be read, or is no UTF-8 text where a text is needed
 */
export async function readExperimentFiles(folder: string | null, experiment: Experiment): Promise<ExperimentFiles> {
  const { data, weights } = filesOf(experiment);
  return {
    data: data === null ? null : decode(data, await read(folder, data)),
    weights: weights === null ? null : await read(folder, weights),
  };
}

/** Where the data file of an experiment is. @throws ExperimentError when it is not there or may not be read */
export function locateDataFile(folder: string | null, name: string): Promise<string> {
  return locate(folder, { name, path: ["task", "file"], maxBytes: MAX_DATA_BYTES });
}

async function read(folder: string | null, file: NamedFile): Promise<Uint8Array> {
  const path = await locate(folder, file);
  try {
    return await readFile(path);
  } catch (error) {
    throw refusal(file, l10n.t("it cannot be read ({0})", reasonOf(error)));
  }
}

/** Its place with all links followed. */
async function locate(folder: string | null, file: NamedFile): Promise<string> {
  if (folder === null)
    throw refusal(
      file,
      l10n.t("the experiment has no local folder. Save the experiment to a folder on this computer first"),
    );
  if (isAbsolute(file.name)) throw refusal(file, l10n.t("use a path relative to the folder of the experiment"));
  let path: string;
  let root: string;
  try {
    root = await realpath(folder);
    path = await realpath(resolve(root, file.name));
  } catch (error) {
    throw refusal(
      file,
      reasonOf(error) === "ENOENT"
        ? l10n.t("the file does not exist. The path is relative to the folder of the experiment")
        : l10n.t("it cannot be read ({0})", reasonOf(error)),
    );
  }
  const inside = relative(root, path);
  if (inside === ".." || inside.startsWith(`..${sep}`) || isAbsolute(inside))
    throw refusal(file, l10n.t("the file is outside the folder of the experiment. Copy it into that folder"));
  const found = await stat(path);
  if (!found.isFile()) throw refusal(file, l10n.t("it is not a file"));
  if (found.size > file.maxBytes)
    throw refusal(
      file,
      l10n.t(
        "the file has {0} bytes; the maximum is {1}",
        found.size.toLocaleString("en-US"),
        file.maxBytes.toLocaleString("en-US"),
      ),
    );
  return path;
}

function decode(file: NamedFile, bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw refusal(file, l10n.t("the file is not UTF-8 text. Save it as UTF-8"));
  }
}

function refusal({ name, path }: NamedFile, reason: string): ExperimentError {
  return new ExperimentError("unreadable-file", path, `${path.join(".")} ${describeValue(name)}: ${reason}.`);
}

function reasonOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : String(error);
}
