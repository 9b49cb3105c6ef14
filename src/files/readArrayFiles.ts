/** The files of a task of arrays: of a .npz archive the arrays that the task names, of the others all bytes. */
import * as l10n from "@vscode/l10n";
import { describeNames, describeValue } from "../lib/outsideText";
import { arrayFormatOf, MAX_ARRAY_BYTES, type ArrayFiles, type ArrayPart } from "../config/facts/dataFiles";
import { ExperimentError } from "../config/facts/experimentError";
import type { TaskConfig } from "../config/schema/schema";
import { readFrom, sizeWithin, type RegularFile } from "../disk/regularFile";
import { readZipMembers } from "./zipMembers";

export type ArrayTask = Extract<TaskConfig, { readonly kind: "arrays" }>;

/** A key of the task, and the file that it names. */
export interface ArrayFileName {
  readonly key: "file" | "targets" | "mask" | "lengths" | "validation";
  readonly name: string;
}

type WithFile = <T>(file: ArrayFileName, use: (opened: RegularFile) => Promise<T>) => Promise<T>;

const ARRAY_KEYS = ["inputs", "targets", "mask", "lengths"] as const;

/** All files that the task names. Beside a .npy file of inputs, arrays may have .npy files of their own. */
export function arrayFileNames(task: ArrayTask): ArrayFileName[] {
  const isNpy = arrayFormatOf(task.file) === "npy";
  const beside = (["targets", "mask", "lengths"] as const).filter((key) => isNpy && arrayFormatOf(task[key]) === "npy");
  return [
    { key: "file", name: task.file },
    ...beside.map((key) => ({ key, name: task[key] })),
    ...(task.validation === "" ? [] : [{ key: "validation" as const, name: task.validation }]),
  ];
}

/**
 * @param withFile opens one of them for a function
 * @throws ExperimentError when a name is none of arrays, or a .npz archive does not have an array
 */
export async function readArrayFiles(task: ArrayTask, withFile: WithFile): Promise<ArrayFiles> {
  const format = arrayFormatOf(task.file);
  if (format === null)
    throw new ExperimentError(
      "bad-file",
      ["task", "file"],
      l10n.t(
        "task.file is {0}, which is not a file of arrays. Use a name that ends in {1}.",
        describeValue(task.file),
        ".npz, .npy, .safetensors, .jsonl, .ts",
      ),
    );
  const training: ArrayPart[] = [];
  let validation: readonly ArrayPart[] | null = null;
  let left = MAX_ARRAY_BYTES;
  for (const file of arrayFileNames(task)) {
    const read = ({ handle, stats }: RegularFile): Promise<ArrayPart[]> =>
      format === "npz" ? readArchive(task, file, handle, left) : readWhole(file, handle, sizeWithin(stats, left));
    const parts = await withFile(file, read);
    for (const { bytes } of parts) left -= bytes.length;
    if (file.key === "validation") validation = parts;
    else training.push(...parts);
  }
  return { format, training, validation };
}

async function readWhole(file: ArrayFileName, handle: RegularFile["handle"], size: number): Promise<ArrayPart[]> {
  const isWhole = file.key === "file" || file.key === "validation";
  return [{ name: isWhole ? "" : file.name, bytes: await readFrom(handle, 0, size) }];
}

async function readArchive(
  task: ArrayTask,
  file: ArrayFileName,
  handle: RegularFile["handle"],
  maxBytes: number,
): Promise<ArrayPart[]> {
  const wanted = ARRAY_KEYS.filter((key) => task[key] !== "");
  /** The member itself, or one of records with a field of that name: "data.x". */
  const isOf = (array: string, member: string): boolean => array === member || array.startsWith(`${member}.`);
  const arrayOf = (member: string): string => member.replace(/\.npy$/, "");
  const { names, members } = await readZipMembers(
    handle,
    (member) => wanted.some((key) => isOf(task[key], arrayOf(member))),
    maxBytes,
  );
  const parts = members.map(({ name, bytes }) => ({ name: arrayOf(name), bytes }));
  for (const key of wanted) {
    if (parts.some(({ name }) => isOf(task[key], name))) continue;
    throw new ExperimentError(
      "bad-file",
      ["task", key],
      l10n.t(
        "task.{0}: {1} has no array {2}; it has {3}.",
        key,
        describeValue(file.name),
        describeValue(task[key]),
        names.length === 0 ? l10n.t("none") : describeNames(names.map(arrayOf)),
      ),
    );
  }
  return parts;
}
