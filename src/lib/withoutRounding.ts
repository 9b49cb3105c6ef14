/** Without the last digits of a sum or quotient, so that 0.3 - 0.1 is 0.2. */
export function withoutRounding(value: number, digits = 12): number {
  return Number(value.toPrecision(digits));
}
