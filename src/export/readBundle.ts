/**
 * Takes in a bundle that may come from anywhere. Nothing but the listed files is looked at; each is a regular file in
 * the folder itself, of the size and checksum that the manifest gives, and holds what its name says.
 */
import { join } from "node:path";
import * as l10n from "@vscode/l10n";
import { configHash } from "../config/compare/hash";
import { isPlainObject } from "../config/schema/jsonSchema";
import { parseExperiment } from "../config/read/parse";
import { FileTooLargeError, IrregularFileError, openRegularFile, readFrom, sizeWithin } from "../disk/regularFile";
import { describeError, describeValue } from "../lib/outsideText";
import { readRun } from "../runs/format/readRun";
import type { RunContents } from "../runs/format/runContents";
import { readSafetensors } from "../formats/safetensors";
import { sha256 } from "./bundle";
import {
  BUNDLE_FILES,
  BUNDLE_KIND,
  BUNDLE_VERSION,
  BundleError,
  EARLIER_VERSIONS,
  MANIFEST,
  NEEDED_FILES,
  type BundleFile,
  type ManifestEntry,
} from "./bundleFormat";
import { isLossPicture } from "./lossPicture";

const MANIFEST_BYTES = 2 ** 16;
const MAX_PIECE = 2 ** 24;
const PNG_SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const FORBIDDEN: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);

/** @throws BundleError that says what is wrong, and with which file */
export async function readBundle(folder: string): Promise<RunContents> {
  const entries = readManifest(await readFileIn(folder, MANIFEST, MANIFEST_BYTES));
  const contents = new Map<BundleFile, Uint8Array>();
  for (const { name, bytes, sha256: expected } of entries) {
    const content = await readFileIn(folder, name, BUNDLE_FILES[name], bytes);
    if (sha256(content) !== expected)
      throw new BundleError(l10n.t("{0} was modified after the export: its checksum does not match.", name));
    contents.set(name, content);
  }
  const run = await checked("run.rnnrun", contents, readWholeRun);
  const hash = await checked("experiment.rnn.json", contents, readConfigHash);
  if (run === null || hash === null) throw new BundleError(l10n.t("The bundle is incomplete."));
  if (hash !== run.meta.configHash || configHash(run.meta.config) !== hash)
    throw new BundleError(l10n.t("experiment.rnn.json does not match the experiment in run.rnnrun."));
  await checked("weights.safetensors", contents, (bytes) => readSafetensors(bytes));
  await checked("best.safetensors", contents, (bytes) => readSafetensors(bytes));
  await checked("loss.svg", contents, (bytes) => {
    if (!isLossPicture(text(bytes))) throw new Error(l10n.t("it is not a loss plot"));
  });
  await checked("loss.png", contents, (bytes) => {
    if (!PNG_SIGNATURE.every((byte, i) => bytes[i] === byte)) throw new Error(l10n.t("it is not a PNG image"));
  });
  await checked("metrics.csv", contents, checkText);
  await checked("README.md", contents, text);
  return run;
}

/** The result of `read`, or null when the file is not there. */
async function checked<T>(
  name: BundleFile,
  contents: ReadonlyMap<BundleFile, Uint8Array>,
  read: (bytes: Uint8Array) => T,
): Promise<T | null> {
  const bytes = contents.get(name);
  if (bytes === undefined) return null;
  try {
    return await read(bytes);
  } catch (error) {
    throw new BundleError(l10n.t("{0} is invalid: {1}", name, describeError(error)), {
      cause: error,
    });
  }
}

function readWholeRun(bytes: Uint8Array): RunContents {
  const run = readRun(bytes);
  if (run.goodBytes !== bytes.length) throw new Error(l10n.t("it is corrupted at byte {0}", run.goodBytes));
  return run;
}

function readConfigHash(bytes: Uint8Array): string {
  const { experiment, problems } = parseExperiment(text(bytes));
  if (experiment === null) throw new Error(problems[0]?.message ?? l10n.t("it is not a valid experiment"));
  return configHash(experiment);
}

function text(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
}

/** In pieces, as it may be longer than a string can be. */
function checkText(bytes: Uint8Array): true {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  for (let start = 0; start < bytes.length; start += MAX_PIECE)
    decoder.decode(bytes.subarray(start, start + MAX_PIECE), { stream: true });
  decoder.decode();
  return true;
}

function readManifest(bytes: Uint8Array): readonly ManifestEntry[] {
  const refuse = (reason: string): never => {
    throw new BundleError(l10n.t("{0} is not a valid RNN Lab manifest: {1}.", MANIFEST, reason));
  };
  let manifest: unknown;
  try {
    manifest = JSON.parse(text(bytes), (key, value: unknown) =>
      FORBIDDEN.has(key) ? refuse(l10n.t("it has the unknown key {0}", describeValue(key))) : value,
    );
  } catch (error) {
    if (error instanceof BundleError) throw error;
    return refuse(l10n.t("it is not valid JSON"));
  }
  if (!isPlainObject(manifest) || manifest["kind"] !== BUNDLE_KIND)
    return refuse(l10n.t("its type is not an RNN Lab run"));
  if (manifest["version"] !== BUNDLE_VERSION && !EARLIER_VERSIONS.includes(manifest["version"]))
    return refuse(
      l10n.t(
        "its version is {0}, but this extension supports version {1}. Update RNN Lab",
        describeValue(manifest["version"]),
        BUNDLE_VERSION,
      ),
    );
  const files: unknown = manifest["files"];
  if (!Array.isArray(files) || files.length > Object.keys(BUNDLE_FILES).length)
    return refuse(l10n.t("it has no list of files"));
  const entries = files.map((entry: unknown): ManifestEntry => {
    const { name, bytes: size, sha256: sum } = isPlainObject(entry) ? entry : {};
    if (typeof name !== "string" || !Object.hasOwn(BUNDLE_FILES, name))
      return refuse(l10n.t("it lists {0}, which does not belong to a bundle", describeValue(name)));
    if (typeof size !== "number" || !Number.isSafeInteger(size) || size < 0)
      return refuse(l10n.t("the size of {0} is missing", name));
    if (typeof sum !== "string" || !/^[0-9a-f]{64}$/.test(sum))
      return refuse(l10n.t("the checksum of {0} is missing", name));
    return { name: name as BundleFile, bytes: size, sha256: sum };
  });
  if (new Set(entries.map(({ name }) => name)).size !== entries.length) return refuse(l10n.t("it lists a file twice"));
  const missing = NEEDED_FILES.find((needed) => !entries.some(({ name }) => name === needed));
  return missing === undefined ? entries : refuse(l10n.t("{0} is not listed", missing));
}

/** @param size that it has to have */
async function readFileIn(folder: string, name: string, maxBytes: number, size?: number): Promise<Uint8Array> {
  try {
    const { handle, stats } = await openRegularFile(join(folder, name));
    try {
      const bytes = sizeWithin(stats, maxBytes);
      if (size !== undefined && bytes !== size)
        throw new BundleError(
          l10n.t(
            "{0} has {1} bytes; {2} specifies {3}.",
            name,
            bytes.toLocaleString("en-US"),
            MANIFEST,
            size.toLocaleString("en-US"),
          ),
        );
      return await readFrom(handle, 0, bytes);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw error instanceof BundleError ? error : new BundleError(describeUnreadable(name, error), { cause: error });
  }
}

function describeUnreadable(name: string, error: unknown): string {
  // A link could lead out of the folder, and a pipe would never end.
  if (error instanceof IrregularFileError) return l10n.t("{0} is not a regular file.", name);
  if (error instanceof FileTooLargeError)
    return l10n.t(
      "{0} has {1} bytes; the maximum is {2}.",
      name,
      error.bytes.toLocaleString("en-US"),
      error.maxBytes.toLocaleString("en-US"),
    );
  const code = error instanceof Error && "code" in error ? String(error.code) : describeError(error);
  return code === "ENOENT" ? l10n.t("{0} is missing.", name) : l10n.t("{0} cannot be read ({1}).", name, code);
}
