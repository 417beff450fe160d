interface Node<T> {
  values: Set<T> | undefined;
  /** What was subscribed with `>` after this node. */
  tails: Set<T> | undefined;
  children: Map<string, Node<T>> | undefined;
}

const newNode = <T>(): Node<T> => ({ values: undefined, tails: undefined, children: undefined });

/**
 * Values kept under subject patterns (`*` is any one token, a last `>` any one or more), found again by subject. The cost of
 * a look-up grows with the subject's tokens and its matches, not with the number of patterns: watches are thousands.
 */
export class SubjectTrie<T> {
  readonly #root: Node<T> = newNode();

  add(pattern: string, value: T): void {
    const { node, tail } = this.#descend(pattern);
    if (tail) (node.tails ??= new Set()).add(value);
    else (node.values ??= new Set()).add(value);
  }

  /** Idempotent. Branches that become empty go away, so that subjects which come and go leave nothing behind. */
  remove(pattern: string, value: T): void {
    const tokens = pattern.split('.');
    const tail = tokens.at(-1) === '>';
    if (tail) tokens.pop();
    const path: Node<T>[] = [this.#root];
    for (const token of tokens) {
      const next = path.at(-1)?.children?.get(token);
      if (!next) return;
      path.push(next);
    }
    const last = path.at(-1);
    if (tail) last?.tails?.delete(value);
    else last?.values?.delete(value);
    for (let i = path.length - 1; i > 0; i--) {
      const node = path[i];
      const token = tokens[i - 1];
      if (!node || token === undefined || node.values?.size || node.tails?.size || node.children?.size) return;
      path[i - 1]?.children?.delete(token);
    }
  }

  /** Calls `visit` for each value whose pattern matches the subject. */
  match(subject: string, visit: (value: T) => void): void {
    visitMatches(this.#root, subject.split('.'), 0, visit);
  }

  #descend(pattern: string): { node: Node<T>; tail: boolean } {
    let node = this.#root;
    const tokens = pattern.split('.');
    for (const [i, token] of tokens.entries()) {
      if (token === '>' && i === tokens.length - 1) return { node, tail: true };
      const children: Map<string, Node<T>> = (node.children ??= new Map());
      let next = children.get(token);
      if (!next) {
        next = newNode();
        children.set(token, next);
      }
      node = next;
    }
    return { node, tail: false };
  }
}

function visitMatches<T>(node: Node<T>, tokens: string[], at: number, visit: (value: T) => void): void {
  const token = tokens[at];
  if (token === undefined) {
    if (node.values) for (const value of node.values) visit(value);
    return;
  }
  if (node.tails) for (const value of node.tails) visit(value);
  if (!node.children) return;
  const exact = node.children.get(token);
  if (exact) visitMatches(exact, tokens, at + 1, visit);
  const any = node.children.get('*');
  if (any && any !== exact) visitMatches(any, tokens, at + 1, visit);
}
