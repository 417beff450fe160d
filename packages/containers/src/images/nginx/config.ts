// The part of nginx's configuration language that demos use: nested blocks of directives.

export interface Directive {
  name: string;
  args: string[];
  /** The directives in its braces, if it has some. */
  block: Directive[] | undefined;
}

/** Where nginx would print what is wrong, after `nginx: [emerg] `. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** Reads a configuration file. Throws `ConfigError` with nginx's own words. */
export function parseConfig(text: string, file: string): Directive[] {
  const tokens = tokensOf(text);
  let at = 0;
  const lineAt = (index: number): number => tokens[Math.min(index, tokens.length - 1)]?.line ?? 1;
  const block = (nested: boolean): Directive[] => {
    const directives: Directive[] = [];
    for (;;) {
      const first = tokens[at];
      if (!first) {
        if (nested) throw new ConfigError(`unexpected end of file, expecting "}" in ${file}:${lineAt(at)}`);
        return directives;
      }
      if (first.text === '}' && !first.quoted) {
        if (!nested) throw new ConfigError(`unexpected "}" in ${file}:${first.line}`);
        at++;
        return directives;
      }
      const words: string[] = [];
      let token = tokens[at];
      while (token && (token.quoted || !';{}'.includes(token.text))) {
        words.push(token.text);
        token = tokens[++at];
      }
      const [name = '', ...args] = words;
      if (!token) throw new ConfigError(`unexpected end of file, expecting ";" or "}" in ${file}:${lineAt(at)}`);
      if (token.text === '}') throw new ConfigError(`unexpected "}" in ${file}:${token.line}`);
      at++;
      directives.push({ name, args, block: token.text === '{' ? block(true) : undefined });
    }
  };
  return block(false);
}

interface Token {
  text: string;
  quoted: boolean;
  line: number;
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  let line = 1;
  for (const [whole, comment, double, single, mark, word] of text.matchAll(
    /(#[^\n]*)|"((?:\\.|[^"\\])*)"|'((?:\\.|[^'\\])*)'|([;{}])|((?:\\.|\$\{[^}]*\}|[^\s;{}"'#])+)|\s+/g,
  )) {
    const quoted = double ?? single;
    const content = quoted === undefined ? (mark ?? word) : quoted.replace(/\\(["'\\])/g, '$1').replaceAll('\\n', '\n');
    if (comment === undefined && content !== undefined) tokens.push({ text: content, quoted: quoted !== undefined, line });
    line += whole.split('\n').length - 1;
  }
  return tokens;
}
