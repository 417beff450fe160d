import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, copyFile, mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { inTemporaryFolder } from '../lib/folders.mjs';
import { NATS_SERVER } from '../lib/paths.mjs';
import { run, SetupError, which } from '../lib/run.mjs';
import { atLeast } from '../lib/version.mjs';
import { DebianArchive } from './debian.mjs';

const RELEASE = '2.12.2';
const OLDEST = '2.9.0';
const CONNECT_MS = 4000;

/** The nats-server to run, or undefined: KUBERNATS_NATS_SERVER, else one on PATH that is new enough, else the one that the set-up keeps. */
export async function findNatsServer() {
  if (process.env.KUBERNATS_NATS_SERVER) return process.env.KUBERNATS_NATS_SERVER;
  const onPath = which('nats-server');
  if (onPath && (await isUsable(onPath))) return onPath;
  return existsSync(NATS_SERVER) ? NATS_SERVER : undefined;
}

async function isUsable(program) {
  const version = /v(\d+\.\d+\.\d+)/.exec(await run(program, ['--version']).catch(() => ''))?.[1];
  return version !== undefined && atLeast(version, OLDEST);
}

/** Brings a nats-server. Each way is tried in turn; when all fail the message tells what was tried. */
export async function bringNatsServer(say) {
  if (await findNatsServer()) return;
  const ways = [
    ['the official release', fromRelease],
    ["Debian's package", fromDebian],
  ];
  const tried = [`a nats-server ${OLDEST} or later on PATH`, `one kept at ${NATS_SERVER}`];
  for (const [name, way] of ways) {
    say(`getting nats-server from ${name}`);
    try {
      await inTemporaryFolder('nats', async (folder) => keep(await way(folder)));
      return;
    } catch (error) {
      tried.push(`${name}: ${error.message.split('\n')[0]}`);
    }
  }
  throw new SetupError(
    `no nats-server could be had. Tried:\n${tried.map((line) => `  - ${line}`).join('\n')}\n` +
      'Install one (apt-get install nats-server, or https://docs.nats.io/running-a-nats-service) so that it is on PATH, then run this again.',
  );
}

async function keep(program) {
  if (!(await isUsable(program))) throw new SetupError('the program that came does not run here');
  await mkdir(dirname(NATS_SERVER), { recursive: true });
  await copyFile(program, `${NATS_SERVER}.new`);
  await chmod(`${NATS_SERVER}.new`, 0o755);
  await rename(`${NATS_SERVER}.new`, NATS_SERVER);
}

/** The release's own list of checksums is the authority for its archives. */
async function fromRelease(folder) {
  const arch = { x64: 'amd64', arm64: 'arm64' }[process.arch];
  if (!arch) throw new SetupError(`there is no release for ${process.arch}`);
  const base = `https://github.com/nats-io/nats-server/releases/download/v${RELEASE}`;
  const name = `nats-server-v${RELEASE}-linux-${arch}`;
  const sums = (await download(`${base}/SHA256SUMS`, CONNECT_MS)).toString();
  const expected = sums
    .split('\n')
    .find((line) => line.endsWith(`${name}.tar.gz`))
    ?.split(/\s+/)[0];
  if (!expected) throw new SetupError(`the release lists no checksum for ${name}.tar.gz`);
  const archive = await download(`${base}/${name}.tar.gz`, 120_000);
  const actual = createHash('sha256').update(archive).digest('hex');
  if (actual !== expected) throw new SetupError(`the archive's checksum is ${actual}, not ${expected}`);
  await writeFile(join(folder, 'release.tar.gz'), archive);
  await run('tar', ['-xzf', 'release.tar.gz'], { cwd: folder });
  return join(folder, name, 'nats-server');
}

async function download(url, timeoutMs) {
  const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) });
  if (!response.ok) throw new SetupError(`${url} answered ${response.status}`);
  return Buffer.from(await response.arrayBuffer());
}

async function fromDebian(folder) {
  const archive = new DebianArchive(folder);
  await archive.unpack(['nats-server'], join(folder, 'unpacked'));
  return join(folder, 'unpacked/usr/sbin/nats-server');
}
