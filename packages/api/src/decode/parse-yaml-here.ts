import type { ParsedYaml } from './parse-yaml.ts';

/** Parses one YAML document as JSON data, here or elsewhere. */
export type ParseYaml = (source: string) => Promise<ParsedYaml>;

/** In this thread, by a parser that is loaded when it is first needed. */
export const parseYamlHere: ParseYaml = async (source) => (await import('./parse-yaml.ts')).parseYaml(source);
