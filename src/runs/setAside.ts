/** Lines in the log; a folder may hold thousands of odd files. */
const MAX_LOGGED = 100;

/**
 * Files of a runs folder that cannot be shown. They stay where they are: they may be another program's, or a newer
 * version's. The log says once why each is not listed, and it is not read again until it changes.
 */
export class SetAside {
  private readonly versions = new Map<string, string>();
  private logged = 0;

  constructor(private readonly log: { warn(message: string): void }) {}

  get count(): number {
    return this.versions.size;
  }

  /** @param version changes when the file does */
  has(name: string, version: string): boolean {
    return this.versions.get(name) === version;
  }

  /** @param reason a sentence */
  add(name: string, version: string, reason: string): void {
    if (this.has(name, version)) return;
    this.versions.set(name, version);
    this.logged++;
    if (this.logged <= MAX_LOGGED) this.log.warn(`${JSON.stringify(name)} in the runs folder is not listed. ${reason}`);
    if (this.logged === MAX_LOGGED) this.log.warn("Further files that are not listed are counted only.");
  }

  delete(name: string): void {
    this.versions.delete(name);
  }

  /** @param names of the folder */
  keepOnly(names: ReadonlySet<string>): void {
    for (const name of this.versions.keys()) if (!names.has(name)) this.versions.delete(name);
  }
}
