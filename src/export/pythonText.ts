/** ASCII on one line, as a literal of Python, so that a name cannot become code. */
export function pythonText(text: string): string {
  return JSON.stringify(text).replace(/[^\x20-\x7e]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return code > 0xffff ? `\\U${code.toString(16).padStart(8, "0")}` : `\\u${code.toString(16).padStart(4, "0")}`;
  });
}

/** A list of texts. */
export function pythonTexts(texts: Iterable<string>): string {
  return `[${Array.from(texts, pythonText).join(", ")}]`;
}
