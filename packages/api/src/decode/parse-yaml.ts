import { isMap, isScalar, parseDocument, visit } from 'yaml';
import { limitProblem } from './yaml-limits.ts';

export interface ParsedYaml {
  value?: unknown;
  error?: string;
  /** Keys that came twice in one map, worded as Kubernetes' YAML reader words them. */
  duplicates: string[];
}

/** More are not told. */
const MAX_DUPLICATES = 100;

/** Tells in which line, from 1, a place is. Asked for places one after the other it reads the text once. */
function lineCounter(source: string): (offset: number) => number {
  let [line, at] = [1, 0];
  return (offset) => {
    if (offset < at) [line, at] = [1, 0];
    for (let end = source.indexOf('\n', at); end !== -1 && end < offset; end = source.indexOf('\n', at)) {
      line++;
      at = end + 1;
    }
    return line;
  };
}

/** Parses the first YAML document of a text as JSON data: the last of two equal keys wins, and what comes behind is not read, as in Kubernetes. */
export function parseYaml(source: string): ParsedYaml {
  const problem = limitProblem(source);
  if (problem !== undefined) return { error: `yaml: ${problem}`, duplicates: [] };
  const document = parseDocument(source, { uniqueKeys: false, schema: 'core', strict: false });
  const refusal = document.errors.find(({ code }) => code !== 'MULTIPLE_DOCS');
  if (refusal) return { error: `yaml: ${refusal.message.split('\n')[0]?.replace(/:$/, '')}`, duplicates: [] };
  const duplicates: string[] = [];
  const lineOf = lineCounter(source);
  visit(document, {
    Map(_, map) {
      if (!isMap(map)) return;
      const seen = new Set<string>();
      for (const { key } of map.items) {
        if (!isScalar(key)) continue;
        const name = String(key.value);
        if (seen.has(name)) {
          duplicates.push(`line ${lineOf(key.range?.[0] ?? 0)}: key ${JSON.stringify(name)} already set in map`);
          if (duplicates.length === MAX_DUPLICATES) return visit.BREAK;
        }
        seen.add(name);
      }
    },
  });
  try {
    // Through JSON: what YAML has and JSON has not (maps with keys that are no text, cycles of aliases) ends here.
    const value: unknown = JSON.parse(JSON.stringify(document.toJS({ maxAliasCount: 100 })) ?? 'null');
    return { value, duplicates };
  } catch (error) {
    return { error: `yaml: ${error instanceof Error ? error.message : String(error)}`, duplicates };
  }
}
