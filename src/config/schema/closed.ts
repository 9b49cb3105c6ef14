/** No property but the listed ones; a typing error is then an error and not a silently ignored wish. */
export const closed = { additionalProperties: false } as const;
