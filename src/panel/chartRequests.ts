import * as l10n from "@vscode/l10n";
import { PendingRequests } from "../lib/pendingRequests";
import type { Disposable } from "../lib/dispose";
import type { HostMessage } from "../shared/wire/protocol";
import type { ChartFormat, ChartName } from "../shared/wire/savedCharts";

/** Drawing a chart takes well under a second; a page that is not there by then will not come. */
const PATIENCE_MS = 20_000;

/** What the host asks a page for: which charts it has, and one of them as a file. */
export class ChartRequests implements Disposable {
  private readonly pending = new PendingRequests();

  constructor(private readonly send: (message: HostMessage) => void) {}

  list(): Promise<readonly ChartName[]> {
    return this.ask((requestId) => ({ type: "listCharts", requestId }));
  }

  /** @throws Error in words for a person */
  draw(chart: string, format: ChartFormat): Promise<Uint8Array> {
    return this.ask((requestId) => ({ type: "drawChart", requestId, chart, format }));
  }

  answer(requestId: number, result: unknown): void {
    this.pending.answer(requestId, result);
  }

  fail(requestId: number, message: string): void {
    this.pending.fail(requestId, new Error(message));
  }

  dispose(): void {
    this.pending.abandon(new Error(l10n.t("The panel was closed.")));
  }

  private ask<T>(message: (requestId: number) => HostMessage): Promise<T> {
    let asked = 0;
    const answer = this.pending.ask<T>((requestId) => {
      asked = requestId;
      this.send(message(requestId));
    });
    const timer = setTimeout(
      () => this.fail(asked, l10n.t("The panel is not responding. Make sure that it is visible.")),
      PATIENCE_MS,
    );
    const stop = (): void => clearTimeout(timer);
    answer.then(stop, stop);
    return answer;
  }
}
