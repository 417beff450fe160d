// `$((…))`, `((…))` and `let`: C's integer expressions over 64 bits. Source: POSIX, Arithmetic Expansion; bash for `**`, `++` and `,`.

/** The variables that an expression reads and sets. */
export interface ArithmeticNames {
  get(name: string): string | undefined;
  set(name: string, value: string): void;
}

export class ArithmeticError extends Error {
  override readonly name = 'ArithmeticError';
}

type Value = { value: bigint; name?: string };

const TOKEN =
  /\s*(?:(0[xX][\da-fA-F]+|\d+#[\w@]+|\d+)|([A-Za-z_]\w*(?:\[[^\]]*\])?)|(<<=|>>=|\*\*|\+\+|--|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&|^]=|[-+*/%&|^!~<>=?:,()]))/y;

const LEVELS: Readonly<Record<string, number>> = {
  '||': 1,
  '&&': 2,
  '|': 3,
  '^': 4,
  '&': 5,
  '==': 6,
  '!=': 6,
  '<': 7,
  '>': 7,
  '<=': 7,
  '>=': 7,
  '<<': 8,
  '>>': 8,
  '+': 9,
  '-': 9,
  '*': 10,
  '/': 10,
  '%': 10,
  '**': 11,
};
const DEPTH_MAX = 64;

/** The value of an expression whose `$…` are expanded already. Throws `ArithmeticError`. */
export function evaluate(text: string, names: ArithmeticNames, depth = 0): bigint {
  if (depth > DEPTH_MAX) throw new ArithmeticError('expression recursion level exceeded');
  const tokens = tokensOf(text);
  if (tokens.length === 0) return 0n;
  const evaluator = new Evaluator(tokens, names, depth, text);
  const { value } = evaluator.comma();
  evaluator.end();
  return value;
}

function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  const trimmed = text.trimEnd();
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < trimmed.length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(trimmed);
    if (!match) throw new ArithmeticError(`${text}: syntax error: operand expected (error token is "${trimmed.slice(at).trim()}")`);
    tokens.push(match[1] ?? match[2] ?? match[3] ?? '');
  }
  return tokens;
}

class Evaluator {
  readonly #tokens: readonly string[];
  readonly #names: ArithmeticNames;
  readonly #depth: number;
  readonly #text: string;
  #at = 0;
  /** Above 0 inside a part that is not evaluated: the other side of `&&`, `||` and `?:`. */
  #skipping = 0;

  constructor(tokens: readonly string[], names: ArithmeticNames, depth: number, text: string) {
    this.#tokens = tokens;
    this.#names = names;
    this.#depth = depth;
    this.#text = text;
  }

  comma(): Value {
    let value = this.#assignment();
    while (this.#take(',')) value = this.#assignment();
    return value;
  }

  end(): void {
    if (this.#at < this.#tokens.length) throw this.#wrong();
  }

  #assignment(): Value {
    const left = this.#ternary();
    const operator = this.#tokens[this.#at];
    if (operator === undefined || left.name === undefined || !/^(?:[-+*/%&|^]|<<|>>)?=$/.test(operator)) return left;
    this.#at += 1;
    const right = this.#assignment().value;
    return { value: this.#store(left.name, operator === '=' ? right : this.#apply(operator.slice(0, -1), left.value, right)) };
  }

  #ternary(): Value {
    const condition = this.#binary(1);
    if (!this.#take('?')) return condition;
    const yes = this.#skipUnless(condition.value !== 0n, () => this.comma());
    if (!this.#take(':')) throw this.#wrong();
    const no = this.#skipUnless(condition.value === 0n, () => this.#assignment());
    return { value: condition.value !== 0n ? yes.value : no.value };
  }

  #binary(level: number): Value {
    let left = this.#unary();
    for (;;) {
      const operator = this.#tokens[this.#at] ?? '';
      const own = LEVELS[operator];
      if (own === undefined || own < level) return left;
      this.#at += 1;
      // `**` groups from the right.
      const next = operator === '**' ? own : own + 1;
      if (operator === '&&' || operator === '||') {
        const decided = (left.value !== 0n) === (operator === '||');
        const right = this.#skipUnless(!decided, () => this.#binary(next));
        left = { value: (decided ? operator === '||' : right.value !== 0n) ? 1n : 0n };
      } else left = { value: this.#apply(operator, left.value, this.#binary(next).value) };
    }
  }

  #unary(): Value {
    const operator = this.#tokens[this.#at];
    if (operator === '!' || operator === '~' || operator === '-' || operator === '+') {
      this.#at += 1;
      const { value } = this.#unary();
      return { value: operator === '!' ? (value === 0n ? 1n : 0n) : operator === '~' ? ~value : operator === '-' ? -value : value };
    }
    if (operator === '++' || operator === '--') {
      this.#at += 1;
      const { value, name } = this.#unary();
      if (name === undefined) return { value };
      return { value: this.#store(name, operator === '++' ? value + 1n : value - 1n) };
    }
    return this.#postfix();
  }

  #postfix(): Value {
    const operand = this.#operand();
    if (operand.name === undefined) return operand;
    if (this.#take('++')) this.#store(operand.name, operand.value + 1n);
    else if (this.#take('--')) this.#store(operand.name, operand.value - 1n);
    else return operand;
    return { value: operand.value };
  }

  #operand(): Value {
    const token = this.#tokens[this.#at++];
    if (token === '(') {
      const inner = this.comma();
      if (!this.#take(')')) throw this.#wrong();
      return { value: inner.value };
    }
    if (token === undefined || !/^\w/.test(token)) {
      this.#at -= 1;
      throw this.#wrong();
    }
    if (/^\d/.test(token)) return { value: this.#number(token) };
    const text = this.#skipping > 0 ? '' : (this.#names.get(token) ?? '');
    return {
      value: /^-?\d+$/.test(text) && !/^-?0\d/.test(text) ? BigInt(text) : evaluate(text, this.#names, this.#depth + 1),
      name: token,
    };
  }

  #number(token: string): bigint {
    const based = /^(\d+)#(.+)$/.exec(token);
    if (!based && /^0\d/.test(token)) {
      if (/[89]/.test(token)) throw new ArithmeticError(`${token}: value too great for base (error token is "${token}")`);
      return BigInt(`0o${token}`);
    }
    if (!based) return BigInt(token);
    const base = BigInt(based[1] ?? '10');
    let value = 0n;
    for (const digit of based[2] ?? '') {
      const worth = BigInt('0123456789abcdefghijklmnopqrstuvwxyz'.indexOf(digit.toLowerCase()));
      if (worth < 0n || worth >= base) throw new ArithmeticError(`${token}: value too great for base (error token is "${token}")`);
      value = value * base + worth;
    }
    return value;
  }

  #apply(operator: string, a: bigint, b: bigint): bigint {
    if (this.#skipping > 0) return 0n;
    const truth = (yes: boolean): bigint => (yes ? 1n : 0n);
    const value = ((): bigint => {
      switch (operator) {
        case '+':
          return a + b;
        case '-':
          return a - b;
        case '*':
          return a * b;
        case '/':
        case '%':
          if (b === 0n) throw new ArithmeticError('divide by zero');
          return operator === '/' ? a / b : a % b;
        case '**':
          if (b < 0n) throw new ArithmeticError('exponent less than 0');
          return power(a, b);
        case '<<':
          return a << (b & 63n);
        case '>>':
          return a >> (b & 63n);
        case '&':
          return a & b;
        case '|':
          return a | b;
        case '^':
          return a ^ b;
        case '==':
          return truth(a === b);
        case '!=':
          return truth(a !== b);
        case '<':
          return truth(a < b);
        case '>':
          return truth(a > b);
        case '<=':
          return truth(a <= b);
        default:
          return truth(a >= b);
      }
    })();
    return BigInt.asIntN(64, value);
  }

  #store(name: string, value: bigint): bigint {
    if (this.#skipping === 0) this.#names.set(name, String(value));
    return value;
  }

  #skipUnless(wanted: boolean, parse: () => Value): Value {
    if (wanted) return parse();
    this.#skipping += 1;
    try {
      return parse();
    } finally {
      this.#skipping -= 1;
    }
  }

  #take(token: string): boolean {
    if (this.#tokens[this.#at] !== token) return false;
    this.#at += 1;
    return true;
  }

  #wrong(): ArithmeticError {
    const token = this.#tokens[this.#at];
    if (token === undefined) return new ArithmeticError(`${this.#text}: syntax error: operand expected`);
    return new ArithmeticError(`${this.#text}: syntax error in expression (error token is "${token}")`);
  }
}

/** Wraps on the way, so that a large exponent stays small work. */
function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  let square = base;
  for (let left = exponent; left > 0n; left >>= 1n) {
    if (left & 1n) result = BigInt.asIntN(64, result * square);
    square = BigInt.asIntN(64, square * square);
  }
  return result;
}
