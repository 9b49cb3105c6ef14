/** The files that an experiment names, copied to where the experiment goes. */
import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname, join, resolve, sep } from "node:path";
import { pipeline } from "node:stream/promises";
import * as l10n from "@vscode/l10n";
import type { Experiment } from "../config/schema/schema";
import { sizeWithin } from "../disk/regularFile";
import { refusal, withFile } from "./namedFile";
import { listExperimentFiles } from "./readExperimentFiles";

/**
 * They keep their names, which are relative and lead nowhere else.
 * @param from folder of the experiment; null when it is not on a disk
 * @throws ExperimentError when one of them is not there or may not be read, or the system's error
 */
export async function copyExperimentFiles(from: string | null, to: string, experiment: Experiment): Promise<void> {
  for (const file of await listExperimentFiles(from, experiment)) {
    const target = resolve(join(to, file.name));
    if (!target.startsWith(resolve(to) + sep))
      throw refusal(file, l10n.t("use a path that does not leave the folder of the experiment"));
    await mkdir(dirname(target), { recursive: true });
    await withFile(from, file, async ({ handle, stats }) => {
      sizeWithin(stats, file.maxBytes);
      await pipeline(handle.createReadStream({ autoClose: false }), createWriteStream(target));
    });
  }
}
