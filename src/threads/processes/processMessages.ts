/** What a window and a process of threads say to each other. Both ends are ours, so the types are trusted. */
import type { MemoryLimit } from "../../config/facts/memoryLimit";
import type { ThreadOptions } from "../carriers/threadCarrier";
import type { LanguageBundle } from "../languageBundle";

/** What a thread finds in its environment data. */
export interface ThreadEnvironment {
  readonly language: LanguageBundle | undefined;
  readonly memory: Partial<MemoryLimit> | undefined;
  /** Whether vectors of 256 bits may be used where they are faster. */
  readonly wideVectors: boolean;
}

export type ProcessRequest =
  | {
      readonly type: "start";
      /** A number that no other thread of the process has had. */
      readonly thread: number;
      readonly script: string;
      readonly options: ThreadOptions;
      readonly environment: ThreadEnvironment;
    }
  | { readonly type: "post"; readonly thread: number; readonly request: unknown }
  | { readonly type: "terminate"; readonly thread: number }
  /** Nobody listens any more. */
  | { readonly type: "release" };

export type ProcessReport =
  /** First: messages are read. */
  | { readonly type: "ready" }
  | { readonly type: "report"; readonly thread: number; readonly report: unknown }
  | {
      readonly type: "ended";
      readonly thread: number;
      readonly error: SentError | null;
      readonly code: number | string;
    };

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
