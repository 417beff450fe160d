/** What Pods were told of volumes, so that nobody hears the same twice. */
export class Told {
  /** By volume, then by node. */
  readonly #told = new Map<string, Map<string, string>>();

  /** Whether it is news for the Pods of that node. */
  isNews(volume: string, node: string, message: string): boolean {
    const nodes = this.#told.get(volume) ?? new Map();
    this.#told.set(volume, nodes);
    if (nodes.get(node) === message) return false;
    nodes.set(node, message);
    return true;
  }

  /** Forgets all nodes but these. */
  keep(volume: string, about: ReadonlySet<string>): void {
    const nodes = this.#told.get(volume);
    for (const node of nodes?.keys() ?? []) if (!about.has(node)) nodes?.delete(node);
    if (nodes?.size === 0) this.#told.delete(volume);
  }
}
