/** Where in an object a value is; printed as Kubernetes prints it: `spec.containers[0].env[PATH]`. */
export interface FieldPath {
  /** A field, or with several names a field of a field. */
  child(...names: string[]): FieldPath;
  /** An element of a list. */
  index(index: number): FieldPath;
  /** A value of a map, or an element of a keyed list. */
  key(key: string): FieldPath;
  toString(): string;
}

/** Text is built only when it is asked for: validation walks many paths and reports few. */
class Path implements FieldPath {
  readonly #parent: Path | undefined;
  readonly #step: string;

  constructor(parent: Path | undefined, step: string) {
    this.#parent = parent;
    this.#step = step;
  }

  child(...names: string[]): FieldPath {
    let path: Path = this;
    for (const name of names) path = new Path(path, `.${name}`);
    return path;
  }

  index(index: number): FieldPath {
    return new Path(this, `[${index}]`);
  }

  key(key: string): FieldPath {
    return new Path(this, `[${key}]`);
  }

  toString(): string {
    const text = this.#parent === undefined ? this.#step : this.#parent.toString() + this.#step;
    return this.#parent === undefined || !text.startsWith('.') ? text : text.slice(1);
  }
}

/** A path that begins at the object's root: `fieldPath('spec', 'containers').index(0)`. Without names it is the root itself. */
export function fieldPath(...names: string[]): FieldPath {
  return new Path(undefined, names.join('.'));
}
