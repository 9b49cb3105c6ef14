/** Schema of the learning-rate range test. */
import * as Type from "typebox";
import type { RateTest, ShownRateTest } from "../wire/rateTest";
import { Count, Float64s, nullable, Real, schemaOf, Text } from "./schemaParts";

const RateTestSchema = schemaOf<RateTest>()(
  Type.Object({
    rates: Float64s,
    losses: Float64s,
    smoothed: Float64s,
    initialLoss: Real,
    stoppedAt: nullable(Real),
    largestStable: nullable(Real),
    fall: Real,
    noise: Real,
    steepest: nullable(Real),
    lowest: nullable(Real),
    suggested: nullable(Real),
  }),
);

export const ShownRateTestSchema = schemaOf<ShownRateTest>()(
  Type.Object({
    phase: Type.Enum(["starting", "running", "done", "stopped", "failed"]),
    message: nullable(Text),
    from: Real,
    to: Real,
    updates: Count,
    test: nullable(RateTestSchema),
    inFile: nullable(Real),
  }),
);
