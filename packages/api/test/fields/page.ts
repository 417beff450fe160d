// docs/kinds.md, written from fields.yaml.
import { type Fields, GROUPS, pathsIn, TABLE } from './fields-table.ts';

const INTRO = `# Kinds and their fields

What becomes of each field of each kind (R1): it is **honoured**, it is **refused** with an error that names it, or it is kept and shown, and a
\`Warning\` header **names** it as having no effect. Nothing else is silently accepted: what is not in a kind's schema is refused, or named, by
\`fieldValidation\`. This page is written from \`packages/api/test/fields/fields.yaml\`, which a test holds against the schemas and against
what the API server answers.

A path stands for all that is under it, unless a longer one says otherwise; lists are passed through. \`apiVersion\`, \`kind\`, \`metadata\` and
\`status\` are honoured everywhere. \`field=VALUE\` is about that value alone.
`;

export function page(): string {
  const kinds = Object.entries(TABLE.kinds);
  const named = kinds.filter(([, { kind }]) => kind === 'named').map(([name]) => name);
  return [
    INTRO,
    `## Kinds that nothing acts on\n\nThey are checked, kept and shown as in Kubernetes; each write is answered with a \`Warning\` that says so.\n`,
    `${named.map((name) => `- ${name}`).join('\n')}\n`,
    '## Kinds\n',
    ...kinds.filter(([, { kind }]) => kind === undefined).map(([name, fields]) => section(name, fields)),
    '## Parts that kinds share\n',
    ...Object.entries(TABLE.parts).map(([name, fields]) => section(name, fields)),
  ].join('\n');
}

function section(name: string, fields: Fields): string {
  const lines = GROUPS.flatMap((group) => {
    const paths = pathsIn(fields[group]);
    return paths.length === 0 ? [] : [`- ${group}: ${paths.map((path) => `\`${path}\``).join(', ')}`];
  });
  const parts = Object.entries(fields.parts ?? {}).map(([path, part]) => `- ${path === '' ? 'also' : `\`${path}\``}: as ${part}`);
  const all = [...lines, ...parts];
  return `### ${name}\n\n${all.length === 0 ? '- nothing to say' : all.join('\n')}\n`;
}
