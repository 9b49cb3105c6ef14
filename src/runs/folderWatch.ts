import { existsSync, watch, type FSWatcher } from "node:fs";
import { basename, dirname } from "node:path";
import type { Disposable } from "../lib/dispose";

/**
 * Follows a folder that may not be there yet, or not any more: then the nearest one above it is watched until it is.
 * Where the system cannot watch, nothing is told.
 */
export class FolderWatch implements Disposable {
  private watcher: FSWatcher | null = null;
  private watched: string | null = null;

  /**
   * @param changed the name of a file in the folder, as far as the system tells it
   * @param replaced the folder has come, has gone, or is another one: it may hold anything
   */
  constructor(
    private readonly folder: string,
    private readonly changed: (name: string | null) => void,
    private readonly replaced: () => void,
  ) {}

  /**
   * @returns whether the folder itself is watched from now on, and was not before: what happened in it until now was
   * not told
   */
  start(): boolean {
    if (this.watched === this.folder) return false;
    this.stop();
    while (this.watched === null) {
      const { path, next } = nearest(this.folder);
      if (!this.watch(path, next)) return false;
      // It may have come while its parent was not yet watched.
      if (next !== null && nearest(this.folder).path !== path) this.stop();
    }
    return this.watched === this.folder;
  }

  /** The folder that was watched may have another name now. */
  restart(): void {
    this.stop();
    this.start();
  }

  dispose(): void {
    this.stop();
  }

  private watch(path: string, next: string | null): boolean {
    try {
      this.watcher = watch(path, { persistent: false }, (_event, name) =>
        next === null ? this.onChange(name) : this.onParentChange(name, next),
      );
      this.watcher.on("error", () => this.stop());
      this.watched = path;
      return true;
    } catch {
      return false;
    }
  }

  private onChange(name: string | null): void {
    this.changed(name);
    // A folder that goes tells its own name. Another may have taken its place already.
    if (name !== basename(this.folder) && existsSync(this.folder)) return;
    this.restart();
    this.replaced();
  }

  private onParentChange(name: string | null, next: string): void {
    if (name !== null && name !== next && existsSync(this.watched ?? "")) return;
    this.stop();
    if (this.start()) this.replaced();
  }

  private stop(): void {
    this.watcher?.close();
    this.watcher = null;
    this.watched = null;
  }
}

/** The folder itself, or the nearest above it that is there, and what has to come in it. */
function nearest(folder: string): { readonly path: string; readonly next: string | null } {
  let path = folder;
  let next: string | null = null;
  while (!existsSync(path) && dirname(path) !== path) {
    next = basename(path);
    path = dirname(path);
  }
  return { path, next };
}
