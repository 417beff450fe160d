import { stringify } from 'yaml';

/** To write so much takes a tenth of a second, in which the server answers nobody else. */
const MAX_LENGTH = 128 * 1024;

/**
 * JSON data as one YAML document, as Kubernetes writes it: keys in order, and no text that readers of YAML 1.1 take for something else (`yes`, `012`).
 * What is longer stays as it is: JSON is YAML too.
 */
export function writeYaml(json: string): string {
  if (json.length > MAX_LENGTH) return json;
  return stringify(JSON.parse(json), { compat: 'yaml-1.1', sortMapEntries: true, lineWidth: 0, aliasDuplicateObjects: false });
}
