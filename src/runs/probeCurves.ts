import { readProbeFile } from "./probeFile";
import { scalarInRole, type ScalarRole } from "../shared/trace/scalarRoles";
import { COLUMN, OPTIONAL_COLUMN } from "../shared/trace/trace";

/** What a comparison shows of a run that others have recorded. */
export const COMPARED_ROLES: readonly ScalarRole[] = [
  COLUMN.loss,
  OPTIONAL_COLUMN.validationLoss,
  OPTIONAL_COLUMN.accuracy,
];

/** Columns of equal length. */
export type NamedColumns = readonly (readonly [name: string, values: Float64Array<ArrayBuffer>])[];

/**
 * The scalars of a probe's file that comparisons show, under the names that the lab's own runs have for them.
 * @throws as readProbeFile
 */
export function probeCurves(path: string): NamedColumns {
  const { scalars } = readProbeFile(path);
  return curvesOf(scalars);
}

/** @param scalars by the names that somebody gave them, `iteration` first */
export function curvesOf(scalars: ReadonlyMap<string, Float64Array<ArrayBuffer>>): NamedColumns {
  const names = [...scalars.keys()];
  const roles = [
    [COLUMN.iteration, COLUMN.iteration],
    ...COMPARED_ROLES.map((role) => [role, scalarInRole(role, names)] as const),
  ] as const;
  return roles.flatMap(([role, name]) => {
    const values = scalars.get(name ?? "");
    return values === undefined ? [] : [[role, values] as const];
  });
}
