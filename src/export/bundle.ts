import { createHash } from "node:crypto";
import { weightsMetadata } from "../shared/trace/weightsMetadata";
import { encodeRun } from "../runs/format/encodeRun";
import type { RunContents } from "../runs/format/runContents";
import { writeSafetensors, type Tensor } from "../formats/safetensors";
import { BUNDLE_KIND, BUNDLE_VERSION, MANIFEST, type BundleFile, type Manifest } from "./bundleFormat";
import { lossPicture } from "./lossPicture";
import { metricsCsv } from "./metricsCsv";
import { reportMarkdown } from "./reportMarkdown";

/** The files of a bundle by their names, the manifest last. @param name of the run */
export function bundleFiles(run: RunContents, name = ""): Map<string, Uint8Array | string> {
  const { columns, rows } = run.metrics;
  const checkpoint = run.checkpoint;
  const best = checkpoint?.best ?? null;
  const weights = parameterTensors(run, checkpoint?.parameters);
  const bestWeights = parameterTensors(run, best?.parameters);
  const metadata = (iteration: number, validationLoss: number | null): Readonly<Record<string, string>> =>
    weightsMetadata(run.header?.data, {
      iteration,
      validationLoss,
      experiment: run.meta.configText,
      dataChecksum: run.meta.files.data,
    });
  const files = new Map<BundleFile, Uint8Array | string>([
    ["README.md", reportMarkdown(run, { final: weights !== null, best: bestWeights !== null }, name)],
    ["experiment.rnn.json", run.meta.configText],
    ["metrics.csv", metricsCsv(columns, rows)],
    ["run.rnnrun", encodeRun(run)],
    ["loss.svg", lossPicture(columns, rows)],
  ]);
  if (weights !== null)
    files.set("weights.safetensors", writeSafetensors(weights, metadata(checkpoint?.iteration ?? 0, null)));
  if (bestWeights !== null && best !== null)
    files.set("best.safetensors", writeSafetensors(bestWeights, metadata(best.iteration, best.validationLoss)));
  return new Map<string, Uint8Array | string>([
    ...files,
    [MANIFEST, `${JSON.stringify(manifestOf(files), null, 2)}\n`],
  ]);
}

export function manifestOf(files: ReadonlyMap<BundleFile, Uint8Array | string>): Manifest {
  const entries = [...files].map(([name, content]) => {
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    return { name, bytes: bytes.length, sha256: sha256(bytes) };
  });
  return { kind: BUNDLE_KIND, version: BUNDLE_VERSION, files: entries };
}

export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** Null when the run has none. */
export function parameterTensors({ header }: RunContents, parameters: Float64Array | undefined): Tensor[] | null {
  if (header === null || parameters === undefined) return null;
  return header.parameters.map(({ name, shape, offset }) => ({
    name,
    shape,
    values: parameters.slice(offset, offset + shape.reduce((product, axis) => product * axis, 1)),
  }));
}
