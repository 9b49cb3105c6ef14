import * as l10n from "@vscode/l10n";
import { AnalysisView } from "../../chart/analysisView";
import type { CardHost } from "../../chart/card";
import type { LabChart } from "../../chart/model";
import { FixedPointsPicture } from "./fixedPointsPicture";

/** Where the state comes to rest: fixed and slow points in the principal components of the states. */
export function createFixedPoints(host: CardHost): LabChart {
  return new AnalysisView(host, {
    kind: "fixedPoints",
    id: "fixed-points",
    ownAxis: "iteration",
    texts: {
      title: l10n.t("Fixed points"),
      start: l10n.t("Find Fixed Points"),
      tooltip: l10n.t("Search for fixed points under the constant input, at the iteration of the cursor"),
      invitation: [
        l10n.t("Searches for states that the network does not leave under a constant input."),
        l10n.t("They are drawn among the states of the training sequences."),
        l10n.t("Select Find Fixed Points to start."),
      ].join(" "),
      running: l10n.t("Searching…"),
    },
    createPicture: (controls) => new FixedPointsPicture(controls),
  });
}
