/** Names of files as other tables write them: the path, or an end of it, with or without the extension. */
export class FileNames {
  private readonly paths = new Map<string, number>();
  /** The file that an end of a path means; null where several have it. */
  private readonly ends = new Map<string, number | null>();

  /** @param names with forward slashes */
  constructor(names: readonly string[]) {
    for (const [index, name] of names.entries()) {
      this.paths.set(name, index);
      const parts = name.split("/");
      for (let from = 0; from < parts.length; from++) {
        const end = parts.slice(from).join("/");
        this.addEnd(end, index);
        const stem = end.replace(/(?<=[^/])\.[^./]+$/, "");
        if (stem !== end) this.addEnd(stem, index);
      }
    }
  }

  /** The place of the file; null where several could be meant, undefined where none is. */
  find(text: string): number | null | undefined {
    const path = text.replaceAll("\\", "/").replace(/^(\.\/)+/, "");
    return this.paths.get(path) ?? this.ends.get(path);
  }

  private addEnd(end: string, index: number): void {
    this.ends.set(end, this.ends.has(end) ? null : index);
  }
}
