import { describe, expect, it } from 'vitest';
import { fieldPath } from '../field-path.ts';
import { type LabelSelector, labelSelectorOf, validateLabelSelector } from './label-selector.ts';

describe('label selector objects', () => {
  it.each<[LabelSelector | undefined, Record<string, string>, boolean]>([
    [undefined, {}, false],
    [{}, {}, true],
    [{ matchLabels: {} }, { a: '1' }, true],
    [{ matchLabels: { a: '1' } }, { a: '1', b: '2' }, true],
    [{ matchLabels: { a: '1' } }, { a: '2' }, false],
    [{ matchExpressions: [{ key: 'a', operator: 'In', values: ['1', '2'] }] }, { a: '2' }, true],
    [{ matchExpressions: [{ key: 'a', operator: 'NotIn', values: ['1'] }] }, {}, true],
    [{ matchExpressions: [{ key: 'a', operator: 'Exists' }] }, { a: '' }, true],
    [{ matchExpressions: [{ key: 'a', operator: 'DoesNotExist' }] }, { a: '' }, false],
    [{ matchLabels: { b: '1' }, matchExpressions: [{ key: 'a', operator: 'Exists' }] }, { a: '' }, false],
  ])('%j of %j: %s', (selector, labels, expected) => expect(labelSelectorOf(selector).matches(labels)).toBe(expected));

  it('prints as the grammar, sorted by key', () => {
    const selector = { matchLabels: { b: '1' }, matchExpressions: [{ key: 'a', operator: 'NotIn', values: ['y', 'x', 'y'] }] };
    expect(labelSelectorOf(selector).toString()).toBe('a notin (x,y),b=1');
  });

  it('refuses what is not valid', () => {
    expect(() => labelSelectorOf({ matchExpressions: [{ key: 'a', operator: 'constructor' }] })).toThrow(
      '"constructor" is not a valid label selector operator',
    );
    expect(() => labelSelectorOf({ matchExpressions: [{ key: 'a', operator: 'In' }] })).toThrow(
      "values: Invalid value: []: for 'in', 'notin' operators, values set can't be empty",
    );
  });

  it('validates with the causes of Kubernetes', () => {
    const selector: LabelSelector = {
      matchLabels: { a: 'b c' },
      matchExpressions: [
        { key: 'a', operator: 'In' },
        { key: 'a', operator: 'Exists', values: ['x'] },
        { key: '', operator: 'Near' },
      ],
    };
    const shown = validateLabelSelector(selector, fieldPath('spec', 'selector')).map((c) => `${c.field}: ${c.message?.slice(0, 64)}`);
    expect(shown).toEqual([
      'spec.selector.matchLabels: Invalid value: "b c": a valid label must be an empty string or c',
      "spec.selector.matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or 'No",
      "spec.selector.matchExpressions[1].values: Forbidden: may not be specified when `operator` is 'Exists' or '",
      'spec.selector.matchExpressions[2].operator: Invalid value: "Near": not a valid selector operator',
      'spec.selector.matchExpressions[2].key: Invalid value: "": name part must be non-empty',
      'spec.selector.matchExpressions[2].key: Invalid value: "": name part must consist of alphanumeric charac',
    ]);
  });
});
