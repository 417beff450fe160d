/** Something that a person can mend: printed without a stack trace, exit code 1 (or 2 for wrong usage). */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly exitCode: 1 | 2;
  constructor(message: string, exitCode: 1 | 2 = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}
