/** Schemas of what the pages keep across a reload of the window. */
import * as Type from "typebox";
import { Count, dictionary, Finite, Flag, nullable, Real, schemaOf, Text } from "../../src/shared/guards/schemaParts";
import { RUN_PHASES } from "../../src/shared/trace/trace";
import type { LastRace } from "./lastRace";
import type { LastRun } from "./lastRun";
import { MAX_SMOOTHING, MAX_UNITS, type Preferences } from "./preferences";
import { MAX_SECTIONS, type Arrangement, type PageLayout } from "./sectionLayout";

export const LastRunSchema = schemaOf<LastRun>()(
  Type.Object({
    uri: Text,
    phase: Type.Enum(RUN_PHASES),
    iteration: Count,
    iterations: Count,
    loss: nullable(Real),
  }),
);

export const LastRaceSchema = schemaOf<LastRace>()(
  Type.Object({
    uri: Text,
    isDone: Flag,
    share: Type.Number({ minimum: 0, maximum: 1 }),
    lanes: Type.Array(
      Type.Object({
        cell: Type.Enum(["linear", "rnn", "lstm", "gru", "ctrnn", "mingru", "minlstm", "lru", "rglru", "slstm"]),
        loss: nullable(Finite),
      }),
      {
        maxItems: 5,
      },
    ),
  }),
);

function arrangement(columns: number) {
  return Type.Optional(
    schemaOf<Arrangement>()(Type.Array(Type.Array(Text, { maxItems: MAX_SECTIONS }), { maxItems: columns })),
  );
}

const PageLayoutSchema = schemaOf<PageLayout>()(
  Type.Object({
    arrangements: Type.Object({ 1: arrangement(1), 2: arrangement(2), 3: arrangement(3) }),
    folds: Type.Unsafe<Record<string, boolean>>({ ...dictionary(Flag), maxProperties: MAX_SECTIONS }),
  }),
);

export const PreferencesSchema = schemaOf<Preferences>()(
  Type.Object({
    lossScale: Type.Enum(["log", "linear"]),
    range: Type.Enum(["all", "recent", "afterSpike"]),
    xAxis: Type.Enum(["iteration", "epoch", "time"]),
    smoothing: Type.Number({ minimum: 0, maximum: MAX_SMOOTHING }),
    layer: nullable(Count),
    quantity: Text,
    units: Type.Array(Count, { maxItems: MAX_UNITS }),
    tables: Type.Array(Text, { maxItems: 20 }),
    layout: PageLayoutSchema,
  }),
);
