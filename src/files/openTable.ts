/** A table that is read from its file in chunks, several times, and never held as a whole. */
import { readSync } from "node:fs";
import * as l10n from "@vscode/l10n";
import { readFromSync, type RegularFile } from "../disk/regularFile";
import type { ByteSource } from "../tables/byteSource";

/** Fits the second cache of a core. */
const CHUNK_BYTES = 2 ** 18;

/**
 * The file stays open as long as the process. What is appended meanwhile is not read.
 */
export function openTable({ handle, stats }: RegularFile): ByteSource {
  const size = Number(stats.size);
  return {
    size,
    read: (from, to) => readFromSync(handle.fd, from, Math.min(size, to) - from),
    *chunks(from) {
      const chunk = new Uint8Array(CHUNK_BYTES);
      for (let at = from; at < size;) {
        const length = readSync(handle.fd, chunk, 0, Math.min(chunk.length, size - at), at);
        if (length === 0) throw new Error(l10n.t("The table became shorter while it was read."));
        yield chunk.subarray(0, length);
        at += length;
      }
    },
  };
}

export function isUtf8Text(source: ByteSource): boolean {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  try {
    for (const chunk of source.chunks(0)) decoder.decode(chunk, { stream: true });
    decoder.decode();
    return true;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}
