/** The descriptions of the schema are Markdown; tooltips and quick picks show plain text. */
export function plainText(markdown: string): string {
  return markdown.replaceAll("`", "");
}
