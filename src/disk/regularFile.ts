/**
 * Reading files that others may exchange for something else at any moment. A file is opened once; what was opened is
 * checked, and read from the handle. Between a check by path and a read by path, the path can become another file.
 */
import {
  close,
  closeSync,
  constants,
  fstat,
  fstatSync,
  lstatSync,
  open as openNumbered,
  openSync,
  read,
  readSync,
  type BigIntStats,
} from "node:fs";
import { lstat, open, type FileHandle } from "node:fs/promises";
import { promisify } from "node:util";
import * as l10n from "@vscode/l10n";

/** What is at the path is a folder, a link, a pipe, a socket or a device, or became one while it was opened. */
export class IrregularFileError extends Error {
  constructor() {
    super(l10n.t("It is not a regular file."));
  }
}

/** A file has more bytes than its reader accepts. */
export class FileTooLargeError extends Error {
  constructor(
    readonly bytes: number,
    readonly maxBytes: number,
  ) {
    super(
      l10n.t(
        "The file has {0} bytes; the maximum is {1}.",
        bytes.toLocaleString("en-US"),
        maxBytes.toLocaleString("en-US"),
      ),
    );
  }
}

/** A regular file that is open for reading. Whoever opened it closes the handle. */
export interface RegularFile {
  readonly handle: FileHandle;
  /** Of what was opened, whatever is at the path by now. */
  readonly stats: BigIntStats;
}

/** No link is followed and no pipe is waited for. Windows has neither flag, nor pipes among its files. */
const NO_LINKS = (constants.O_NOFOLLOW as number | undefined) ?? 0;
const NO_WAITING = (constants.O_NONBLOCK as number | undefined) ?? 0;
const BIGINT = { bigint: true } as const;
/** Of an attempt to open what is no regular file: a link, a socket, a folder. */
const IRREGULAR_CODES: ReadonlySet<string> = new Set(["ELOOP", "EMLINK", "ENXIO", "EISDIR"]);

/** Whether one is at the path now. Only for what is then moved or deleted by its name, which follows no link. */
export async function isRegularFile(path: string): Promise<boolean> {
  return lstat(path).then(
    (stats) => stats.isFile(),
    () => false,
  );
}

/**
 * @param access "r+" to write as well
 * @throws IrregularFileError, or the system's error
 */
export async function openRegularFile(path: string, access: "r" | "r+" = "r"): Promise<RegularFile> {
  // Before it is opened: to open a device may have an effect.
  const found = await lstat(path, BIGINT);
  if (!found.isFile()) throw new IrregularFileError();
  const handle = await open(path, flagsOf(access)).catch(rethrow);
  try {
    const stats = await handle.stat(BIGINT);
    requireRegular(stats, found);
    return { handle, stats };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/**
 * The whole file, as long as it was when it was opened.
 * @throws IrregularFileError, FileTooLargeError, or the system's error
 */
export async function readRegularFile(path: string, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const { handle, stats } = await openRegularFile(path);
  try {
    return await readFrom(handle, 0, sizeWithin(stats, maxBytes));
  } finally {
    await handle.close();
  }
}

/** A regular file that is open for reading while a function reads from it. */
export interface OpenedFile {
  readonly stats: BigIntStats;
  /** So many bytes from a position, or those up to the end of the file. */
  read(position: number, length: number): Promise<Uint8Array<ArrayBuffer>>;
  /** After a read past the end that is known, which makes a network folder ask for the end. */
  statAnew(): Promise<BigIntStats>;
}

const NUMBERED = {
  open: promisify<string, number, number>(openNumbered),
  stat: promisify<number, { readonly bigint: true }, BigIntStats>(fstat),
  read: promisify(read),
  close: promisify(close),
};

/**
 * As {@link openRegularFile}, for a list of thousands of files: the system's number of an open file costs the thread a
 * third of a FileHandle.
 * @param found at the path a moment ago
 */
export async function readingRegularFile<T>(
  path: string,
  found: BigIntStats,
  work: (file: OpenedFile) => Promise<T>,
): Promise<T> {
  if (!found.isFile()) throw new IrregularFileError();
  const file = await NUMBERED.open(path, flagsOf("r")).catch(rethrow);
  try {
    const stats = await NUMBERED.stat(file, BIGINT);
    requireRegular(stats, found);
    return await work({
      stats,
      read: (position, length) => readWhole(file, position, length),
      statAnew: async () => {
        await readWhole(file, Number(stats.size), 1);
        return NUMBERED.stat(file, BIGINT);
      },
    });
  } finally {
    await NUMBERED.close(file);
  }
}

async function readWhole(file: number, position: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(Math.max(0, length));
  let done = 0;
  while (done < bytes.length) {
    const { bytesRead } = await NUMBERED.read(file, bytes, done, bytes.length - done, position + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return bytes.subarray(0, done);
}

/** As {@link openRegularFile}, for threads that may wait for the disk. @returns the number of the open file */
export function openRegularFileSync(path: string, access: "r" | "r+" = "r"): number {
  const found = lstatSync(path, BIGINT);
  if (!found.isFile()) throw new IrregularFileError();
  const file = openFileSync(path, access);
  try {
    requireRegular(fstatSync(file, BIGINT), found);
    return file;
  } catch (error) {
    closeSync(file);
    throw error;
  }
}

/** As {@link readRegularFile}, for threads that may wait for the disk. */
export function readRegularFileSync(path: string, maxBytes: number): Uint8Array<ArrayBuffer> {
  const file = openRegularFileSync(path);
  try {
    return readFromSync(file, 0, sizeWithin(fstatSync(file, BIGINT), maxBytes));
  } finally {
    closeSync(file);
  }
}

/** As {@link readFrom}, for threads that may wait for the disk. @param file number of an open one */
export function readFromSync(file: number, position: number, length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(Math.max(0, length));
  let read = 0;
  while (read < bytes.length) {
    const count = readSync(file, bytes, read, bytes.length - read, position + read);
    if (count === 0) break;
    read += count;
  }
  return bytes.subarray(0, read);
}

/** So many bytes from a position, or those up to the end of the file. */
export async function readFrom(handle: FileHandle, position: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(Math.max(0, length));
  let read = 0;
  while (read < bytes.length) {
    const { bytesRead } = await handle.read(bytes, read, bytes.length - read, position + read);
    if (bytesRead === 0) break;
    read += bytesRead;
  }
  return bytes.subarray(0, read);
}

/** Of a file, whatever its contents. On Windows, the number of the drive depends on how it was asked for. */
export function identityOf({ ino, dev }: BigIntStats): string {
  return process.platform === "win32" ? String(ino) : `${dev}:${ino}`;
}

/** @throws FileTooLargeError */
export function sizeWithin({ size }: BigIntStats, maxBytes: number): number {
  if (size > BigInt(maxBytes)) throw new FileTooLargeError(Number(size), maxBytes);
  return Number(size);
}

/** @param found at the path before it was opened */
function requireRegular(opened: BigIntStats, found: BigIntStats): void {
  // Where no flag refuses links, another file than the one found may lie behind one.
  if (!opened.isFile() || (NO_LINKS === 0 && opened.ino !== found.ino)) throw new IrregularFileError();
}

function flagsOf(access: "r" | "r+"): number {
  return (access === "r" ? constants.O_RDONLY : constants.O_RDWR) | NO_LINKS | NO_WAITING;
}

function openFileSync(path: string, access: "r" | "r+"): number {
  try {
    return openSync(path, flagsOf(access));
  } catch (error) {
    return rethrow(error);
  }
}

function rethrow(error: unknown): never {
  throw IRREGULAR_CODES.has((error as NodeJS.ErrnoException).code ?? "") ? new IrregularFileError() : error;
}
