import { CmaSearch } from "./cmaes";
import type { Search, Space } from "./space";
import { TpeSearch } from "./tpe";

/** Searches that look at the trials that have ended. */
export type LearningSearch = "tpe" | "cma-es";

export function createSearch(kind: LearningSearch, space: Space): Search {
  switch (kind) {
    case "tpe":
      return new TpeSearch(space);
    case "cma-es":
      return new CmaSearch(space);
  }
}
