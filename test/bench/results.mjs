// @ts-check
/**
 * What the benches write with --json: the fields of each file, their meaning and units. A file with an unknown or
 * missing field, or with a number that is not finite, is refused.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { Ajv } from "ajv";
import * as Type from "typebox";

const number = (/** @type {string} */ description) => Type.Number({ description });
const count = (/** @type {string} */ description) => Type.Integer({ description, minimum: 0 });
const numberOrNull = (/** @type {string} */ description) => Type.Union([Type.Number(), Type.Null()], { description });
const textOrNull = (/** @type {string} */ description) => Type.Union([Type.String(), Type.Null()], { description });

/** @param {import("typebox").TProperties} properties */
const closed = (properties) => Type.Object(properties, { additionalProperties: false });

const Shape = Type.Array(Type.Integer({ minimum: 1 }), {
  description: "input size, hidden size, sequences in the batch, time steps",
  minItems: 4,
  maxItems: 4,
});
const Cell = Type.Enum(["lstm", "gru", "rnn", "ctrnn", "mingru", "minlstm", "lru", "rglru", "slstm", "linear"]);

const PeerName = Type.Enum(["pytorch", "jax", "tfjs"]);

const StepTimes = closed({
  machine: closed({
    cpu: Type.String({ description: "model of the processor" }),
    node: Type.String({ description: "version of Node" }),
    v8: Type.String({ description: "version of V8" }),
    peakGflops: closed({
      fused: number("GFLOP/s of one core, 128-bit vectors, fused multiply-adds"),
      separate: number("the same with separate multiplications and additions"),
      fused256: numberOrNull("as fused, where V8 joins vectors to 256 bits; null: it does not here"),
    }),
    peers: Type.Array(
      closed({
        name: PeerName,
        version: Type.String(),
        library: Type.String({ description: "what does its matrix products" }),
        threads: Type.Integer({ minimum: 1 }),
      }),
    ),
    missing: Type.Array(Type.String(), { description: "the peers that were looked for and are not there" }),
    loadBefore: number("load average of the last minute when the bench began"),
  }),
  rows: Type.Array(
    closed({
      cell: Cell,
      shape: Shape,
      engine: Type.Enum(["wasm-relaxed", "wasm-plain", "float64", "pytorch", "jax", "tfjs"]),
      threads: Type.Integer({ minimum: 1 }),
      dtype: Type.Enum(["float32", "float64"]),
      peer: Type.Union([PeerName, Type.Null()], {
        description: "what the ratios compare with, on as many threads; null: no peer runs on as many",
      }),
      peerVersion: textOrNull("its version"),
      medianMs: number("median time of a training step, milliseconds"),
      bestMs: number("shortest time of a training step, milliseconds"),
      ratioMedian: numberOrNull("medianMs divided by the peer's"),
      ratioBest: numberOrNull("bestMs divided by the peer's"),
      gflops: number("GFLOP/s of the matrix products in the fastest step"),
      vectorBits: Type.Union([Type.Literal(128), Type.Literal(256), Type.Null()], {
        description: "width of the vectors of our kernels; null: another engine",
      }),
      wide: Type.Boolean({ description: "whether V8 joined vectors to 256 bits" }),
    }),
    { minItems: 1 },
  ),
  trace: Type.Array(
    closed({ cell: Cell, shape: Shape, share: number("what recording the trace adds to a step, as a part of it") }),
  ),
  vanished: Type.Array(
    closed({
      shape: Shape,
      engine: Type.Enum(["wasm-relaxed", "wasm-plain"]),
      healthyMs: number("median time of a training step of a tanh RNN, milliseconds"),
      vanishedMs: number("the same with weights with which the gradient vanishes on its way back"),
      ratioMedian: number("vanishedMs divided by healthyMs"),
      ratioBest: number("the same of the shortest times"),
      subnormal: number("part of the entries of dL/dh that are subnormal where the gradient vanishes"),
      zero: number("part of them that are zero"),
    }),
    { description: "float32, one thread; none where the cell rnn is not measured" },
  ),
});

const Growth = closed({
  machine: closed({
    cpu: Type.String({ description: "model of the processor" }),
    node: Type.String({ description: "version of Node" }),
    vectorBits: Type.Union([Type.Literal(128), Type.Literal(256)], { description: "width of the vectors" }),
    peerVersion: textOrNull("version of PyTorch; null: it is not there"),
    loadBefore: number("load average of the last minute when the bench began"),
  }),
  rows: Type.Array(
    closed({
      axis: Type.Enum(["timeSteps", "hidden", "batch", "layers"], { description: "what its curve changes" }),
      timeSteps: Type.Integer({ minimum: 1 }),
      hidden: Type.Integer({ minimum: 1 }),
      batch: Type.Integer({ minimum: 1 }),
      layers: Type.Integer({ minimum: 1 }),
      bestMs: number("shortest time of a training step of the LSTM, milliseconds"),
      medianMs: number("median of them"),
      processorMs: number("processor time of a step, mean of the best turn, milliseconds"),
      nsPerMultiplyAdd: number("processorMs by the multiply-adds of the matrix products, nanoseconds"),
      memoryMiB: number("what the network takes for such batches"),
      peerBestMs: numberOrNull("PyTorch's shortest time; null: it is not there"),
      peerMedianMs: numberOrNull("median of PyTorch's"),
    }),
    { minItems: 1 },
  ),
});

const Panel = closed({
  frameP95Ms: number("95th percentile of the time between two animation frames, milliseconds"),
  longestTaskMs: number("longest task of the page's thread, milliseconds; 0: none above 50"),
  maxInFlight: count("most frames sent and not yet acknowledged"),
  messagesLost: number("frames never acknowledged and snapshots asked for again"),
  speedRatio: number("training steps per second with the panel, divided by those without it"),
  tableFrameP95Ms: number("the same while the table of runs is scrolled, milliseconds"),
  tableRowsInPage: count("most rows of that table in the page at a time"),
  tableListedMs: number("from the last of its run files written until all are listed, milliseconds"),
  tableSentMs: number("from the command that opens it until all runs are sent to its page, milliseconds"),
  tableHostDelayMaxMs: number("longest delay of the host's event loop in both, milliseconds"),
  memorySlopeMbPerHour: numberOrNull("growth of host and page together after collection; null with --minutes 0"),
});

const EditTimes = closed({
  p50Ms: number("median time from the edit to the first drawn curve, milliseconds"),
  p95Ms: number("95th percentile of it, milliseconds"),
});
const EditModes = closed({ debounced: EditTimes, immediate: EditTimes });
const Edit = closed({ linear: EditModes, lstm32: EditModes });

const slope = (/** @type {string} */ what) =>
  numberOrNull(`growth of ${what}, megabytes an hour; null: too few samples`);
const Soak = closed({
  minutes: number("how long it trained"),
  slopesMbPerHour: closed({
    host: slope("the heap of the extension host"),
    buffers: slope("the host's array buffers"),
    training: slope("the resident memory of the training processes"),
    page: slope("the page's heap"),
    rss: slope("the host's resident memory"),
  }),
  eventLoopDelayP99Ms: number(
    "highest 99th percentile of the host's event-loop delay between two samples, milliseconds",
  ),
  acknowledged: count("frames that pages acknowledged"),
  snapshotsAsked: count("snapshots that pages asked for"),
  viewErrors: count("errors that pages reported"),
  maxInFlight: count("most frames sent and not yet acknowledged"),
  rounds: count("rounds of all actions"),
  edits: count("edits of the file"),
  hidden: count("times that the panel was hidden and shown"),
  panelsOpened: count("panels opened"),
  threads: count("training threads at the end"),
});

const Memory = closed({
  hostMb: number("the heap of the extension host after collection, megabytes"),
  buffersMb: number("the host's array buffers, those of its threads included, megabytes"),
  threadsMb: number("the heaps of the host's worker threads, megabytes"),
  pageMb: number("the page's heap after collection, megabytes"),
  rssMb: number("the host's resident memory, megabytes"),
});
const ProbeSoak = Type.Union([
  closed({ missing: Type.String({ description: "why there is no PyTorch" }) }),
  closed({
    missing: Type.Null(),
    minutes: number("how long it trained"),
    start: Memory,
    middle: Memory,
    end: Memory,
    steps: count("training steps of the script"),
    acknowledged: count("frames that the page acknowledged"),
    viewErrors: Type.Literal(0, { description: "errors that the page reported" }),
    problem: Type.Null({ description: "what kept the file from being read on" }),
    shown: Type.Literal("Done", { description: "the state that the page shows at the end" }),
  }),
]);

const RunsView = Type.Array(
  closed({
    runs: count("runs in the folder"),
    listedMs: number("from the first look at the folder until all are listed and the view is made, milliseconds"),
    blockedMs: number("longest delay of the event loop in that time, milliseconds"),
    viewMs: number("what a view of the list costs: names, groups and limits; in a window, its items, milliseconds"),
    addMs: number("from a look at the file of another run until it is listed, milliseconds"),
    progressMs: number("what it costs that this run is an iteration further, milliseconds"),
    endMs: number("the same for its end: its file is read again and, without a window, the limits are applied"),
  }),
  { minItems: 1 },
);
const Dynamics = closed({
  rolled: Type.Array(
    closed({
      units: count("n of h' = tanh(W h), W[i] = -roll(linspace(-1, 1, n), -i)"),
      found: count("fixed points"),
      stable: count("stable ones among them"),
    }),
  ),
  flipFlop: Type.Array(
    closed({
      cell: Cell,
      seed: count("of the experiment"),
      accuracy: number("of the validation set: outputs within 0.5 of the target"),
      stable: count("stable fixed points without input"),
      saddles: count("saddles"),
    }),
  ),
  lyapunov: Type.Array(
    closed({
      units: count("of a random tanh network"),
      gain: number("its weights have the variance gain^2 / units"),
      unit: Type.Enum(["step", "tau"], { description: "of time: a step of the map, or a time constant" }),
      start: Type.Enum(["silent", "random"], { description: "the silent state itself, or where a random one leads" }),
      exponents: Type.Array(number("largest exponent of one network, per unit of time")),
      mean: number("of them"),
    }),
  ),
  times: Type.Array(
    closed({
      analysis: Type.String({ description: "name of the analysis" }),
      cell: Cell,
      units: count("of its layer"),
      seconds: number("all of it"),
      longestPieceMs: number("longest piece of work between two yields, milliseconds"),
    }),
  ),
});

const Tables = closed({
  rows: count("rows of the table, of four columns of numbers"),
  readers: Type.Array(
    closed({
      reader: Type.Enum(["RNN Lab", "pandas"]),
      version: textOrNull("of the peer; null: this commit"),
      cpuSeconds: number("processor time of the whole process, seconds"),
      peakMb: number("largest resident memory of the process, MiB"),
      rows: count("rows that were read"),
      sum: number("of one column"),
    }),
    { minItems: 1 },
  ),
});

const Probe = Type.Union([
  closed({
    loadBefore: number("load average of the last minute"),
    steps: count("training steps"),
    missing: Type.String(),
  }),
  closed({
    loadBefore: number("load average of the last minute when the bench began"),
    steps: count("training steps of each kind"),
    missing: Type.Null({ description: "why there is no PyTorch; null: there is" }),
    pytorch: Type.String({ description: "version of PyTorch" }),
    stepMs: number("processor time of a training step without a probe, median, milliseconds"),
    everyStepMs: number("processor time of the training thread inside the probe, mean, capturing at every step"),
    everyStepShare: number("the same in parts of stepMs"),
    fiftiethStepMs: number("the same capturing at every 50th step"),
    fiftiethStepShare: number("the same in parts of stepMs"),
    wallRatioEvery: number(
      "median time on the clock of a step, capturing at every step, in parts of one without a probe",
    ),
    bytesPerCapture: number("size of the file in parts of the steps, capturing at every step"),
  }),
]);

const Jobs = closed({
  cpu: Type.String({ description: "model of the processor" }),
  processes: Type.Integer({ description: "cores, and processes of Optuna", minimum: 1 }),
  loadBefore: number("load average of the last minute when the bench began"),
  missing: textOrNull("why there is no Optuna or no PyTorch; null: there are"),
  versions: Type.Union([closed({ optuna: Type.String(), torch: Type.String() }), Type.Null()]),
  rows: Type.Array(
    closed({
      job: Type.Enum(["tutorial", "adding"]),
      trials: count("trials"),
      labSeconds: number("from the command to its end, on the clock, seconds"),
      optunaSeconds: numberOrNull("the same with Optuna and PyTorch; null: not measured"),
    }),
    { minItems: 1 },
  ),
  trials: Type.Array(
    closed({
      job: Type.Enum(["tutorial", "adding"]),
      sweepMs: number("a trial in the threads of a sweep: time on the clock by trials, milliseconds"),
      bareMs: number("the same in threads that only train"),
      sweepCpuMs: number("processor time of a trial in the threads of a sweep, milliseconds"),
      bareCpuMs: number("the same in threads that only train"),
      throughputRatio: number("trials per second of the sweep in parts of those of the threads that only train"),
      cpuRatio: number("processor time of the threads that only train in parts of that of the sweep"),
    }),
    { minItems: 1 },
  ),
});

const Search = closed({
  cpu: Type.String({ description: "model of the processor" }),
  loadBefore: number("load average of the last minute when the bench began"),
  missing: textOrNull("why there is no Optuna; null: there is"),
  optuna: textOrNull("its version"),
  askTrials: count("trials before the proposal that is timed"),
  askMs: number("a proposal of ours in 6 dimensions, median of five, milliseconds"),
  optunaAskMs: numberOrNull("the same of Optuna; null: not measured"),
  rows: Type.Array(
    closed({
      function: Type.String({ description: "branin, hartmann6, rosenbrock5, or a training of searchTasks.ts" }),
      search: Type.Enum(["tpe", "cma-es", "sobol", "random", "optuna", "optuna-cma-es"]),
      parallel: Type.Union([Type.Literal(1), Type.Literal(8)], { description: "trials at a time" }),
      seeds: count("searches"),
      median: number("f(best) - f* after 100 trials, over the seeds"),
      q1: number("lower quartile"),
      q3: number("upper quartile"),
    }),
    { minItems: 1 },
  ),
});

const Runs = closed({
  node: RunsView,
  window: Type.Union([RunsView, Type.Null()], { description: "the same in an extension host; null: not measured" }),
});

const SweepPage = closed({
  rows: Type.Array(
    closed({
      runs: count("runs of the sweep"),
      planMs: number("from the text of its file to the list of all runs, milliseconds"),
      fileMb: number("the saved results, MiB"),
      readMs: number("reading them in the extension host, milliseconds"),
      blockedMs: number("longest delay of the event loop meanwhile, milliseconds"),
      memoryMb: number("what the results take in the extension host, MiB"),
      openMs: number("from the first message of the page until its charts and its table are drawn, milliseconds"),
      scrollTaskMs: number("longest task of scrolling through the table, milliseconds; 0: none over 50"),
      pageMb: number("heap of the page after a collection, MiB, without the columns of numbers"),
    }),
    { minItems: 1 },
  ),
});

const TrainedBeside = closed({
  speedRatio: number("training steps per second while fixes are being tried, divided by those while none is"),
  stepsPerSecond: number("training steps per second while none is"),
});
const Fixes = closed({ linear: TrainedBeside, lstm32: TrainedBeside });

const Fuzz = closed({
  volume: Type.Enum(["full", "smoke"]),
  seed: Type.Integer({ description: "RNNLAB_SEED that gives the same inputs again" }),
  passed: Type.Boolean({ description: "whether every property held" }),
  properties: Type.Array(
    closed({
      name: Type.String({ minLength: 1 }),
      inputs: Type.Integer({ description: "inputs that it held for", minimum: 1 }),
      seconds: number("time it took"),
    }),
    { description: "the properties that held", minItems: 1 },
  ),
});

const Chaos = closed({
  passed: Type.Boolean({ description: "whether all rules held" }),
  seed: Type.Integer({ description: "--seed that gives the same actions again" }),
  minutes: number("how long it took"),
  steps: count("actions and faults"),
  problem: textOrNull("the first rule that did not hold, and how; null: all held"),
  figures: closed({
    done: Type.Record(Type.String(), count("how often"), { description: "by kind of action and fault" }),
    skipped: Type.Record(Type.String(), Type.String(), { description: "faults that this machine has not, and why" }),
    lost: Type.Array(Type.Number(), { description: "training that each kill of an extension host cost, milliseconds" }),
    most: Type.Record(Type.String(), Type.Number(), {
      description:
        "longest times in milliseconds: panel, saved, listed until page, disk and list agreed with the host, restart of a killed host; rss: most resident memory of a host, megabytes",
    }),
    loopP99: closed({
      all: numberOrNull("99th percentile of the delay of the hosts' event loops, milliseconds; null: not measured"),
      streaming: numberOrNull("the same while nothing but training went on"),
      machine: numberOrNull("the same of an idle process beside them"),
    }),
  }),
});

const FirstCurve = closed({
  medianMs: number("median of curveMs, milliseconds"),
  rounds: Type.Array(
    closed({
      workbenchMs: number("from opening the address to the list of files, milliseconds"),
      fileMs: number("to the open example with its Run action"),
      curveMs: number("to the first curve in Loss"),
    }),
    { minItems: 1 },
  ),
});

const SCHEMAS = {
  bench: StepTimes,
  growth: Growth,
  panel: Panel,
  edit: Edit,
  runs: Runs,
  sweepPage: SweepPage,
  tables: Tables,
  dynamics: Dynamics,
  probe: Probe,
  jobs: Jobs,
  search: Search,
  soak: Soak,
  probeSoak: ProbeSoak,
  fixes: Fixes,
  firstCurve: FirstCurve,
  fuzz: Fuzz,
  chaos: Chaos,
};

/** @typedef {keyof typeof SCHEMAS} BenchName */

/**
 * @param {BenchName} bench
 * @param {unknown} result
 * @param {string | undefined} file where to; undefined: nowhere
 * @throws when the result is not as documented here
 */
export function writeResult(bench, result, file) {
  const text = `${JSON.stringify(result, null, 2)}\n`;
  if (file !== undefined) {
    writeFileSync(file, text);
    console.log(`\nwritten: ${file}`);
  }
  checkResult(bench, JSON.parse(text));
}

/** @param {BenchName} bench @param {string} file @throws when there is none, or it is not as documented here */
export function checkResultFile(bench, file) {
  checkResult(bench, JSON.parse(readFileSync(file, "utf8")));
}

/** @param {BenchName} bench @param {unknown} result */
function checkResult(bench, result) {
  const ajv = new Ajv({ allErrors: true, strict: true });
  if (ajv.validate(SCHEMAS[bench], result)) return;
  throw new Error(`The result of ${bench} is not as test/bench/results.mjs says: ${ajv.errorsText()}`);
}
