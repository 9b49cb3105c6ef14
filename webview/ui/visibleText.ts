/** A name may hold anything; control and direction characters could make it read as another one. */

export function withoutControls(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]/gu, "");
}
