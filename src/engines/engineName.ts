export const ENGINES = ["local", "slurm", "ray", "command"] as const;
export type EngineName = (typeof ENGINES)[number];

/** The engine cannot be used, or refuses; in words for a person. */
export class EngineError extends Error {}
