/** What help texts and captions say about training. */
import type { Claim, Statement } from "../claim";

export const HELP_CLAIMS: readonly Claim[] = [];

export const HELP_STATEMENTS: readonly Statement[] = [];
