/** Seconds of a limit as sbatch reads it: M, M:S, H:M:S, D-H, D-H:M, D-H:M:S; null for another text. */
export function parseSlurmTime(text: string): number | null {
  const match = /^(?:(\d+)-)?(\d+)(?::(\d+))?(?::(\d+))?$/.exec(text.trim());
  if (match === null) return null;
  const [days, ...parts] = match.slice(1).map((part) => (part === undefined ? undefined : Number(part)));
  const [first = 0, second = 0, third = 0] = parts;
  // With days, or with three parts, the first one is hours.
  if (days !== undefined || parts[2] !== undefined) return (((days ?? 0) * 24 + first) * 60 + second) * 60 + third;
  return first * 60 + second;
}
