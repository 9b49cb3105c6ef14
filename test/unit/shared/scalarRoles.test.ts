import { expect, test } from "vitest";
import { scalarInRole, type ScalarRole } from "../../../src/shared/trace/scalarRoles";

const ROLES = ["loss", "validationLoss", "accuracy", "learningRate"] as const satisfies readonly ScalarRole[];

test.each([
  [
    ["lr-Adam", "train_loss", "val_loss", "train_acc", "epoch"],
    ["train_loss", "val_loss", "train_acc", "lr-Adam"],
  ],
  [
    ["aux/Loss", "Loss", "evalLoss", "Accuracy/test", "optimizer/lr", "learning rate"],
    ["Loss", "evalLoss", "Accuracy/test", "optimizer/lr"],
  ],
  [
    ["glossary", "perplexity", "accumulated", "learning", "rate", "clr"],
    [null, null, null, null],
  ],
  [["learningRate"], [null, null, null, "learningRate"]],
  [
    ["Learning-Rate", "lr"],
    [null, null, null, "lr"],
  ],
])("the scalars %j are told apart by their words", (names, expected) => {
  expect(ROLES.map((role) => scalarInRole(role, names))).toEqual(expected);
});
