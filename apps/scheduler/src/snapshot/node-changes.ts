/** Which nodes changed, in order: whoever has looked at all of them up to a point looks again only at those after it. */
export class NodeChanges {
  #indexes: number[] = [];
  /** How many changes were forgotten. */
  #forgotten = 0;
  #limit = 0;

  /** Counts all changes so far. */
  get count(): number {
    return this.#forgotten + this.#indexes.length;
  }

  /** The places of nodes that changed after so many changes, some perhaps twice; undefined when that is too long ago. */
  since(count: number): readonly number[] | undefined {
    return count < this.#forgotten ? undefined : this.#indexes.slice(count - this.#forgotten);
  }

  /** `index`: the node's place, -1 for one that is not there. */
  add(index: number): void {
    if (index < 0) return;
    this.#indexes.push(index);
    if (this.#indexes.length <= 2 * this.#limit) return;
    this.#forgotten += this.#limit;
    this.#indexes = this.#indexes.slice(this.#limit);
  }

  /** How many changes are kept at least. Looking at more than that one by one costs more than looking at all nodes. */
  keep(limit: number): void {
    this.#limit = limit;
  }
}
