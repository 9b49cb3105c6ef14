import type * as vscode from "vscode";

/**
 * Edits that belong to one movement: a slider that is dragged writes many values, whose runs are one in the history.
 */
export class Movements {
  private readonly underWay = new WeakMap<vscode.TextDocument, number>();

  /**
   * Makes an edit of a document.
   * @param id the same for all edits of the movement
   */
  async edit<T>(document: vscode.TextDocument, id: number, make: () => PromiseLike<T>): Promise<T> {
    this.underWay.set(document, id);
    try {
      return await make();
    } finally {
      this.underWay.delete(document);
    }
  }

  /** The movement of the edit that VS Code is telling of; undefined: it belongs to none. */
  of(document: vscode.TextDocument): number | undefined {
    return this.underWay.get(document);
  }
}
