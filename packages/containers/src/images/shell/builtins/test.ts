import { testBinary, testUnary } from '../interpreter/conditional.ts';
import { ShellError } from '../interpreter/flow.ts';
import type { Shell } from '../interpreter/shell.ts';
import type { Builtins } from './builtins.ts';

export const TEST: Builtins = {
  test: (shell, args) => test(shell, args),
  '[': (shell, args) => {
    if (args.at(-1) !== ']') throw new ShellError(shell.flavour === 'bash' ? "[: missing `]'" : '[: missing ]', 2);
    return test(shell, args.slice(0, -1));
  },
};

const BINARY = /^(==?|!=|<|>|-(eq|ne|lt|le|gt|ge|nt|ot|ef))$/;

/** `test EXPRESSION`. What an operator is depends on how many words there are. Source: POSIX, `test`. */
async function test(shell: Shell, words: readonly string[]): Promise<number> {
  const reader = new Words(shell, words);
  const value = words.length > 0 && (await reader.or());
  if (!reader.atEnd) {
    const word = words[reader.at] ?? '';
    throw new ShellError(shell.flavour === 'bash' ? '[: too many arguments' : `[: ${word}: unexpected operator`, 2);
  }
  return value ? 0 : 1;
}

class Words {
  readonly #shell: Shell;
  readonly #words: readonly string[];
  at = 0;

  constructor(shell: Shell, words: readonly string[]) {
    this.#shell = shell;
    this.#words = words;
  }

  get atEnd(): boolean {
    return this.at >= this.#words.length;
  }

  async or(): Promise<boolean> {
    let value = await this.#and();
    while (this.#take('-o')) value = (await this.#and()) || value;
    return value;
  }

  async #and(): Promise<boolean> {
    let value = await this.#not();
    while (this.#take('-a')) value = (await this.#not()) && value;
    return value;
  }

  async #not(): Promise<boolean> {
    const left = this.#words.length - this.at;
    const isOperand = left === 1 || (left >= 3 && BINARY.test(this.#words[this.at + 1] ?? ''));
    if (!isOperand && this.#take('!')) return !(await this.#not());
    return this.#primary(isOperand);
  }

  async #primary(isOperand: boolean): Promise<boolean> {
    const first = this.#words[this.at];
    if (first === undefined) throw new ShellError('[: argument expected', 2);
    if (!isOperand && first === '(') {
      this.at += 1;
      const value = await this.or();
      if (!this.#take(')')) throw new ShellError('[: closing paren expected', 2);
      return value;
    }
    const operator = this.#words[this.at + 1];
    const right = this.#words[this.at + 2];
    if (operator !== undefined && right !== undefined && BINARY.test(operator)) {
      this.at += 3;
      return testBinary(this.#shell, first, operator, right);
    }
    if (!isOperand && /^-[a-zA-Z]$/.test(first) && operator !== undefined) {
      this.at += 2;
      return testUnary(this.#shell, first, operator);
    }
    this.at += 1;
    return first !== '';
  }

  #take(word: string): boolean {
    if (this.#words[this.at] !== word) return false;
    this.at += 1;
    return true;
  }
}
