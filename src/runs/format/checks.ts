/**
 * What a run file says, checked once where it comes in: a file may be damaged, from another version, or made by
 * somebody else. The generated guards check the values in JSON; here, how they go with the arrays beside them.
 */
import { LATER_INIT_KEYS, LATER_KEYS, LATER_MODEL_KEYS, LATER_TRAINING_KEYS } from "../../config/schema/laterKeys";
import type { Checkpoint, RandomState } from "../../core/numerics/checkpoint";
import { isBaseline } from "../../shared/guards/isBaseline.generated";
import { isFinding } from "../../shared/guards/isFinding.generated";
import { isLossSurface } from "../../shared/guards/isLossSurface.generated";
import { isTraceHeader } from "../../shared/guards/isTraceHeader.generated";
import { printable } from "../../lib/outsideText";
import { columnsFit } from "../../shared/trace/columnRules";
import type { LossSurface, TraceHeader } from "../../shared/trace/trace";
import type { GuardError } from "../../shared/guards/schemaParts";
import type { Baseline } from "../../shared/wire/baselines";
import type { Finding } from "../../shared/wire/findings";
import { isCheckpointValue } from "./isCheckpointValue.generated";
import { isRunEvent } from "./isRunEvent.generated";
import { isRunMeta } from "./isRunMeta.generated";
import { isRunProgress } from "./isRunProgress.generated";
import type { NumberArray, Payload } from "./payload";
import type { RunEvent, RunMeta, RunProgress } from "./runContents";
import { isUriText } from "./uriText";

const RANDOM_WORDS = 624;

/** What a run was started with; null where it cannot be shown, and then what is wrong with it: "startedAt". */
export type CheckedMeta =
  { readonly meta: RunMeta; readonly wrong: null } | { readonly meta: null; readonly wrong: string };

export function checkMeta(value: unknown): CheckedMeta {
  const meta = withMetaDefaults(value);
  if (!isRunMeta(meta)) return { meta: null, wrong: placeOf(isRunMeta.errors?.[0]) };
  return isUriText(meta.uri) ? { meta, wrong: null } : { meta: null, wrong: "uri" };
}

/** "/config/model/cell" as "config.model.cell". Names of keys may come from the file. */
function placeOf(error: GuardError | undefined): string {
  return printable((error?.instancePath ?? "").slice(1).replaceAll("/", "."));
}

/**
 * Earlier files are from before some keys of the experiment, from before runs had numbers, or do not have their origin.
 */
function withMetaDefaults(value: unknown): unknown {
  if (!hasObject(value, "config") || !hasObject(value.config, "training")) return value;
  const { config } = value;
  return {
    number: 0,
    varied: [],
    origin: "command",
    ...value,
    config: {
      ...LATER_KEYS,
      ...config,
      ...(hasObject(config, "model") ? { model: withModelDefaults(config.model) } : {}),
      training: { ...LATER_TRAINING_KEYS, ...config.training },
    },
  };
}

function withModelDefaults(model: object): object {
  return {
    ...LATER_MODEL_KEYS,
    ...model,
    ...(hasObject(model, "init") ? { init: { ...LATER_INIT_KEYS, ...model.init } } : {}),
  };
}

export function readHeader(value: unknown): TraceHeader | null {
  return isTraceHeader(value) && columnsFit(value.columns) ? value : null;
}

/** What a frame of status or end says. */
export function readProgress(value: unknown): RunProgress | null {
  const progress = withStatusDefaults(value);
  return isRunProgress(progress) ? progress : null;
}

/** Earlier files have the advice as a part of the message, do not say where validation was best, or have no metrics. */
function withStatusDefaults(value: unknown): unknown {
  return hasObject(value, "status")
    ? { metrics: null, ...value, status: { advice: null, best: null, ...value.status } }
    : value;
}

function hasObject<K extends string>(value: unknown, key: K): value is Record<K, object> {
  if (typeof value !== "object" || value === null || !(key in value)) return false;
  const inner = (value as Record<K, unknown>)[key];
  return typeof inner === "object" && inner !== null;
}

export function readRunEvent(value: unknown): RunEvent | null {
  return isRunEvent(value) ? value : null;
}

export function readFindings(value: unknown): readonly Finding[] | null {
  return Array.isArray(value) && value.every((item) => isFinding(item)) ? value : null;
}

export function readBaselines(value: unknown): readonly Baseline[] | null {
  return Array.isArray(value) && value.every((item) => isBaseline(item)) ? value : null;
}

export function readSurface({ value, arrays }: Payload): LossSurface | null {
  const surface: unknown = typeof value === "object" ? { ...value, loss: arrays.get("loss") } : null;
  return isLossSurface(surface) && surface.loss.length === surface.rows * surface.columns ? surface : null;
}

/** Whether it fits its network is for the trainer to find out; here, that each part is there and of its kind. */
export function readCheckpoint({ value, arrays }: Payload, header: TraceHeader | null): Checkpoint | null {
  const parameters = floats(arrays.get("parameters"));
  if (header === null || parameters === null || !isCheckpointValue(value)) return null;
  const { iteration, steps, batchPosition, batchRandom, dropoutRandom, scores, best, plateau } = value;
  const bestParameters = floats(arrays.get("best"));
  return {
    iteration,
    parameters,
    optimizer: { steps, first: floats(arrays.get("first")), second: floats(arrays.get("second")) },
    batches: { position: batchPosition, random: readRandom(batchRandom, arrays.get("batches")) },
    dropout: readRandom(dropoutRandom, arrays.get("dropout")),
    carried: floats(arrays.get("carried")),
    best: best == null || bestParameters === null ? null : { ...best, parameters: bestParameters },
    plateau: plateau ?? null,
    scores,
  };
}

function readRandom(position: number | null, words: NumberArray | undefined): RandomState | null {
  return words instanceof Uint32Array && words.length === RANDOM_WORDS && position !== null && position <= RANDOM_WORDS
    ? { words, position }
    : null;
}

function floats(values: NumberArray | undefined): Float64Array | null {
  return values instanceof Float64Array ? values : null;
}
