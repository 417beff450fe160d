import type { Cause } from '@kubernats/errors';
import type { PriorityLevelConfiguration, QueuingConfiguration } from '../../../generated/types.ts';
import { PriorityLevelConfigurations } from '../../refs.ts';
import { AGE, NAME, text } from '../../table/common-columns.ts';
import { nobodyActs } from '../../validation/nobody-acts.ts';
import { defineKind } from '../define.ts';
import { validatePriorityLevel } from './priority-level-configuration/validate.ts';
import { checkConditionTypes } from './status-conditions.ts';

function setDefaults({ spec }: PriorityLevelConfiguration): void {
  const { exempt, limited } = spec ?? {};
  if (exempt) {
    exempt.nominalConcurrencyShares ??= 0;
    exempt.lendablePercent ??= 0;
  }
  if (!limited) return;
  limited.nominalConcurrencyShares ??= 30;
  limited.lendablePercent ??= 0;
  const { queuing } = limited.limitResponse ?? {};
  if (!queuing) return;
  queuing.queues ||= 64;
  queuing.handSize ||= 8;
  queuing.queueLengthLimit ||= 50;
}

function validate(level: PriorityLevelConfiguration): Cause[] {
  const out = validatePriorityLevel(level);
  checkConditionTypes(level.status?.conditions, out);
  return out;
}

const shown = (value: number | undefined): string => (value === undefined ? '<none>' : String(value));
const queuingText =
  (field: keyof QueuingConfiguration) =>
  ({ spec }: PriorityLevelConfiguration): string =>
    shown(spec?.limited?.limitResponse?.queuing?.[field]);

export const priorityLevelConfigurationRow = defineKind<PriorityLevelConfiguration>(PriorityLevelConfigurations, {
  hasStatus: true,
  columns: [
    NAME,
    text('Type', 'Whether its requests are limited.', ({ spec }) => spec?.type ?? ''),
    text('NominalConcurrencyShares', 'Its share of the requests in flight.', ({ spec }) =>
      shown((spec?.limited ?? spec?.exempt)?.nominalConcurrencyShares),
    ),
    text('Queues', 'How many queues it has.', queuingText('queues')),
    text('HandSize', 'How many queues a flow may use.', queuingText('handSize')),
    text('QueueLengthLimit', 'How many requests may wait in a queue.', queuingText('queueLengthLimit')),
    AGE,
  ],
  strategy: {
    default: setDefaults,
    validate,
    validateStatusUpdate: ({ status }) => {
      const out: Cause[] = [];
      checkConditionTypes(status?.conditions, out);
      return out;
    },
    warnings: () => [
      nobodyActs('PriorityLevelConfiguration', 'its API server limits requests in flight as a whole, not by priority levels'),
    ],
  },
});
