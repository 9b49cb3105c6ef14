/** The bytes of a chart in one of the formats. */
import * as l10n from "@vscode/l10n";
import { MAX_CHART_BYTES, type ChartFormat } from "../../src/shared/wire/savedCharts";
import { toCsv, type CollectTable, WHOLE } from "./table";
import { toPng, toSvg, type Picture } from "./picture";

/** A card that can be saved. */
export interface SavableCard {
  readonly id: string;
  readonly title: string;
  /** False while its section is not there. */
  isThere(): boolean;
  /** False until its canvas has a size: that of a page that has just been opened comes a few frames later. */
  isDrawn(): boolean;
  picture(): Picture;
  /** Null before there is a run. */
  table(): CollectTable | null;
}

/** A number with all its digits takes no more, with its comma. */
const BYTES_PER_CELL = 25;

/** @throws Error in words for a person */
export async function chartFile(card: SavableCard, format: ChartFormat): Promise<Uint8Array<ArrayBuffer>> {
  switch (format) {
    case "png":
      return new Uint8Array(await (await toPng(card.picture())).arrayBuffer());
    case "svg":
      return new TextEncoder().encode(toSvg(card.picture()));
    case "csv": {
      const collect = card.table();
      if (collect === null) throw new Error(l10n.t("No data yet. Run the experiment first."));
      const { columns } = collect({ ...WHOLE, rows: 2 });
      return new TextEncoder().encode(
        toCsv(
          collect({
            ...WHOLE,
            rows: Math.max(2, Math.floor(MAX_CHART_BYTES / BYTES_PER_CELL / Math.max(1, columns.length))),
          }),
        ),
      );
    }
  }
}
