/** Schemas of the JSON values in the frames of a run file. */
import * as Type from "typebox";
import { Count, dictionary, nullable, Real, schemaOf, Text, Time } from "../../shared/guards/schemaParts";
import { MAX_THREADS } from "../../lib/threadCount";
import { RunStatusSchema } from "../../shared/guards/traceSchema";
import type { Experiment } from "../../config/schema/schema";
import type { RunEvent, RunMeta, RunProgress } from "./runContents";

const Section = Type.Object({});
/** What a list shows on one line. The longest is the name of an experiment or a file. */
const Line = Type.String({ maxLength: 1000 });
/** As long as those of the runs of the messages about them. */
const Id = Type.String({ minLength: 1, maxLength: 200 });
/** Far beyond those that anybody counts to: the next number is always one more. */
const RunNumber = Type.Integer({ minimum: 0, maximum: 1e9 });

/** Enough for what is shown of it: whoever trains it reads the text anew. */
const ResolvedExperiment = Type.Unsafe<Experiment>(
  Type.Object({
    task: Type.Object({ kind: Line }),
    model: Type.Object({ cell: Line, hiddenSize: Type.Number() }),
    training: Type.Object({ optimizer: Type.Object({ kind: Line }) }),
    trace: Section,
  }),
);

/** As `collectVaried` bounds them. */
const Varied = Type.Array(Type.Object({ path: Type.Array(Line, { maxItems: 32 }), value: Type.Unknown() }), {
  maxItems: 32,
});

export const RunMetaSchema = schemaOf<RunMeta>()(
  Type.Object({
    runId: Id,
    number: RunNumber,
    varied: Varied,
    uri: Text,
    fileName: Line,
    name: Line,
    startedAt: Time,
    origin: Type.Enum(["command", "edit"]),
    configText: Text,
    config: ResolvedExperiment,
    configHash: Line,
    seed: Real,
    engine: Type.Enum(["float64", "float32"]),
    threads: Type.Integer({ minimum: 1, maximum: MAX_THREADS }),
    versions: dictionary(Line),
    writer: Type.Object({ process: Count, machine: Line }),
    resumedFrom: nullable(Id),
    files: Type.Object({ data: nullable(Real), weights: nullable(Real) }),
  }),
);

export const RunProgressSchema = schemaOf<RunProgress>()(
  Type.Object({
    status: RunStatusSchema,
    checkpoint: nullable(Count),
    endedAt: nullable(Time),
    metrics: nullable(
      Type.Object({ bestLoss: nullable(Real), validationLoss: nullable(Real), accuracy: nullable(Real) }),
    ),
  }),
);

export const RunEventSchema = schemaOf<RunEvent>()(
  Type.Object({ kind: Text, iteration: Count, detail: Type.Unknown() }),
);

/** A checkpoint without its arrays, which stand beside the value in the frame. Earlier files have no `best`. */
export const CheckpointValueSchema = Type.Object({
  iteration: Count,
  steps: Count,
  batchPosition: Count,
  batchRandom: nullable(Count),
  dropoutRandom: nullable(Count),
  best: Type.Optional(nullable(Type.Object({ iteration: Count, validationLoss: Real }))),
  plateau: Type.Optional(
    nullable(
      Type.Object({
        learningRate: Real,
        best: Real,
        withoutImprovement: Count,
        cooldown: Count,
        lossSum: Real,
        losses: Count,
      }),
    ),
  ),
  scores: Type.Object({ loss: Real, validationLoss: Real, accuracy: Real, exactAccuracy: Real }),
});
