import { expect, test } from "vitest";
import { accuracyScalar, lossScalar, validationLossScalar } from "../../../src/shared/trace/scalarRoles";

test("scalars that somebody else has named are told apart by their words", () => {
  const lightning = ["lr-Adam", "train_loss", "val_loss", "train_acc", "epoch"];
  expect([lossScalar(lightning), validationLossScalar(lightning), accuracyScalar(lightning)]).toEqual([
    "train_loss",
    "val_loss",
    "train_acc",
  ]);
  const tags = ["aux/Loss", "Loss", "evalLoss", "Accuracy/test"];
  expect([lossScalar(tags), validationLossScalar(tags), accuracyScalar(tags)]).toEqual([
    "Loss",
    "evalLoss",
    "Accuracy/test",
  ]);
  expect([lossScalar(["glossary", "perplexity"]), validationLossScalar([]), accuracyScalar(["accumulated"])]).toEqual([
    null,
    null,
    null,
  ]);
});
