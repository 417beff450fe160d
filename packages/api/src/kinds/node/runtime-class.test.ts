import { expect, test } from 'vitest';
import { cells, create, problems, rowOf, update } from '../../../test/harness.ts';
import type { RuntimeClass } from '../../index.ts';

const classes = rowOf('runtimeclasses', 'node.k8s.io');
const ofClass = (more: object = {}): RuntimeClass => ({ metadata: { name: 'a' }, handler: 'runc', ...more });

test.each<[object, string[]]>([
  [
    {
      overhead: { podFixed: { cpu: '100m', memory: '10Mi' } },
      scheduling: { nodeSelector: { a: 'b' }, tolerations: [{ operator: 'Exists' }] },
    },
    [],
  ],
  [{ handler: 'A' }, [expect.stringMatching(/^handler: Invalid value: "A": a lowercase RFC 1123 label/)]],
  [{ overhead: { podFixed: { cpu: '-1' } } }, ['overhead.limits[cpu]: Invalid value: "-1": must be greater than or equal to 0']],
  [{ scheduling: { tolerations: [{}] } }, [expect.stringMatching(/^scheduling\.tolerations\[0\]\.operator: Invalid value/)]],
])('%j', (more, expected) => {
  expect(problems(classes, ofClass(more))).toEqual(expected);
});

test('its handler never changes, and has no effect here', () => {
  const made = create(classes, ofClass());
  expect(update(classes, made, (draft) => Object.assign(draft, { handler: 'other' })).problems).toEqual([
    'handler: Invalid value: "other": field is immutable',
  ]);
  expect(classes.strategy.warnings?.(made, undefined)).toEqual(['handler: not honoured by this version of kubernats yet']);
  expect(cells(classes, made)).toMatchObject({ Handler: 'runc' });
});
