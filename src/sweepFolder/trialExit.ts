/** The exit code of a trial that wants to be started again; EX_TEMPFAIL of sysexits.h. */
export const TAKE_UP_AGAIN = 75;
