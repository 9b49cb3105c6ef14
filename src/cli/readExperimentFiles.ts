import { readFileSync, realpathSync, statSync } from "node:fs";
import { dirname, isAbsolute, relative, resolve, sep } from "node:path";
import type { Experiment } from "../config/schema";
import { MAX_DATA_BYTES, MAX_WEIGHTS_BYTES, type ExperimentFiles } from "../shared/experimentFiles";

/** The files that an experiment names. @throws Error when one is not a readable file inside the folder of the experiment */
export function readExperimentFiles(experimentFile: string, { task, model }: Experiment): ExperimentFiles {
  const folder = dirname(resolve(experimentFile));
  const data = "file" in task ? decode(task.file, readInside(folder, task.file, MAX_DATA_BYTES)) : null;
  const weights = model.init.file === "" ? null : readInside(folder, model.init.file, MAX_WEIGHTS_BYTES);
  return { data, weights };
}

function readInside(folder: string, name: string, maxBytes: number): Uint8Array {
  if (isAbsolute(name)) throw new Error(`${name}: name it relative to the folder of the experiment`);
  let path: string;
  try {
    path = realpathSync(resolve(folder, name));
  } catch {
    throw new Error(`${name}: there is no such file beside the experiment`);
  }
  const inside = relative(realpathSync(folder), path);
  if (inside === ".." || inside.startsWith(`..${sep}`) || isAbsolute(inside)) throw new Error(`${name}: it lies outside the folder of the experiment`);
  const stat = statSync(path);
  if (!stat.isFile()) throw new Error(`${name}: it is not a file`);
  if (stat.size > maxBytes) throw new Error(`${name}: it has ${stat.size} bytes; at most ${maxBytes} are read`);
  return readFileSync(path);
}

function decode(name: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new Error(`${name}: it is not UTF-8 text`);
  }
}
