/** Schema of the cell race. */
import * as Type from "typebox";
import type { RaceLane, RaceResult, ShownRace } from "../wire/race";
import { FixEditSchema } from "./viewSchema";
import { Count, Float64s, nullable, Real, schemaOf, Text } from "./schemaParts";

const Cell = Type.Enum(["linear", "rnn", "lstm", "gru", "ctrnn", "mingru", "minlstm", "lru", "rglru", "slstm"]);

const RaceResultSchema = schemaOf<RaceResult>()(
  Type.Object({
    loss: Real,
    accuracy: nullable(Real),
    exactAccuracy: nullable(Real),
    memory: nullable(Type.Object({ steps: nullable(Count), measured: Count, gains: Float64s })),
  }),
);

const RaceLaneSchema = schemaOf<RaceLane>()(
  Type.Object({
    cell: Cell,
    hiddenSize: Count,
    parameterCount: Count,
    edits: Type.Array(FixEditSchema),
    phase: Type.Enum(["waiting", "running", "done", "diverged", "failed"]),
    message: nullable(Text),
    iteration: Count,
    iterations: Count,
    curve: Type.Object({ iteration: Float64s, loss: Float64s }),
    trainMs: Real,
    result: nullable(RaceResultSchema),
  }),
);

export const ShownRaceSchema = schemaOf<ShownRace>()(
  Type.Object({
    phase: Type.Enum(["starting", "running", "done", "stopped", "failed"]),
    message: nullable(Text),
    budget: Count,
    scoredOn: Type.Enum(["validation", "training"]),
    lanes: Type.Array(RaceLaneSchema),
    inFile: nullable(Cell),
  }),
);
