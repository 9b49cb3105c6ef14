/** Many runs from one experiment file: which values change, over how many seeds, and what counts as success. */
import * as l10n from "@vscode/l10n";
import * as Type from "typebox";
import { closed } from "./closed";
import type { JsonSchema } from "./jsonSchema";

/** Runs of one sweep. */
export const MAX_TRIALS = 10_000;
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
        "Values of a grid, both ends among them. A random search draws from the whole range instead.",
      ),
      minimum: 1,
      maximum: MAX_VALUES,
      default: 5,
    }),
    scale: Type.Enum(["linear", "log"], {
      title: l10n.t("Scale"),
      description: l10n.t("How the values lie between the ends."),
      enumDescriptions: [
        l10n.t("At equal distances."),
        l10n.t("At equal ratios, for learning rates and the like; both ends above 0."),
      ],
      default: "linear",
    }),
  },
  {
    ...closed,
    title: l10n.t("range"),
    description: l10n.t("Numbers between two ends; whole numbers where the value is one."),
  },
);

const Anything = Type.Unsafe<unknown>({
  title: l10n.t("Value"),
  description: l10n.t("As it would stand in the file."),
} satisfies JsonSchema) as Type.TUnsafe<unknown> & JsonSchema;
const List = Type.Array(Anything, {
  title: l10n.t("list"),
  description: l10n.t("These values, each as it would stand in the file."),
  minItems: 1,
  maxItems: MAX_VALUES,
});

const Parameters = Type.Unsafe<Record<string, SweepValues>>({
  type: "object",
  title: l10n.t("Parameters"),
  description: l10n.t(
    "Which values change: the path of a value of this file, and a list or a range. For example {0}.",
    '`{ "training.optimizer.learningRate": { "from": 1e-4, "to": 0.1, "scale": "log" }, "model.cell": ["rnn", "lstm"] }`',
  ),
  patternProperties: {
    "": Type.Union([List, Range], {
      title: l10n.t("Values"),
      description: l10n.t("A list of values, or a range of numbers."),
    }),
  },
  default: {},
} satisfies JsonSchema) as Type.TUnsafe<Record<string, SweepValues>> & JsonSchema;

const seed = { minimum: 0, maximum: 4_294_967_295 } as const;

const Sweep = Type.Object(
  {
    parameters: Parameters,
    seeds: Type.Union(
      [
        Type.Integer({
          title: l10n.t("number"),
          description: l10n.t("So many seeds: the file's own and those after it."),
          minimum: 1,
          maximum: MAX_TRIALS,
        }),
        Type.Array(Type.Integer({ title: l10n.t("Seed"), description: l10n.t("A seed."), ...seed }), {
          title: l10n.t("list"),
          description: l10n.t("These seeds."),
          minItems: 1,
          maxItems: MAX_TRIALS,
        }),
      ],
      {
        title: l10n.t("Seeds"),
        description: l10n.t(
          "Seeds that every combination is trained with: a number of them, or a list. More than one shows whether a result is luck.",
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
              description: l10n.t("Every combination of the values."),
            }),
          },
          { ...closed, title: "grid", description: l10n.t("Every combination of the values, with every seed.") },
        ),
        Type.Object(
          {
            kind: Type.Literal("random", {
              title: l10n.t("Search"),
              description: l10n.t("Combinations drawn at random."),
            }),
            budget: Type.Integer({
              title: l10n.t("Budget"),
              description: l10n.t("Runs in all. Divided by the number of seeds it gives the combinations."),
              minimum: 1,
              maximum: MAX_TRIALS,
              default: 50,
            }),
            seed: Type.Integer({
              title: l10n.t("Seed"),
              description: l10n.t("Seed of the drawing."),
              ...seed,
              default: 1,
            }),
          },
          {
            ...closed,
            title: "random",
            description: l10n.t(
              "Combinations drawn at random, evenly from lists and ranges (Bergstra and Bengio, 2012): with many parameters it finds good values sooner than a grid.",
            ),
          },
        ),
      ],
      {
        title: l10n.t("Search"),
        description: l10n.t("How combinations are chosen."),
        discriminator: { propertyName: "kind" },
        default: { kind: "grid" },
      },
    ),
    goal: Type.Union(
      [
        Type.Null({ title: l10n.t("no goal"), description: l10n.t("Runs are compared by their figures alone.") }),
        Type.Object(
          {
            metric: Type.Enum(["loss", "validationLoss", "accuracy", "exactAccuracy"], {
              title: l10n.t("Metric"),
              description: l10n.t("The figure that counts."),
              enumDescriptions: [
                l10n.t("Loss of the training batch."),
                l10n.t("Loss of the sequences held out."),
                l10n.t("Share of right outputs."),
                l10n.t("Share of sequences with every output right."),
              ],
              default: "loss",
            }),
            value: Type.Number({
              title: l10n.t("Value"),
              description: l10n.t("A loss has to come down to it, an accuracy up to it."),
              minimum: 0,
              maximum: 1e12,
            }),
            stop: Type.Boolean({
              title: l10n.t("Stop there"),
              description: l10n.t("End a run as soon as it has reached the goal."),
              default: false,
            }),
          },
          { ...closed, title: l10n.t("goal"), description: l10n.t("A run that gets there has converged.") },
        ),
      ],
      { title: l10n.t("Goal"), description: l10n.t("What a run has to reach to count as converged."), default: null },
    ),
  },
  { ...closed, title: l10n.t("sweep"), description: l10n.t("The runs of the sweep.") },
);

export const SweepBlock = Type.Union(
  [Type.Null({ title: l10n.t("no sweep"), description: l10n.t("One run.") }), Sweep],
  {
    title: l10n.t("Sweep"),
    description: l10n.t(
      "Many runs that differ in some values or in the seed, for “Sweep” above the experiment or `--sweep` in a terminal. A plain run takes no notice of it.",
    ),
    default: null,
  },
);
