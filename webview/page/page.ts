/**
 * The page in its two layouts: the panel, and the narrow one of the side bar. Builds it once, then shows state in it.
 */
import * as l10n from "@vscode/l10n";
import type { LayoutAction } from "../../src/shared/wire/panelActions";
import { Banners } from "./banners";
import type { CardHost } from "../chart/card";
import { buildModel, type Changed } from "../chart/model";
import { CursorBar } from "./cursorBar";
import { element, setHidden } from "../ui/dom";
import { EmptyState } from "./emptyState";
import { createIcon } from "../ui/icons";
import { FormSection } from "./formSection";
import { GradientCheckCard } from "./gradientCheckCard";
import { ProgressBar, TitleBar } from "./header";
import { LiveRegion } from "./liveRegion";
import type { AxesChoice } from "../state/preferences";
import { SectionGrid, type GridHost } from "./sectionGrid";
import { createSections, type Layout } from "./sections";
import { gradientCheckKey, type LabState } from "../state/store";
import type { Theme } from "../ui/theme";
import { FindingsBar } from "../views/findings/findingsBar";
import { Toolbar, type ToolbarHost } from "./toolbar";

/** The card that all findings are listed in. */
const FINDINGS = "findings";

export interface PageActions extends CardHost, ToolbarHost, GridHost {
  openFile(): void;
  setAxes(choice: AxesChoice): void;
  dismissCheck(): void;
  bringCheckBack(): void;
}

export class Page {
  private readonly title: TitleBar;
  private readonly toolbar: Toolbar;
  private readonly progress = new ProgressBar();
  private readonly banners: Banners;
  private readonly check: GradientCheckCard;
  private readonly invitation: EmptyState;
  private readonly cursorBar: CursorBar;
  private readonly findings: FindingsBar;
  private readonly live = new LiveRegion();
  private readonly form: FormSection;
  private readonly sections: SectionGrid;
  private readonly head: HTMLElement;
  private readonly stage: HTMLElement;

  constructor(
    private readonly root: HTMLElement,
    layout: Layout,
    actions: PageActions,
  ) {
    const compact = layout === "compact";
    this.title = new TitleBar(
      () => actions.openFile(),
      (path) => actions.revealValue(path),
    );
    this.banners = new Banners((command) => actions.sendCommand(command));
    this.check = new GradientCheckCard(
      () => actions.dismissCheck(),
      () => actions.bringCheckBack(),
    );
    this.invitation = new EmptyState((command) => actions.sendCommand(command));
    this.cursorBar = new CursorBar(actions);
    this.findings = new FindingsBar(actions);
    this.form = new FormSection(actions);
    this.sections = new SectionGrid(createSections(layout, actions, this.form), actions);
    this.toolbar = new Toolbar(actions, this.sections.tools, compact);
    this.head = element(
      "div",
      { class: "head" },
      this.title.element,
      ...(compact ? [openPanelButton(() => actions.sendCommand("openPanel"))] : []),
    );
    this.stage = element(
      "div",
      { class: "stage" },
      this.findings.element,
      this.cursorBar.element,
      this.check.badge,
      this.check.element,
      this.sections.element,
    );
    root.classList.add("lab", `lab-${layout}`);
    root.replaceChildren(
      this.head,
      element("div", { class: "sticky" }, this.toolbar.element, this.progress.element),
      element("main", {}, this.banners.element, this.invitation.element, this.stage),
      this.live.element,
    );
  }

  /** For a chart that is to be saved. */
  drawAnyway(id: string): void {
    this.sections.drawAnyway(id);
  }

  revealCard(id: string): void {
    if (id === FINDINGS) this.findings.open();
    else this.sections.reveal(id);
  }

  /** As the button of a section does. */
  start(id: string): void {
    this.sections.start(id);
  }

  performLayout(action: LayoutAction): void {
    this.sections.perform(action);
  }

  /** Returns whether all of it is drawn; if not, the next call goes on, with what has changed since. */
  show(state: LabState, theme: Theme, changed: Changed): boolean {
    const { view, run } = state;
    if (view === null) return true;
    this.title.show(view, run?.header ?? null);
    this.progress.show(view.status);
    this.banners.show(view, run !== null);
    this.live.show(view.status);
    this.live.showSeeds(state.seeds);
    const key = gradientCheckKey(state);
    this.check.show(view.gradientCheck, key, key === state.dismissedCheck);
    setHidden(this.stage, this.invitation.show(state));
    this.root.classList.toggle("has-experiment", view.experiment !== null);
    if (this.stage.hidden) {
      this.toolbar.show(state, null, changed);
      return true;
    }
    this.form.show(view.text);
    const model = buildModel(state, theme);
    this.toolbar.show(state, model, changed);
    this.findings.show(model, view.probed?.place ?? null);
    this.cursorBar.show(view, run, model);
    return this.sections.show(model, changed, state.preferences.layout);
  }
}

function openPanelButton(onClick: () => void): HTMLElement {
  const button = element(
    "button",
    {
      class: "tool",
      attributes: { type: "button", title: l10n.t("Open Panel"), "aria-label": l10n.t("Open Panel") },
    },
    createIcon("openPanel"),
  );
  button.addEventListener("click", onClick);
  return button;
}
