import * as l10n from "@vscode/l10n";
import { linearAxis, logAxis, type AxisSpec } from "../../../src/shared/scale/axisScale";
import { extentOf } from "../../../src/shared/scale/extent";
import { formatCount, formatValue } from "../../../src/shared/words/numberFormat";
import { namedScalar } from "../../../src/shared/trace/scalarColumns";
import type { AxisName } from "../../chart/axisNames";
import type { CardHost } from "../../chart/card";
import { iterationSlider } from "../../chart/iterationChart";
import { IterationLines, type IterationPicture } from "../../chart/iterationLines";
import type { Changed, ChartModel, ScalarModel } from "../../chart/model";
import { tableRows } from "../../chart/table";
import { Picker } from "../../ui/picker";
import { runLook } from "../../ui/runLook";
import { withoutControls } from "../../ui/visibleText";

const ID = "scalars";
/** Values over more decades than this have a logarithmic axis. */
const WIDE = 1000;

/** One of the scalars that a program in Python has given a name, as the reader chooses. */
export class NamedScalarChart extends IterationLines {
  private readonly picker: Picker;
  private chosen = "";

  constructor(host: CardHost) {
    super(host, { id: ID, title: l10n.t("Scalars"), emptyText: l10n.t("No step has named this scalar yet.") });
    this.element.classList.add("card-companion");
    this.picker = new Picker(l10n.t("Scalar"), (name) => {
      this.chosen = name;
      host.requestDraw();
    });
    this.card.tools.prepend(this.picker.element);
  }

  isAvailable(model: ChartModel | null): boolean {
    return (model?.header.probed?.scalars.length ?? 0) > 0;
  }

  override draw(shown: ChartModel | null, changed: Changed): void {
    const names = shown?.header.probed?.scalars ?? [];
    this.picker.show(
      names.map((name) => ({ value: name, label: withoutControls(name) })),
      this.nameIn(names),
    );
    super.draw(shown, changed);
  }

  protected collect(model: ScalarModel): IterationPicture | null {
    const name = this.nameIn(model.header.probed?.scalars ?? []);
    const column = namedScalar(name);
    const values = model.column(column);
    if (values === null) return null;
    const { theme } = model;
    const color = runLook(model.runNumber, theme).color;
    const line = { name: withoutControls(name), values, column, color, width: theme.lineWidth } as const;
    // Before the first step that names it there is no value, which is not an error.
    const broken = Number.isNaN(values[0] ?? NaN) ? null : values;
    return { lines: [{ ...line, smoothing: "over" }], positiveOnly: false, horizontal: [], broken };
  }

  protected axisOf({ window }: ScalarModel, { lines }: IterationPicture): AxisSpec {
    const extent = extentOf(lines[0]!.values, window.first, window.end);
    return extent !== null && extent.min > 0 && extent.max / extent.min > WIDE ? logAxis(extent) : linearAxis(extent);
  }

  protected override yName(): AxisName {
    return this.chosen === "" ? [] : [withoutControls(this.chosen)];
  }

  protected describe(model: ScalarModel, { lines }: IterationPicture): void {
    const [line] = lines;
    if (line === undefined) return;
    this.card.setReadout(this.itemsOf(model, line, formatValue));
    const spoken = this.spoken(model, line, formatValue);
    this.card.setSlider(iterationSlider(model, spoken));
    this.card.setSummary(
      l10n.t(
        "{0} at each recorded iteration ({1} in all); at iteration {2}: {3}.",
        line.name,
        formatCount(model.total),
        formatCount(model.place.iteration),
        spoken,
      ),
    );
    this.card.setTable(model.preferences.tables.includes(ID), (limit) => {
      const { rows, caption } = tableRows(model.window.first, model.window.end, limit.rows);
      return {
        caption: caption(this.tableTitle(model, l10n.t("{0} by iteration", line.name))),
        columns: [l10n.t("Iteration"), line.name],
        rows: rows.map((at) => [model.iterations[at] ?? 0, model.meanAt(line.column ?? "", at)]),
      };
    });
  }

  private nameIn(names: readonly string[]): string {
    return names.includes(this.chosen) ? this.chosen : (names[0] ?? "");
  }
}
