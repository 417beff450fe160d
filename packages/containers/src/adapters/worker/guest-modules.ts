import { registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { Image } from '../../image.ts';
import * as api from '../../image-api.ts';
import type { ImageFacts } from './protocol.ts';

const PACKAGE = '@kubernats/image';
const VIRTUAL_URL = 'kubernats:image';
const API = Symbol.for('kubernats.image');

/** Lets modules import `@kubernats/image` from any folder, with nothing installed. */
export function provideImagePackage(): void {
  Object.assign(globalThis, { [API]: api });
  const source = Object.keys(api)
    .map((name) => `export const ${name} = globalThis[Symbol.for('kubernats.image')].${name};`)
    .join('\n');
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === PACKAGE ? { url: VIRTUAL_URL, format: 'module', shortCircuit: true } : next(specifier, context),
    load: (url, context, next) => (url === VIRTUAL_URL ? { format: 'module', source, shortCircuit: true } : next(url, context)),
  });
}

/** The image that is a module's default export; undefined where it has none. Throws what the module throws, and where the export is no image. */
export async function loadImage(file: string): Promise<Image | undefined> {
  const module: unknown = await import(pathToFileURL(file).href);
  if (typeof module !== 'object' || module === null || !('default' in module) || module.default === undefined) return undefined;
  const { default: image } = module;
  if (!isImage(image)) throw new TypeError('its default export is no image: it needs names (an array of texts) and run (a function)');
  return image;
}

function isImage(value: unknown): value is Image {
  if (typeof value !== 'object' || value === null || !('names' in value) || !('run' in value)) return false;
  const { names, run } = value;
  return (
    Array.isArray(names) && names.length > 0 && names.every((name) => typeof name === 'string' && name !== '') && typeof run === 'function'
  );
}

export const factsOf = ({ names, defaultPorts = [], shell = true, programs = [], execsArgs = false }: Image): ImageFacts => ({
  names: [...names],
  defaultPorts: [...defaultPorts],
  shell,
  programs: [...programs],
  execsArgs,
});
