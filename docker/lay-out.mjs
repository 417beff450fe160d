// Lays out, below a folder, what the image of an app has of this project: node docker/lay-out.mjs APP TO
import { cpSync, existsSync, mkdirSync, readFileSync, realpathSync, symlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

const ROOT = 'opt/kubernats';

/** What an app needs beside itself: other apps, packages that are no part of its bundle, and folders of the build. */
const NEEDS = {
  // A container that is a node runs the command `join`, which runs a kubelet and a proxy.
  'kubelet-sim': { apps: ['cli', 'service-proxy'], packages: ['just-bash'], folders: ['/git'] },
};

/** What packages carry and no program reads: maps, types, tests, and builds for debuggers and browsers. */
const LEFT_OUT = [/\.map$/, /\.d\.[cm]?ts$/, /^(test|tests|docs|examples)$/, /-(asm|debug)|asm-|\.cpp$/, /^browser/, /^sqljs-.*\.zip$/];
const isWanted = (path) => !LEFT_OUT.some((pattern) => pattern.test(basename(path)));

/** The real folder of a package, as Node.js finds it from another folder. */
function folderOf(name, from) {
  for (let at = realpathSync(from); ; at = dirname(at)) {
    const folder = join(at, 'node_modules', name);
    if (existsSync(folder)) return realpathSync(folder);
    if (at === dirname(at)) return undefined;
  }
}

/**
 * Copies a package with all that it depends on, in the versions of the lockfile. `seen`: the packages that are found from `into` or above it,
 * by name; a second version of one goes into a folder of its own.
 */
function copyPackage(name, from, top, into = top, seen = new Map()) {
  const source = folderOf(name, from);
  // An optional dependency that there is not for this machine.
  if (source === undefined || seen.get(name) === source) return;
  const place = seen.has(name) ? into : top;
  const below = seen.has(name) ? new Map(seen) : seen;
  below.set(name, source);
  cpSync(source, join(place, name), { recursive: true, dereference: true, filter: isWanted });
  const { dependencies = {}, optionalDependencies = {} } = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8'));
  const inner = join(place, name, 'node_modules');
  for (const each of Object.keys({ ...dependencies, ...optionalDependencies })) copyPackage(each, source, top, inner, below);
}

const [app, to] = process.argv.slice(2);
const { apps = [], packages = [], folders = [] } = NEEDS[app] ?? {};
const root = join(to, ROOT);
mkdirSync(root, { recursive: true });
for (const each of [app, ...apps]) {
  for (const part of ['package.json', 'dist']) cpSync(join('apps', each, part), join(root, 'apps', each, part), { recursive: true });
}
symlinkSync(join('apps', app, 'dist/main.js'), join(root, 'main.js'));
for (const each of packages) copyPackage(each, join('apps', app), join(root, 'node_modules'));
for (const each of folders) cpSync(each, to, { recursive: true, verbatimSymlinks: true });
