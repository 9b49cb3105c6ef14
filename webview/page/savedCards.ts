/** The cards that can be saved, for buttons and for commands. */
import * as l10n from "@vscode/l10n";
import type { ChartFormat } from "../../src/shared/wire/savedCharts";
import type { WebviewMessage } from "../../src/shared/wire/protocol";
import { chartFile, type SavableCard } from "../chart/chartFile";

/** So long a chart may take to find its place on a page that has just been opened. */
const MAX_FRAMES = 60;

export class SavedCards {
  private readonly cards = new Map<string, SavableCard>();

  /**
   * @param whenDrawn calls back when the page is drawn as it is now, and with it the card, also one that was out of
   * view
   */
  constructor(
    private readonly send: (message: WebviewMessage) => void,
    private readonly whenDrawn: (id: string | null, callback: () => void) => void,
  ) {}

  add(card: SavableCard): void {
    this.cards.set(card.id, card);
  }

  list(requestId: number): void {
    // What has just arrived is not in the page before it is drawn.
    this.whenDrawn(null, () =>
      this.send({
        type: "charts",
        requestId,
        charts: [...this.cards.values()].filter((card) => card.isThere()).map(({ id, title }) => ({ id, title })),
      }),
    );
  }

  /** @param requestId null: a button asks */
  draw(requestId: number | null, chart: string, format: ChartFormat): void {
    const card = this.cards.get(chart);
    const fail = (error: unknown): void =>
      this.send({ type: "chartFailed", requestId, message: error instanceof Error ? error.message : String(error) });
    const attempt = (framesLeft: number): void =>
      this.whenDrawn(chart, () => {
        if (framesLeft > 0 && !(card?.isThere() === true && card.isDrawn())) return attempt(framesLeft - 1);
        if (card === undefined || !card.isThere())
          return fail(new Error(l10n.t('This run has no chart "{0}".', chart)));
        chartFile(card, format).then(
          (content) => this.send({ type: "chartFile", requestId, chart, format, content }),
          fail,
        );
      });
    attempt(MAX_FRAMES);
  }
}
