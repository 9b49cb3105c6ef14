import type { Guard } from "./schemaParts";

/**
 * A stored state, which an older version or nobody may have written: fields that are not there or cannot be read have
 * their defaults, the others are kept. Only the fields that have defaults are looked at.
 */
export function readFields<T extends object>(isState: Guard<T>, saved: unknown, defaults: T): T {
  const stored = new Map(Object.entries(typeof saved === "object" && saved !== null ? saved : {}));
  return Object.keys(defaults).reduce<T>((state, key) => {
    const changed: unknown = stored.has(key) ? { ...state, [key]: stored.get(key) as unknown } : state;
    return isState(changed) ? changed : state;
  }, defaults);
}
