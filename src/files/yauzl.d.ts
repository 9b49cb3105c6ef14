/** The part of yauzl that is used; it has no types of its own. */
declare module "yauzl" {
  import type { Readable } from "node:stream";

  interface Entry {
    readonly fileName: string;
    readonly uncompressedSize: number;
    readonly compressionMethod: number;
    readonly crc32: number;
    isEncrypted(): boolean;
  }

  interface ZipFile {
    readonly entryCount: number;
    eachEntry(): AsyncIterable<Entry>;
    openReadStreamPromise(entry: Entry): Promise<Readable>;
  }

  /** The descriptor stays open. */
  export function fromFdPromise(fd: number, options: { readonly autoClose: false }): Promise<ZipFile>;
}
