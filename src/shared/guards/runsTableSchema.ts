/** Schemas of what the host and the page with the table of runs send each other, and of what that page keeps. */
import * as Type from "typebox";
import {
  MAX_CHOSEN,
  MAX_CURVES,
  TABLE_STATES,
  TABLE_VERBS,
  type LossCurve,
  type RunsTableHostMessage,
  type RunsTablePageMessage,
  type RunsTableState,
  type SharedValue,
  type TableRun,
  type TableValue,
} from "../wire/runsTable";
import { CLOSED, Count, dictionary, Flag, Float64s, nullable, Real, schemaOf, tagged, Text } from "./schemaParts";

const MAX_ID_LENGTH = 200;

const Value = Type.Unsafe<TableValue>({ type: ["string", "number", "boolean", "null"] });

const TableRunSchema = schemaOf<TableRun>()(
  Type.Object({
    id: Text,
    number: Count,
    name: Text,
    experiment: Text,
    uri: Text,
    state: Type.Enum(TABLE_STATES),
    pinned: Flag,
    note: Text,
    seed: nullable(Real),
    startedAt: Real,
    trainMs: Real,
    iterations: Count,
    loss: nullable(Real),
    bestLoss: nullable(Real),
    accuracy: nullable(Real),
    validationLoss: nullable(Real),
    bestValidationLoss: nullable(Real),
    values: Type.Array(Value),
  }),
);

const SharedValueSchema = schemaOf<SharedValue>()(Type.Object({ path: Text, value: Value }));

const LossCurveSchema = schemaOf<LossCurve>()(
  Type.Object({
    id: Text,
    iteration: Type.Unsafe<Float64Array>(Float64s),
    loss: Type.Unsafe<Float64Array>(Float64s),
  }),
);

export const RunsTableHostMessageSchema = schemaOf<RunsTableHostMessage>()(
  tagged("type", [
    Type.Object({
      type: Type.Literal("runs"),
      reset: Flag,
      paths: Type.Array(Text),
      shared: Type.Array(SharedValueSchema),
      changed: Type.Array(TableRunSchema),
      removed: Type.Array(Text),
      pending: Count,
    }),
    Type.Object({
      type: Type.Literal("curves"),
      requestId: Count,
      curves: Type.Array(LossCurveSchema),
      problems: Type.Array(Text),
    }),
  ]),
);

const RunId = Type.String({ maxLength: MAX_ID_LENGTH });

export const RunsTablePageMessageSchema = schemaOf<RunsTablePageMessage>()(
  tagged("type", [
    Type.Object({ type: Type.Literal("ready") }, CLOSED),
    Type.Object(
      { type: Type.Literal("verb"), verb: Type.Enum(TABLE_VERBS), ids: Type.Array(RunId, { maxItems: MAX_CHOSEN }) },
      CLOSED,
    ),
    Type.Object(
      { type: Type.Literal("readCurves"), requestId: Count, ids: Type.Array(RunId, { maxItems: MAX_CURVES }) },
      CLOSED,
    ),
    Type.Object({ type: Type.Literal("viewError"), message: Text }, CLOSED),
  ]),
);

export const RunsTableStateSchema = schemaOf<RunsTableState>()(
  Type.Object({
    sort: Type.Array(Type.Object({ column: Text, descending: Flag })),
    filter: Text,
    columns: dictionary(Flag),
    group: nullable(Text),
    expanded: Type.Array(Text),
    selected: Type.Array(Text),
    chart: Flag,
    band: Type.Enum(["range", "deviation"]),
    logarithmic: Flag,
  }),
);
