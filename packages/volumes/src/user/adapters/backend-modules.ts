import { registerHooks } from 'node:module';
import { sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as api from '../backend-api.ts';

const PACKAGE = '@kubernats/storage-backend';
const VIRTUAL_URL = 'kubernats:storage-backend';
const API = Symbol.for('kubernats.storage-backend');
const VERSION = /\?kubernats=\d+$/;
/** Node's own import: a runner of tests has put its own in the place of this file's. */
const NODE_IMPORT = 'data:text/javascript,export const load = (url) => import(url);';

let version = 0;
const folders = new Set<string>();

/** Lets modules of the folder import `@kubernats/storage-backend`, with nothing installed, and each other in one version. */
export function provideBackendPackage(folder: string): void {
  if (folders.size === 0) hook();
  folders.add(pathToFileURL(folder + sep).href);
}

/** The default export of a module as it is now, with what it imports from its folder; undefined where it has none. Throws what the module throws. */
export async function loadModule(file: string): Promise<unknown> {
  const node: { load(url: string): Promise<unknown> } = await import(NODE_IMPORT);
  version += 1;
  const module = await node.load(`${pathToFileURL(file).href}?kubernats=${version}`);
  return typeof module === 'object' && module !== null && 'default' in module ? module.default : undefined;
}

function hook(): void {
  Object.assign(globalThis, { [API]: api });
  const source = Object.keys(api)
    .map((name) => `export const ${name} = globalThis[Symbol.for('kubernats.storage-backend')].${name};`)
    .join('\n');
  registerHooks({
    resolve(specifier, context, next) {
      if (specifier === PACKAGE) return { url: VIRTUAL_URL, format: 'module', shortCircuit: true };
      const found = next(specifier, context);
      const [asked] = VERSION.exec(context.parentURL ?? '') ?? [];
      return asked !== undefined && isOwn(found.url) ? { ...found, url: found.url + asked } : found;
    },
    load: (url, context, next) => (url === VIRTUAL_URL ? { format: 'module', source, shortCircuit: true } : next(url, context)),
  });
}

/** What is installed does not change with the folder. */
const isOwn = (url: string): boolean => !url.includes('/node_modules/') && folders.values().some((folder) => url.startsWith(folder));
