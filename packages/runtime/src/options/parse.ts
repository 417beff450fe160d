import { parseArgs } from 'node:util';
import { type ConfigOf, flagOf, type OptionTable, variableOf } from './option.ts';

/** The program was called wrongly; the message names the flag or variable and what to do. Exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export type Parsed<Table extends OptionTable> = { ask: 'help' | 'version' } | { ask: 'run'; config: ConfigOf<Table> };

/** The configuration by flags, then `KUBERNATS_…` variables, then defaults. Throws `UsageError`. */
export function parseOptions<Table extends OptionTable>(
  table: Table,
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Parsed<Table> {
  const flags = readFlags(table, argv);
  if (flags.help === true) return { ask: 'help' };
  if (flags.version === true) return { ask: 'version' };
  const config: Record<string, unknown> = {};
  for (const [key, row] of Object.entries(table)) {
    const flag = flagOf(key);
    const variable = variableOf(key);
    const fromFlag = flags[flag];
    // An empty variable is one that a script or a compose file left unset.
    const fromVariable = env[variable] || undefined;
    const given = fromFlag ?? fromVariable ?? row.default;
    const result = row.schema.safeParse(given);
    if (result.success) {
      config[key] = result.data;
      continue;
    }
    if (given === undefined) throw new UsageError(`--${flag} is required (or the variable ${variable})`);
    const place = fromFlag !== undefined ? `--${flag}` : fromVariable !== undefined ? variable : `the default of --${flag}`;
    throw new UsageError(`${place}: ${JSON.stringify(given)} ${reasonOf(result.error.issues)}`);
  }
  // Every row was parsed by its own schema, which is what the type says.
  return { ask: 'run', config: config as ConfigOf<Table> };
}

function readFlags(table: OptionTable, argv: readonly string[]): Record<string, string | boolean | undefined> {
  const options: Record<string, { type: 'string' | 'boolean' }> = { help: { type: 'boolean' }, version: { type: 'boolean' } };
  for (const [key, row] of Object.entries(table)) options[flagOf(key)] = { type: row.value === undefined ? 'boolean' : 'string' };
  try {
    const { values } = parseArgs({ args: [...argv], options, allowNegative: true, allowPositionals: false });
    return values as Record<string, string | boolean | undefined>;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new UsageError((message.split('. ')[0] ?? message).replace(/\s+/g, ' '));
  }
}

function reasonOf(issues: readonly { message: string; code?: string; errors?: unknown }[]): string {
  const [issue] = issues;
  if (!issue) return 'is not valid';
  // Of a union, the last branch is the one for text.
  if (issue.code === 'invalid_union' && Array.isArray(issue.errors)) {
    const branches = issue.errors as { message: string; code?: string }[][];
    const branch = branches.at(-1);
    if (branch && branch.length > 0) return reasonOf(branch);
  }
  return issue.message;
}
