import { byteChar } from './bytes.ts';

/** The escapes of `echo -e`, `printf` and `%b`. `stop`: `\c` ends all output. Source: POSIX, `echo` and `printf`. */
export function unescaped(text: string, octal: 'zero' | 'plain'): { text: string; stop: boolean } {
  let stop = false;
  const pattern =
    octal === 'zero'
      ? /\\(?:0([0-7]{1,3})|x([\da-fA-F]{1,2})|u([\da-fA-F]{1,4})|([\s\S]))/g
      : /\\(?:([0-7]{1,3})|x([\da-fA-F]{1,2})|u([\da-fA-F]{1,4})|([\s\S]))/g;
  const out = text.replace(pattern, (whole: string, oct?: string, hex?: string, unicode?: string, char?: string) => {
    if (stop) return '';
    if (oct !== undefined) return byteChar(Number.parseInt(oct, 8) & 0xff);
    if (hex !== undefined) return byteChar(Number.parseInt(hex, 16));
    if (unicode !== undefined) return String.fromCharCode(Number.parseInt(unicode, 16));
    if (char === 'c') {
      stop = true;
      return '\0';
    }
    return ESCAPES[char ?? ''] ?? whole;
  });
  return { text: stop ? out.slice(0, out.indexOf('\0')) : out, stop };
}

const ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  e: '\x1b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
};

/** What `echo` writes. @param always whether escapes mean something without `-e`, as in dash */
export function echoText(args: readonly string[], always = false): string {
  const words = [...args];
  let newline = true;
  let escapes = always;
  while (words[0] !== undefined && (always ? words[0] === '-n' : /^-[neE]+$/.test(words[0]))) {
    for (const flag of words.shift()?.slice(1) ?? '') {
      if (flag === 'n') newline = false;
      else escapes = flag === 'e';
    }
  }
  const text = words.join(' ');
  if (!escapes || !text.includes('\\')) return newline ? `${text}\n` : text;
  const result = unescaped(text, 'zero');
  return newline && !result.stop ? `${result.text}\n` : result.text;
}
