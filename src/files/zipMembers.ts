import { crc32 } from "node:zlib";
import type { FileHandle } from "node:fs/promises";
import * as l10n from "@vscode/l10n";
import { fromFdPromise, type Entry } from "yauzl";
import { describeError, describeValue } from "../lib/outsideText";

/** The archive cannot be read, or is larger than its reader accepts; in words for a person, without a full stop. */
export class ZipError extends Error {}

export interface ZipMember {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** An archive with more is none of arrays that somebody has named. */
const MAX_ENTRIES = 10_000;

/**
 * The members of a zip archive whose names are wanted, in the order of the archive. Sizes are those of the central
 * directory: NumPy leaves them out of the headers before the members. Nothing else of the archive is held.
 * @param handle stays open
 * @param maxBytes of all of them together, unpacked
 * @returns the members, and the names of all that there are
 * @throws ZipError
 */
export async function readZipMembers(
  handle: FileHandle,
  isWanted: (name: string) => boolean,
  maxBytes: number,
): Promise<{ readonly names: readonly string[]; readonly members: readonly ZipMember[] }> {
  try {
    const archive = await fromFdPromise(handle.fd, { autoClose: false });
    if (archive.entryCount > MAX_ENTRIES)
      throw new ZipError(l10n.t("it has {0} members; the maximum is {1}", archive.entryCount, MAX_ENTRIES));
    const names = new Set<string>();
    const entries: Entry[] = [];
    for await (const entry of archive.eachEntry()) {
      if (names.has(entry.fileName))
        throw new ZipError(l10n.t("it has two members with the name {0}", describeValue(entry.fileName)));
      names.add(entry.fileName);
      if (isWanted(entry.fileName)) entries.push(entry);
    }
    requireWithin(entries, maxBytes);
    const members: ZipMember[] = [];
    for (const entry of entries) {
      const bytes = new Uint8Array(entry.uncompressedSize);
      let length = 0;
      for await (const chunk of await archive.openReadStreamPromise(entry)) {
        bytes.set(chunk as Uint8Array, length);
        length += (chunk as Uint8Array).length;
      }
      if (crc32(bytes) !== entry.crc32)
        throw new ZipError(
          l10n.t("the member {0} is damaged: its checksum does not match", describeValue(entry.fileName)),
        );
      members.push({ name: entry.fileName, bytes });
    }
    return { names: [...names], members };
  } catch (error) {
    if (error instanceof ZipError) throw error;
    throw new ZipError(
      l10n.t("it is not a zip archive that can be read: {0}", describeError(error).replace(/\.$/, "")),
      {
        cause: error,
      },
    );
  }
}

/** Before anything is unpacked: a small archive may unpack to any size. */
function requireWithin(entries: readonly Entry[], maxBytes: number): void {
  const bytes = entries.reduce((sum, { uncompressedSize }) => sum + uncompressedSize, 0);
  if (!(bytes <= maxBytes))
    throw new ZipError(
      l10n.t(
        "its arrays have {0} bytes; the maximum is {1}",
        bytes.toLocaleString("en-US"),
        maxBytes.toLocaleString("en-US"),
      ),
    );
}
