// Source: the concept "API Priority and Fairness" and the API reference of PriorityLevelConfigurationSpec.
import { type FieldPath, fieldPath, forbiddenField, invalidValue, notSupported, required } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type {
  LimitedPriorityLevelConfiguration,
  LimitResponse,
  PriorityLevelConfiguration,
  QueuingConfiguration,
} from '../../../../generated/types.ts';
import { between } from '../../../validation/basics.ts';

const SPEC = fieldPath('spec');
const QUEUES_MAX = 10_000_000;
/** The bits of the hash that deals a flow its hand of queues. */
const HASH_BITS = 60;
const NOT_NEGATIVE = 'must be a non-negative integer';

export function validatePriorityLevel({ metadata, spec }: PriorityLevelConfiguration): Cause[] {
  const out: Cause[] = [];
  const { type = '', limited, exempt } = spec ?? {};
  if ((metadata?.name === 'exempt') !== (type === 'Exempt')) {
    out.push(invalidValue(SPEC.child('type'), type, "type must be 'Exempt' if and only if name is 'exempt'"));
  }
  if (type === 'Exempt') {
    if (limited) out.push(forbiddenField(SPEC.child('limited'), 'must be nil if the type is not Limited'));
    if (exempt) checkShares(exempt, SPEC.child('exempt'), out);
  } else if (type === 'Limited') {
    if (exempt) out.push(forbiddenField(SPEC.child('exempt'), 'must be nil if the type is not Exempt'));
    if (limited) checkLimited(limited, SPEC.child('limited'), out);
    else out.push(required(SPEC.child('limited'), 'must not be empty when type is Limited'));
  } else out.push(notSupported(SPEC.child('type'), type, ['Exempt', 'Limited']));
  return out;
}

type Shares = { nominalConcurrencyShares?: number; lendablePercent?: number };

function checkShares({ nominalConcurrencyShares: shares = 0, lendablePercent }: Shares, at: FieldPath, out: Cause[]): void {
  if (shares < 0) out.push(invalidValue(at.child('nominalConcurrencyShares'), shares, NOT_NEGATIVE));
  if (lendablePercent !== undefined) between(lendablePercent, 0, 100, at.child('lendablePercent'), out);
}

function checkLimited(limited: LimitedPriorityLevelConfiguration, at: FieldPath, out: Cause[]): void {
  const { borrowingLimitPercent: limit, limitResponse } = limited;
  checkShares(limited, at, out);
  checkResponse(limitResponse, at.child('limitResponse'), out);
  if (limit !== undefined && limit < 0) {
    out.push(invalidValue(at.child('borrowingLimitPercent'), limit, `if specified, ${NOT_NEGATIVE}`));
  }
}

function checkResponse({ type = '', queuing }: Partial<LimitResponse> = {}, at: FieldPath, out: Cause[]): void {
  const path = at.child('queuing');
  if (type === 'Reject') {
    if (queuing) out.push(forbiddenField(path, 'must be nil if limited.limitResponse.type is not Limited'));
  } else if (type === 'Queue') {
    if (queuing) checkQueuing(queuing, path, out);
    else out.push(required(path, 'must not be empty if limited.limitResponse.type is Limited'));
  } else out.push(notSupported(at.child('type'), type, ['Queue', 'Reject']));
}

function checkQueuing({ queueLengthLimit = 0, queues = 0, handSize = 0 }: QueuingConfiguration, at: FieldPath, out: Cause[]): void {
  if (queueLengthLimit <= 0) out.push(invalidValue(at.child('queueLengthLimit'), queueLengthLimit, 'must be positive'));
  if (queues <= 0) out.push(invalidValue(at.child('queues'), queues, 'must be positive'));
  else if (queues > QUEUES_MAX) out.push(invalidValue(at.child('queues'), queues, `must not be greater than ${QUEUES_MAX}`));
  const path = at.child('handSize');
  if (handSize <= 0) out.push(invalidValue(path, handSize, 'must be positive'));
  else if (handSize > queues) out.push(invalidValue(path, handSize, `should not be greater than queues (${queues})`));
  else if (entropyBits(queues, handSize) > HASH_BITS) {
    const why = `required entropy bits of deckSize ${queues} and handSize ${handSize} should not be greater than ${HASH_BITS}`;
    out.push(invalidValue(path, handSize, why));
  }
}

/** How many bits it takes to deal a hand. Beyond `HASH_BITS` nobody counts on. */
function entropyBits(deckSize: number, handSize: number): number {
  let bits = 0;
  for (let dealt = 0; dealt < handSize && bits <= HASH_BITS; dealt++) bits += Math.log2(deckSize - dealt);
  return Math.ceil(bits);
}
