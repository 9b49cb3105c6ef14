import type { Disposable } from "../lib/dispose";
import { encodeNonFinite } from "../shared/wire/nonFinite";
import { boundTexts } from "./boundTexts";
import { PONG, readPageSignal } from "../shared/wire/pageSignals";

/** The part of a webview that a connection needs; VS Code's Webview is one. */
export interface ConnectedPage<Sent> {
  postMessage(message: Sent | typeof PONG): PromiseLike<boolean>;
  onDidReceiveMessage(listener: (message: unknown) => void): Disposable;
}

interface PageChannelEvents<Received> {
  /** Null for what is no message of ours. */
  read(data: unknown): Received | null;
  onMessage(message: Received): void;
  warn(message: string): void;
}

/**
 * Messages to and from one page. No text that is sent is long. Messages from the page are validated; unknown ones are
 * counted. Whoever asks whether the host is there is answered.
 */
export class PageChannel<Sent, Received> implements Disposable {
  private readonly receiving: Disposable;
  private refused = 0;

  /** @param name of the page, for the log: "the page of a sweep" */
  constructor(
    private readonly page: ConnectedPage<Sent>,
    private readonly name: string,
    private readonly events: PageChannelEvents<Received>,
  ) {
    this.receiving = page.onDidReceiveMessage((data) => this.onMessage(data));
  }

  post(message: Sent): void {
    // Not awaited: the promise of a message to a page that goes away never settles.
    this.page
      .postMessage(encodeNonFinite(boundTexts(message)))
      .then(undefined, (error: unknown) =>
        this.events.warn(`A message to ${this.name} was not delivered: ${String(error)}`),
      );
  }

  dispose(): void {
    this.receiving.dispose();
  }

  private onMessage(data: unknown): void {
    const signal = readPageSignal(data);
    if (signal?.type === "ping") void this.page.postMessage(PONG);
    // The other signals are about the panel; see PanelPages.
    if (signal !== null) return;
    const message = this.events.read(data);
    if (message !== null) return this.events.onMessage(message);
    this.refused++;
    this.events.warn(`Ignored an unknown message from ${this.name} (${this.refused} so far).`);
  }
}
