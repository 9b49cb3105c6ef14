/** Schemas of what the host and the page of a sweep send each other. */
import * as Type from "typebox";
import { TRIAL_FIGURES, TRIAL_STATUSES, type SweepInfo, type TrialResult } from "../wire/sweep";
import { SWEEP_COMMANDS, type SweepFrame, type SweepPageMessage, type SweepView } from "../wire/sweepProtocol";
import { CHART_FORMATS } from "../wire/savedCharts";
import type { TrialBlock } from "../wire/trialColumns";
import {
  Bytes,
  CardId,
  CLOSED,
  Count,
  Flag,
  Float64s,
  Int32s,
  nullable,
  Real,
  schemaOf,
  tagged,
  Text,
} from "./schemaParts";

const SweepInfoSchema = schemaOf<SweepInfo>()(
  Type.Object({
    parameters: Type.Array(
      Type.Object({
        key: Text,
        kind: Type.Enum(["number", "choice"]),
        choices: Type.Optional(Type.Array(Type.Unknown())),
        scale: Type.Enum(["linear", "log"]),
        range: Type.Optional(Type.Object({ low: Real, high: Real, step: nullable(Real) })),
      }),
    ),
    seeds: Count,
    trials: Count,
    goal: nullable(Type.Object({ metric: Type.Enum(TRIAL_FIGURES), value: Real })),
    excluded: Type.Optional(Type.Object({ combinations: Count, of: Count })),
    objectives: Type.Optional(Type.Array(Type.Object({ figure: Type.Enum(TRIAL_FIGURES), name: Text }))),
  }),
);

const SweepViewSchema = schemaOf<SweepView>()(
  Type.Object({
    source: Type.Enum(["experiment", "optuna"]),
    uri: Text,
    name: Text,
    fileName: Text,
    phase: Type.Enum(["idle", "running", "done", "stopped", "failed"]),
    info: nullable(SweepInfoSchema),
    progress: nullable(Type.Object({ place: Text, queued: Count, running: Count })),
    underWay: Type.Optional(
      Type.Array(
        Type.Object({ index: Count, values: Type.Array(Type.Unknown()), step: Real, value: Real, startedAt: Real }),
      ),
    ),
    elapsedMs: Real,
    threads: Count,
    message: nullable(Text),
    canRun: Flag,
  }),
);

export const TrialResultSchema = schemaOf<TrialResult>()(
  Type.Object({
    index: Count,
    seed: Real,
    values: Type.Array(Type.Unknown()),
    loss: Real,
    validationLoss: Real,
    bestValidationLoss: Real,
    accuracy: Real,
    exactAccuracy: Real,
    gradientReach: Real,
    status: Type.Enum(TRIAL_STATUSES),
    iterations: Count,
    reachedAt: nullable(Count),
    trainMs: Real,
    message: nullable(Text),
  }),
);

const TrialBlockSchema = schemaOf<TrialBlock>()(
  Type.Object({
    index: Int32s,
    seed: Float64s,
    status: Bytes,
    iterations: Float64s,
    reachedAt: Float64s,
    trainMs: Float64s,
    endedMs: Float64s,
    figures: Type.Array(Float64s),
    values: Type.Array(Type.Object({ places: Float64s, choices: nullable(Type.Array(Type.Unknown())) })),
    messages: Type.Array(Type.Object({ row: Count, text: Text })),
  }),
);

export const SweepFrameSchema = schemaOf<SweepFrame>()(
  Type.Object({
    type: Type.Literal("sweep"),
    sequence: Count,
    view: SweepViewSchema,
    first: Count,
    pending: Count,
    results: TrialBlockSchema,
  }),
);

export const SweepPageMessageSchema = schemaOf<SweepPageMessage>()(
  tagged("type", [
    Type.Object({ type: Type.Literal("ready") }, CLOSED),
    Type.Object({ type: Type.Literal("acknowledge"), sequence: Count }, CLOSED),
    Type.Object({ type: Type.Literal("requestSnapshot") }, CLOSED),
    Type.Object({ type: Type.Literal("command"), command: Type.Enum(SWEEP_COMMANDS) }, CLOSED),
    Type.Object({ type: Type.Literal("openFile") }, CLOSED),
    Type.Object({ type: Type.Literal("openTrial"), index: Count }, CLOSED),
    Type.Object({ type: Type.Literal("applyTrial"), index: Count }, CLOSED),
    Type.Object(
      { type: Type.Literal("chartFile"), chart: CardId, format: Type.Enum(CHART_FORMATS), content: Bytes },
      CLOSED,
    ),
    Type.Object({ type: Type.Literal("chartFailed"), message: Text }, CLOSED),
    Type.Object({ type: Type.Literal("viewError"), message: Text }, CLOSED),
  ]),
);
