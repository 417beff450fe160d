import { describe, expect, it } from 'vitest';
import { parseFieldSelector } from './field-selector.ts';

describe('field selectors', () => {
  it('reads, sorts and prints terms', () => {
    const selector = parseFieldSelector('status.phase!=Running,metadata.name==a,spec.x=');
    expect(selector.requirements).toEqual([
      { path: 'metadata.name', operator: '=', value: 'a' },
      { path: 'spec.x', operator: '=', value: '' },
      { path: 'status.phase', operator: '!=', value: 'Running' },
    ]);
    expect(selector.toString()).toBe('metadata.name=a,spec.x=,status.phase!=Running');
  });

  it('matches by the values of fields', () => {
    const fields: Record<string, string> = { 'metadata.name': 'a', 'status.phase': 'Pending' };
    const fieldOf = (path: string): string => fields[path] ?? '';
    expect(parseFieldSelector('metadata.name=a,status.phase!=Running').matches(fieldOf)).toBe(true);
    expect(parseFieldSelector('metadata.name!=a').matches(fieldOf)).toBe(false);
    expect(parseFieldSelector('spec.nodeName=').matches(fieldOf)).toBe(true);
  });

  it('is empty without terms', () => {
    expect(parseFieldSelector('').empty).toBe(true);
    expect(parseFieldSelector(',').empty).toBe(true);
  });

  it('unescapes and escapes values', () => {
    const selector = parseFieldSelector('a=x\\,y\\=z\\\\,b=1');
    expect(selector.requirements[0]?.value).toBe('x,y=z\\');
    expect(selector.toString()).toBe('a=x\\,y\\=z\\\\,b=1');
  });

  it.each([
    ['abc', "invalid selector: 'abc'; can't understand 'abc'"],
    ['a=b=c', 'invalid field selector: unescaped character in value: 61'],
    ['a=b\\x', 'invalid field selector: invalid escape sequence: \\x'],
    ['a=b\\', 'invalid field selector: invalid escape sequence: \\'],
  ])('refuses %s', (text, message) => expect(() => parseFieldSelector(text)).toThrow(message));
});
