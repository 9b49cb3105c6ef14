import * as l10n from "@vscode/l10n";

const LF = 0x0a;
const CR = 0x0d;

/**
 * The lines of a text in UTF-8, one after the other, so that a large file is never one string.
 * @param visit with each line without its end, and its number from 1
 * @throws Error naming a line that is not UTF-8
 */
export function forEachLine(bytes: Uint8Array, visit: (line: string, number: number) => void): void {
  // The byte order mark that some programs put first is none of the text, and the decoder leaves it out.
  const decoder = new TextDecoder("utf-8", { fatal: true });
  for (let start = 0, number = 1; start < bytes.length; number++) {
    const found = bytes.indexOf(LF, start);
    const next = found < 0 ? bytes.length : found + 1;
    let end = found < 0 ? bytes.length : found;
    if (bytes[end - 1] === CR && end > start) end--;
    visit(decode(decoder, bytes.subarray(start, end), number), number);
    start = next;
  }
}

function decode(decoder: InstanceType<typeof TextDecoder>, bytes: Uint8Array, number: number): string {
  try {
    return decoder.decode(bytes);
  } catch (error) {
    throw new Error(l10n.t("line {0}: the bytes are not UTF-8 text. Save the file as UTF-8", number), { cause: error });
  }
}
