/** Called with how much is done of all there is, in any unit. */
export type OnProgress = (done: number, total: number) => void;
