import { DisposableStore, type Disposable } from "../lib/dispose";
import { Emitter } from "../lib/emitter";
import { Deadline } from "../lib/deadline";
import type { ExperimentSession } from "./experimentSession";
import { surroundingsWait } from "../shared/handover/policy";
import { HANDOVER_MS } from "../shared/handover/times";
import type { RegistryEvent } from "./registryEvent";

const { surroundingsDelay: DELAY_MS, maxSurroundingsDelay: MAX_DELAY_MS } = HANDOVER_MS;

type Kind = RegistryEvent["event"]["kind"];

interface Held {
  readonly since: number;
  readonly deadline: Deadline;
  readonly events: Map<Kind, RegistryEvent>;
}

/**
 * The events of sessions for all that surrounds the editor: while a typed run takes over from another they wait, and
 * then come once each kind. In between the window has a curve to draw, and what stops and starts within a moment would
 * only flicker.
 */
export class DebouncedEvents implements Disposable {
  private readonly owned = new DisposableStore();
  private readonly emitter = this.owned.add(new Emitter<RegistryEvent>());
  readonly event = this.emitter.event;
  private readonly held = new Map<ExperimentSession, Held>();

  constructor(private readonly now: () => number = () => performance.now()) {}

  push(change: RegistryEvent): void {
    const { session, event } = change;
    const waits = surroundingsWait(session.handover.state);
    const held =
      this.held.get(session) ??
      (waits ? { since: this.now(), deadline: new Deadline(DELAY_MS), events: new Map<Kind, RegistryEvent>() } : null);
    if (held === null) return this.emitter.fire(change);
    this.held.set(session, held);
    held.events.set(event.kind, change);
    if (!held.deadline.isSet || (waits && this.now() - held.since < MAX_DELAY_MS - DELAY_MS))
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
