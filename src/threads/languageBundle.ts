/** Texts in the language of VS Code by those in English, as in l10n/bundle.l10n.json. English needs none. */
export type LanguageBundle = Readonly<Record<string, string>>;

/** Under this name a thread finds the bundle in its environment data. */
export const BUNDLE_KEY = "rnnLab.languageBundle";
