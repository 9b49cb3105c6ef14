/** Numbers of what the product says of the predicted gradient and of eigenvalues. */
import type { Quote, Statement } from "../claim";

export const PREDICTION_STATEMENTS: readonly Statement[] = [
  ...page(
    "limit",
    "those of up to 16 training sequences",
    "for up to 256 rows: 256 units, or 128 for lstm, whose Jacobian is that of h and c",
  ),
  ...page(
    "definition",
    "f' = 1 - h^2 for tanh, and 1 or 0 for active and inactive relu units",
    "diag((1 - z)(1 - n^2))",
    "diag(i (1 - g^2)) W_hg",
    // test/unit/webview/views/gradientByStep checks these limits of captions.
    "consistent if they are within a factor of 2 at 90% of the steps",
    "the two first differ by more than a factor of 2.",
    "is higher at three quarters of the steps",
    "Where that makes more than a factor of 2 over all steps",
  ),
  ...page("format", '"×0.94 per step back, predicted"'),
  {
    file: "l10n/bundle.l10n.json",
    quote: "the norm and the threshold of 0.001 are our choice",
    reason: "convention",
  },
];

function page(reason: Statement["reason"], ...quotes: readonly Quote["quote"][]): Statement[] {
  return quotes.map((quote) => ({ file: "docs/gradient-through-time.md", quote, reason }));
}
