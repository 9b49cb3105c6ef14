import { parseArgs } from "node:util";
import { UsageError } from "../args";
import { describeError } from "../../lib/outsideText";

export const TRIAL_HELP = `Usage: npm run -s trial -- --sweep DIR [--index N[,M…]] [options]

Trains trials of the sweep in the folder DIR (docs/sweep-folder.md). In the folder itself: node rnn-lab.cjs --sweep .

Options:
  --sweep DIR          The sweep folder.
  --index N[,M…]       The trials to train, counted from 0. 10-19 is a range. Default: all, as long as some are free.
  --time-limit SECONDS After so many seconds, write a checkpoint and end with exit code 75.
  --memory GIB         Memory that a trial may use (default: half of the memory of the machine or container).
  -h, --help           Print this help.

SIGTERM, SIGINT, and SIGUSR2 do the same as the time limit; a second signal ends the program at once.

Exit codes:
    0  every trial asked for has a result
    1  other error
    2  invalid argument or sweep folder
   75  start the same command again: a trial was interrupted, or another runner has it
  130  the sweep was canceled
`;

export interface TrialArguments {
  readonly folder: string;
  /** Null: all trials. */
  readonly indices: readonly number[] | null;
  /** Milliseconds; null: none. */
  readonly timeLimitMs: number | null;
  readonly memoryGib: number | null;
}

/** Null when help is asked for. @throws UsageError */
export function readTrialArguments(args: readonly string[]): TrialArguments | null {
  const values = parse(args);
  if (values.help === true) return null;
  if (values.sweep === undefined || values.sweep === "") throw new UsageError("--sweep DIR is required");
  return {
    folder: values.sweep,
    indices: values.index === undefined ? null : readIndices(values.index),
    timeLimitMs: values["time-limit"] === undefined ? null : 1000 * readPositive("time-limit", values["time-limit"]),
    memoryGib: values.memory === undefined ? null : readPositive("memory", values.memory),
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        sweep: { type: "string" },
        index: { type: "string" },
        "time-limit": { type: "string" },
        memory: { type: "string" },
        help: { type: "boolean", short: "h" },
      },
    }).values;
  } catch (error) {
    throw new UsageError(describeError(error));
  }
}

/** @throws UsageError */
function readIndices(text: string): readonly number[] {
  const indices = text.split(",").flatMap((part) => {
    const match = /^(\d{1,7})(?:-(\d{1,7}))?$/.exec(part.trim());
    const [from, to] = match === null ? [0, -1] : [Number(match[1]), Number(match[2] ?? match[1])];
    if (to < from) throw new UsageError(`--index ${text}: expected trials such as 3,10-19`);
    return Array.from({ length: to - from + 1 }, (_, i) => from + i);
  });
  return [...new Set(indices)];
}

function readPositive(option: string, text: string): number {
  const value = text.trim() === "" ? NaN : Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new UsageError(`--${option} ${text}: must be a number above 0`);
  return value;
}
