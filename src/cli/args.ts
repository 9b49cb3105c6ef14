import { parseArgs } from "node:util";

export const HELP = `Trains an experiment without an editor.

  npm run -s experiment -- FILE [options]

  --set PATH=VALUE   change a value of the experiment for this run, e.g. --set training.iterations=1000; may be repeated,
                     and holds in the order given, e.g. --set training.optimizer.kind=sgd --set training.optimizer.learningRate=0.01
  --out DIR          write run.json, metrics.csv, initial.safetensors and final.safetensors into DIR
  --dump-step K      with --out: also step-K.safetensors, with everything about iteration K; may be repeated
  --json             print one JSON object as the last line
  --help             print this

Exit code: 0 done, 2 the file or an argument is wrong, 3 training diverged, 1 anything else.
In JSON a number that is not finite is the text "NaN", "Infinity" or "-Infinity".
`;

export interface Arguments {
  readonly file: string;
  readonly set: readonly { readonly key: string; readonly value: string; readonly argument: string }[];
  readonly out: string | null;
  readonly dumpSteps: readonly number[];
  readonly json: boolean;
}

/** What was asked for is wrong; the message says how to put it right. */
export class UsageError extends Error {}

/** Null when help is asked for. @throws UsageError */
export function readArguments(args: readonly string[]): Arguments | null {
  const { values, positionals } = parse(args);
  if (values.help === true) return null;
  const [file, ...others] = positionals;
  if (file === undefined || file === "") throw new UsageError("which experiment? Give a file, e.g. examples/01-it-learns.rnn.json");
  if (others.length > 0) throw new UsageError(`one file at a time; remove ${others.join(" ")}`);
  const dumpSteps = (values["dump-step"] ?? []).map((text) => {
    if (!/^\d{1,9}$/.test(text)) throw new UsageError(`--dump-step ${text}: an iteration is a whole number from 0`);
    return Number(text);
  });
  if (dumpSteps.length > 0 && values.out === undefined) throw new UsageError("--dump-step needs --out DIR, the folder to write to");
  if (values.out === "") throw new UsageError("--out needs a folder");
  const set = (values.set ?? []).map((argument) => {
    const equals = argument.indexOf("=");
    if (equals < 1) throw new UsageError(`--set ${argument}: write --set path=value, e.g. --set training.iterations=1000`);
    return { key: argument.slice(0, equals).trim(), value: argument.slice(equals + 1), argument };
  });
  return { file, set, out: values.out ?? null, dumpSteps, json: values.json === true };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        set: { type: "string", multiple: true },
        out: { type: "string" },
        "dump-step": { type: "string", multiple: true },
        json: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
