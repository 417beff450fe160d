import type { ComponentStatus } from '../../../generated/types.ts';
import { ComponentStatuses } from '../../refs.ts';
import { NAME, text } from '../../table/common-columns.ts';
import { defineKind } from '../define.ts';

const healthOf = ({ conditions = [] }: ComponentStatus) => conditions.find(({ type }) => type === 'Healthy');
const WORDS: Readonly<Record<string, string>> = { True: 'Healthy', False: 'Unhealthy' };

/** How the components are: looked at when it is asked for, never kept. */
export const componentStatusRow = defineKind<ComponentStatus>(ComponentStatuses, {
  computed: true,
  verbs: ['get', 'list'],
  shortNames: ['cs'],
  deprecation: 'v1 ComponentStatus is deprecated in v1.19+',
  columns: [
    NAME,
    text('Status', 'Whether the component is well.', (status) => WORDS[healthOf(status)?.status ?? ''] ?? 'Unknown'),
    text('Message', 'What it says.', (status) => healthOf(status)?.message ?? ''),
    text('Error', 'What went wrong.', (status) => healthOf(status)?.error ?? ''),
  ],
});
