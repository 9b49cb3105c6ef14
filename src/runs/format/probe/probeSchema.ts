/** Schemas of the JSON values in the frames of a probe. */
import * as Type from "typebox";
import {
  Count,
  dictionary,
  Finite,
  Flag,
  nullable,
  Real,
  schemaOf,
  Text,
  Time,
} from "../../../shared/guards/schemaParts";
import type { CaptureValue, ProbeEnd, ProbeEvent, ProbeStart, ScalarBlock } from "../../../shared/trace/probeContents";

const Line = Type.String({ maxLength: 1000 });
const Id = Type.String({ minLength: 1, maxLength: 200 });
/** Beyond these no step could be computed. */
const Size = Type.Integer({ minimum: 1, maximum: 1e6 });
const MAX_LAYERS = 1000;
const MAX_STEPS = 1e6;
const Steps = Type.Integer({ minimum: 0, maximum: MAX_STEPS });

const LayerSchema = Type.Object({
  name: Line,
  type: Line,
  cell: Type.Enum(["rnn", "lstm", "gru"]),
  single: Flag,
  nonlinearity: nullable(Line),
  inputSize: Size,
  hiddenSize: Size,
  projSize: Type.Integer({ minimum: 0, maximum: 1e6 }),
  numLayers: Type.Integer({ minimum: 1, maximum: MAX_LAYERS }),
  directions: Type.Integer({ minimum: 1, maximum: 2 }),
  bias: Flag,
  dropout: Finite,
  dtype: nullable(Line),
  device: nullable(Line),
});

export const ProbeStartSchema = schemaOf<ProbeStart>()(
  Type.Object({
    format: Type.Integer({ minimum: 1, maximum: 1 }),
    runId: Id,
    name: Line,
    startedAt: Time,
    watch: Type.Object({ file: Text, line: Count }),
    rank: nullable(Type.Object({ rank: Count, world: Count })),
    every: Count,
    sequences: Count,
    maxBytes: Count,
    parameters: Count,
    layers: Type.Array(LayerSchema, { maxItems: MAX_LAYERS }),
    versions: dictionary(Line),
    writer: Type.Object({ process: Count, machine: Line }),
  }),
);

export const CaptureValueSchema = schemaOf<CaptureValue>()(
  Type.Object({
    iteration: Count,
    layer: Count,
    batchSize: Count,
    sequences: Type.Integer({ minimum: 1, maximum: 1e6 }),
    timeSteps: Steps,
    lengths: nullable(Type.Array(Steps, { maxItems: 1e6 })),
    segments: Type.Array(Type.Integer({ minimum: 1, maximum: MAX_STEPS }), { minItems: 1, maxItems: MAX_STEPS }),
    dtype: Line,
    training: Flag,
    scale: Real,
    masks: Type.Enum(["none", "drawn", "unknown"]),
    weightsFrom: nullable(Count),
    shapes: dictionary(Type.Array(Steps, { maxItems: 8 })),
  }),
);

export const ProbeEventSchema = schemaOf<ProbeEvent>()(
  Type.Object({
    kind: Line,
    iteration: Count,
    detail: Type.Object({
      layer: Type.Optional(Count),
      module: Type.Optional(Line),
      parameter: Type.Optional(Line),
      text: Type.Optional(Line),
      every: Type.Optional(Count),
      calls: Type.Optional(Count),
    }),
  }),
);

export const ProbeEndSchema = schemaOf<ProbeEnd>()(
  Type.Object({
    endedAt: Time,
    iterations: Count,
    failure: nullable(Line),
    captures: Count,
    dropped: Count,
    probeSeconds: Real,
  }),
);

export const ScalarBlockSchema = schemaOf<ScalarBlock>()(
  Type.Object({ first: Count, rows: Count, names: Type.Array(Line, { maxItems: 64 }) }),
);
