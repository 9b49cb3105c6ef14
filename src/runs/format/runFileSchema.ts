/** Schemas of the JSON values in the frames of a run file. */
import * as Type from "typebox";
import { Count, dictionary, nullable, Real, schemaOf, Text } from "../../shared/guards/schemaParts";
import { RunStatusSchema } from "../../shared/guards/traceSchema";
import type { Experiment } from "../../config/schema/schema";
import type { RunEvent, RunMeta, RunProgress } from "./runContents";

const Section = Type.Object({});

/** Enough for what is shown of it: whoever trains it reads the text anew. */
const ResolvedExperiment = Type.Unsafe<Experiment>(
  Type.Object({
    task: Section,
    model: Section,
    training: Type.Object({ optimizer: Section }),
    trace: Section,
  }),
);

export const RunMetaSchema = schemaOf<RunMeta>()(
  Type.Object({
    runId: Text,
    number: Count,
    varied: Type.Array(Type.Object({ path: Type.Array(Text), value: Type.Unknown() })),
    uri: Text,
    fileName: Text,
    name: Text,
    startedAt: Real,
    origin: Type.Enum(["command", "edit"]),
    configText: Text,
    config: ResolvedExperiment,
    configHash: Text,
    seed: Real,
    engine: Type.Enum(["float64", "float32"]),
    threads: Type.Enum([1, 2]),
    versions: dictionary(Text),
    writer: Type.Object({ process: Real, machine: Text }),
    resumedFrom: nullable(Text),
    files: Type.Object({ data: nullable(Real), weights: nullable(Real) }),
  }),
);

export const RunProgressSchema = schemaOf<RunProgress>()(
  Type.Object({
    status: RunStatusSchema,
    checkpoint: nullable(Count),
    endedAt: nullable(Real),
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
  scores: Type.Object({ loss: Real, validationLoss: Real, accuracy: Real, exactAccuracy: Real }),
});
