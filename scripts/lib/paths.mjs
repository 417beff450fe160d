// Where things are. Dependency-free: this runs before anything is installed, on Node 20 too.
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..');
export const HOME = process.env.KUBERNATS_HOME ?? join(ROOT, '.kubernats');
export const TOOLS = join(HOME, 'tools');
export const CACHE = join(HOME, 'cache');
export const NATS_SERVER = join(TOOLS, 'nats-server', 'nats-server');
export const KUBECTL = join(TOOLS, 'kubectl', 'kubectl');
/** The Node.js that the project brings. */
export const OWN_NODE = join(ROOT, 'node_modules/node/bin/node');
/** The apps that can be started: those with a main.ts. */
export const APPS = readdirSync(join(ROOT, 'apps')).filter((app) => existsSync(join(ROOT, 'apps', app, 'src/main.ts')));
