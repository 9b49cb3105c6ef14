/** Schema of an experiment that is trained with several seeds. */
import * as Type from "typebox";
import type { SeedLoss, SeedResult, SeedTrials } from "../wire/seeds";
import { TRIAL_FIGURES, TRIAL_STATUSES } from "../wire/sweep";
import { Count, Flag, Float64s, nullable, Real, schemaOf, Text } from "./schemaParts";

const SeedLossSchema = schemaOf<SeedLoss>()(
  Type.Object({
    on: Type.Enum(["validation", "training"]),
    window: Count,
    final: Type.Enum(["last", "lowest", "mean"]),
  }),
);

const SeedResultSchema = schemaOf<SeedResult>()(
  Type.Object({
    seed: Count,
    status: Type.Enum(TRIAL_STATUSES),
    message: nullable(Text),
    iterations: Count,
    finalLoss: Real,
    accuracy: Real,
    exactAccuracy: Real,
    reached: nullable(Flag),
    baseline: nullable(Real),
    curve: Float64s,
  }),
);

export const SeedTrialsSchema = schemaOf<SeedTrials>()(
  Type.Object({
    phase: Type.Enum(["running", "done", "stopped", "failed"]),
    message: nullable(Text),
    waiting: Flag,
    percent: Count,
    seeds: Type.Array(Count),
    goal: nullable(Type.Object({ metric: Type.Enum(TRIAL_FIGURES), value: Real })),
    loss: nullable(SeedLossSchema),
    iterations: Float64s,
    results: Type.Array(SeedResultSchema),
  }),
);
