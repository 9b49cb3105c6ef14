/** Many runs from one experiment file: which parameters vary, over how many seeds, and what counts as success. */
import * as l10n from "@vscode/l10n";
import * as Type from "typebox";
import { closed } from "./closed";
import type { JsonSchema } from "./jsonSchema";

/** Runs of one sweep. */
export const MAX_TRIALS = 1_000_000;
/** Values of one parameter. */
const MAX_VALUES = 1_000;

export interface SweepRange {
  readonly from: number;
  readonly to: number;
  readonly count: number;
  readonly scale: "linear" | "log";
}

type SweepValues = readonly unknown[] | SweepRange;

const end = { minimum: -1e12, maximum: 1e12 } as const;

const Range = Type.Object(
  {
    from: Type.Number({ title: l10n.t("From"), description: l10n.t("First value."), ...end }),
    to: Type.Number({ title: l10n.t("To"), description: l10n.t("Last value."), ...end }),
    count: Type.Integer({
      title: l10n.t("Count"),
      description: l10n.t(
        "Number of grid values, including both ends. A random search samples the whole range instead.",
      ),
      minimum: 1,
      maximum: MAX_VALUES,
      default: 5,
    }),
    scale: Type.Enum(["linear", "log"], {
      title: l10n.t("Scale"),
      description: l10n.t("How the values are spaced."),
      enumDescriptions: [
        l10n.t("Evenly spaced."),
        l10n.t("Evenly spaced on a log scale, for example for learning rates; both ends must be above 0."),
      ],
      default: "linear",
    }),
  },
  {
    ...closed,
    title: l10n.t("range"),
    description: l10n.t("Numbers between two ends; whole numbers if the parameter is a whole number."),
  },
);

const Anything = Type.Unsafe<unknown>({
  title: l10n.t("Value"),
  description: l10n.t("A value of the parameter, as in the file."),
} satisfies JsonSchema) as Type.TUnsafe<unknown> & JsonSchema;
const List = Type.Array(Anything, {
  title: l10n.t("list"),
  description: l10n.t("A list of values, each as in the file."),
  minItems: 1,
  maxItems: MAX_VALUES,
});

const Parameters = Type.Unsafe<Record<string, SweepValues>>({
  type: "object",
  title: l10n.t("Parameters"),
  description: l10n.t(
    "The parameters to vary: the path of a key of this file, with a list or a range of values. For example {0}.",
    '`{ "training.optimizer.learningRate": { "from": 1e-4, "to": 0.1, "scale": "log" }, "model.cell": ["rnn", "lstm"] }`',
  ),
  patternProperties: {
    "": Type.Union([List, Range], {
      title: l10n.t("Values"),
      description: l10n.t("A list of values, or a range of numbers."),
    }),
  },
  default: {},
  // Valid for any task and optimizer, so that a completed sweep is not marked.
  examples: [{ "model.cell": ["rnn", "lstm"] }],
} satisfies JsonSchema) as Type.TUnsafe<Record<string, SweepValues>> & JsonSchema;

const seed = { minimum: 0, maximum: 4_294_967_295 } as const;

/** A search with a budget. */
function drawn<const Kind extends string>(kind: Kind, title: string, description: string) {
  return Type.Object(
    {
      kind: Type.Literal(kind, { title: l10n.t("Search"), description: title }),
      budget: Type.Integer({
        title: l10n.t("Budget"),
        description: l10n.t("Total number of runs. The number of combinations is this divided by the number of seeds."),
        minimum: 1,
        maximum: MAX_TRIALS,
        default: 50,
      }),
      seed: Type.Integer({
        title: l10n.t("Seed"),
        description: l10n.t("Random seed of the search."),
        ...seed,
        default: 1,
      }),
    },
    { ...closed, title: kind, description },
  );
}

const minIterations = Type.Integer({
  title: l10n.t("Iterations"),
  description: l10n.t("Iterations that every run gets before it is first compared with the others."),
  minimum: 1,
  maximum: 1_000_000_000,
  default: 100,
});

const diagnosis = Type.Boolean({
  title: l10n.t("Diagnosis"),
  description: l10n.t("Stop a run as well when the diagnosis finds exploding gradients, saturation, or dead units."),
  default: true,
});

const Stopping = Type.Union(
  [
    Type.Object(
      { kind: Type.Literal("none", { title: l10n.t("Stopping"), description: l10n.t("Not at all.") }) },
      { ...closed, title: "none", description: l10n.t("Every run is trained to its end.") },
    ),
    Type.Object(
      { kind: Type.Literal("diagnosis", { title: l10n.t("Stopping"), description: l10n.t("By the diagnosis only.") }) },
      {
        ...closed,
        title: "diagnosis",
        description: l10n.t("Stops a run in which the diagnosis finds exploding gradients, saturation, or dead units."),
      },
    ),
    Type.Object(
      {
        kind: Type.Literal("asha", { title: l10n.t("Stopping"), description: l10n.t("By successive halving.") }),
        minIterations,
        reductionFactor: Type.Integer({
          title: l10n.t("Reduction factor"),
          description: l10n.t(
            "One of this many runs continues at each rung. The next rung has this many times the iterations.",
          ),
          minimum: 2,
          maximum: 100,
          default: 4,
        }),
        diagnosis,
      },
      {
        ...closed,
        title: "asha",
        description: l10n.t(
          "Asynchronous successive halving (Li et al., 2020): only the best runs so far continue at each rung.",
        ),
      },
    ),
    Type.Object(
      {
        kind: Type.Literal("median", { title: l10n.t("Stopping"), description: l10n.t("By the median rule.") }),
        minIterations,
        interval: Type.Integer({
          title: l10n.t("Interval"),
          description: l10n.t("Iterations from one comparison to the next."),
          minimum: 1,
          maximum: 1_000_000_000,
          default: 100,
        }),
        minRuns: Type.Integer({
          title: l10n.t("Runs"),
          description: l10n.t("Runs that must have come as far before a run is compared with them."),
          minimum: 1,
          maximum: MAX_TRIALS,
          default: 5,
        }),
        diagnosis,
      },
      {
        ...closed,
        title: "median",
        description: l10n.t(
          "The median rule (Golovin et al., 2017): a run must be as good as the median of the others.",
        ),
      },
    ),
  ],
  {
    title: l10n.t("Stopping"),
    description: l10n.t("Whether runs that do badly are stopped early, and by which rule."),
    discriminator: { propertyName: "kind" },
    default: { kind: "none" },
  },
);

const bound = (title: string, description: string) =>
  Type.Union(
    [
      Type.Null({ title: l10n.t("no limit"), description: l10n.t("Any value.") }),
      Type.Number({ title, description, ...end }),
    ],
    { title, description, default: null },
  );

const Constraint = Type.Object(
  {
    kind: Type.Enum(["product", "sum"], {
      title: l10n.t("Kind"),
      description: l10n.t("What is limited."),
      enumDescriptions: [l10n.t("The values multiplied."), l10n.t("The values added.")],
      default: "product",
    }),
    of: Type.Array(
      Type.String({ title: l10n.t("Parameter"), description: l10n.t("A parameter of the sweep that is a number.") }),
      {
        title: l10n.t("Of"),
        description: l10n.t("The parameters, as in `parameters`."),
        minItems: 1,
        maxItems: 100,
      },
    ),
    min: bound(l10n.t("Minimum"), l10n.t("Least value that is allowed.")),
    max: bound(l10n.t("Maximum"), l10n.t("Largest value that is allowed.")),
  },
  {
    ...closed,
    title: l10n.t("constraint"),
    description: l10n.t("A limit on the sum or product of some parameters. A combination beyond it is not trained."),
  },
);

const Sweep = Type.Object(
  {
    parameters: Parameters,
    constraints: Type.Array(Constraint, {
      title: l10n.t("Constraints"),
      description: l10n.t(
        "Limits on the `product` or `sum` of parameters: a `min`, a `max`, or both. For example {0}.",
        '`[{ "kind": "product", "of": ["model.hiddenSize", "model.numLayers"], "max": 256 }]`',
      ),
      maxItems: 100,
      default: [],
    }),
    seeds: Type.Union(
      [
        Type.Integer({
          title: l10n.t("number"),
          description: l10n.t("Number of consecutive seeds, starting at `seed`."),
          minimum: 1,
          maximum: MAX_TRIALS,
        }),
        Type.Array(Type.Integer({ title: l10n.t("Seed"), description: l10n.t("A random seed."), ...seed }), {
          title: l10n.t("list"),
          description: l10n.t("A list of seeds."),
          minItems: 1,
          maxItems: MAX_TRIALS,
        }),
      ],
      {
        title: l10n.t("Seeds"),
        description: l10n.t(
          "Seeds to train each combination with: how many, or a list. Use more than one to check that a result is not luck.",
        ),
        default: 1,
      },
    ),
    search: Type.Union(
      [
        Type.Object(
          {
            kind: Type.Literal("grid", {
              title: l10n.t("Search"),
              description: l10n.t("Every combination of values."),
            }),
          },
          { ...closed, title: "grid", description: l10n.t("Every combination of values, with every seed.") },
        ),
        drawn(
          "random",
          l10n.t("Randomly sampled combinations."),
          l10n.t(
            "Combinations sampled uniformly from lists and ranges (Bergstra and Bengio, 2012). Every combination tries another value of each range.",
          ),
        ),
        drawn(
          "sobol",
          l10n.t("Evenly spread combinations."),
          l10n.t("Combinations of a scrambled Sobol sequence, which leaves smaller gaps than random ones."),
        ),
        drawn(
          "tpe",
          l10n.t("Combinations like the best ones so far."),
          l10n.t("Combinations like the best ones so far: a tree-structured Parzen estimator (Bergstra et al., 2011)."),
        ),
        drawn(
          "cma-es",
          l10n.t("Combinations that follow the best ones so far."),
          l10n.t(
            "Combinations that follow the best ones so far (Hansen, 2016). For parameters that are mostly numbers.",
          ),
        ),
      ],
      {
        title: l10n.t("Search"),
        description: l10n.t("How the combinations are chosen."),
        discriminator: { propertyName: "kind" },
        default: { kind: "grid" },
      },
    ),
    goal: Type.Union(
      [
        Type.Null({ title: l10n.t("no goal"), description: l10n.t("Runs are ranked by metric only.") }),
        Type.Object(
          {
            metric: Type.Enum(["loss", "validationLoss", "accuracy", "exactAccuracy"], {
              title: l10n.t("Metric"),
              description: l10n.t("Metric to reach."),
              enumDescriptions: [
                l10n.t("Training loss of the batch."),
                l10n.t("Loss on the validation set."),
                l10n.t("Fraction of correct outputs."),
                l10n.t("Exact-match accuracy: fraction of sequences with every output correct."),
              ],
              default: "loss",
            }),
            value: Type.Number({
              title: l10n.t("Value"),
              description: l10n.t("Threshold: a loss must fall to it, an accuracy must rise to it."),
              minimum: 0,
              maximum: 1e12,
            }),
            stop: Type.Boolean({
              title: l10n.t("Stop there"),
              description: l10n.t("Stop each run as soon as it reaches the goal."),
              default: false,
            }),
          },
          { ...closed, title: l10n.t("goal"), description: l10n.t("A run that reaches the goal counts as converged.") },
        ),
      ],
      { title: l10n.t("Goal"), description: l10n.t("What a run must reach to count as converged."), default: null },
    ),
    stopping: Stopping,
    runOn: Type.Enum(["local", "slurm", "ray", "command"], {
      title: l10n.t("Run on"),
      description: l10n.t("Where the runs are trained. Options are in the setting `rnnLab.sweepEngines`."),
      enumDescriptions: [
        l10n.t("On this machine."),
        l10n.t("As a job array of Slurm."),
        l10n.t("As tasks of a Ray cluster."),
        l10n.t("By a command of yours, for example over SSH."),
      ],
      default: "local",
    }),
  },
  // VS Code sorts completions by this name: it comes before "no sweep" and "null".
  { ...closed, title: l10n.t("many runs"), description: l10n.t("A sweep over parameters and seeds.") },
);

export const SweepBlock = Type.Union(
  [Type.Null({ title: l10n.t("no sweep"), description: l10n.t("A single run.") }), Sweep],
  {
    title: l10n.t("Sweep"),
    description: l10n.t(
      "Many runs that differ in some parameters or in the seed, started by “Run Sweep” above the sweep block or by `--sweep` in a terminal. A normal run ignores it.",
    ),
    default: null,
  },
);
