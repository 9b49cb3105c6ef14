/** Schema of what the panel sends to the host. */
import * as Type from "typebox";
import { MAX_TYPED_LENGTH } from "../trace/inspection";
import { MAX_LENGTH, MAX_PRIME_LENGTH, MAX_SAMPLE_LENGTH, MAX_TEMPERATURE } from "../trace/predictions";
import { PACES, VIEW_COMMANDS, type WebviewMessage } from "../wire/protocol";
import type { Question } from "../wire/questions";
import { CHART_FORMATS, type ChartName } from "../wire/savedCharts";
import { Bytes, CardId, CLOSED, Count, Finite, Flag, nullable, schemaOf, tagged, Text } from "./schemaParts";

/** Deeper than any value of an experiment, and more at once than any control writes. */
const MAX_PATH_LENGTH = 8;
const MAX_EDITS = 16;
/** More charts than any page has. */
const MAX_CHARTS = 64;
const MAX_TITLE_LENGTH = 200;
/** More inputs than anyone types a number for. */
const MAX_INPUTS = 4096;

const Path = Type.Array(Text, { minItems: 1, maxItems: MAX_PATH_LENGTH });

const AnalysisPart = { iteration: Count, layer: Count, attempt: Count, poll: Count } as const;
const ConstantInput = Type.Union([Type.Array(Finite, { minItems: 1, maxItems: MAX_INPUTS }), Type.Null()]);

const QuestionSchema = schemaOf<Question>()(
  tagged("kind", [
    Type.Object(
      {
        kind: Type.Literal("inspect"),
        iteration: Count,
        sequence: Type.Union([Count, Type.String({ maxLength: MAX_TYPED_LENGTH })]),
      },
      CLOSED,
    ),
    Type.Object(
      { kind: Type.Literal("predictions"), iteration: Count, part: Type.Enum(["training", "validation", "both"]) },
      CLOSED,
    ),
    Type.Object(
      {
        kind: Type.Literal("lengths"),
        iteration: Count,
        length: Type.Integer({ minimum: 1, maximum: MAX_LENGTH }),
      },
      CLOSED,
    ),
    Type.Object(
      {
        kind: Type.Literal("sample"),
        iteration: Count,
        prime: Type.String({ maxLength: MAX_PRIME_LENGTH }),
        length: Type.Integer({ minimum: 0, maximum: MAX_SAMPLE_LENGTH }),
        temperature: Type.Number({ minimum: 0, maximum: MAX_TEMPERATURE }),
        draw: Count,
      },
      CLOSED,
    ),
    Type.Object({ kind: Type.Literal("decay"), iteration: Count, layer: Count }, CLOSED),
    Type.Object({ kind: Type.Literal("attribution"), iteration: Count, layer: Count, sequence: Count }, CLOSED),
    Type.Object({ kind: Type.Literal("tensors"), iteration: Count }, CLOSED),
    Type.Object({ kind: Type.Literal("norms"), iteration: Count }, CLOSED),
    Type.Object({ kind: Type.Literal("spectrum"), iteration: Count, layer: Count }, CLOSED),
    Type.Object({ kind: Type.Literal("weights"), iteration: Count }, CLOSED),
    Type.Object({ kind: Type.Literal("fixedPoints"), ...AnalysisPart, input: ConstantInput }, CLOSED),
    Type.Object({ kind: Type.Literal("jacobians"), ...AnalysisPart, sequence: Count }, CLOSED),
    Type.Object({ kind: Type.Literal("lyapunov"), ...AnalysisPart, input: ConstantInput }, CLOSED),
    Type.Object({ kind: Type.Literal("sharpness"), ...AnalysisPart }, CLOSED),
    Type.Object({ kind: Type.Literal("memory"), ...AnalysisPart }, CLOSED),
    Type.Object({ kind: Type.Literal("psychometric"), ...AnalysisPart }, CLOSED),
    Type.Object({ kind: Type.Literal("measures"), iteration: Count }, CLOSED),
  ]),
);

const ChartNameSchema = schemaOf<ChartName>()(
  Type.Object({ id: CardId, title: Type.String({ maxLength: MAX_TITLE_LENGTH }) }, CLOSED),
);

export const WebviewMessageSchema = schemaOf<WebviewMessage>()(
  tagged("type", [
    Type.Object({ type: Type.Literal("ready") }, CLOSED),
    Type.Object({ type: Type.Literal("acknowledge"), sequence: Count }, CLOSED),
    Type.Object({ type: Type.Literal("requestSnapshot") }, CLOSED),
    Type.Object({ type: Type.Literal("command"), command: Type.Enum(VIEW_COMMANDS) }, CLOSED),
    Type.Object({ type: Type.Literal("setPace"), pace: Type.Enum(PACES) }, CLOSED),
    Type.Object({ type: Type.Literal("openFile") }, CLOSED),
    Type.Object({ type: Type.Literal("revealValue"), path: Path }, CLOSED),
    Type.Object(
      {
        type: Type.Literal("editValues"),
        edits: Type.Array(Type.Object({ path: Path, value: Type.Optional(Type.Unknown()) }, CLOSED), {
          minItems: 1,
          maxItems: MAX_EDITS,
        }),
        moving: Flag,
      },
      CLOSED,
    ),
    Type.Object({ type: Type.Literal("ask"), requestId: Count, question: QuestionSchema }, CLOSED),
    Type.Object(
      {
        type: Type.Literal("charts"),
        requestId: Count,
        charts: Type.Array(ChartNameSchema, { maxItems: MAX_CHARTS }),
      },
      CLOSED,
    ),
    Type.Object(
      {
        type: Type.Literal("chartFile"),
        requestId: nullable(Count),
        chart: CardId,
        format: Type.Enum(CHART_FORMATS),
        content: Bytes,
      },
      CLOSED,
    ),
    Type.Object({ type: Type.Literal("chartFailed"), requestId: nullable(Count), message: Text }, CLOSED),
    Type.Object({ type: Type.Literal("viewError"), message: Text }, CLOSED),
  ]),
);
