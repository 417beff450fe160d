// What leaves the middle of a script: thrown, and caught where it leads to.

/** `exit`, and what ends a shell as if it had said so. */
export class Exit extends Error {
  readonly status: number;
  constructor(status: number) {
    super('exit');
    this.status = status;
  }
}

/** `return`. */
export class Return extends Error {
  readonly status: number;
  constructor(status: number) {
    super('return');
    this.status = status;
  }
}

/** `break` and `continue`, out of so many loops. */
export class LoopJump extends Error {
  readonly kind: 'break' | 'continue';
  levels: number;
  constructor(kind: 'break' | 'continue', levels: number) {
    super(kind);
    this.kind = kind;
    this.levels = levels;
  }
}

/** ^C at the prompt of a shell: back to the prompt. */
export class Interrupt extends Error {}

/** A mistake of the script: said with the shell's name in front; a shell that is not interactive ends with `status` when `fatal`. */
export class ShellError extends Error {
  readonly status: number;
  readonly fatal: boolean;
  constructor(message: string, status = 1, fatal = false) {
    super(message);
    this.status = status;
    this.fatal = fatal;
  }
}
