/** Schema of what the host sends to the panel. */
import * as Type from "typebox";
import { PANEL_ACTIONS } from "../wire/panelActions";
import type { Ghost, HostMessage } from "../wire/protocol";
import { CHART_FORMATS } from "../wire/savedCharts";
import { AnswerSchema } from "./answerSchema";
import { ShownRaceSchema } from "./raceSchema";
import { ShownRateTestSchema } from "./rateTestSchema";
import { Count, Float64s, nullable, schemaOf, tagged, Text } from "./schemaParts";
import { SeedTrialsSchema } from "./seedsSchema";
import {
  FrameRowsSchema,
  LossSurfaceSchema,
  RunStatusSchema,
  SeriesSnapshotSchema,
  SeriesUpdateSchema,
  TraceHeaderSchema,
} from "./traceSchema";
import { ViewStateSchema } from "./viewSchema";

const GhostSchema = schemaOf<Ghost>()(
  Type.Object({
    runId: Text,
    number: Count,
    label: Text,
    iteration: Float64s,
    loss: Float64s,
    path: Type.Optional(Float64s),
  }),
);

export const HostMessageSchema = schemaOf<HostMessage>()(
  tagged("type", [
    Type.Object({
      type: Type.Literal("snapshot"),
      sequence: Count,
      view: ViewStateSchema,
      header: nullable(TraceHeaderSchema),
      rows: nullable(FrameRowsSchema),
      scalars: nullable(SeriesSnapshotSchema),
      ghosts: Type.Array(GhostSchema),
      surface: nullable(LossSurfaceSchema),
    }),
    Type.Object({
      type: Type.Literal("append"),
      sequence: Count,
      runId: Text,
      rows: FrameRowsSchema,
      scalars: SeriesUpdateSchema,
      status: RunStatusSchema,
    }),
    Type.Object({ type: Type.Literal("view"), view: ViewStateSchema }),
    Type.Object({ type: Type.Literal("surface"), surface: LossSurfaceSchema }),
    Type.Object({ type: Type.Literal("race"), race: nullable(ShownRaceSchema) }),
    Type.Object({ type: Type.Literal("rateTest"), test: nullable(ShownRateTestSchema) }),
    Type.Object({ type: Type.Literal("seeds"), trials: nullable(SeedTrialsSchema) }),
    Type.Object({ type: Type.Literal("answer"), requestId: Count, answer: AnswerSchema }),
    Type.Object({ type: Type.Literal("answerFailed"), requestId: Count, message: Text }),
    Type.Object({
      type: Type.Literal("reveal"),
      place: Type.Object({ iteration: nullable(Count), timeStep: nullable(Count), card: nullable(Text) }),
    }),
    Type.Object({ type: Type.Literal("listCharts"), requestId: Count }),
    Type.Object({
      type: Type.Literal("drawChart"),
      requestId: Count,
      chart: Text,
      format: Type.Enum(CHART_FORMATS),
    }),
    Type.Object({ type: Type.Literal("perform"), action: Type.Enum(PANEL_ACTIONS) }),
  ]),
);
