import { MAX_CONFUSED, type ClassMeasures } from "../../shared/trace/measures";

/**
 * What classes were answered for what targets, counted one by one. The measures are those of scikit-learn's
 * `balanced_accuracy_score` and `f1_score(average="macro", zero_division=0)`:
 *
 *   recall_c = n_cc / Σ_j n_cj,  F1_c = 2 n_cc / (Σ_j n_cj + Σ_i n_ic)
 *
 * balanced accuracy is the mean of recall_c over the classes among the targets (Brodersen et al., The balanced accuracy
 * and its posterior distribution, 2010), macro F1 that of F1_c over the classes among targets or answers (Sokolova and
 * Lapalme, A systematic analysis of performance measures for classification tasks, 2009, table 3).
 */
export class ClassCounts {
  private readonly right: Float64Array;
  private readonly targets: Float64Array;
  private readonly answers: Float64Array;
  private readonly confusion: Float64Array<ArrayBuffer>;

  constructor(private readonly labels: readonly string[]) {
    const count = labels.length;
    this.right = new Float64Array(count);
    this.targets = new Float64Array(count);
    this.answers = new Float64Array(count);
    this.confusion = new Float64Array(count <= MAX_CONFUSED ? count * count : 0);
  }

  add(target: number, answer: number): void {
    const { right, targets, answers, confusion, labels } = this;
    targets[target] = targets[target]! + 1;
    answers[answer] = answers[answer]! + 1;
    if (target === answer) right[target] = right[target]! + 1;
    if (confusion.length > 0) {
      const cell = target * labels.length + answer;
      confusion[cell] = confusion[cell]! + 1;
    }
  }

  measures(): ClassMeasures {
    const { right, targets, answers, confusion, labels } = this;
    const recalls: number[] = [];
    const scores: number[] = [];
    let total = 0;
    let correct = 0;
    for (let c = 0; c < labels.length; c++) {
      total += targets[c]!;
      correct += right[c]!;
      if (targets[c]! > 0) recalls.push(right[c]! / targets[c]!);
      if (targets[c]! + answers[c]! > 0) scores.push((2 * right[c]!) / (targets[c]! + answers[c]!));
    }
    return {
      labels,
      confusion,
      accuracy: correct / total,
      balancedAccuracy: meanOf(recalls),
      macroF1: meanOf(scores),
    };
  }
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
