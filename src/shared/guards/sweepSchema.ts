/** Schemas of what the host and the page of a sweep send each other. */
import * as Type from "typebox";
import { TRIAL_FIGURES, type SweepInfo, type TrialResult } from "../wire/sweep";
import { SWEEP_COMMANDS, type SweepFrame, type SweepPageMessage, type SweepView } from "../wire/sweepProtocol";
import { CLOSED, Count, Flag, nullable, Real, schemaOf, tagged, Text } from "./schemaParts";

const SweepInfoSchema = schemaOf<SweepInfo>()(
  Type.Object({
    parameters: Type.Array(
      Type.Object({ key: Text, kind: Type.Enum(["number", "choice"]), scale: Type.Enum(["linear", "log"]) }),
    ),
    seeds: Count,
    trials: Count,
    goal: nullable(Type.Object({ metric: Type.Enum(TRIAL_FIGURES), value: Real })),
  }),
);

const SweepViewSchema = schemaOf<SweepView>()(
  Type.Object({
    uri: Text,
    name: Text,
    fileName: Text,
    phase: Type.Enum(["idle", "running", "done", "stopped", "failed"]),
    info: nullable(SweepInfoSchema),
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
    status: Type.Enum(["done", "diverged", "failed"]),
    iterations: Count,
    reachedAt: nullable(Count),
    trainMs: Real,
    message: nullable(Text),
  }),
);

export const SweepFrameSchema = schemaOf<SweepFrame>()(
  Type.Object({
    type: Type.Literal("sweep"),
    sequence: Count,
    view: SweepViewSchema,
    first: Count,
    results: Type.Array(TrialResultSchema),
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
    Type.Object({ type: Type.Literal("viewError"), message: Text }, CLOSED),
  ]),
);
