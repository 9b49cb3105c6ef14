import { parseArgs } from "node:util";
import type { SampleOptions } from "../core/analysis/sampleText";
import { EXPORT_FORMS, isExportForm, type ExportForm } from "../export/exportForms";
import type { ThreadsSetting } from "../threads/trainingMessages";

const DEFAULT_TEMPERATURE = "0.8";

export const HELP = `Trains an experiment without an editor.

  npm run -s experiment -- FILE [options]

  --set PATH=VALUE   change a value of the experiment for this run, e.g. --set training.iterations=1000; may be repeated,
                     and holds in the order given, e.g. --set training.optimizer.kind=sgd --set training.optimizer.learningRate=0.01
  --out DIR          write run.json, metrics.csv, initial.safetensors and final.safetensors into DIR
  --dump-step K      with --out: also step-K.safetensors, with everything about iteration K; may be repeated
  --export FORM      with --out: the run in a form to share, in place of the files above: bundle (for GitHub, and to import in
                     VS Code), tensorboard (an event file) or pytorch (a script that gives the same losses)
  --threads N        1, 2 or auto (two where the machine has them; a small model takes one anyhow)
  --sample N         after training on text: N characters by the network; with --temperature X (1 as it believes, below 1
                     bolder, 0 always the likeliest; 0.8 if left out) and --prime TEXT, what it reads first
  --evaluate-lengths A,B,…  after training: loss and accuracy on new sequences of these lengths
  --sweep            train all runs of the experiment's sweep block, on all cores, and write their figures as a table (CSV): into
                     DIR/sweep.csv with --out, else NAME.sweep.csv here. Ctrl+C ends it and keeps what is done
  --json             print one JSON object as the last line
  --help             print this

Exit code: 0 done, 2 the file or an argument is wrong, 3 training diverged, 130 a sweep was ended with Ctrl+C,
1 anything else.
In JSON a number that is not finite is the text "NaN", "Infinity" or "-Infinity".
`;

export interface Arguments {
  readonly file: string;
  readonly set: readonly { readonly key: string; readonly value: string; readonly argument: string }[];
  readonly out: string | null;
  readonly dumpSteps: readonly number[];
  readonly threads: ThreadsSetting;
  /** Text to write after training; null for none. */
  readonly sample: SampleOptions | null;
  readonly evaluateLengths: readonly number[];
  /** Null: the files of a plain run. */
  readonly export: ExportForm | null;
  readonly sweep: boolean;
  readonly json: boolean;
}

/** What was asked for is wrong; the message says how to put it right. */
export class UsageError extends Error {}

/** Null when help is asked for. @throws UsageError */
export function readArguments(args: readonly string[]): Arguments | null {
  const { values, positionals } = parse(args);
  if (values.help === true) return null;
  const [file, ...others] = positionals;
  if (file === undefined || file === "")
    throw new UsageError("which experiment? Give a file, e.g. examples/01-it-learns.rnn.json");
  if (others.length > 0) throw new UsageError(`one file at a time; remove ${others.join(" ")}`);
  const dumpSteps = (values["dump-step"] ?? []).map((text) => {
    if (!/^\d{1,9}$/.test(text)) throw new UsageError(`--dump-step ${text}: an iteration is a whole number from 0`);
    return Number(text);
  });
  if (dumpSteps.length > 0 && values.out === undefined)
    throw new UsageError("--dump-step needs --out DIR, the folder to write to");
  const form = values.export ?? null;
  if (form !== null && !isExportForm(form))
    throw new UsageError(`--export ${form}: it is ${Object.keys(EXPORT_FORMS).join(", ")}`);
  if (form !== null && values.out === undefined)
    throw new UsageError("--export needs --out DIR, the folder to write to");
  if (form !== null && dumpSteps.length > 0)
    throw new UsageError("--dump-step writes among the files of a plain run; leave out --export");
  if (values.out === "") throw new UsageError("--out needs a folder");
  const single = ["dump-step", "sample", "evaluate-lengths", "export"].find(
    (name) => values[name as keyof typeof values] !== undefined,
  );
  if (values.sweep === true && single !== undefined)
    throw new UsageError(`--${single} is about one run, --sweep about many; leave one of them out`);
  const set = (values.set ?? []).map((argument) => {
    const equals = argument.indexOf("=");
    if (equals < 1)
      throw new UsageError(`--set ${argument}: write --set path=value, e.g. --set training.iterations=1000`);
    return { key: argument.slice(0, equals).trim(), value: argument.slice(equals + 1), argument };
  });
  return {
    file,
    set,
    out: values.out ?? null,
    dumpSteps,
    threads: readThreads(values.threads),
    sample: readSample(values),
    evaluateLengths: readLengths(values["evaluate-lengths"]),
    export: form,
    sweep: values.sweep === true,
    json: values.json === true,
  };
}

function readThreads(text = "auto"): ThreadsSetting {
  if (text === "auto") return "auto";
  if (text === "1" || text === "2") return text === "1" ? 1 : 2;
  throw new UsageError(`--threads ${text}: it is 1, 2 or auto`);
}

function readSample({
  sample,
  temperature,
  prime,
}: {
  readonly sample?: string | undefined;
  readonly temperature?: string | undefined;
  readonly prime?: string | undefined;
}): SampleOptions | null {
  if (sample === undefined) {
    const lonely = temperature !== undefined ? "--temperature" : prime !== undefined ? "--prime" : null;
    if (lonely !== null) throw new UsageError(`${lonely} needs --sample N, the number of characters to write`);
    return null;
  }
  if (!/^[1-9]\d{0,6}$/.test(sample))
    throw new UsageError(`--sample ${sample}: the number of characters is a whole number from 1 to 9,999,999`);
  const heat = Number(temperature ?? DEFAULT_TEMPERATURE);
  if (temperature?.trim() === "" || !(heat >= 0 && heat <= 100))
    throw new UsageError(`--temperature ${temperature}: it is a number from 0 to 100`);
  return { length: Number(sample), temperature: heat, prime: prime ?? "" };
}

function readLengths(text: string | undefined): readonly number[] {
  if (text === undefined) return [];
  const lengths = text.split(",").map((length) => length.trim());
  const wrong = lengths.find((length) => !/^[1-9]\d{0,4}$/.test(length));
  if (wrong !== undefined)
    throw new UsageError(`--evaluate-lengths ${text}: write whole numbers with commas between them, e.g. 20,50,100`);
  return lengths.map(Number);
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
        threads: { type: "string" },
        sample: { type: "string" },
        temperature: { type: "string" },
        prime: { type: "string" },
        "evaluate-lengths": { type: "string" },
        export: { type: "string" },
        sweep: { type: "boolean" },
        json: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
