/** Schemas of what a view shows beside the trace: findings, the text and its form, the state of the run. */
import * as Type from "typebox";
import { BASELINES, type Baseline } from "../wire/baselines";
import {
  PROBE_RULES,
  RULES,
  type ConfigPath,
  type Finding,
  type FixEdit,
  type FixTrial,
  type ShownFinding,
} from "../wire/findings";
import type { FormField, FormValue } from "../wire/formField";
import type { RunIdentity } from "../wire/runIdentity";
import type { RunChange, RunEvent, TextState } from "../wire/liveEdit";
import { PACES, type ViewState } from "../wire/protocol";
import { GradientCheckSchema, RunStatusSchema } from "./traceSchema";
import { Count, dictionary, Finite, Flag, nullable, Real, schemaOf, tagged, Text } from "./schemaParts";

const ConfigPathSchema = schemaOf<ConfigPath>()(Type.Array(Text));

export const FixEditSchema = schemaOf<FixEdit>()(
  Type.Object({ path: ConfigPathSchema, value: Type.Optional(Type.Unknown()) }),
);

const FixTrialSchema = schemaOf<FixTrial>()(
  Type.Object({ iterations: Count, finalLoss: Real, bestLoss: Real, validationLoss: nullable(Real), runLoss: Real }),
);

const FINDING = {
  severity: Type.Enum(["warning", "information"]),
  iteration: Count,
  timeStep: nullable(Count),
  numbers: dictionary(Real),
  message: Text,
  configPath: ConfigPathSchema,
  fixes: Type.Array(
    Type.Object({ title: Text, edits: Type.Array(FixEditSchema), trial: Type.Optional(FixTrialSchema) }),
  ),
} as const;

export const FindingSchema = schemaOf<Finding>()(Type.Object({ rule: Type.Enum(RULES), ...FINDING }));

const ShownFindingSchema = schemaOf<ShownFinding>()(
  Type.Object({ rule: Type.Enum([...RULES, ...PROBE_RULES]), ...FINDING, advice: Type.Optional(Text) }),
);

export const BaselineSchema = schemaOf<Baseline>()(
  Type.Object({
    name: Type.Enum(BASELINES),
    loss: Real,
    label: Text,
    on: Type.Enum(["validation", "training"]),
  }),
);

const FormValueSchema = schemaOf<FormValue>()(Type.Union([Type.Null(), Flag, Text, Finite, dictionary(Finite)]));

const FormFieldSchema = schemaOf<FormField>()(
  Type.Object({
    path: ConfigPathSchema,
    group: Text,
    label: Text,
    description: Text,
    range: Text,
    value: FormValueSchema,
    defaultValue: nullable(Text),
    isDefault: Flag,
    input: tagged("kind", [
      Type.Object({
        kind: Type.Literal("number"),
        scale: Type.Enum(["log", "linear"]),
        from: Finite,
        to: Finite,
        whole: Flag,
      }),
      Type.Object({
        kind: Type.Literal("choice"),
        options: Type.Array(Type.Object({ value: FormValueSchema, label: Text, description: Text })),
      }),
    ]),
  }),
);

const TextStateSchema = schemaOf<TextState>()(
  Type.Object({
    form: Type.Array(FormFieldSchema),
    change: Text,
    error: nullable(Type.Object({ line: Count, message: Text, path: ConfigPathSchema })),
    applies: Flag,
    heldBack: Flag,
  }),
);

const RunEventSchema = schemaOf<RunEvent>()(Type.Object({ iteration: Count, text: Text }));

const RunIdentitySchema = schemaOf<RunIdentity>()(Type.Object({ number: Count, name: Text }));

const RunChangeSchema = schemaOf<RunChange>()(Type.Object({ since: Text, values: Type.Array(Text), details: Text }));

export const ViewStateSchema = schemaOf<ViewState>()(
  Type.Object({
    experiment: nullable(Type.Object({ uri: Text, fileName: Text, name: Text, textDiffersFromRun: Flag })),
    run: nullable(RunIdentitySchema),
    status: RunStatusSchema,
    pace: Type.Enum(PACES),
    gradientCheck: nullable(GradientCheckSchema),
    findings: Type.Array(ShownFindingSchema),
    fixProgress: nullable(Type.Object({ tried: Count, total: Count })),
    baselines: Type.Array(BaselineSchema),
    text: TextStateSchema,
    change: nullable(RunChangeSchema),
    recorded: nullable(Type.Object({ resumeFrom: nullable(Count), isReadOnly: Flag })),
    notSaved: nullable(Text),
    events: Type.Array(RunEventSchema),
    canRun: Flag,
    probed: Type.Optional(
      Type.Object({ place: Text, isInterrupted: Flag, notes: Type.Array(Text), problem: nullable(Text) }),
    ),
    arithmetic: Type.Optional(Type.Object({ threads: Count, vectorBits: Type.Enum([128, 256]) })),
  }),
);
