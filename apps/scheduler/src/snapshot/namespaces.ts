import { deepEqual, type Selector } from '@kubernats/apimachinery';

/** The namespaces that a selector selects, as long as they are these: then there is another one. */
export interface NamespaceSelection {
  readonly id: number;
  readonly names: ReadonlySet<string>;
}

interface Asked {
  selector: Selector;
  selection: NamespaceSelection;
}

/** So many selectors are kept; each is asked about every namespace that changes. */
const KEPT = 256;

/** Which namespaces there are, and which of them selectors select. */
export class Namespaces {
  readonly #labels = new Map<string, Readonly<Record<string, string>>>();
  /** By the selector's text. */
  readonly #asked = new Map<string, Asked>();
  #selections = 0;
  #version = 0;

  /** Another one whenever a namespace came, went or has other labels. */
  get version(): number {
    return this.#version;
  }

  /** `labels`: undefined when the namespace is gone. */
  set(name: string, labels: Readonly<Record<string, string>> | undefined): void {
    if (deepEqual(labels, this.#labels.get(name))) return;
    if (labels) this.#labels.set(name, labels);
    else this.#labels.delete(name);
    this.#version++;
    for (const asked of this.#asked.values()) {
      const { names } = asked.selection;
      const isSelected = labels !== undefined && asked.selector.matches(labels);
      if (isSelected === names.has(name)) continue;
      const others = [...names].filter((other) => other !== name);
      asked.selection = this.#selection(isSelected ? [...others, name] : others);
    }
  }

  selectedBy(selector: Selector): NamespaceSelection {
    const text = selector.toString();
    const known = this.#asked.get(text);
    if (known) return known.selection;
    const names: string[] = [];
    for (const [name, labels] of this.#labels) if (selector.matches(labels)) names.push(name);
    const selection = this.#selection(names);
    if (this.#asked.size >= KEPT) this.#asked.clear();
    this.#asked.set(text, { selector, selection });
    return selection;
  }

  #selection(names: readonly string[]): NamespaceSelection {
    return { id: ++this.#selections, names: new Set(names) };
  }
}
