/** The few lines of DOM the page needs. Text is only ever set as text: a hostile name cannot become markup. */
type Child = Node | string | null;

interface ElementOptions {
  readonly class?: string;
  readonly attributes?: Readonly<Record<string, string>>;
}

export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  options: ElementOptions = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const node = document.createElement(tag);
  applyOptions(node, options);
  for (const child of children) if (child !== null) node.append(child);
  return node;
}

/** A custom element of the toolkit, which no tag-name table knows. */
export function customElement(tag: string, options: ElementOptions = {}, ...children: Child[]): HTMLElement {
  const node = document.createElement(tag);
  applyOptions(node, options);
  for (const child of children) if (child !== null) node.append(child);
  return node;
}

function applyOptions(node: HTMLElement, options: ElementOptions): void {
  if (options.class !== undefined) node.className = options.class;
  for (const [name, value] of Object.entries(options.attributes ?? {})) node.setAttribute(name, value);
}

/** Writes only what changed: a text node that is set again loses the reader's selection and costs layout. */
export function setText(node: Node, text: string): void {
  if (node.textContent !== text) node.textContent = text;
}

export function setHidden(node: HTMLElement, hidden: boolean): void {
  if (node.hidden !== hidden) node.hidden = hidden;
}

export function setAttribute(node: Element, name: string, value: string | null): void {
  if (value === null) node.removeAttribute(name);
  else if (node.getAttribute(name) !== value) node.setAttribute(name, value);
}
