// @ts-check
/** Preloaded into the server: it ends when the process that started it does, even when that one was killed outright. */
process.once("disconnect", () => process.exit(0));
process.channel?.unref();
