/**
 * Time travel through the recorded iterations: buttons, a track with events, and the playback speed. Training continues
 * meanwhile.
 */
import * as l10n from "@vscode/l10n";
import type { TravelAction } from "../../src/shared/wire/panelActions";
import { SPEEDS, type Speed } from "../../src/shared/wire/protocol";
import { formatCount } from "../../src/shared/words/numberFormat";
import { formatSpeed, PLAYBACK_SPEED_HINT } from "../../src/shared/words/speed";
import { isActive } from "../ui/controlRules";
import type { ChartModel, Changed, ScalarModel } from "../chart/model";
import { Picker } from "../ui/picker";
import type { CursorMove } from "../state/cursor";
import { element, setAttribute } from "../ui/dom";
import { createIcon, type IconName } from "../ui/icons";
import { collectEvents, ruleTitle, type RunEvents } from "../chart/runEvents";
import { ScrubberTrack } from "./scrubberTrack";
import type { LabState } from "../state/store";
import { recordedIterations } from "../state/zoom";

export interface ScrubberHost {
  travel(action: TravelAction): void;
  setSpeed(speed: Speed): void;
  moveCursor(move: CursorMove): void;
  requestDraw(): void;
}

interface Button {
  readonly action: TravelAction;
  readonly icon: IconName;
  readonly label: string;
  readonly keys: string;
}

const BUTTONS: readonly Button[] = [
  {
    action: "goToFirst",
    icon: "first",
    label: l10n.t("First iteration"),
    keys: "Home",
  },
  { action: "previousFinding", icon: "previousFinding", label: l10n.t("Previous finding"), keys: "[" },
  { action: "stepBack", icon: "stepBack", label: l10n.t("Previous traced iteration"), keys: "," },
  { action: "playPause", icon: "play", label: l10n.t("Play"), keys: "P" },
  { action: "stepForward", icon: "stepForward", label: l10n.t("Next traced iteration"), keys: "." },
  { action: "nextFinding", icon: "nextFinding", label: l10n.t("Next finding"), keys: "]" },
  { action: "goToLatest", icon: "latest", label: l10n.t("Latest iteration"), keys: "Escape" },
];

/** Keys that mean the same wherever the focus is, but in a field. */
const KEYS: Readonly<Record<string, TravelAction>> = {
  p: "playPause",
  P: "playPause",
  ",": "stepBack",
  ".": "stepForward",
  "[": "previousFinding",
  "]": "nextFinding",
  "<": "playSlower",
  ">": "playFaster",
};

export function travelForKey(key: string): TravelAction | null {
  return Object.hasOwn(KEYS, key) ? (KEYS[key] ?? null) : null;
}

export class Scrubber {
  /** Playing, stepping, and jumping to findings and to both ends. */
  readonly buttons: HTMLElement;
  readonly track: HTMLElement;
  /** The playback speed. */
  readonly speed: HTMLElement;
  private readonly byAction = new Map<TravelAction, HTMLButtonElement>();
  private readonly slider: ScrubberTrack;
  private readonly speeds: Picker;
  private playing: boolean | null = null;

  constructor(private readonly host: ScrubberHost) {
    this.slider = new ScrubberTrack(host);
    this.track = this.slider.element;
    this.speeds = new Picker(PLAYBACK_SPEED_HINT, (speed) => this.pickSpeed(speed));
    this.buttons = element(
      "div",
      { class: "toolbar-group scrubber", attributes: { role: "group", "aria-label": l10n.t("Time travel") } },
      element("span", { class: "group-label" }, l10n.t("Playback")),
      ...BUTTONS.map((button) => this.create(button)),
    );
    this.speed = element(
      "div",
      { class: "toolbar-group playback-speed" },
      element("span", { class: "group-label" }, l10n.t("Playback speed")),
      this.speeds.element,
    );
  }

  show(state: LabState, shown: ChartModel | null, changed: Changed): void {
    const { playback, view } = state;
    this.showPlaying(playback.playing);
    this.speeds.show(
      SPEEDS.map((speed) => ({ value: String(speed), label: formatSpeed(speed) })),
      String(playback.speed),
    );
    const model = shown?.scalars ?? null;
    this.enableAll(model);
    if (model === null) return this.slider.clear();
    if (!(changed.data || changed.cursor || changed.style)) return;
    const active = isActive(view?.status.phase ?? "idle");
    const whole = recordedIterations(model.iterations, model.rows);
    const { place } = model;
    const events = collectEvents(model, whole, this.slider.width);
    this.slider.show(model, whole, events, active);
    this.slider.describe({
      min: whole.from,
      max: model.iterations[model.rows - 1] ?? 0,
      now: place.iteration,
      text: spokenPlace(model, events),
    });
  }

  private enableAll(model: ScalarModel | null): void {
    const { iteration, row, followsLatest } = model?.place ?? { iteration: 0, row: 0, followsLatest: true };
    const findings = model?.findings ?? [];
    // A mark at the cursor itself is neither previous nor next.
    this.enable(
      "previousFinding",
      findings.some((finding) => finding.iteration < iteration),
    );
    this.enable(
      "nextFinding",
      findings.some((finding) => finding.iteration > iteration),
    );
    this.enable("goToFirst", row > 0);
    this.enable("stepBack", row > 0);
    this.enable("playPause", model !== null && model.rows > 1);
    this.enable("stepForward", !followsLatest);
    const latest = this.byAction.get("goToLatest");
    if (latest !== undefined) setAttribute(latest, "aria-pressed", String(model !== null && followsLatest));
  }

  private pickSpeed(text: string): void {
    const speed = SPEEDS.find((known) => String(known) === text);
    if (speed !== undefined) this.host.setSpeed(speed);
  }

  private create({ action, icon, label, keys }: Button): HTMLButtonElement {
    const button = element(
      "button",
      {
        class: "tool",
        attributes: { type: "button", title: `${label} (${keys})`, "aria-label": label },
      },
      createIcon(icon),
    );
    // Not `disabled`: a button that has the focus must keep it when there is no way on.
    button.addEventListener("click", () => button.getAttribute("aria-disabled") !== "true" && this.host.travel(action));
    this.byAction.set(action, button);
    return button;
  }

  private enable(action: TravelAction, enabled: boolean): void {
    const button = this.byAction.get(action);
    if (button !== undefined) setAttribute(button, "aria-disabled", enabled ? null : "true");
  }

  private showPlaying(playing: boolean): void {
    const button = this.byAction.get("playPause");
    if (playing === this.playing || button === undefined) return;
    this.playing = playing;
    const label = playing ? l10n.t("Pause playback") : l10n.t("Play");
    button.replaceChildren(createIcon(playing ? "pause" : "play"));
    setAttribute(button, "aria-label", label);
    setAttribute(
      button,
      "title",
      playing ? l10n.t("Pause playback (P)") : l10n.t("Play back the traced iterations (P)"),
    );
  }
}

function spokenPlace({ place, findings }: ScalarModel, { clipped, nonFinite: broken }: RunEvents): string {
  const within = (stretches: readonly { readonly from: number; readonly to: number }[]): boolean =>
    stretches.some(({ from, to }) => place.iteration >= from && place.iteration <= to);
  const here = findings
    .filter(({ iteration }) => iteration === place.iteration)
    .map(({ rule }) => l10n.t("finding: {0}", ruleTitle(rule)));
  return [
    l10n.t("iteration {0}", formatCount(place.iteration)),
    ...(place.followsLatest ? [l10n.t("latest")] : []),
    ...(within(broken) ? [l10n.t("non-finite")] : []),
    ...(within(clipped) ? [l10n.t("clipped")] : []),
    ...here,
  ].join(", ");
}
