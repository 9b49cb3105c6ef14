/** Significant bits of a number of the types that layers are kept in, the hidden one included. */
const BITS: Readonly<Record<string, number>> = { bfloat16: 8, float16: 11 };

/**
 * To the nearest number of a narrower type, by a split of the significand (Dekker, 1971, "A floating-point technique
 * for extending the available precision"). Numbers below float16's smallest normal one keep more digits than there.
 * @param dtype as PyTorch names it; others than half types keep the number as it is
 */
export function roundingOf(dtype: string): (value: number) => number {
  const bits = BITS[dtype];
  if (bits === undefined) return (value) => value;
  const factor = 2 ** (53 - bits) + 1;
  return (value) => {
    const wide = value * factor;
    const high = wide - (wide - value);
    return Number.isFinite(high) ? high : value;
  };
}
