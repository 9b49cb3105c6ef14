/**
 * The first record of comma-separated values after RFC 4180, its names without the blanks around them.
 * @param whole whether the text is the whole file and not only its beginning
 * @returns null when there is no record, or it does not end within the text
 */
export function csvHeader(text: string, whole: boolean): readonly string[] | null {
  const names: string[] = [];
  let at = text.startsWith("\uFEFF") ? 1 : 0;
  while (text[at] === "\n" || text[at] === "\r") at++;
  if (at >= text.length) return null;
  for (;;) {
    let name: string;
    if (text[at] === '"') {
      const quoted = /^"((?:[^"]|"")*)"/.exec(text.slice(at));
      if (quoted === null) return null;
      name = (quoted[1] ?? "").replaceAll('""', '"');
      at += quoted[0].length;
    } else {
      const start = at;
      while (at < text.length && text[at] !== "," && text[at] !== "\n" && text[at] !== "\r") at++;
      name = text.slice(start, at);
    }
    names.push(name.trim());
    if (at >= text.length) return whole ? names : null;
    if (text[at] !== ",") return names;
    at++;
  }
}
