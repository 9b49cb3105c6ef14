/**
 * Whether the page of a webview is there. VS Code throws a hidden page away; when it is shown again, it loads anew and
 * says ready. The page may say so before VS Code says that it is visible.
 */
export type PagePresence = "hidden" | "hiddenReady" | "loading" | "open";

export function initialPresence(visible: boolean): PagePresence {
  return visible ? "loading" : "hidden";
}

/** The page says that it is ready: for the first time, or because it was loaded anew. */
export function afterReady(presence: PagePresence): PagePresence {
  return presence === "hidden" || presence === "hiddenReady" ? "hiddenReady" : "open";
}

/** VS Code says whether the page is visible. Hidden twice, what said ready in between is gone. */
export function afterVisibility(presence: PagePresence, visible: boolean): PagePresence {
  if (!visible) return "hidden";
  return presence === "hidden" ? "loading" : presence === "hiddenReady" ? "open" : presence;
}
