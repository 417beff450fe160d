import { isJsonObject, type JsonObject, jsonText, typedProblems, typedProblemsText } from '@kubernats/apimachinery';
import { badRequest } from '@kubernats/errors';
import { schemaOf } from '../schema/object-schema.ts';
import type { FieldValidation } from './decode-object.ts';
import { goValue } from './go-types.ts';
import { countKeys } from './inspect-json.ts';
import { type ParseYaml, parseYamlHere } from './parse-yaml-here.ts';
import type { DecodeTarget } from './target.ts';

export interface Configuration {
  /** The caller's own. */
  config: JsonObject;
  warnings: string[];
}

/**
 * Reads the body of a server-side apply: YAML, and so JSON. It must be of the target's kind and version, fit its type, and have no managedFields. Nulls
 * are kept. Keys that come twice are refused (`Strict`), or warned of. Throws BadRequest in Kubernetes' words.
 */
export async function decodeConfiguration(
  target: DecodeTarget,
  body: Uint8Array,
  { fieldValidation = 'Warn', parseYaml = parseYamlHere }: { fieldValidation?: FieldValidation; parseYaml?: ParseYaml | undefined } = {},
): Promise<Configuration> {
  const { value, duplicates } = await parsed(body, parseYaml);
  if (!isJsonObject(value ?? {})) {
    const why = `json: cannot unmarshal ${goValue(value)} into Go value of type map[string]interface {}`;
    throw badRequest(`error decoding YAML: error unmarshaling JSON: while decoding JSON: ${why}`);
  }
  const config = (value ?? {}) as JsonObject;
  const given = groupVersionKind(config);
  const wanted = `${target.group}/${target.version}, Kind=${target.kind}`;
  if (given !== wanted) throw badRequest(`invalid object type: ${given}`);
  const metadata = isJsonObject(config.metadata) ? config.metadata : {};
  if ((metadata.managedFields ?? null) !== null) throw badRequest('metadata.managedFields must be nil');
  const problems = typedProblems(config, schemaOf(target));
  if (problems.length > 0) {
    const name = `${jsonText(metadata.namespace)}/${jsonText(metadata.name)}`;
    throw badRequest(`failed to create typed patch object (${name}; ${wanted}): ${typedProblemsText(problems)}`);
  }
  if (duplicates.length === 0 || fieldValidation === 'Ignore') return { config, warnings: [] };
  const problem = `error converting YAML to JSON: yaml: unmarshal errors:\n${duplicates.map((line) => `  ${line}`).join('\n')}`;
  if (fieldValidation === 'Strict') throw badRequest(`error strict decoding YAML: ${problem}`);
  return { config, warnings: [problem] };
}

/** JSON, which most clients send, is read as what it is; its keys are only looked at when one came twice. */
async function parsed(body: Uint8Array, parseYaml: ParseYaml): Promise<{ value: unknown; duplicates: string[] }> {
  const text = new TextDecoder().decode(body);
  const json = parsedJson(text);
  if (json !== undefined && countKeys(body) === keysIn(json)) return { value: json, duplicates: [] };
  const { value, error, duplicates } = await parseYaml(text);
  if (error !== undefined && json === undefined) throw badRequest(`error decoding YAML: error converting YAML to JSON: ${error}`);
  return { value: json ?? value, duplicates };
}

function parsedJson(text: string): unknown {
  if (!text.trimStart().startsWith('{')) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The number of object keys at all depths. Without recursion: nobody has looked at the depth yet. */
function keysIn(value: unknown): number {
  let count = 0;
  const open: unknown[] = [value];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (typeof next !== 'object' || next === null) continue;
    const parts = Object.values(next);
    if (!Array.isArray(next)) count += parts.length;
    for (const part of parts) open.push(part);
  }
  return count;
}

function groupVersionKind({ apiVersion, kind }: JsonObject): string {
  const parts = jsonText(apiVersion).split('/');
  const [version = '', group = ''] = parts.length > 2 ? [] : parts.reverse();
  return `${group}/${version}, Kind=${jsonText(kind)}`;
}
