/**
 * What every page and the host say to each other beneath their own messages: whether the host is there, and what a new
 * one needs to open the page again after a crash.
 */
export type PageSignal =
  /** Answered by {@link PONG}. */
  | { readonly type: "ping" }
  /** What the page keeps across a reload of the window, as JSON. */
  | { readonly type: "keepState"; readonly state: string };

export const PONG = { type: "pong" } as const;

/** Longest state of a page, in characters of JSON. */
export const MAX_STATE_LENGTH = 20_000;

/** The pages that are tabs, by their scripts. */
export type PageKind = "main" | "sweep" | "compare" | "runsTable";

/**
 * The only commands that a link in a page may run. VS Code runs them without the host that made the page. The first one
 * takes the kind and the state of the page.
 */
export const LINK_COMMANDS = ["rnnLab.reopenPanel", "workbench.action.reloadWindow"] as const;

/** Null for what is none. */
export function readPageSignal(data: unknown): PageSignal | null {
  if (typeof data !== "object" || data === null || !("type" in data)) return null;
  if (data.type === "ping") return { type: "ping" };
  if (data.type !== "keepState" || !("state" in data) || typeof data.state !== "string") return null;
  return data.state.length <= MAX_STATE_LENGTH ? { type: "keepState", state: data.state } : null;
}

export function isPong(data: unknown): boolean {
  return typeof data === "object" && data !== null && "type" in data && data.type === PONG.type;
}
