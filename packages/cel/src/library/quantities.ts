import { isQuantity, parseQuantity, type Quantity, quantityOf } from '@kubernats/apimachinery';
import { EvaluationError } from '../values/errors.ts';
import { OpaqueValue as Opaque, type OpaqueValue } from '../values/values.ts';
import { walk } from './cost.ts';
import { type Overload, opaqueNamed, overload } from './signature.ts';

const NANOS = 1_000_000_000n;
const INT_LIMIT = 2n ** 63n;

class QuantityValue extends Opaque {
  readonly type = opaqueNamed('Quantity');
  readonly quantity: Quantity;

  constructor(quantity: Quantity) {
    super();
    this.quantity = quantity;
  }

  equals(other: OpaqueValue): boolean {
    return other instanceof QuantityValue && other.quantity.compare(this.quantity) === 0;
  }
}

function parsed(text: string): QuantityValue {
  try {
    return new QuantityValue(parseQuantity(text));
  } catch (error) {
    throw new EvaluationError(error instanceof Error ? error.message : String(error));
  }
}

/** The quantity as a whole number of 64 bits; undefined: it is none. */
function whole({ quantity: { nanos } }: QuantityValue): bigint | undefined {
  const units = nanos / NANOS;
  return nanos % NANOS === 0n && units < INT_LIMIT && units >= -INT_LIMIT ? units : undefined;
}

function asInteger(value: QuantityValue): bigint {
  const units = whole(value);
  if (units === undefined) throw new EvaluationError('cannot convert value to integer');
  return units;
}

const ofInt = (units: bigint): Quantity => quantityOf(units * NANOS, 'DecimalExponent');
const order = (a: QuantityValue, b: QuantityValue): bigint => BigInt(a.quantity.compare(b.quantity));

/** Kubernetes' quantity library. */
export const quantities: readonly Overload[] = [
  overload('quantity(string): Quantity', parsed, walk),
  overload('isQuantity(string): bool', (text: string) => isQuantity(text), walk),
  overload('Quantity.sign(): int', ({ quantity }: QuantityValue) => BigInt(quantity.compare(quantityOf(0n)))),
  overload('Quantity.isInteger(): bool', (value: QuantityValue) => whole(value) !== undefined),
  overload('Quantity.asInteger(): int', asInteger),
  overload('Quantity.asApproximateFloat(): double', ({ quantity }: QuantityValue) => quantity.toNumber()),
  overload('Quantity.add(Quantity): Quantity', (a: QuantityValue, b: QuantityValue) => new QuantityValue(a.quantity.add(b.quantity))),
  overload('Quantity.add(int): Quantity', (a: QuantityValue, b: bigint) => new QuantityValue(a.quantity.add(ofInt(b)))),
  overload('Quantity.sub(Quantity): Quantity', (a: QuantityValue, b: QuantityValue) => new QuantityValue(a.quantity.sub(b.quantity))),
  overload('Quantity.sub(int): Quantity', (a: QuantityValue, b: bigint) => new QuantityValue(a.quantity.sub(ofInt(b)))),
  overload('Quantity.compareTo(Quantity): int', order),
  overload('Quantity.isGreaterThan(Quantity): bool', (a: QuantityValue, b: QuantityValue) => order(a, b) > 0n),
  overload('Quantity.isLessThan(Quantity): bool', (a: QuantityValue, b: QuantityValue) => order(a, b) < 0n),
];
