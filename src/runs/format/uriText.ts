/** Scheme, authority where there is one, and path, as VS Code takes a URI apart. */
const PARTS = /^\w[\w+.-]*:(?:\/\/([^/?#]*))?([^?#]*)/;
const MAX_LENGTH = 16_384;

/**
 * Whether a text from a file is a URI that VS Code parses and finds the folder of: it has a scheme and a path, and the
 * path does not begin like an authority.
 */
export function isUriText(text: string): boolean {
  const parts = text.length > MAX_LENGTH ? null : PARTS.exec(text);
  if (parts === null) return false;
  const [, authority = "", path = ""] = parts;
  return path !== "" && (authority !== "" || !/^(?:\/|%2f){2}/i.test(path));
}
