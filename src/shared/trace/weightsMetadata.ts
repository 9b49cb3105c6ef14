/** `__metadata__` of a file of weights: all that somebody needs who has nothing but the file. Texts only. */
import * as l10n from "@vscode/l10n";
import type { TraceHeader } from "./trace";

/** Raised when a reader of the former version would read something else. */
const FORMAT_VERSION = "1";

export interface WeightsOrigin {
  readonly iteration: number;
  /** Of these weights; null where they are not the best ones. */
  readonly validationLoss: number | null;
  /** The text of the experiment. */
  readonly experiment: string;
  /** CRC-32 of the data file; null where there is none. */
  readonly dataChecksum: number | null;
}

export function weightsMetadata(
  data: TraceHeader["data"],
  { iteration, validationLoss, experiment, dataChecksum }: WeightsOrigin,
): Readonly<Record<string, string>> {
  const vocabulary = data?.vocabulary ?? null;
  return {
    producer: "RNN Lab",
    format_version: FORMAT_VERSION,
    iteration: String(iteration),
    ...(validationLoss === null ? {} : { validationLoss: String(validationLoss) }),
    ...data?.recipe,
    ...(vocabulary === null
      ? {}
      : { vocabulary: JSON.stringify(vocabulary.map((character) => character.codePointAt(0))) }),
    ...(dataChecksum === null ? {} : { data_crc32: String(dataChecksum) }),
    experiment,
  };
}

/** What the texts say, those that are there. @throws Error when they are of a later version */
export function readWeightsOrigin(texts: Readonly<Record<string, string>>): {
  readonly iteration: number | null;
  readonly validationLoss: number | null;
  readonly experiment: string | null;
  readonly dataChecksum: number | null;
} {
  const version = texts["format_version"];
  if (version !== undefined && version !== FORMAT_VERSION)
    throw new Error(
      l10n.t("the weights have format version {0}; this version of RNN Lab reads {1}", version, FORMAT_VERSION),
    );
  const number = (key: string): number | null => {
    const value = Object.hasOwn(texts, key) ? Number(texts[key]) : NaN;
    return Number.isFinite(value) ? value : null;
  };
  return {
    iteration: number("iteration"),
    validationLoss: number("validationLoss"),
    experiment: texts["experiment"] ?? null,
    dataChecksum: number("data_crc32"),
  };
}
