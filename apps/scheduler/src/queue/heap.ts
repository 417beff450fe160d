/** Gives out the first of what it holds, by `before`. */
export class Heap<T> {
  readonly #items: T[] = [];
  readonly #before: (a: T, b: T) => boolean;

  constructor(before: (a: T, b: T) => boolean) {
    this.#before = before;
  }

  peek(): T | undefined {
    return this.#items[0];
  }

  push(item: T): void {
    const items = this.#items;
    let at = items.length;
    items.push(item);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = items[parent];
      if (above === undefined || !this.#before(item, above)) break;
      items[at] = above;
      items[parent] = item;
      at = parent;
    }
  }

  pop(): T | undefined {
    const items = this.#items;
    const first = items[0];
    const last = items.pop();
    if (first === undefined || last === undefined || items.length === 0) return first;
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      const a = items[left];
      const b = items[left + 1];
      if (a === undefined) break;
      const child = b !== undefined && this.#before(b, a) ? left + 1 : left;
      const lesser = items[child];
      if (lesser === undefined || !this.#before(lesser, last)) break;
      items[at] = lesser;
      at = child;
    }
    items[at] = last;
    return first;
  }
}
