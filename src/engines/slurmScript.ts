import { join } from "node:path";
import { logsFolder, programPath } from "../sweepFolder/folderNames";
import type { SweepFolder } from "../sweepFolder/planFile";
import { TAKE_UP_AGAIN } from "../sweepFolder/trialExit";
import { listOption, numberOption, textOption, type EngineOptions } from "./engineOptions";
import { quoted } from "./shell";

/** Before the time limit. Slurm may send the signal up to a minute early. */
export const SIGNAL_SECONDS = 60;
const NAME_LENGTH = 40;

/** The batch script of a sweep. Line N + 1 of the file of packs has the trials of element N. */
export function slurmScript(
  { path, plan }: SweepFolder,
  options: EngineOptions,
  { packsFile, elements }: { readonly packsFile: string; readonly elements: number },
): string {
  const limit = numberOption(options, "limit");
  const name = plan.fileName.replaceAll(/[^\w.-]/g, "_").slice(0, NAME_LENGTH);
  const node = quoted(textOption(options, "node") ?? "node");
  const directive = (key: string, value: string | number | null): string[] =>
    value === null ? [] : [`#SBATCH --${key}=${value}`];
  return `${[
    "#!/bin/bash",
    ...directive("job-name", name),
    ...directive("array", `0-${elements - 1}${limit === null ? "" : `%${limit}`}`),
    ...directive("output", join(logsFolder(path), "slurm-%A_%a.log")),
    ...directive("open-mode", "append"),
    "#SBATCH --requeue",
    ...directive("signal", `B:USR2@${SIGNAL_SECONDS}`),
    ...directive("ntasks", 1),
    ...directive("cpus-per-task", numberOption(options, "cpus") ?? 1),
    ...["partition", "account", "time"].flatMap((key) => directive(key, textOption(options, key))),
    ...directive("mem", textOption(options, "memory")),
    ...listOption(options, "lines").map((line) => (line.startsWith("#SBATCH") ? line : `#SBATCH ${line}`)),
    "",
    ...listOption(options, "modules").map((name) => `module load ${quoted(name)}`),
    `trials=$(sed -n "$((SLURM_ARRAY_TASK_ID + 1))p" ${quoted(packsFile)})`,
    // The shell gets the signals. It waits again after each, until the trial has written its checkpoint.
    "requeue=no",
    `trap 'requeue=yes; kill -USR2 "$child" 2>/dev/null' USR2`,
    `trap 'kill -TERM "$child" 2>/dev/null' TERM`,
    `${node} ${quoted(programPath(path))} --sweep ${quoted(path)} --index "$trials" &`,
    "child=$!",
    `while wait "$child"; code=$?; kill -0 "$child" 2>/dev/null; do :; done`,
    `if [ "$requeue" = yes ] && [ "$code" = ${TAKE_UP_AGAIN} ]; then`,
    '  scontrol requeue "${SLURM_ARRAY_JOB_ID}_${SLURM_ARRAY_TASK_ID}"',
    "fi",
    `exit "$code"`,
  ].join("\n")}\n`;
}
