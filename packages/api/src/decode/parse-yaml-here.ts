import type { ParsedYaml } from './parse-yaml.ts';

/** Parses one YAML document as JSON data, here or elsewhere. Documents of one caller may wait for each other, and no caller long for another's. */
export type ParseYaml = (source: string, caller?: string) => Promise<ParsedYaml>;

/** In this thread, by a parser that is loaded when it is first needed. */
export const parseYamlHere: ParseYaml = async (source) => (await import('./parse-yaml.ts')).parseYaml(source);
