import { stringify } from 'yaml';

/** JSON data as one YAML document, as Kubernetes writes it: keys in order, and no text that readers of YAML 1.1 take for something else (`yes`, `012`). */
export const writeYaml = (json: string): string =>
  stringify(JSON.parse(json), { compat: 'yaml-1.1', sortMapEntries: true, lineWidth: 0, aliasDuplicateObjects: false });
