/** Longest text of a page that goes to the log. */
const MAX_ERROR_LENGTH = 2000;

/** A message of a page in which something went wrong, its text cut to what a log should hold. */
export function withShortText<T extends { readonly message: string }>(error: T): T {
  return { ...error, message: error.message.slice(0, MAX_ERROR_LENGTH) };
}
