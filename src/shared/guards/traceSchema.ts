/** Schemas of a trace and of what describes a run. */
import * as Type from "typebox";
import {
  RUN_PHASES,
  TRACE_VERSION,
  type ColumnSpec,
  type FrameRows,
  type GradientCheck,
  type LossSurface,
  type ParameterInfo,
  type ProbedTrace,
  type RunStatus,
  type TraceHeader,
} from "../trace/trace";
import type { SeriesSnapshot, SeriesUpdate } from "../trace/scalarSeries";
import { MAX_ROW_LENGTH } from "../trace/columnRules";
import { Count, Finite, Flag, Floats, Float64s, nullable, Real, schemaOf, tagged, Text } from "./schemaParts";

/** More columns than any trace has. */
const MAX_COLUMNS = 10_000;
/** Steps of the differences in a gradient check. */
const MAX_EPSILONS = 64;

export const ColumnSpecSchema = schemaOf<ColumnSpec>()(
  Type.Object({
    name: Text,
    length: Type.Integer({ minimum: 0, maximum: MAX_ROW_LENGTH }),
    shape: Type.Array(Count),
  }),
);

const ParameterInfoSchema = schemaOf<ParameterInfo>()(
  Type.Object({ name: Text, shape: Type.Array(Count), offset: Count }),
);

const DataSchema = schemaOf<NonNullable<TraceHeader["data"]>>()(
  Type.Object({
    inputKind: Type.Enum(["values", "one-hot"]),
    targetKind: Type.Enum(["values", "bits", "classes"]),
    vocabulary: nullable(Type.Array(Text)),
    classes: Type.Optional(Type.Array(Text)),
    measured: Type.Optional(Type.Boolean()),
    coherences: Type.Optional(Type.Boolean()),
    pairs: Type.Optional(Type.Boolean()),
    answersOnce: Type.Optional(Type.Boolean()),
    batchesPerEpoch: Real,
    sequences: Type.Optional(Type.Object({ training: Count, validation: Count })),
    typing: Type.Optional(Type.Object({ example: Text, form: Text })),
    lengths: Type.Optional(Type.Object({ name: Text, trained: Count, lengths: Type.Array(Count) })),
    recipe: Type.Optional(Type.Record(Type.String(), Text)),
  }),
);

const ProbedTraceSchema = schemaOf<ProbedTrace>()(
  Type.Object({
    layers: Type.Array(Type.Object({ name: Text, cell: Text, units: Count, isBackward: Flag })),
    scalars: Type.Array(Text),
    parameters: Count,
  }),
);

export const TraceHeaderSchema = schemaOf<TraceHeader>()(
  Type.Object({
    version: Type.Literal(TRACE_VERSION),
    runId: Text,
    name: Text,
    configHash: Text,
    engine: Type.Enum(["float64", "float32"]),
    webAssembly: Type.Optional(Type.Literal(true)),
    arithmetic: Type.Optional(Type.Enum(["fast", "portable"])),
    iterations: Count,
    timeSteps: Count,
    cell: Text,
    hiddenSize: Count,
    numLayers: Count,
    directions: Type.Optional(Type.Literal(2)),
    parameters: Type.Array(ParameterInfoSchema),
    columns: Type.Array(ColumnSpecSchema, { maxItems: MAX_COLUMNS }),
    inspected: Type.Object({
      sequence: Count,
      inputSize: Count,
      input: Type.Array(Real),
      target: Type.Array(Real),
    }),
    data: Type.Optional(DataSchema),
    clip: nullable(Type.Union([Type.Object({ norm: Real }), Type.Object({ value: Real })])),
    truncate: Type.Optional(Count),
    probed: Type.Optional(ProbedTraceSchema),
  }),
);

export const FrameRowsSchema = schemaOf<FrameRows>()(
  Type.Object({
    rows: Count,
    columns: Type.Array(Floats, { maxItems: MAX_COLUMNS }),
  }),
);

export const SeriesSnapshotSchema = schemaOf<SeriesSnapshot>()(
  Type.Object({
    rows: Count,
    buckets: Type.Object({ count: Count, size: Count, last: Count }),
    points: Float64s,
    means: Float64s,
  }),
);

export const SeriesUpdateSchema = schemaOf<SeriesUpdate>()(
  tagged("kind", [
    Type.Object({
      kind: Type.Literal("rows"),
      rows: Type.Object({ rows: Count, columns: Type.Array(Float64s, { maxItems: MAX_COLUMNS }) }),
    }),
    Type.Object({ kind: Type.Literal("whole"), whole: SeriesSnapshotSchema }),
  ]),
);

export const RunStatusSchema = schemaOf<RunStatus>()(
  Type.Object({
    phase: Type.Enum(RUN_PHASES),
    iteration: Count,
    iterations: Count,
    loss: nullable(Real),
    trainMs: Real,
    stepsPerSecond: Real,
    best: nullable(Type.Object({ iteration: Count, validationLoss: Real })),
    message: nullable(Text),
    advice: nullable(Text),
  }),
);

const SurfaceSide = Type.Integer({ minimum: 0, maximum: MAX_ROW_LENGTH });
const Range = Type.Tuple([Finite, Finite]);

export const LossSurfaceSchema = schemaOf<LossSurface>()(
  Type.Object({
    runId: Text,
    xParameter: Count,
    yParameter: Count,
    xRange: Range,
    yRange: Range,
    columns: SurfaceSide,
    rows: SurfaceSide,
    loss: Float64s,
  }),
);

export const GradientCheckSchema = schemaOf<GradientCheck>()(
  Type.Object({
    iteration: Count,
    epsilon: Real,
    epsilons: Type.Optional(Type.Array(Real, { maxItems: MAX_EPSILONS })),
    tolerance: Real,
    passed: Flag,
    tensors: Type.Array(
      Type.Object({
        name: Text,
        shape: Type.Array(Count),
        checked: Type.Optional(Count),
        maxRelativeError: Real,
        errors: Type.Optional(Type.Array(Real, { maxItems: MAX_EPSILONS })),
        worst: Type.Object({ index: Count, analytic: Real, numeric: Real }),
      }),
    ),
  }),
);
