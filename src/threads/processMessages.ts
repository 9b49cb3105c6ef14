/** What a window and a training process say to each other. Both ends are ours, so the types are trusted. */
import { Deserializer, Serializer } from "node:v8";
import type { MemoryLimit } from "../config/facts/memoryLimit";
import type { LanguageBundle } from "./languageBundle";
import type { RecordRequest } from "../runs/runFileWriter";
import type { StartRequest, WorkerReport, WorkerRequest } from "./trainingMessages";
import type { MirrorNews } from "./carriers/sharedMirror";

/** Under this name a thread finds in its environment data whether all of its process is there for training. */
export const OWN_PROCESS_KEY = "rnnLab.ownProcess";

/** What the training thread finds in its environment data. */
export interface ThreadEnvironment {
  readonly language: LanguageBundle | undefined;
  readonly memory: Partial<MemoryLimit> | undefined;
}

/** With the numbers of its shared memory in the mirror. */
type SentStart = Omit<StartRequest, "control" | "record"> & {
  readonly control: number;
  readonly record: (Omit<RecordRequest, "mark"> & { readonly mark: number | null }) | null;
};

/** A WorkerRequest without shared memory. */
export type SentRequest = Exclude<WorkerRequest, StartRequest> | SentStart;

export type ProcessRequest =
  /** First. @param script dist/worker.js */
  | { readonly type: "begin"; readonly script: string; readonly environment: ThreadEnvironment }
  /** For the thread. */
  | { readonly type: "request"; readonly request: SentRequest; readonly news: MirrorNews | null };

export type ProcessReport =
  /** The thread is there. */
  | { readonly type: "ready" }
  | { readonly type: "report"; readonly report: WorkerReport; readonly news: MirrorNews | null }
  | { readonly type: "news"; readonly news: MirrorNews }
  /** The thread has ended, and the process ends. */
  | { readonly type: "ended"; readonly error: SentError | null; readonly code: number | string };

/** Those of threads are no errors any more once they are cloned. */
interface SentError {
  readonly message: string;
  readonly stack: string | undefined;
}

export function packError({ message, stack }: Error): SentError {
  return { message, stack };
}

export function unpackError({ message, stack }: SentError): Error {
  return Object.assign(new Error(message), { stack });
}

/**
 * As between threads: a structured clone, in which each buffer is by itself. Node's own way leaves arrays as views of
 * the whole message.
 */
export function encodeMessage(message: ProcessRequest | ProcessReport): Uint8Array {
  const serializer = new Serializer();
  serializer.writeHeader();
  serializer.writeValue(message);
  return serializer.releaseBuffer();
}

export function decodeMessage<M extends ProcessRequest | ProcessReport>(bytes: Uint8Array): M {
  const deserializer = new Deserializer(bytes);
  deserializer.readHeader();
  return deserializer.readValue() as M;
}
