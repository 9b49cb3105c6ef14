/** What examples, their list, the walkthrough and README.md say about training. */
import type { Claim } from "../claim";
import { ADDING_CLAIMS } from "./adding";
import { BINARY_ADDITION_CLAIMS } from "./binaryAddition";
import { COUNTING_CLAIMS } from "./counting";
import { DALES_LAW_CLAIMS } from "./dalesLaw";
import { EVIDENCE_CLAIMS } from "./evidence";
import { FLIP_FLOP_CLAIMS } from "./flipFlop";
import { MINIMAL_CLAIMS } from "./minimal";
import { SERIES_CLAIMS } from "./series";
import { TABLE_CLAIMS } from "./tables";
import { TEXT_CLAIMS } from "./text";

export { EXAMPLE_STATEMENTS } from "./statements";

export const EXAMPLE_CLAIMS: readonly Claim[] = [
  ...COUNTING_CLAIMS,
  ...BINARY_ADDITION_CLAIMS,
  ...ADDING_CLAIMS,
  ...TEXT_CLAIMS,
  ...SERIES_CLAIMS,
  ...TABLE_CLAIMS,
  ...FLIP_FLOP_CLAIMS,
  ...DALES_LAW_CLAIMS,
  ...MINIMAL_CLAIMS,
  ...EVIDENCE_CLAIMS,
];
