import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, copyFile, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { NATS_SERVER } from '../lib/paths.mjs';
import { run, SetupError, which } from '../lib/run.mjs';
import { atLeast } from '../lib/version.mjs';

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
    const folder = await mkdtemp(join(tmpdir(), 'kubernats-nats-'));
    try {
      await keep(await way(folder));
      return;
    } catch (error) {
      tried.push(`${name}: ${error.message.split('\n')[0]}`);
    } finally {
      await rm(folder, { recursive: true, force: true });
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

/** `apt-get download` needs no root; where the machine has no package lists, private ones are fetched. */
async function fromDebian(folder) {
  if (!which('apt-get') || !which('dpkg-deb')) throw new SetupError('apt-get and dpkg-deb are not on this machine');
  await downloadDeb(folder, 'nats-server');
  const deb = (await readdir(folder)).find((file) => file.endsWith('.deb'));
  await run('dpkg-deb', ['-x', deb, 'unpacked'], { cwd: folder });
  return join(folder, 'unpacked/usr/sbin/nats-server');
}

export async function downloadDeb(folder, name) {
  try {
    await run('apt-get', ['download', name], { cwd: folder, timeoutMs: 120_000 });
  } catch {
    for (const path of ['state/lists/partial', 'cache/archives/partial']) await mkdir(join(folder, path), { recursive: true });
    const own = ['-o', `Dir::State=${folder}/state`, '-o', `Dir::Cache=${folder}/cache`, '-o', 'APT::Sandbox::User='];
    await run('apt-get', [...own, 'update'], { cwd: folder, timeoutMs: 180_000 });
    await run('apt-get', [...own, 'download', name], { cwd: folder, timeoutMs: 180_000 });
  }
}
