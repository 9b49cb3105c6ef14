/** Schemas of what the host and the page that compares runs send each other, and of what that page keeps. */
import * as Type from "typebox";
import {
  COMPARE_VERBS,
  type CompareHostMessage,
  type ComparePageMessage,
  type CompareState,
  type ComparedRun,
} from "../wire/comparison";
import { CLOSED, Count, dictionary, Flag, Float64s, nullable, Real, schemaOf, tagged, Text } from "./schemaParts";

const MAX_ID_LENGTH = 200;

const ComparedRunSchema = schemaOf<ComparedRun>()(
  Type.Object({
    id: Text,
    number: Count,
    look: Count,
    title: Text,
    experiment: Text,
    state: Text,
    seed: nullable(Real),
    duration: Text,
    iterations: Count,
    curves: dictionary(Type.Unsafe<Float64Array>(Float64s)),
  }),
);

export const CompareHostMessageSchema = schemaOf<CompareHostMessage>()(
  Type.Object({
    type: Type.Literal("comparison"),
    comparison: Type.Object({
      runs: Type.Array(ComparedRunSchema),
      baseline: nullable(Text),
      differences: Type.Array(Type.Object({ path: Text, values: Type.Array(Text) })),
      problems: Type.Array(Text),
      notes: Type.Array(Text),
    }),
  }),
);

const RunId = Type.String({ maxLength: MAX_ID_LENGTH });

export const ComparePageMessageSchema = schemaOf<ComparePageMessage>()(
  tagged("type", [
    Type.Object({ type: Type.Literal("ready") }, CLOSED),
    Type.Object({ type: Type.Literal("verb"), verb: Type.Enum(COMPARE_VERBS), id: RunId }, CLOSED),
    Type.Object({ type: Type.Literal("leaveOut"), id: RunId }, CLOSED),
    Type.Object({ type: Type.Literal("viewError"), message: Text }, CLOSED),
  ]),
);

export const CompareStateSchema = schemaOf<CompareState>()(
  Type.Object({ ids: Type.Array(Text), hidden: Type.Array(Text), logarithmic: Flag }),
);
