/** Whether a key is text for a control, and so no shortcut of the page. */

/** HTML's controls that take text, or choose from a list by its first letters. */
const TAGS: ReadonlySet<string> = new Set(["INPUT", "TEXTAREA", "SELECT"]);
/** What other elements that do so are to a screen reader: the toolkit's dropdown is a combobox. */
const ROLES: ReadonlySet<string> = new Set(["textbox", "searchbox", "combobox", "listbox", "spinbutton"]);

/**
 * @param path the event's `composedPath()`: seen from the document, an event out of a shadow root comes from the root's
 * host, and only the path has the field inside
 */
export function isTyping(path: readonly EventTarget[]): boolean {
  return path.some(
    (target) =>
      target instanceof HTMLElement &&
      (TAGS.has(target.tagName) || ROLES.has(target.getAttribute("role") ?? "") || target.isContentEditable),
  );
}
