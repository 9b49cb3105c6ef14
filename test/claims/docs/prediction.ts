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
  // `npm run predictions` measures them; test/unit/predictions holds it to some of them.
  ...page(
    "checked elsewhere",
    "compares the prediction with the measurement for 75 networks, each at its start and after 500 to 2,500 batches: " +
      "how often it is within a factor of 2 and of 10 at step 1",
    "the third was drawn by lot and measured once",
    "| Networks | Cases | Line within 2 | Line within 10 | Factor within 10 |",
    "| first set | 48 | 40 | 46 | 39 | | second set | 49 | 41 | 48 | 38 | | drawn set | 50 | 34 | 46 | 40 |",
    "| Network, as powers of ten at step 1 |",
    "| tanh, adding 100 | 0 | -23.6 | 0.0 | +1.1 | | tanh, adding 100 | 1500 | -29.6 | 0.0 | +0.2 |",
    "| relu identity, adding 100 | 0 | -0.1 | 0.0 | +0.1 | | relu orthogonal, adding 50 | 0 | -8.8 | -1.5 | +0.4 |",
    "| gru, adding 100 | 0 | -20.0 | 0.0 | +0.3 | | gru, adding 100 | 1000 | -0.3 | 0.0 | +0.1 |",
    "| lstm bias 1, adding 100 | 0 | -7.0 | 0.0 | -0.1 | | lstm bias 4.6, adding 100 | 1500 | -5.3 | 0.0 | +4.9 |",
    "| tanh orthogonal, order 50 | 1500 | -0.5 | -2.5 | -3.8 |",
  ),
  ...page("definition", "each sequence has its own active half"),
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
