/** What pages of the docs say about training. */
import type { Claim, Statement } from "../claim";

export const DOCS_CLAIMS: readonly Claim[] = [];

export const DOCS_STATEMENTS: readonly Statement[] = [];
