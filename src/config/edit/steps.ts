/** From a number to the next one that a person would try. */
import { withoutRounding } from "../../lib/withoutRounding";
import type { JsonSchema } from "../schema/jsonSchema";

/**
 * How a number is stepped: "1-2-5" for sizes that matter by their magnitude, "nines" for shares that are told by what
 * is missing to 1 (0.9, 0.95, 0.98, 0.99, …), a number for steps of that, on its multiples.
 */
type StepRule = "1-2-5" | "nines" | number;

/** Below it a value that may be 0 is 0. */
const MIN_STEP = 1e-4;
const MANTISSAS = [1, 2, 5, 10];
/** Rounding that the last digit may have. */
const SLACK = 1e-9;

/** What the schema says, else whole steps for whole numbers and tenths for others. */
function stepRuleOf(schema: JsonSchema | undefined): StepRule {
  return schema?.step ?? (schema?.type === "integer" ? 1 : 0.1);
}

/** The next number up (1) or down (-1) within the limits of the schema; null at the end of the way. */
export function nextStep(schema: JsonSchema | undefined, value: number, direction: 1 | -1): number | null {
  const wanted = step(stepRuleOf(schema), value, direction, schema?.minimum === 0);
  const next = Math.min(schema?.maximum ?? Infinity, Math.max(schema?.minimum ?? -Infinity, wanted));
  const { exclusiveMinimum = -Infinity, exclusiveMaximum = Infinity } = schema ?? {};
  return next > exclusiveMinimum && next < exclusiveMaximum && Math.sign(next - value) === direction ? next : null;
}

function step(rule: StepRule, value: number, direction: 1 | -1, mayBeZero: boolean): number {
  if (rule === "1-2-5") return nextMantissa(value, direction, mayBeZero);
  if (rule === "nines") {
    if (value >= 1 || value <= 0) return onMultiple(value, direction, 0.1);
    const nearer = complement(nextMantissa(complement(value), direction === 1 ? -1 : 1, false));
    // From 0.9 down it is tenths: 0.8 and 0.5 are far apart.
    return (value <= 0.9 + SLACK && direction === -1) || value < 0.9 - SLACK
      ? onMultiple(value, direction, 0.1)
      : nearer;
  }
  return onMultiple(value, direction, rule);
}

function nextMantissa(value: number, direction: 1 | -1, mayBeZero: boolean): number {
  if (value === 0) return direction * MIN_STEP;
  if (value < 0) return -nextMantissa(-value, direction === 1 ? -1 : 1, false);
  if (mayBeZero && direction === -1 && value <= MIN_STEP * (1 + SLACK)) return 0;
  const power = Math.floor(Math.log10(value) + SLACK);
  const mantissa = value / 10 ** power;
  const next =
    direction === 1
      ? MANTISSAS.find((candidate) => candidate > mantissa * (1 + SLACK))
      : MANTISSAS.findLast((candidate) => candidate < mantissa * (1 - SLACK));
  return next === undefined ? Number(`5e${power - 1}`) : Number(`${next}e${power}`);
}

function onMultiple(value: number, direction: 1 | -1, size: number): number {
  const count = direction === 1 ? Math.floor(value / size + SLACK) + 1 : Math.ceil(value / size - SLACK) - 1;
  return withoutRounding(count * size);
}

const complement = (value: number): number => withoutRounding(1 - value);
/** Without the noise of binary fractions: 0.30000000000000004 is 0.3. */
