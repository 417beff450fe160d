import { ArrayList } from '../values/values.ts';
import { pattern, sizeOf } from './cost.ts';
import { compiledPattern } from './pattern.ts';
import { type Overload, overload } from './signature.ts';

/** What is found has to be told from where to where it goes, which takes longer than whether it is there. */
const finding: Overload['cost'] = (text, regex) => pattern(text, regex) + sizeOf(text);

function find(text: string, regex: string): string {
  const compiled = compiledPattern(regex);
  const matcher = compiled.matcher(text);
  return compiled.test(text) && matcher.find() ? (matcher.group() ?? '') : '';
}

function findAll(text: string, regex: string, limit = -1n): ArrayList {
  const compiled = compiledPattern(regex);
  const found: string[] = [];
  if (!compiled.test(text)) return new ArrayList(found);
  const matcher = compiled.matcher(text);
  while ((limit < 0n || found.length < Number(limit)) && matcher.find()) found.push(matcher.group() ?? '');
  return new ArrayList(found);
}

/** Kubernetes' regex library. */
export const regex: readonly Overload[] = [
  overload('string.find(string): string', find, finding),
  overload('string.findAll(string): list<string>', findAll, finding),
  overload('string.findAll(string, int): list<string>', findAll, finding),
];
