// Copies a package from this project's node_modules with all that it depends on, in the versions of the lockfile:
//   node docker/runtime-modules.mjs PACKAGE FROM TO      such as: just-bash apps/kubelet-sim /out/node_modules
import { cpSync, existsSync, readFileSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

const [name, from, to] = process.argv.slice(2);

/** What packages carry and no program reads: maps, types, tests, and builds for debuggers and old browsers. */
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

/** `seen`: the packages that are found from `into` or above it, by name. A second version of one goes into a folder of its own. */
function copy(name, from, into, seen) {
  const source = folderOf(name, from);
  // An optional dependency that there is not for this machine.
  if (source === undefined || seen.get(name) === source) return;
  const place = seen.has(name) ? into : to;
  const below = seen.has(name) ? new Map(seen) : seen;
  below.set(name, source);
  cpSync(source, join(place, name), { recursive: true, dereference: true, filter: isWanted });
  const { dependencies = {}, optionalDependencies = {} } = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8'));
  const inner = join(place, name, 'node_modules');
  for (const each of Object.keys({ ...dependencies, ...optionalDependencies })) copy(each, source, inner, below);
}

copy(name, from, to, new Map());
