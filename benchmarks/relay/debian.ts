import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, run } from '@kubernats/testing/real-cluster';

const FOLDER = join(ROOT, '.kubernats/tools/debian');
/** haproxy is the peer, wrk makes the connections: both in C, so that they are not what limits. The rest are what the two link to. */
const PACKAGES = [
  ...['haproxy', 'liblua5.3-0', 'libopentracing-c-wrapper0', 'libopentracing1'],
  ...['wrk', 'libluajit-5.1-2', 'libluajit-5.1-common'],
];

export interface DebianPrograms {
  haproxy: string;
  wrk: string;
  /** For the programs to find their libraries. */
  env: Record<string, string>;
}

/** haproxy and wrk of Debian, unpacked beside the project's other tools without being installed. Throws where they cannot be had. */
export async function debianPrograms(): Promise<DebianPrograms> {
  if (!existsSync(FOLDER)) await fetchPackages();
  const libraries = readdirSync(join(FOLDER, 'usr/lib')).filter((name) => name.includes('linux-gnu'));
  const env = { LD_LIBRARY_PATH: libraries.map((name) => join(FOLDER, 'usr/lib', name)).join(':') };
  const programs = { haproxy: join(FOLDER, 'usr/sbin/haproxy'), wrk: join(FOLDER, 'usr/bin/wrk'), env };
  const { code, stderr } = await run(programs.haproxy, ['-v'], { env });
  if (code !== 0) throw new Error(`the haproxy that came does not run here: ${stderr}`);
  return programs;
}

async function fetchPackages(): Promise<void> {
  const coming = `${FOLDER}.new`;
  rmSync(coming, { recursive: true, force: true });
  mkdirSync(coming, { recursive: true });
  const must = async (program: string, args: string[]): Promise<void> => {
    const { code, stderr } = await run(program, args, { cwd: coming });
    if (code !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr.trim().split('\n').at(-1)}`);
  };
  await must('apt-get', ['download', ...PACKAGES]);
  for (const file of readdirSync(coming).filter((name) => name.endsWith('.deb'))) await must('dpkg-deb', ['-x', file, '.']);
  renameSync(coming, FOLDER);
}

/** A program that runs until it is disposed of. */
export function running(program: string, args: readonly string[], env: Record<string, string> = {}): { pid: number } & Disposable {
  const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'inherit'] });
  return { pid: child.pid ?? 0, [Symbol.dispose]: () => void child.kill('SIGKILL') };
}
