import * as l10n from "@vscode/l10n";
import { Requests } from "../lib/requests";
import type { Disposable } from "../lib/dispose";
import type { HostMessage } from "../shared/wire/protocol";
import type { ChartFormat, ChartName } from "../shared/wire/savedCharts";

/** Drawing a chart takes well under a second; a page that is not there by then will not come. */
const TIMEOUT_MS = 20_000;

/** What the host asks a page for: which charts it has, and one of them as a file. */
export class ChartRequests implements Disposable {
  /** Settled by the page's messages `charts`, `chartFile`, and `chartFailed`. */
  readonly requests = new Requests();

  constructor(private readonly send: (message: HostMessage) => void) {}

  list(): Promise<readonly ChartName[]> {
    return this.ask((requestId) => ({ type: "listCharts", requestId }));
  }

  /** @throws Error in words for a person */
  draw(chart: string, format: ChartFormat): Promise<Uint8Array> {
    return this.ask((requestId) => ({ type: "drawChart", requestId, chart, format }));
  }

  dispose(): void {
    this.requests.close(new Error(l10n.t("The panel was closed.")));
  }

  private ask<T>(message: (requestId: number) => HostMessage): Promise<T> {
    const timeout = { ms: TIMEOUT_MS, message: l10n.t("The panel is not responding. Make sure that it is visible.") };
    return this.requests.ask<T>((requestId) => this.send(message(requestId)), { timeout });
  }
}
