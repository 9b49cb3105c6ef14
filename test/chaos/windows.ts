/** The windows of a chaos run: one VS Code server, a browser, and up to two windows on one folder. */
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { openWindow, type VscodeWindow, type WindowOptions } from "../../scripts/window.mjs";
import { HostGone, type Host, type Hosts } from "./hosts";
import { dismissDialog, hostProcess } from "./pages";
import { poll } from "./poll";

/** VS Code restarts a host that crashed, except after several crashes within minutes. */
const RESTART_MS = 60_000;
/** Against hanging only: a busy machine may need this long. */
const OPEN_MS = 120_000;

export class Windows {
  /** By number, from 0. */
  private readonly pages: (Page | null)[];
  private frozen: Host | null = null;
  /** Pages of windows that crashed. */
  private crashes = 0;

  private constructor(
    private readonly window: VscodeWindow,
    private readonly hosts: Hosts,
  ) {
    this.pages = [window.page, null];
    this.watch(window.page);
  }

  static async open(options: WindowOptions, hosts: Hosts): Promise<Windows> {
    const windows = new Windows(await openWindow({ ...options, testDriver: true }), hosts);
    await windows.untilHost(0).catch(async (error: unknown) => {
      await windows.end();
      throw error;
    });
    return windows;
  }

  get crashed(): number {
    return this.crashes;
  }

  /** Those that are open. */
  get open(): readonly number[] {
    return this.pages.flatMap((page, number) => (page === null ? [] : [number]));
  }

  /** The window itself, or the first one where it is not open. */
  numberOf(window: number): number {
    return this.pages[window] == null ? 0 : window;
  }

  page(window: number): Page {
    const page = this.pages[window] ?? this.pages[0];
    if (page == null) throw new Error("No window is open");
    return page;
  }

  /** Null while its host is being started. */
  async host(window: number): Promise<Host | null> {
    const pid = await hostProcess(this.page(window));
    return pid === null ? null : (this.hosts.find(pid) ?? null);
  }

  /** @throws HostGone if there is no host, even after a reload of the window */
  async untilHost(window: number): Promise<Host> {
    return (
      (await poll(() => this.host(window), RESTART_MS)) ??
      (await this.reload(window).then(() => poll(() => this.host(window), OPEN_MS))) ??
      fail(`Window ${window + 1} has no extension host`)
    );
  }

  async openSecond(): Promise<void> {
    if (this.pages[1] != null) return;
    const page = await this.window.browser.newPage({ viewport: { width: 1400, height: 900 } });
    this.watch(page);
    this.pages[1] = page;
    await this.load(page);
    await this.untilHost(1);
  }

  async close(window: number): Promise<void> {
    const page = this.pages[window] ?? null;
    this.pages[window] = null;
    await page?.context().close();
  }

  async reload(window: number): Promise<void> {
    const page = this.page(window);
    await page.reload();
    await page.locator(".monaco-workbench .part.statusbar").waitFor({ timeout: OPEN_MS });
  }

  /** Closes the window, waits, and opens it again in a browser without memories. */
  async reopen(window: number, closedMs: number): Promise<void> {
    await this.close(window);
    await new Promise((resolve) => setTimeout(resolve, closedMs));
    const page = await this.window.browser.newPage({ viewport: { width: 1400, height: 900 } });
    this.watch(page);
    this.pages[window] = page;
    await this.load(page);
    await this.untilHost(window);
  }

  /** @returns how long the next host took to be there, milliseconds */
  async kill(window: number): Promise<number> {
    const host = await this.untilHost(window);
    const killedAt = performance.now();
    process.kill(host.pid, "SIGKILL");
    const next = async (): Promise<Host | null> => {
      const found = await this.host(window);
      return found === null || found === host ? null : found;
    };
    if ((await poll(next, RESTART_MS)) === null) {
      await this.reload(window);
      if ((await poll(next, OPEN_MS)) === null) throw new HostGone(`Window ${window + 1} got no other extension host`);
    }
    return performance.now() - killedAt;
  }

  get frozenHost(): Host | null {
    return this.frozen;
  }

  /** Stops the process of a host where it is. */
  freeze(host: Host): void {
    this.thaw();
    process.kill(host.pid, "SIGSTOP");
    this.frozen = host;
  }

  thaw(): void {
    if (this.frozen === null) return;
    try {
      process.kill(this.frozen.pid, "SIGCONT");
    } catch {
      // It was killed while it was stopped.
    }
    this.frozen = null;
  }

  /** What asks for an answer is closed. @returns what was asked */
  async dismissDialogs(): Promise<string[]> {
    const texts = await Promise.all(this.open.map((window) => dismissDialog(this.page(window))));
    return texts.filter((text) => text !== null);
  }

  /** Pictures of the open windows, and the log of the extension, for whoever looks for the cause of a failure. */
  async record(folder: string, name: string): Promise<void> {
    for (const window of this.open)
      await this.page(window)
        .screenshot({ path: join(folder, `${name}-window-${window + 1}.png`) })
        .catch(() => undefined);
    const files = await readdir(this.window.profile, { recursive: true });
    const logs = files.filter((file) => file.endsWith("RNN Lab.log")).sort();
    const texts = await Promise.all(logs.map((file) => readFile(join(this.window.profile, file), "utf8")));
    await writeFile(join(folder, `${name}.log`), texts.join("\n— next extension host\n"));
  }

  async end(): Promise<void> {
    this.thaw();
    await this.window.close();
  }

  private async load(page: Page): Promise<void> {
    await page.goto(this.window.address);
    await page.locator(".monaco-workbench .part.statusbar").waitFor({ timeout: OPEN_MS });
  }

  private watch(page: Page): void {
    page.on("crash", () => this.crashes++);
    // A window with unsaved text asks before it is loaded again.
    page.on("dialog", (dialog) => void dialog.accept().catch(() => undefined));
  }
}

function fail(message: string): never {
  throw new HostGone(message);
}
