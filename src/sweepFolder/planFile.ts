/** plan.json: what is swept. Written once, before anything else may happen in the folder. */
import { randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { copyFile, link, mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as l10n from "@vscode/l10n";
import type { Experiment } from "../config/schema/schema";
import { readRegularFile } from "../disk/regularFile";
import { copyExperimentFiles } from "../files/copyExperimentFiles";
import { describeError } from "../lib/outsideText";
import { readSweep, type ReadSweep } from "../sweepPlan/readSweep";
import { canceledPath, filesFolder, planPath, programPath, SUBFOLDERS } from "./folderNames";

const FORMAT = "rnnsweep-folder 1";
const MAX_PLAN_BYTES = 2 ** 26;

/** Which trials leave a run file: those that train for long, or all. */
export type RunFilesChoice = "long" | "all";

export interface PlanFile {
  readonly id: string;
  /** Of the experiment file. */
  readonly fileName: string;
  readonly uri: string;
  /** Of that file when the sweep was started. */
  readonly text: string;
  readonly runFiles: RunFilesChoice;
  /** Of RNN Lab. */
  readonly version: string;
}

export interface SweepFolder {
  readonly path: string;
  readonly plan: PlanFile;
  readonly read: ReadSweep;
}

/** The folder cannot be used as a sweep folder; in words for a person. */
export class SweepFolderError extends Error {}

/** @throws SweepFolderError when there is no plan, or it is of another version */
export async function openSweepFolder(path: string): Promise<SweepFolder> {
  const plan = await readPlan(path);
  if (plan === null) throw new SweepFolderError(l10n.t("{0} has no plan.json, so it is not a sweep folder.", path));
  return withSweep(path, plan);
}

function withSweep(path: string, plan: PlanFile): SweepFolder {
  const read = readSweep(plan.text);
  if ("problems" in read)
    throw new SweepFolderError(
      l10n.t("{0} holds an invalid experiment: {1}", planPath(path), read.problems[0]?.message ?? l10n.t("no sweep")),
    );
  return { path, plan, read };
}

export interface NewSweep extends Omit<PlanFile, "id"> {
  readonly experiment: Experiment;
  /** Of the experiment, for the files that it names; null when it is not on a disk. */
  readonly folder: string | null;
  /** dist/sweep.js */
  readonly program: string;
}

/**
 * Makes the folder, or goes on in one with the same plan. Of several that do so at once, one plan wins and the others
 * go on with it.
 * @throws SweepFolderError when another sweep is in the folder
 * @throws ExperimentError when a file that the experiment names cannot be read
 */
export async function createSweepFolder(path: string, sweep: NewSweep): Promise<SweepFolder> {
  const { fileName, uri, text, runFiles, version } = sweep;
  if ((await readPlan(path)) === null) {
    const plan: PlanFile = { id: randomUUID(), fileName, uri, text, runFiles, version };
    withSweep(path, plan);
    for (const name of ["", ...SUBFOLDERS]) await mkdir(join(path, name), { recursive: true });
    await copyExperimentFiles(sweep.folder, filesFolder(path), sweep.experiment);
    await copyProgram(path, sweep.program);
    await writeExclusively(planPath(path), `${JSON.stringify({ format: FORMAT, ...plan }, null, 2)}\n`);
  }
  const { plan, read } = await openSweepFolder(path);
  if (plan.text !== text)
    throw new SweepFolderError(
      l10n.t("{0} holds the sweep of another version of the experiment. Choose another folder.", path),
    );
  await rm(canceledPath(path), { force: true });
  return { path, plan, read };
}

/** Whole from the first moment, and never instead of another one. */
async function writeExclusively(path: string, text: string): Promise<void> {
  const draft = `${path}.${randomUUID()}.draft`;
  await writeFile(draft, text, { flag: "wx", flush: true });
  try {
    await link(draft, path).catch(async (error: unknown) => {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "EEXIST") return;
      // A file system without hard links.
      await copyFile(draft, path, constants.COPYFILE_EXCL).catch((other: NodeJS.ErrnoException) => {
        if (other.code !== "EEXIST") throw other;
      });
    });
  } finally {
    await rm(draft, { force: true });
  }
}

/** The program goes with the folder: a sweep is finished by the version that began it, wherever it goes on. */
async function copyProgram(path: string, program: string): Promise<void> {
  const draft = `${programPath(path)}.${randomUUID()}.draft`;
  await copyFile(program, draft);
  await rename(draft, programPath(path));
}

/** Null when there is none. @throws SweepFolderError when it is of another version or not whole */
async function readPlan(path: string): Promise<PlanFile | null> {
  let text: string;
  try {
    text = new TextDecoder().decode(await readRegularFile(planPath(path), MAX_PLAN_BYTES));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return null;
    throw new SweepFolderError(l10n.t("{0} cannot be read: {1}", planPath(path), describeError(error)));
  }
  const plan = decodePlan(text);
  if (plan === null)
    throw new SweepFolderError(
      l10n.t("{0} is not a plan that this version of RNN Lab can read. Update RNN Lab.", planPath(path)),
    );
  return plan;
}

function decodePlan(text: string): PlanFile | null {
  try {
    const value = JSON.parse(text) as Readonly<Record<string, unknown>>;
    const { format, id, fileName, uri, text: experiment, runFiles, version } = value;
    return format === FORMAT &&
      typeof id === "string" &&
      typeof fileName === "string" &&
      typeof uri === "string" &&
      typeof experiment === "string" &&
      (runFiles === "long" || runFiles === "all") &&
      typeof version === "string"
      ? { id, fileName, uri, text: experiment, runFiles, version }
      : null;
  } catch {
    return null;
  }
}
