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
import { Picker } from "../chart/picker";
import type { CursorMove } from "../state/cursor";
import { element, setAttribute, setHidden, setText } from "../ui/dom";
import { createIcon, type IconName } from "../ui/icons";
import { collectEvents, ruleTitle, type RunEvents } from "../chart/runEvents";
import { ScrubberTrack } from "./scrubberTrack";
import type { LabState } from "../state/store";
import { iterationWindow } from "../state/zoom";

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
  /** Left out where there is little room. */
  readonly minor?: boolean;
}

const BUTTONS: readonly Button[] = [
  {
    action: "goToFirst",
    icon: "first",
    label: l10n.t("First iteration"),
    keys: "Home",
    minor: true,
  },
  { action: "previousFinding", icon: "previousFinding", label: l10n.t("Previous finding"), keys: "[" },
  { action: "stepBack", icon: "stepBack", label: l10n.t("Step back"), keys: "," },
  { action: "playPause", icon: "play", label: l10n.t("Play"), keys: "P" },
  { action: "stepForward", icon: "stepForward", label: l10n.t("Step forward"), keys: "." },
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
  readonly element: HTMLElement;
  private readonly buttons = new Map<TravelAction, HTMLButtonElement>();
  private readonly track: ScrubberTrack;
  private readonly speed: Picker;
  /** Where there is no bar that says it. */
  private readonly place = element("span", { class: "scrubber-place" });
  private playing: boolean | null = null;

  constructor(private readonly host: ScrubberHost) {
    this.track = new ScrubberTrack(host);
    this.speed = new Picker(PLAYBACK_SPEED_HINT, (speed) => this.pickSpeed(speed));
    this.element = element(
      "div",
      { class: "scrubber", attributes: { role: "group", "aria-label": l10n.t("Time travel") } },
      element("div", { class: "scrubber-buttons" }, ...BUTTONS.map((button) => this.create(button))),
      this.track.element,
      this.place,
      this.speed.element,
    );
    setHidden(this.element, true);
  }

  show(state: LabState, shown: ChartModel | null, changed: Changed): void {
    const model = shown?.scalars ?? null;
    setHidden(this.element, model === null || model.rows < 2);
    if (this.element.hidden || model === null) return;
    const { playback, view } = state;
    this.showPlaying(playback.playing);
    this.speed.show(
      SPEEDS.map((speed) => ({ value: String(speed), label: formatSpeed(speed) })),
      String(playback.speed),
    );
    const active = isActive(view?.status.phase ?? "idle");
    const whole = iterationWindow(model.iterations, model.rows, false, false);
    const { place } = model;
    setText(this.place, formatCount(place.iteration));
    // A mark at the cursor itself is neither previous nor next.
    this.enable(
      "previousFinding",
      model.findings.some(({ iteration }) => iteration < place.iteration),
    );
    this.enable(
      "nextFinding",
      model.findings.some(({ iteration }) => iteration > place.iteration),
    );
    this.enable("goToFirst", place.row > 0);
    this.enable("stepBack", place.row > 0);
    this.enable("stepForward", !place.followsLatest);
    const latest = this.buttons.get("goToLatest");
    if (latest !== undefined) {
      setAttribute(latest, "aria-pressed", String(place.followsLatest));
      setAttribute(latest, "class", `tool scrubber-latest${active ? " is-live" : ""}`);
    }
    if (!(changed.data || changed.cursor || changed.style)) return;
    const events = collectEvents(model, whole, this.track.width);
    this.track.show(model, whole, events, active);
    this.track.describe({
      min: whole.from,
      max: model.iterations[model.rows - 1] ?? 0,
      now: place.iteration,
      text: spokenPlace(model, events),
    });
  }

  private pickSpeed(text: string): void {
    const speed = SPEEDS.find((known) => String(known) === text);
    if (speed !== undefined) this.host.setSpeed(speed);
  }

  private create({ action, icon, label, keys, minor }: Button): HTMLButtonElement {
    const button = element(
      "button",
      {
        class: `tool${minor === true ? " scrubber-minor" : ""}`,
        attributes: { type: "button", title: `${label} (${keys})`, "aria-label": label },
      },
      createIcon(icon),
    );
    // Not `disabled`: a button that has the focus must keep it when there is no way on.
    button.addEventListener("click", () => button.getAttribute("aria-disabled") !== "true" && this.host.travel(action));
    this.buttons.set(action, button);
    return button;
  }

  private enable(action: TravelAction, enabled: boolean): void {
    const button = this.buttons.get(action);
    if (button !== undefined) setAttribute(button, "aria-disabled", enabled ? null : "true");
  }

  private showPlaying(playing: boolean): void {
    const button = this.buttons.get("playPause");
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
