// Python's client as Debian has it, run by the machine's own Python where there is one, else by Debian's.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { which } from '../lib/run.mjs';

const MODULE = /^python3-/;
const INTERPRETER = /^(python3-minimal|python3-distutils|python3-lib2to3)$/;
/** Libraries of every Debian, which must be those of the machine's loader. */
const OF_THE_SYSTEM = /^(libc6|libgcc-s1|libperl)/;

/** The names of the packages to unpack. */
export async function pythonPackages(archive) {
  const all = await archive.closureOf('python3-kubernetes');
  if (which('python3')) return all.filter((name) => MODULE.test(name) && !INTERPRETER.test(name));
  return all.filter((name) => /^(python3|lib|zlib1g)/.test(name) && !OF_THE_SYSTEM.test(name));
}

/** A shell script that runs that Python with these modules. */
export async function pythonLauncher(folder) {
  const modules = join(folder, 'usr/lib/python3/dist-packages');
  if (which('python3')) return `#!/bin/sh\nPYTHONPATH='${modules}' exec python3 "$@"\n`;
  const interpreter = (await readdir(join(folder, 'usr/bin'))).find((name) => /^python3\.\d+$/.test(name));
  const libraries = [];
  for (const parent of ['usr/lib', 'lib']) {
    const names = await readdir(join(folder, parent)).catch(() => []);
    libraries.push(...names.filter((name) => name.endsWith('-linux-gnu')).map((name) => join(folder, parent, name)));
  }
  const settings = `LD_LIBRARY_PATH='${libraries.join(':')}' PYTHONHOME='${join(folder, 'usr')}' PYTHONPATH='${modules}'`;
  return `#!/bin/sh\n${settings} exec '${join(folder, 'usr/bin', interpreter)}' "$@"\n`;
}
