import { unescaped } from './echo.ts';

const DIRECTIVE = /%([-+ 0#]*)(\*|\d+)?(?:\.(\*|\d+)?)?([diouxXeEfFgGcsbq%])|\\(?:[0-7]{1,3}|x[\da-fA-F]{1,2}|u[\da-fA-F]{1,4}|[\s\S])/g;

/** What `printf` writes; the format is used again as long as arguments are left. Source: POSIX, `printf`. */
export function formatted(format: string, args: readonly string[]): { text: string; complaints: string[] } {
  const complaints: string[] = [];
  const left = [...args];
  let text = '';
  let stopped = false;
  do {
    const before = left.length;
    text += format.replace(
      DIRECTIVE,
      (whole, flags: string | undefined, width: string | undefined, precision: string | undefined, kind: string | undefined) => {
        if (stopped) return '';
        if (kind === undefined) {
          const { text: plain, stop } = unescaped(whole, 'plain');
          stopped ||= stop;
          return plain;
        }
        if (kind === '%') return '%';
        const wide = width === '*' ? Number(left.shift() ?? '0') : width === undefined ? undefined : Number(width);
        const exact = precision === '*' ? Number(left.shift() ?? '0') : whole.includes('.') ? Number(precision ?? '0') : undefined;
        const value = left.shift();
        if (kind === 'b') {
          const { text: plain, stop } = unescaped(value ?? '', 'zero');
          stopped ||= stop;
          return padded(plain, flags ?? '', wide);
        }
        return directive(kind, value, flags ?? '', wide, exact, complaints);
      },
    );
    if (left.length === before) break;
  } while (left.length > 0 && !stopped);
  return { text, complaints };
}

function directive(
  kind: string,
  value: string | undefined,
  flags: string,
  width: number | undefined,
  precision: number | undefined,
  complaints: string[],
): string {
  if (kind === 's') return padded(precision === undefined ? (value ?? '') : (value ?? '').slice(0, precision), flags, width);
  if (kind === 'c') return padded((value ?? '').slice(0, 1), flags, width);
  if (kind === 'q')
    return padded(/^[\w@%+=:,./-]+$/.test(value ?? '') ? (value ?? '') : `'${(value ?? '').replaceAll("'", `'\\''`)}'`, flags, width);
  if ('eEfFgG'.includes(kind)) return padded(signed(real(kind, Number(value ?? '0') || 0, precision), flags), flags, width, true);
  const number = integer(value ?? '0');
  if (number === undefined) complaints.push(`${value}: invalid number`);
  let digits = digitsOf(kind, number ?? 0n);
  if (precision !== undefined) digits = digits.replace(/\d.*/, (all) => all.padStart(precision, '0'));
  if (flags.includes('#')) digits = kind === 'o' ? `0${digits}` : kind === 'x' || kind === 'X' ? `0${kind}${digits}` : digits;
  return padded(kind === 'd' || kind === 'i' ? signed(digits, flags) : digits, flags, width, precision === undefined);
}

function integer(text: string): bigint | undefined {
  const quoted = /^["'](.)/su.exec(text);
  if (quoted) return BigInt(quoted[1]?.codePointAt(0) ?? 0);
  const match = /^\s*([-+]?)(0[xX][\da-fA-F]+|\d+)\s*$/.exec(text);
  if (text === '') return 0n;
  if (!match) return undefined;
  const digits = match[2] ?? '0';
  const value = /^0\d/.test(digits) && /^[0-7]+$/.test(digits) ? BigInt(`0o${digits}`) : BigInt(digits);
  return match[1] === '-' ? -value : value;
}

function digitsOf(kind: string, value: bigint): string {
  if (kind === 'd' || kind === 'i') return String(value);
  const unsigned = BigInt.asUintN(64, value);
  if (kind === 'o') return unsigned.toString(8);
  if (kind === 'x') return unsigned.toString(16);
  return kind === 'X' ? unsigned.toString(16).toUpperCase() : String(unsigned);
}

function real(kind: string, value: number, precision = 6): string {
  const lower = kind.toLowerCase();
  const exponent = (text: string): string => text.replace(/e([-+])(\d)$/, 'e$10$2');
  const text =
    lower === 'f'
      ? value.toFixed(Math.min(100, precision))
      : lower === 'e'
        ? exponent(value.toExponential(Math.min(100, precision)))
        : general(value, precision || 1, exponent);
  return kind === lower ? text : text.toUpperCase();
}

function general(value: number, precision: number, exponent: (text: string) => string): string {
  const power = value === 0 ? 0 : Math.floor(Math.log10(Math.abs(value)));
  if (power < -4 || power >= precision) return exponent(value.toExponential(precision - 1).replace(/\.?0+e/, 'e'));
  const text = value.toFixed(Math.max(0, precision - 1 - power));
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

function signed(digits: string, flags: string): string {
  if (digits.startsWith('-')) return digits;
  return flags.includes('+') ? `+${digits}` : flags.includes(' ') ? ` ${digits}` : digits;
}

function padded(text: string, flags: string, width: number | undefined, zeros = false): string {
  if (width === undefined) return text;
  const wide = Math.min(Math.abs(width), 1_000_000);
  if (flags.includes('-') || width < 0) return text.padEnd(wide);
  if (!zeros || !flags.includes('0')) return text.padStart(wide);
  const sign = /^[-+ ]/.exec(text)?.[0] ?? '';
  return sign + text.slice(sign.length).padStart(wide - sign.length, '0');
}
