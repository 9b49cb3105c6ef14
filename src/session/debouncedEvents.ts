import { DisposableStore, type Disposable } from "../lib/dispose";
import { Emitter } from "../lib/emitter";
import { Deadline } from "../lib/deadline";
import type { ExperimentSession } from "./experimentSession";
import type { RegistryEvent } from "./registryEvent";

/** After the last word of a run that takes over: by then its first curve is drawn. */
const CALM_MS = 150;
/** Whoever types on and on hears of it all the same. */
const MAX_MS = 600;

type Kind = RegistryEvent["event"]["kind"];

interface Held {
  readonly since: number;
  readonly deadline: Deadline;
  readonly events: Map<Kind, RegistryEvent>;
}

/**
 * What happens to sessions, for all that surrounds the editor: while a typed run takes over from another, told once it is done
 * and each kind once. In between the window has a curve to draw, and what stops and starts within a moment would only flicker.
 */
export class DebouncedEvents implements Disposable {
  private readonly owned = new DisposableStore();
  private readonly emitter = this.owned.add(new Emitter<RegistryEvent>());
  readonly event = this.emitter.event;
  private readonly held = new Map<ExperimentSession, Held>();

  constructor(private readonly now: () => number = () => performance.now()) {}

  push(change: RegistryEvent): void {
    const { session, event } = change;
    const takesOver = isTakingOver(session);
    const held =
      this.held.get(session) ??
      (takesOver
        ? { since: this.now(), deadline: new Deadline(CALM_MS), events: new Map<Kind, RegistryEvent>() }
        : null);
    if (held === null) return this.emitter.fire(change);
    this.held.set(session, held);
    held.events.set(event.kind, change);
    if (!held.deadline.isSet || (takesOver && this.now() - held.since < MAX_MS - CALM_MS))
      held.deadline.set(() => this.release(session));
  }

  /** The session is gone, and what it had to say. */
  forget(session: ExperimentSession): void {
    this.held.get(session)?.deadline.clear();
    this.held.delete(session);
  }

  dispose(): void {
    for (const session of [...this.held.keys()]) this.forget(session);
    this.owned.dispose();
  }

  private release(session: ExperimentSession): void {
    const held = this.held.get(session);
    this.held.delete(session);
    for (const change of held?.events.values() ?? []) this.emitter.fire(change);
  }
}

/** A run that was typed is on its way, or has begun and has nothing to show yet. */
function isTakingOver({ expectsRun, isActive, trace, history: { present } }: ExperimentSession): boolean {
  return expectsRun || (isActive && (trace?.rows ?? 0) === 0 && present?.request.byTyping === true);
}
