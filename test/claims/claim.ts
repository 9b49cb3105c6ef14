/**
 * What a claim is: a sentence about training that a person reads in the product, and the experiment that shows it.
 */
import type { Run, RunJob } from "./runJob";

/** A part of a text, word for word; markup, comment signs and line breaks do not count. */
export interface Quote {
  /**
   * From the project's folder: an example, a page of the docs, "package.nls.json" for the walkthrough, or
   * "l10n/bundle.l10n.json" for help texts and captions.
   */
  readonly file: string;
  readonly quote: string;
}

export interface Verdict {
  readonly holds: boolean;
  /** What was measured, in a line: "9 of 10 below 0.05, median batch 1,150". */
  readonly numbers: string;
}

/** The jobs of a claim by the names that its `judge` knows them by. */
type Jobs<Name extends string> = Readonly<Record<Name, readonly RunJob[]>>;

export interface Claim {
  /** Unique: the file's topic, then what is said: "adding/gru-sooner-than-lstm". */
  readonly id: string;
  /** In one sentence. */
  readonly says: string;
  /** Where it is said. Every number in these parts is covered by the claim. */
  readonly texts: readonly Quote[];
  /** Rates, lengths and starts for which it is said. */
  readonly range: string;
  /** Whether it takes at most a second or two, and is judged in `npm test`. */
  readonly isShort: boolean;
  readonly jobs: Jobs<string>;
  readonly judge: (runs: Readonly<Record<string, readonly Run[]>>) => Verdict;
}

/** A claim whose runs are known by name. Without jobs it is arithmetic. */
export function claim<Name extends string>(
  parts: Omit<Claim, "isShort" | "jobs" | "judge"> & {
    readonly isShort?: boolean;
    readonly jobs: Jobs<Name>;
    readonly judge: (runs: Readonly<Record<Name, readonly Run[]>>) => Verdict;
  },
): Claim {
  return { isShort: false, ...parts };
}

/** Numbers in a text that claim nothing about training, with the reason. */
export interface Statement extends Quote {
  readonly reason:
    /** What a word, a symbol, a task or a setting means. */
    | "definition"
    /** A value of the file that the text belongs to, or one that the reader may set. */
    | "setting"
    /** Of the program: the most it does, shows or keeps. */
    | "limit"
    /** Follows from numbers nearby by arithmetic. */
    | "arithmetic"
    /** A threshold of the diagnosis, or a value that sources call usual. */
    | "convention"
    /** Numbers of a table or page that another test or command checks; name it in a comment. */
    | "checked elsewhere"
    /** How to write a value, a name or a file; a message about input. */
    | "format";
}
