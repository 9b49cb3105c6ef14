import { MemoryBudget } from "../lib/memoryBudget";
import { DisposableStore, type Disposable } from "../lib/dispose";
import { Emitter } from "../lib/emitter";
import { THIS_PROCESS, type ThreadPlace } from "../threads/carriers/threadPlace";
import { DebouncedEvents } from "./debouncedEvents";
import { ExperimentSession, type SessionLog } from "./experimentSession";
import type { RunFileTarget } from "./runFileTarget";
import type { SessionFile } from "./sessionFile";
import type { RegistryEvent } from "./registryEvent";

/**
 * Sessions that are kept; beyond that the longest unused one that neither runs nor is shown is forgotten with its
 * trace.
 */
export const MAX_SESSIONS = 24;

/** Records the runs of all sessions. */
export interface RegistryRecording extends RunFileTarget {
  /** Every change of every session. */
  follow(change: RegistryEvent): void;
}

/** All experiments that have been touched, by the URI of their file. */
export class SessionRegistry implements Disposable {
  private readonly sessions = new Map<string, ExperimentSession>();
  private readonly owned = new DisposableStore();
  private readonly changes = this.owned.add(new Emitter<RegistryEvent>());
  private readonly removals = this.owned.add(new Emitter<ExperimentSession>());
  private readonly shown = this.owned.add(new Emitter<ExperimentSession>());
  private readonly calm = this.owned.add(new DebouncedEvents());
  readonly onDidChange = this.changes.event;
  /** The same for what surrounds the editor; see {@link DebouncedEvents}. */
  readonly onDidSettle = this.calm.event;
  /**
   * Somebody shows the session now, or nobody any more, see `thread.isRetained`; or what it was asked before that has
   * been answered.
   */
  readonly onDidChangeShown = this.shown.event;
  /** The session is closed: it neither runs nor holds a trace any more. */
  readonly onDidRemove = this.removals.event;

  constructor(
    private readonly workerPath: string,
    private readonly log: SessionLog,
    private readonly recording: RegistryRecording | null = null,
    /** What all training in the window shares. */
    readonly budget = new MemoryBudget(Infinity),
    /** Where all threads that train are. */
    readonly place: ThreadPlace = THIS_PROCESS,
  ) {
    if (recording !== null) {
      this.owned.add(this.onDidChange((change) => recording.follow(change)));
    }
  }

  /** Most recently used last. */
  get all(): readonly ExperimentSession[] {
    return [...this.sessions.values()];
  }

  find(uri: string): ExperimentSession | null {
    return this.sessions.get(uri) ?? null;
  }

  /** The session of a file, made on first use. */
  open(file: SessionFile): ExperimentSession {
    const known = this.sessions.get(file.uri);
    if (known !== undefined) {
      this.sessions.delete(file.uri);
      this.sessions.set(file.uri, known);
      return known;
    }
    const session = new ExperimentSession(file, this.workerPath, this.log, this.recording, this.budget, this.place);
    session.onDidChange((event) => {
      this.changes.fire({ session, event });
      this.calm.push({ session, event });
    });
    session.thread.onDidChangeRetained(() => this.shown.fire(session));
    session.questions.onDidDrain(() => {
      if (!session.thread.isRetained) this.shown.fire(session);
    });
    this.sessions.set(file.uri, session);
    this.removeUnused(session);
    return session;
  }

  /** The file has another name; its run goes on. A session that stood under the new name is closed. */
  move(from: string, to: SessionFile): void {
    const session = this.sessions.get(from);
    if (session === undefined) {
      return;
    }
    if (to.uri !== from) {
      this.remove(to.uri);
    }
    this.sessions.delete(from);
    this.sessions.set(to.uri, session);
    session.describe(to);
  }

  dispose(): void {
    for (const session of this.sessions.values()) {
      session.dispose();
    }
    this.sessions.clear();
    this.owned.dispose();
  }

  private removeUnused(except: ExperimentSession): void {
    for (const [uri, session] of this.sessions) {
      if (this.sessions.size <= MAX_SESSIONS) {
        return;
      }
      if (session !== except && !session.isActive && !session.thread.isRetained) {
        this.remove(uri);
      }
    }
  }

  /** Nothing of the session is needed any more; its file gets another one when it is shown again. */
  remove(uri: string): void {
    const session = this.sessions.get(uri);
    if (session !== undefined) {
      this.sessions.delete(uri);
      session.dispose();
      this.calm.forget(session);
      this.removals.fire(session);
    }
  }
}
