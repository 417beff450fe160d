import { ShellError } from './flow.ts';

export interface Variable {
  value: string | undefined;
  /** Set for arrays; the keys of an indexed one are numbers. */
  items?: Map<string, string>;
  associative?: boolean;
  exported?: boolean;
  readonly?: boolean;
  integer?: boolean;
}

const NAME = /^[A-Za-z_]\w*$/;

export function isName(text: string): boolean {
  return NAME.test(text);
}

/** The variables of one shell, with the scopes of its functions (`local` is dynamic, as in every shell). */
export class Variables {
  readonly #variables: Map<string, Variable>;
  readonly #scopes: Map<string, Variable | undefined>[] = [];

  constructor(variables: Iterable<readonly [string, Variable]> = []) {
    this.#variables = new Map(variables);
  }

  static fromEnv(env: Readonly<Record<string, string>>): Variables {
    return new Variables(Object.entries(env).map(([name, value]) => [name, { value, exported: true }] as const));
  }

  /** As a subshell gets them: its own copy. */
  copy(): Variables {
    return new Variables([...this.#variables].map(([name, one]) => [name, { ...one, items: one.items && new Map(one.items) }] as const));
  }

  find(name: string): Variable | undefined {
    return this.#variables.get(name);
  }

  get(name: string): string | undefined {
    const variable = this.#variables.get(name);
    return variable?.items ? variable.items.get('0') : variable?.value;
  }

  /** Throws `ShellError` for a read-only one. */
  set(name: string, value: string): void {
    const variable = this.writable(name);
    if (variable.items) variable.items.set('0', value);
    else variable.value = value;
  }

  setItem(name: string, key: string, value: string): void {
    const variable = this.writable(name);
    variable.items ??= new Map(variable.value === undefined ? [] : [['0', variable.value]]);
    variable.value = undefined;
    variable.items.set(key, value);
  }

  setItems(name: string, items: Map<string, string>): void {
    const variable = this.writable(name);
    variable.value = undefined;
    variable.items = items;
  }

  /** The values of an array in order; of a plain variable its one. */
  items(name: string): [string, string][] {
    const variable = this.#variables.get(name);
    if (!variable) return [];
    if (!variable.items) return variable.value === undefined ? [] : [['0', variable.value]];
    const items = [...variable.items];
    return variable.associative ? items : items.sort(([a], [b]) => Number(a) - Number(b));
  }

  unset(name: string): void {
    if (this.#variables.get(name)?.readonly) throw new ShellError(`${name}: cannot unset: readonly variable`);
    this.#variables.delete(name);
  }

  /** The variable to be written, made when it is not there. */
  writable(name: string): Variable {
    const variable = this.#variables.get(name);
    if (variable?.readonly) throw new ShellError(`${name}: readonly variable`, 1, true);
    if (variable) return variable;
    const fresh: Variable = { value: undefined };
    this.#variables.set(name, fresh);
    return fresh;
  }

  /** Attributes may be given to a read-only one too. */
  mark(name: string, marks: Partial<Variable>): void {
    const variable = this.#variables.get(name) ?? { value: undefined };
    this.#variables.set(name, Object.assign(variable, marks));
  }

  names(): string[] {
    return [...this.#variables.keys()].sort();
  }

  /** What a program that is started gets. */
  exported(): Record<string, string> {
    const env: Record<string, string> = {};
    for (const [name, { value, exported }] of this.#variables) {
      if (exported && value !== undefined)
        Object.defineProperty(env, name, { value, enumerable: true, configurable: true, writable: true });
    }
    return env;
  }

  enter(): void {
    this.#scopes.push(new Map());
  }

  leave(): void {
    for (const [name, before] of this.#scopes.pop() ?? []) {
      if (before) this.#variables.set(name, before);
      else this.#variables.delete(name);
    }
  }

  get inFunction(): boolean {
    return this.#scopes.length > 0;
  }

  /** Makes a variable the innermost function's own until that returns. */
  local(name: string): void {
    const scope = this.#scopes.at(-1);
    if (!scope || scope.has(name)) return;
    const before = this.#variables.get(name);
    scope.set(name, before);
    this.#variables.set(name, { value: undefined, exported: before?.exported });
  }
}
