/** Trying again would not help: the loop forgets the key until something about it changes. */
export class TerminalError extends Error {
  override readonly name = 'TerminalError';
}
