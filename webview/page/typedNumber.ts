/**
 * A number as people type it. A comma is a decimal point, but not where the number is whole: there it sets thousands
 * apart, as in what the panel itself writes. Null when it is no number.
 */
export function readNumber(typed: string, whole: boolean): number | null {
  const text = typed.trim();
  const plain = whole && /^[+-]?\d{1,3}(,\d{3})+$/.test(text) ? text.replaceAll(",", "") : text.replace(",", ".");
  const value = Number(plain);
  return plain !== "" && Number.isFinite(value) ? value : null;
}
