import { parseArgs } from "node:util";
import { RATE_RANGE, type RateRange } from "../config/facts/rateTestPlan";
import { ENGINES, type EngineName } from "../engines/engineName";
import { suggest } from "../lib/suggest";
import type { SampleOptions } from "../core/analysis/sampleText";
import { EXPORT_FORMS, isExportForm, type ExportForm } from "../export/exportForms";
import type { WeightsChoice } from "../runs/restartedRun";
import { MAX_THREADS, readThreads, type ThreadsSetting } from "../lib/threadCount";
import type { RunFilesChoice } from "../sweepFolder/planFile";
import { describeError } from "../lib/outsideText";
import { ANALYSES, WITH_INPUT, type AnalysisName } from "./analyses";

const DEFAULT_TEMPERATURE = "0.8";

export const HELP = `Usage: npm run -s experiment -- FILE [options]

Trains the experiment in FILE (*.rnn.json) without an editor.

Options:
  --set PATH=VALUE          Override a value of the experiment, e.g. --set training.iterations=1000. May be
                            repeated; overrides are applied in order.
  --out DIR                 Write run.json, metrics.csv, initial.safetensors, and final.safetensors to DIR, and with
                            a validation set best.safetensors, the weights at the lowest validation loss. run.rnnrun
                            is the run for VS Code and --resume, saved twice a second. Ctrl+C or SIGTERM stops the
                            training and still writes all files.
  --resume                  With --out: continue the run in DIR from its last checkpoint, to the same bits as without
                            the interruption. The experiment, its files, and the seed must be unchanged.
                            With --weights best: continue from the weights at the lowest validation loss instead. The
                            optimizer starts anew, so the result is another one than of a run without --resume.
  --dump-step K             With --out: also write step-K.safetensors with all tensors of iteration K. May be
                            repeated.
  --export FORMAT           With --out: export the run instead of writing the files above. FORMAT is bundle (for
                            GitHub; can be imported in VS Code), tensorboard (an event file), or pytorch (a script
                            that reproduces the losses).
  --predict DATA            Instead of training: predict the table DATA with trained weights (task csv) and print CSV,
                            or write it to --out FILE: row, time, value, and prediction of every row
                            that has a whole window before it, in the units of the table, and of the rows after the
                            last one. Nothing is learned from DATA. Of a run on several files, DATA is a folder, a file,
                            or a pattern in quotes; with a label for each file, each file is predicted in one line.
  --weights W               With --predict: the weights, as best or last of the run in --out DIR, as the folder of a
                            run, or as a file (*.safetensors or *.rnnrun). Default: best of the run in --out DIR, or
                            last if there is no validation.
  --horizon N               With --predict: forecast N rows after the last one (default: task.horizon).
  --backtest                With --predict: forecast from many rows of DATA, and print the errors by step beside those
                            of repeating the last value.
  --season N                With --backtest: also compare with repeating the value N rows earlier.
  --threads N               Number of training threads: 1 to 16, or auto (default: auto, half of the processors, from
                            2 to 8; 2 with portable arithmetic).
                            Small models always use one.
  --vectors BITS            Width of the vectors in WebAssembly: 128, or auto (default: auto, which uses 256
                            bits where V8 can and they are faster). Results are the same to the last bit.
  --memory GIB              Memory that training may use, in GiB (default: half of the memory of the machine or
                            container). An experiment that needs more is refused before it starts; a sweep runs
                            fewer trials at once.
  --sample N                After training on text: generate N characters.
  --temperature X           With --sample: sampling temperature (default: ${DEFAULT_TEMPERATURE}).
                            1 = model distribution, below 1 more conservative, 0 = greedy, above 1 more random.
  --prime TEXT              With --sample: prompt that the network reads first.
  --evaluate-lengths A,B,…  After training: print loss and accuracy on new sequences of these lengths.
  --analyze decay           Instead of the report: print the size of the gradient at each time step, from the last step
                            backward and relative to it, as measured and as predicted from weights and states, for the
                            last layer (docs/gradient-through-time.md).
  --analyze learning-rate   Instead of the run: the learning-rate range test. It trains a copy with a rate that grows
                            from 1e-7 to 10 in 100 updates until the loss rises, and prints the rate of the steepest
                            descent and a suggested rate (docs/training.md).
  --analyze NAME            Instead of the report: print what happens inside the network (docs/dynamics.md). NAME is
                            fixed-points (fixed and slow points under a constant input, with their eigenvalues),
                            trajectories (the states in their principal components), jacobians (singular values and
                            eigenvalues of the steps along a sequence), lyapunov (Lyapunov exponents under a constant
                            input), sharpness (largest eigenvalues of the Hessian, and the gradient noise scale),
                            memory (what the last output depends on, and which inputs the state still holds), or
                            psychometric (how often each choice is made, by the strength of the evidence, on new trials).
  --rates MIN:MAX           With --analyze learning-rate: the lowest and the highest rate (default: 1e-7:10).
  --iteration N             With --analyze, except learning-rate: train only up to iteration N (default: to the end).
  --input V1,V2,…           With --analyze fixed-points or lyapunov: the constant input, one number for each input of
                            the network (default: zeros). Write --input=-1,0 if it starts with a hyphen.
  --try-fixes               After training: train copies of the experiment with possible fixes of the problems found,
                            for a minute at most, and list only those that helped, the best first.
  --sweep                   Run the sweep of the experiment on all cores and print a summary. With --out: also write
                            the results of all runs to DIR/sweep.csv. Ctrl+C or SIGTERM stops the sweep and keeps
                            finished runs.
  --confirm-best            With --sweep: then train the leading combinations with up to five seeds that the sweep did
                            not use, drop the worst after each phase, and print median and worst beside the value in
                            the sweep (docs/sweeps-and-sharing.md).
  --journal FILE            With --sweep: also add the runs to FILE as a study of Optuna, which optuna and
                            optuna-dashboard open (docs/searches.md). A FILE that exists keeps its studies.
  --on ENGINE               With --sweep: run it on local, slurm, ray, or command (docs/sweep-engines.md), in the folder
                            --out DIR (docs/sweep-folder.md). The same command again continues the sweep.
  --option KEY=VALUE        With --on: an option of the engine, such as partition=short. May be repeated.
  --run-files all           With --on: save every run, also those of less than 2 seconds.
  --detach                  With --on: end as soon as the engine has the runs.
  --read RUN.rnnrun         Instead of training: print what a saved run says, also one of a probe in PyTorch, and while
                            it is written. With --iteration N: the layers at that iteration instead of the last one
                            captured (docs/pytorch.md). Also reads an Optuna journal: its studies, their best
                            trials, and the importance of each parameter.
  --json                    Print one JSON object as the last line.
  -h, --help                Print this help.

Exit codes:
    0  done
    1  other error, or a file could not be written
    2  invalid experiment file or argument
    3  training diverged
  130  stopped with Ctrl+C or SIGTERM (while a table is read, shells give 143 for SIGTERM)

In JSON, non-finite numbers are the strings "NaN", "Infinity", and "-Infinity".
`;

export interface Arguments {
  readonly file: string;
  readonly set: readonly { readonly key: string; readonly value: string; readonly argument: string }[];
  readonly out: string | null;
  readonly dumpSteps: readonly number[];
  readonly threads: ThreadsSetting;
  /** Whether vectors may have 256 bits. */
  readonly wideVectors: boolean;
  /** Bytes that training may use; null: as many as the terminal allows by default. */
  readonly memory: number | null;
  /** Text to generate after training; null for none. */
  readonly sample: SampleOptions | null;
  readonly evaluateLengths: readonly number[];
  /** Null: the files of an ordinary run. */
  readonly export: ExportForm | null;
  /** What to print in place of the report of the run; null for the report. */
  readonly analyze: Analysis | null;
  readonly tryFixes: boolean;
  readonly sweep: boolean;
  /** Whether the leading combinations of the sweep are trained with new seeds. */
  readonly confirmBest: boolean;
  /** The Optuna journal that the runs of the sweep are added to; null: none. */
  readonly journal: string | null;
  /** Where a sweep runs; null: where its file says. */
  readonly on: EngineName | null;
  /** Of the engine: KEY=VALUE. */
  readonly engineOptions: readonly string[];
  readonly runFiles: RunFilesChoice;
  readonly detach: boolean;
  /** From which weights of the run in `out` to go on; null: a new run. */
  readonly resume: WeightsChoice | null;
  /** What to predict in place of training; null for training. */
  readonly predict: PredictArguments | null;
  readonly json: boolean;
}

export interface PredictArguments {
  /** The table. */
  readonly data: string;
  /** "best", "last", a folder or a file; null: the best ones there are. */
  readonly weights: string | null;
  /** Steps beyond the last row; null: as many as the network looks ahead. */
  readonly steps: number | null;
  readonly backtest: { readonly season: number | null } | null;
}

export interface Analysis {
  readonly name: AnalysisName;
  /** Null: the last one. */
  readonly iteration: number | null;
  /** That the range test of learning rates is over. */
  readonly rates: RateRange;
  /** The constant input; null: zeros. */
  readonly input: readonly number[] | null;
}

/** An argument is invalid; the message says how to fix it. */
export class UsageError extends Error {}

/** Null when help is asked for. @throws UsageError */
export function readArguments(args: readonly string[]): Arguments | null {
  const { values, positionals } = parse(args);
  if (values.help === true) return null;
  const [file, ...others] = positionals;
  if (file === undefined || file === "")
    throw new UsageError("no experiment file given; pass one, e.g. examples/01-it-learns.rnn.json");
  if (others.length > 0) throw new UsageError(`only one experiment file is allowed; remove ${others.join(" ")}`);
  const dumpSteps = (values["dump-step"] ?? []).map((text) => {
    if (!/^\d{1,9}$/.test(text))
      throw new UsageError(`--dump-step ${text}: the iteration must be a non-negative integer`);
    return Number(text);
  });
  if (dumpSteps.length > 0 && values.out === undefined) throw new UsageError("--dump-step requires --out DIR");
  const form = values.export ?? null;
  if (form !== null && !isExportForm(form))
    throw new UsageError(`--export ${form}: the format must be one of ${Object.keys(EXPORT_FORMS).join(", ")}`);
  if (form !== null && values.out === undefined) throw new UsageError("--export requires --out DIR");
  if (form !== null && dumpSteps.length > 0) throw new UsageError("--dump-step cannot be combined with --export");
  if (values.resume === true && values.out === undefined) throw new UsageError("--resume requires --out DIR");
  if (values.resume === true && form !== null) throw new UsageError("--resume cannot be combined with --export");
  if (values.out === "") throw new UsageError("--out requires a folder");
  const single = ["dump-step", "sample", "evaluate-lengths", "export", "analyze", "try-fixes", "resume"].find(
    (name) => values[name as keyof typeof values] !== undefined,
  );
  if (values.sweep === true && single !== undefined)
    throw new UsageError(`--${single} cannot be combined with --sweep`);
  if (values.journal !== undefined && (values.sweep !== true || values.journal === ""))
    throw new UsageError("--journal FILE requires --sweep and the name of a file");
  const set = (values.set ?? []).map((argument) => {
    const equals = argument.indexOf("=");
    if (equals < 1)
      throw new UsageError(`--set ${argument}: expected --set PATH=VALUE, e.g. --set training.iterations=1000`);
    return { key: argument.slice(0, equals).trim(), value: argument.slice(equals + 1), argument };
  });
  return {
    file,
    set,
    out: values.out ?? null,
    dumpSteps,
    threads: threadsIn(values.threads),
    wideVectors: readVectors(values.vectors),
    memory: readMemory(values.memory),
    sample: readSample(values),
    evaluateLengths: readLengths(values["evaluate-lengths"]),
    export: form,
    analyze: readAnalysis(values),
    tryFixes: values["try-fixes"] === true,
    sweep: values.sweep === true,
    confirmBest: values["confirm-best"] === true,
    journal: values.journal ?? null,
    ...readEngine(values),
    resume: readResume(values),
    predict: readPredict(values),
    json: values.json === true,
  };
}

const ONLY_WITH_SWEEP = ["on", "option", "run-files", "detach", "confirm-best"] as const;

function readEngine(
  values: ReturnType<typeof parse>["values"],
): Pick<Arguments, "on" | "engineOptions" | "runFiles" | "detach"> {
  const { on = null, option = [], "run-files": runFiles = "long", detach = false } = values;
  const lonely = ONLY_WITH_SWEEP.find((name) => values[name] !== undefined);
  if (lonely !== undefined && values.sweep !== true) throw new UsageError(`--${lonely} requires --sweep`);
  const engine = ENGINES.find((name) => name === on) ?? null;
  if (on !== null && engine === null) throw new UsageError(`--on ${on}: the engine must be ${ENGINES.join(", ")}`);
  if (runFiles !== "long" && runFiles !== "all") throw new UsageError(`--run-files ${runFiles}: must be long or all`);
  return { on: engine, engineOptions: option, runFiles, detach };
}

function threadsIn(text = "auto"): ThreadsSetting {
  const threads = readThreads(text);
  if (threads === null)
    throw new UsageError(`--threads ${text}: must be a whole number from 1 to ${MAX_THREADS}, or auto`);
  return threads;
}

function readVectors(text = "auto"): boolean {
  if (text === "auto" || text === "128") return text === "auto";
  throw new UsageError(`--vectors ${text}: must be 128 or auto`);
}

function readMemory(text: string | undefined): number | null {
  if (text === undefined) return null;
  const gibibytes = text.trim() === "" ? NaN : Number(text);
  if (!Number.isFinite(gibibytes) || gibibytes <= 0)
    throw new UsageError(`--memory ${text}: must be a number of GiB above 0`);
  return gibibytes * 2 ** 30;
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
    if (lonely !== null) throw new UsageError(`${lonely} requires --sample N`);
    return null;
  }
  if (!/^[1-9]\d{0,6}$/.test(sample))
    throw new UsageError(`--sample ${sample}: the number of characters must be an integer from 1 to 9,999,999`);
  const heat = Number(temperature ?? DEFAULT_TEMPERATURE);
  if (temperature?.trim() === "" || !(heat >= 0 && heat <= 100))
    throw new UsageError(`--temperature ${temperature}: must be a number from 0 to 100`);
  return { length: Number(sample), temperature: heat, prime: prime ?? "" };
}

function readLengths(text: string | undefined): readonly number[] {
  if (text === undefined) return [];
  const lengths = text.split(",").map((length) => length.trim());
  const wrong = lengths.find((length) => !/^[1-9]\d{0,4}$/.test(length));
  if (wrong !== undefined)
    throw new UsageError(`--evaluate-lengths ${text}: expected comma-separated integers, e.g. 20,50,100`);
  return lengths.map(Number);
}

/** Options that ask for something else of the run, or have it written. */
const NOT_WITH_ANALYZE = ["out", "dump-step", "export", "sample", "evaluate-lengths", "try-fixes", "resume"] as const;

function readAnalysis(values: ReturnType<typeof parse>["values"]): Analysis | null {
  const { analyze, iteration, rates, input } = values;
  if (iteration !== undefined && (analyze === undefined || analyze === "learning-rate"))
    throw new UsageError(`--iteration requires --analyze with ${oneOf(ANALYSES.filter((n) => n !== "learning-rate"))}`);
  if (input !== undefined && !WITH_INPUT.some((one) => one === analyze))
    throw new UsageError(`--input requires --analyze ${oneOf(WITH_INPUT)}`);
  if (rates !== undefined && analyze !== "learning-rate")
    throw new UsageError("--rates requires --analyze learning-rate");
  if (analyze === undefined) return null;
  const name = ANALYSES.find((one) => one === analyze);
  if (name === undefined) throw new UsageError(`--analyze ${analyze}: the analysis must be ${oneOf(ANALYSES)}`);
  const other = NOT_WITH_ANALYZE.find((option) => values[option] !== undefined);
  if (other !== undefined) throw new UsageError(`--${other} cannot be combined with --analyze`);
  if (iteration !== undefined && !/^\d{1,9}$/.test(iteration))
    throw new UsageError(`--iteration ${iteration}: the iteration must be a non-negative integer`);
  return {
    name,
    iteration: iteration === undefined ? null : Number(iteration),
    rates: readRates(rates),
    input: readInput(input),
  };
}

/** "a, b, or c" */
function oneOf(names: readonly string[]): string {
  return names.length < 3 ? names.join(" or ") : `${names.slice(0, -1).join(", ")}, or ${names.at(-1)}`;
}

function readInput(text: string | undefined): readonly number[] | null {
  if (text === undefined) return null;
  const values = text.split(",").map((part) => (part.trim() === "" ? NaN : Number(part)));
  if (!values.every(Number.isFinite))
    throw new UsageError(`--input ${text}: expected comma-separated numbers, e.g. 0,1,0.5`);
  return values;
}

/** As for `learningRate` in a file. */
const MAX_RATE = 1_000_000;

function readRates(text: string | undefined): RateRange {
  if (text === undefined) return RATE_RANGE;
  const [from = NaN, to = NaN, ...others] = text.split(":").map((part) => (part.trim() === "" ? NaN : Number(part)));
  if (others.length > 0 || !(from > 0 && to > from && to <= MAX_RATE))
    throw new UsageError(
      `--rates ${text}: expected two rates above 0, the lower one first, up to 1,000,000, e.g. 1e-5:1`,
    );
  return { ...RATE_RANGE, from, to };
}

function readResume({ resume, weights = "last" }: ReturnType<typeof parse>["values"]): WeightsChoice | null {
  if (resume !== true) return null;
  if (weights !== "best" && weights !== "last")
    throw new UsageError(`--resume --weights ${weights}: the weights must be best or last`);
  return weights;
}

/** Options that ask for something of a training. */
const NOT_WITH_PREDICT = [
  "dump-step",
  "export",
  "sample",
  "evaluate-lengths",
  "analyze",
  "try-fixes",
  "resume",
  "sweep",
] as const;
const ONLY_WITH_PREDICT = ["weights", "horizon", "backtest"] as const;
const MOST_STEPS = 100_000;

function readPredict(values: ReturnType<typeof parse>["values"]): PredictArguments | null {
  const { predict: data, weights = null, horizon, backtest: tests = false, season } = values;
  if (season !== undefined && !tests) throw new UsageError("--season requires --backtest");
  if (data === undefined) {
    const lonely = ONLY_WITH_PREDICT.find((option) => values[option] !== undefined);
    if (lonely === "weights" && values.resume === true) return null;
    if (lonely !== undefined) throw new UsageError(`--${lonely} requires --predict DATA`);
    return null;
  }
  const other = NOT_WITH_PREDICT.find((option) => values[option] !== undefined);
  if (other !== undefined) throw new UsageError(`--${other} cannot be combined with --predict`);
  if (data === "") throw new UsageError("--predict requires a table, e.g. --predict new-data.csv");
  if (weights === "") throw new UsageError("--weights requires best, last, a folder, or a file");
  return {
    data,
    weights,
    steps: horizon === undefined ? null : readSteps("horizon", horizon),
    backtest: tests ? { season: season === undefined ? null : readSteps("season", season) } : null,
  };
}

function readSteps(option: string, text: string): number {
  const steps = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (steps < 1 || steps > MOST_STEPS)
    throw new UsageError(
      `--${option} ${text}: the number of rows must be an integer from 1 to ${MOST_STEPS.toLocaleString("en-US")}`,
    );
  return steps;
}

export const OPTIONS = {
  set: { type: "string", multiple: true },
  out: { type: "string" },
  "dump-step": { type: "string", multiple: true },
  threads: { type: "string" },
  vectors: { type: "string" },
  memory: { type: "string" },
  sample: { type: "string" },
  temperature: { type: "string" },
  prime: { type: "string" },
  "evaluate-lengths": { type: "string" },
  export: { type: "string" },
  analyze: { type: "string" },
  iteration: { type: "string" },
  input: { type: "string" },
  rates: { type: "string" },
  "try-fixes": { type: "boolean" },
  sweep: { type: "boolean" },
  "confirm-best": { type: "boolean" },
  journal: { type: "string" },
  on: { type: "string" },
  option: { type: "string", multiple: true },
  "run-files": { type: "string" },
  detach: { type: "boolean" },
  resume: { type: "boolean" },
  predict: { type: "string" },
  weights: { type: "string" },
  horizon: { type: "string" },
  backtest: { type: "boolean" },
  season: { type: "string" },
  json: { type: "boolean" },
  help: { type: "boolean", short: "h" },
} as const;

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options: OPTIONS });
  } catch (error) {
    throw new UsageError(describeWrongOption(args, error));
  }
}

/** What the parser refused; its own message speaks of positional arguments. */
function describeWrongOption(args: readonly string[], error: unknown): string {
  const options = new Map<string, { readonly type: string }>(Object.entries(OPTIONS));
  const { tokens } = parseArgs({
    args: [...args],
    allowPositionals: true,
    strict: false,
    tokens: true,
    options: OPTIONS,
  });
  const message = describeError(error);
  const unknown = tokens.find((token) => token.kind === "option" && !options.has(token.name));
  if (unknown?.kind === "option") {
    // Of one letter, nearly every short option is near.
    const nearest = unknown.name.length === 1 ? undefined : suggest(unknown.name, [...options.keys()]);
    return nearest === undefined
      ? `unknown option ${unknown.rawName}`
      : `unknown option ${unknown.rawName}; did you mean --${nearest}?`;
  }
  const named = [...options].find(([name]) => new RegExp(`--${name}\\b(?!-)`).test(message));
  if (named === undefined) return message;
  const [name, { type }] = named;
  return type === "boolean"
    ? `--${name} does not accept a value`
    : `--${name} requires a value; write --${name}=VALUE if the value starts with a hyphen`;
}
