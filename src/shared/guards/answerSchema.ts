/** Schema of the answers to what a view asks about a run. */
import * as Type from "typebox";
import type { FixedPoint, FixedPoints, InputMemory, Lyapunov, Sharpness, StepJacobians } from "../trace/dynamics";
import type { Psychometric, PsychometricCurve } from "../trace/psychometric";
import type { GradientAttribution } from "../trace/gradientAttribution";
import type { GradientDecay } from "../trace/gradientDecay";
import type { Inspection, TypedProblem } from "../trace/inspection";
import type { LagMatch, Measures } from "../trace/measures";
import type { LengthPoint, Predictions } from "../trace/predictions";
import type { Spectrum, TensorNorms, TensorReport } from "../trace/weightReport";
import type { Answer } from "../wire/questions";
import { ColumnSpecSchema } from "./traceSchema";
import { Count, Float32s, Float64s, Int32s, nullable, Real, schemaOf, tagged, Text } from "./schemaParts";

const InspectionSchema = schemaOf<Inspection>()(
  Type.Object({
    timeSteps: Count,
    columns: Type.Array(ColumnSpecSchema),
    values: Type.Array(Float64s),
    input: Type.Array(Real),
    inputSize: Type.Optional(Count),
    target: Type.Array(Real),
  }),
);

const TypedProblemSchema = schemaOf<TypedProblem>()(Type.Object({ message: Text, from: Count, to: Count }));

const PredictionsSchema = schemaOf<Predictions>()(
  Type.Object({
    part: Type.Enum(["training", "validation", "both"]),
    first: Count,
    sequences: Count,
    training: Count,
    of: Count,
    targetKind: Type.Enum(["values", "bits", "classes"]),
    arrangement: Type.Enum(["series", "steps", "last"]),
    steps: Count,
    width: Count,
    outputs: Float64s,
    targets: Float64s,
    rows: Float64s,
    repeated: Float64s,
    confidence: Float64s,
    names: Type.Array(Text),
    tolerance: nullable(Real),
    loss: Type.Object({ training: nullable(Real), validation: nullable(Real) }),
    carriesState: Type.Boolean(),
    trainsWithDropout: Type.Boolean(),
    accuracy: nullable(Real),
    exactAccuracy: nullable(Real),
  }),
);

const LagMatchSchema = schemaOf<LagMatch>()(
  Type.Object({ lag: Count, correlation: Real, atZero: Real, distance: Real }),
);

const MeasuresSchema = schemaOf<Measures>()(
  Type.Object({
    part: Type.Enum(["training", "validation"]),
    sequences: Count,
    of: Count,
    values: nullable(
      Type.Array(
        Type.Object({
          name: Text,
          rmse: Real,
          mae: Real,
          smape: nullable(Real),
          mase: nullable(Real),
          season: Type.Optional(Count),
          lag: nullable(LagMatchSchema),
        }),
      ),
    ),
    classes: nullable(
      Type.Object({
        labels: Type.Array(Text),
        confusion: Float64s,
        accuracy: Real,
        balancedAccuracy: Real,
        macroF1: Real,
      }),
    ),
  }),
);

const LengthPointSchema = schemaOf<LengthPoint>()(
  Type.Object({
    length: Count,
    sequences: Count,
    loss: Real,
    accuracy: nullable(Real),
    exactAccuracy: nullable(Real),
  }),
);

const GradientDecaySchema = schemaOf<GradientDecay>()(
  Type.Object({
    curve: Float64s,
    factor: Real,
    cellAlone: nullable(Type.Object({ curve: Float64s, from: Count, share: Real, moduli: nullable(Float64s) })),
    slopes: nullable(Type.Object({ radius: Real, mean: Real, nonlinearity: Type.Enum(["tanh", "relu"]) })),
    sequences: Count,
  }),
);

const AttributionSchema = schemaOf<GradientAttribution>()(
  Type.Object({ timeSteps: Count, steps: Int32s, values: Float64s }),
);

const TensorReportSchema = schemaOf<TensorReport>()(
  Type.Object({
    name: Text,
    shape: Type.Array(Count),
    rows: Count,
    columns: Count,
    rowStep: Count,
    columnStep: Count,
    cells: Float32s,
    norm: Real,
    largest: Real,
  }),
);

const TensorNormsSchema = schemaOf<TensorNorms>()(
  Type.Object({ iterations: Float64s, norms: Float64s, ratios: Float64s }),
);

const SpectrumSchema = schemaOf<Spectrum>()(
  Type.Object({ of: Type.Enum(["weight_hh", "meanJacobian"]), re: Float64s, im: Float64s }),
);

const FixedPointSchema = schemaOf<FixedPoint>()(
  Type.Object({
    state: Float64s,
    q: Real,
    kind: Type.Enum(["stable", "saddle", "unstable"]),
    unstable: Count,
    re: Float64s,
    im: Float64s,
    place: Float64s,
    directions: Float64s,
  }),
);

const FixedPointsSchema = schemaOf<FixedPoints>()(
  Type.Object({
    input: Float64s,
    points: Type.Array(FixedPointSchema),
    slowPoints: Type.Array(FixedPointSchema),
    starts: Count,
    settled: Count,
    outliers: Count,
    trajectories: Type.Object({
      mean: Float64s,
      axes: Float64s,
      shares: Float64s,
      sequences: Count,
      timeSteps: Count,
      places: Float64s,
      classes: nullable(Type.Array(Count)),
      inputs: Float64s,
    }),
  }),
);

const JacobiansSchema = schemaOf<StepJacobians>()(
  Type.Object({
    sequence: Count,
    timeSteps: Count,
    steps: Float64s,
    singularValues: Float64s,
    re: Float64s,
    im: Float64s,
    logProduct: Float64s,
    logProductEigenvalues: Float64s,
  }),
);

const LyapunovSchema = schemaOf<Lyapunov>()(
  Type.Object({
    input: Float64s,
    exponents: Float64s,
    history: Float64s,
    historySteps: Float64s,
    steps: Count,
    transient: Count,
    dimension: nullable(Real),
  }),
);

const SharpnessSchema = schemaOf<Sharpness>()(
  Type.Object({
    eigenvalues: Float64s,
    errors: Float64s,
    sequences: Count,
    loss: Real,
    learningRate: nullable(Real),
    threshold: nullable(Real),
    noiseScale: nullable(Real),
    gradientVariance: Real,
    gradientSquared: Real,
    batches: Count,
    batchSize: Count,
  }),
);

const MemorySchema = schemaOf<InputMemory>()(
  Type.Object({
    timeSteps: Count,
    inputGradient: nullable(Float64s),
    sequences: Count,
    decodable: Float64s,
    capacity: Real,
    fitted: Count,
    tested: Count,
  }),
);

const CurvePart = {
  points: Type.Array(Type.Object({ evidence: Real, trials: Count, first: Count, second: Count })),
  fit: nullable(Type.Object({ bias: Real, scale: Real, threshold: Real })),
} as const;

const CurveSchema = schemaOf<PsychometricCurve>()(Type.Object(CurvePart));

const PsychometricSchema = schemaOf<Psychometric>()(
  Type.Object({
    measure: Type.Union([Type.Literal("coherence"), Type.Literal("difference")]),
    trials: Count,
    ...CurvePart,
    contexts: Type.Array(Type.Object({ modality: Count, deciding: CurveSchema, ignored: CurveSchema })),
    ratio: nullable(CurveSchema),
  }),
);

/** Of an analysis of the dynamics, whatever it finds. */
const AnalysisPart = { iteration: Count, attempt: Count, poll: Count, done: Count, total: Count } as const;

export const AnswerSchema = schemaOf<Answer>()(
  tagged("kind", [
    Type.Object({ kind: Type.Literal("predictions"), iteration: Count, predictions: PredictionsSchema }),
    Type.Object({ kind: Type.Literal("measures"), iteration: Count, measures: MeasuresSchema }),
    Type.Object({ kind: Type.Literal("lengths"), iteration: Count, point: LengthPointSchema }),
    Type.Object({ kind: Type.Literal("sample"), iteration: Count, draw: Count, text: Text, missing: Text }),
    Type.Object({
      kind: Type.Literal("inspect"),
      iteration: Count,
      sequence: Type.Union([Count, Text]),
      result: Type.Union([InspectionSchema, Type.Object({ problem: TypedProblemSchema })]),
    }),
    Type.Object({ kind: Type.Literal("decay"), iteration: Count, layer: Count, decay: GradientDecaySchema }),
    Type.Object({
      kind: Type.Literal("attribution"),
      iteration: Count,
      layer: Count,
      sequence: Count,
      items: AttributionSchema,
    }),
    Type.Object({ kind: Type.Literal("tensors"), iteration: Count, tensors: Type.Array(TensorReportSchema) }),
    Type.Object({ kind: Type.Literal("norms"), iteration: Count, norms: TensorNormsSchema }),
    Type.Object({ kind: Type.Literal("spectrum"), iteration: Count, layer: Count, spectrum: SpectrumSchema }),
    Type.Object({ kind: Type.Literal("weights"), iteration: Count, values: Float64s }),
    Type.Object({ kind: Type.Literal("fixedPoints"), ...AnalysisPart, found: nullable(FixedPointsSchema) }),
    Type.Object({ kind: Type.Literal("jacobians"), ...AnalysisPart, found: nullable(JacobiansSchema) }),
    Type.Object({ kind: Type.Literal("lyapunov"), ...AnalysisPart, found: nullable(LyapunovSchema) }),
    Type.Object({ kind: Type.Literal("sharpness"), ...AnalysisPart, found: nullable(SharpnessSchema) }),
    Type.Object({ kind: Type.Literal("memory"), ...AnalysisPart, found: nullable(MemorySchema) }),
    Type.Object({ kind: Type.Literal("psychometric"), ...AnalysisPart, found: nullable(PsychometricSchema) }),
  ]),
);
