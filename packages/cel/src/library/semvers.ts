import { EvaluationError } from '../values/errors.ts';
import { OpaqueValue } from '../values/values.ts';
import { walk } from './cost.ts';
import { type Overload, opaqueNamed, overload } from './signature.ts';

const SHAPE =
  /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?$/;
const MAX_LENGTH = 256;

class SemverValue extends OpaqueValue {
  readonly type = opaqueNamed('Semver');
  readonly numbers: readonly [bigint, bigint, bigint];
  readonly pre: readonly string[];

  constructor(numbers: readonly [bigint, bigint, bigint], pre: readonly string[]) {
    super();
    this.numbers = numbers;
    this.pre = pre;
  }

  equals(other: OpaqueValue): boolean {
    return other instanceof SemverValue && compare(this, other) === 0;
  }
}

/** `v1.2` is `1.2.0` and `01.02.3` is `1.2.3` where texts are normalised. */
function normalised(text: string): string {
  const [, numbers = '', rest = ''] = /^v?([0-9.]*)(.*)$/s.exec(text) ?? [];
  const parts = numbers.split('.').map((part) => part.replace(/^0+(?=\d)/, ''));
  while (parts.length < 3) parts.push('0');
  return parts.join('.') + rest;
}

function read(text: string, normalise = false): SemverValue | undefined {
  const match = text.length > MAX_LENGTH ? null : SHAPE.exec(normalise ? normalised(text) : text);
  if (!match) return undefined;
  const [, major = '', minor = '', patch = '', pre] = match;
  const identifiers = pre === undefined ? [] : pre.split('.');
  if (identifiers.some((identifier) => /^0\d+$/.test(identifier))) return undefined;
  return new SemverValue([BigInt(major), BigInt(minor), BigInt(patch)], identifiers);
}

function semver(text: string, normalise?: boolean): SemverValue {
  const value = read(text, normalise);
  if (!value) throw new EvaluationError('invalid semantic version');
  return value;
}

/** -1, 0 or 1. Source: Semantic Versioning 2.0.0, 11. */
function compare(a: SemverValue, b: SemverValue): number {
  for (const [index, number] of a.numbers.entries()) {
    const other = b.numbers[index] ?? 0n;
    if (number !== other) return number < other ? -1 : 1;
  }
  if (a.pre.length === 0 || b.pre.length === 0) return Math.sign(Number(a.pre.length === 0) - Number(b.pre.length === 0));
  for (let index = 0; index < Math.max(a.pre.length, b.pre.length); index++) {
    const order = compareIdentifiers(a.pre[index], b.pre[index]);
    if (order !== 0) return order;
  }
  return 0;
}

function compareIdentifiers(a: string | undefined, b: string | undefined): number {
  if (a === b) return 0;
  if (a === undefined || b === undefined) return a === undefined ? -1 : 1;
  const [numericA, numericB] = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (numericA && numericB) return BigInt(a) < BigInt(b) ? -1 : 1;
  if (numericA !== numericB) return numericA ? -1 : 1;
  return a < b ? -1 : 1;
}

/** Kubernetes' semver library. */
export const semvers: readonly Overload[] = [
  overload('semver(string): Semver', semver, walk),
  overload('semver(string, bool): Semver', semver, walk),
  overload('isSemver(string): bool', (text: string) => read(text) !== undefined, walk),
  overload('isSemver(string, bool): bool', (text: string, normalise: boolean) => read(text, normalise) !== undefined, walk),
  overload('Semver.major(): int', ({ numbers }: SemverValue) => numbers[0]),
  overload('Semver.minor(): int', ({ numbers }: SemverValue) => numbers[1]),
  overload('Semver.patch(): int', ({ numbers }: SemverValue) => numbers[2]),
  overload('Semver.compareTo(Semver): int', (a: SemverValue, b: SemverValue) => BigInt(compare(a, b))),
  overload('Semver.isGreaterThan(Semver): bool', (a: SemverValue, b: SemverValue) => compare(a, b) > 0),
  overload('Semver.isLessThan(Semver): bool', (a: SemverValue, b: SemverValue) => compare(a, b) < 0),
];
