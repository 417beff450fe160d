import { registerHooks } from 'node:module';
import { sep } from 'node:path';
import { pathToFileURL } from 'node:url';

const SCHEME = 'kubernats:';
const PROVIDED = Symbol.for('kubernats.provided-packages');
const VERSION = /\?kubernats=\d+$/;
/** Node's own import: a runner of tests has put its own in the place of this file's. */
const NODE_IMPORT = 'data:text/javascript,export const load = (url) => import(url);';

let version = 0;
const folders = new Set<string>();
/** What there is to import, by the package's name. */
const packages: Record<string, object> = {};

/** Lets modules of the folder import a package, with nothing installed (`api` is what it exports), and each other in one version. */
export function providePackage(folder: string, name: string, api: object): void {
  if (folders.size === 0) hook();
  folders.add(pathToFileURL(folder + sep).href);
  packages[name] = api;
}

/** The default export of a module as it is now, with what it imports from its folder; undefined where it has none. Throws what the module throws. */
export async function loadModule(file: string): Promise<unknown> {
  const node: { load(url: string): Promise<unknown> } = await import(NODE_IMPORT);
  version += 1;
  const module = await node.load(`${pathToFileURL(file).href}?kubernats=${version}`);
  return typeof module === 'object' && module !== null && 'default' in module ? module.default : undefined;
}

function hook(): void {
  Object.assign(globalThis, { [PROVIDED]: packages });
  registerHooks({
    resolve(specifier, context, next) {
      if (Object.hasOwn(packages, specifier)) return { url: SCHEME + specifier, format: 'module', shortCircuit: true };
      const found = next(specifier, context);
      const [asked] = VERSION.exec(context.parentURL ?? '') ?? [];
      return asked !== undefined && isOwn(found.url) ? { ...found, url: found.url + asked } : found;
    },
    load: (url, context, next) =>
      url.startsWith(SCHEME) ? { format: 'module', source: sourceOf(url.slice(SCHEME.length)), shortCircuit: true } : next(url, context),
  });
}

function sourceOf(name: string): string {
  const from = `globalThis[Symbol.for('kubernats.provided-packages')][${JSON.stringify(name)}]`;
  return Object.keys(packages[name] ?? {})
    .map((key) => `export const ${key} = ${from}.${key};`)
    .join('\n');
}

/** What is installed does not change with the folder. */
const isOwn = (url: string): boolean => !url.includes('/node_modules/') && folders.values().some((folder) => url.startsWith(folder));
