/**
 * One line with everything that a run is steered by: the buttons, the iteration and the loss, time travel. What does
 * not fit at this width is in the menu at its end, in the order in which it would be missed least.
 */
import * as l10n from "@vscode/l10n";
import type { Pace, ViewCommand } from "../../src/shared/wire/protocol";
import type { ChartModel, Changed } from "../chart/model";
import type { LabState } from "../state/store";
import { Controls } from "../ui/controls";
import { element, setHidden } from "../ui/dom";
import { ToolLine, type ToolItem } from "../ui/toolLine";
import { Readings } from "./readings";
import { Scrubber, type ScrubberHost } from "./scrubber";

export interface ToolbarHost extends ScrubberHost {
  sendCommand(command: ViewCommand): void;
  sendPace(pace: Pace): void;
}

export class Toolbar {
  readonly element: HTMLElement;
  private readonly controls: Controls;
  private readonly readings = new Readings();
  private readonly scrubber: Scrubber;
  private readonly line: ToolLine;

  /** @param sectionTools what arranges the sections of the page, for the menu */
  constructor(host: ToolbarHost, sectionTools: HTMLElement, compact: boolean) {
    this.controls = new Controls(host);
    this.scrubber = new Scrubber(host);
    const { controls, readings, scrubber } = this;
    const whereTo: ToolItem[] = [
      { element: readings.iteration, rank: 1, leftOut: true },
      { element: readings.total, rank: 4, leftOut: true },
      { element: readings.loss, rank: 2, leftOut: true },
    ];
    const track: ToolItem = { element: scrubber.track, rank: 3, leftOut: true };
    this.line = new ToolLine(
      l10n.t("Training and time travel"),
      { icon: "more", label: l10n.t("More Controls") },
      [
        { element: controls.transport, rank: 0 },
        { element: controls.runLabel, rank: 6, leftOut: true },
        ...(compact ? [] : whereTo),
        { element: scrubber.buttons, rank: 5 },
        ...(compact ? [] : [track]),
        { element: controls.tools, rank: 7 },
        { element: controls.speedLimit, rank: 8 },
        { element: scrubber.speed, rank: 9 },
      ],
      [sectionTools],
    );
    this.element = compact
      ? element(
          "div",
          {},
          this.line.element,
          element("div", { class: "toolbar-second" }, readings.iteration, readings.loss, scrubber.track),
        )
      : this.line.element;
  }

  /** What steers a run is not there for one that trains elsewhere. */
  private showControls(isThere: boolean): void {
    const { transport, tools, speedLimit } = this.controls;
    if (transport.hidden === !isThere) return;
    for (const part of [transport, tools, speedLimit]) setHidden(part, !isThere);
    this.line.remeasure();
  }

  show(state: LabState, model: ChartModel | null, changed: Changed): void {
    const { view } = state;
    if (view === null) return;
    this.controls.show(view);
    this.showControls(view.probed === undefined);
    if (this.readings.show(view, model)) this.line.remeasure();
    this.scrubber.show(state, model, changed);
  }
}
