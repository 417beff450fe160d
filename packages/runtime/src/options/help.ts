import { flagOf, type OptionTable, variableOf } from './option.ts';

/** What `--help` prints: the table of options. */
export function helpText(program: { name: string; description: string; options: OptionTable }): string {
  const rows = Object.entries(program.options).map(([key, row]) => ({
    left: `  --${flagOf(key)}${row.value === undefined ? '' : ` ${row.value}`}`,
    right: [row.description, `[${variableOf(key)}${showDefault(row.default)}]`].join(' '),
  }));
  rows.push({ left: '  --help', right: 'Show this text.' }, { left: '  --version', right: 'Show the version.' });
  const width = Math.max(...rows.map((row) => row.left.length)) + 2;
  const lines = rows.map((row) => row.left.padEnd(width) + row.right);
  return `${program.name}: ${program.description}\n\nUsage: ${program.name} [options]\n\n${lines.join('\n')}\n`;
}

function showDefault(value: unknown): string {
  if (value === undefined || value === '' || value === false) return '';
  return `, default ${Array.isArray(value) ? value.join(',') : String(value)}`;
}
