/** 1-based, as compilers print it; `column` counts UTF-16 units, as VS Code does. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** The position of `offset`; an offset past the end is the end. Line ends are \n, \r\n and a lone \r. */
export function positionAt(text: string, offset: number): Position {
  const end = Math.min(Math.max(offset, 0), text.length);
  let line = 1;
  let lineStart = 0;
  for (let i = 0; i < end; i++) {
    const char = text[i];
    if (char === "\n" || (char === "\r" && text[i + 1] !== "\n")) {
      line++;
      lineStart = i + 1;
    }
  }
  return { line, column: end - lineStart + 1 };
}
