/** How a quantity was written, and will be: `1Gi`, `1G` or `1e9`. */
export type QuantityFormat = 'BinarySI' | 'DecimalSI' | 'DecimalExponent';

interface Suffix {
  base: 2 | 10;
  exponent: number;
  format: QuantityFormat;
}

const DECIMAL = new Map<string, number>([
  ['n', -9],
  ['u', -6],
  ['m', -3],
  ['', 0],
  ['k', 3],
  ['M', 6],
  ['G', 9],
  ['T', 12],
  ['P', 15],
  ['E', 18],
]);
const BINARY = new Map<string, number>([
  ['Ki', 10],
  ['Mi', 20],
  ['Gi', 30],
  ['Ti', 40],
  ['Pi', 50],
  ['Ei', 60],
]);
const inverse = (map: Map<string, number>): Map<number, string> => new Map([...map].map(([suffix, power]) => [power, suffix]));
const DECIMAL_OF = inverse(DECIMAL);
const BINARY_OF = inverse(BINARY);

/** What a suffix stands for; undefined when it stands for nothing. */
export function interpretSuffix(text: string): Suffix | undefined {
  const decimal = DECIMAL.get(text);
  if (decimal !== undefined) return { base: 10, exponent: decimal, format: 'DecimalSI' };
  const binary = BINARY.get(text);
  if (binary !== undefined) return { base: 2, exponent: binary, format: 'BinarySI' };
  return /^[eE][-+]?[0-9]+$/.test(text) ? { base: 10, exponent: Number(text.slice(1)), format: 'DecimalExponent' } : undefined;
}

/** The suffix of a power of ten (a multiple of three) or of two (a multiple of ten). */
export function suffixOfPower(format: QuantityFormat, power: number): string {
  if (format === 'BinarySI') return BINARY_OF.get(power) ?? '';
  if (format === 'DecimalExponent') return power === 0 ? '' : `e${power}`;
  return DECIMAL_OF.get(power) ?? '';
}
