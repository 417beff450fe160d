// Where things are. Dependency-free: this runs before anything is installed, on Node 20 too.
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..');
/** What the set-up keeps goes with the checkout, wherever the clusters are. */
export const KEPT = join(ROOT, '.kubernats');
/** Where the clusters are. */
export const HOME = process.env.KUBERNATS_HOME ?? KEPT;
export const TOOLS = join(KEPT, 'tools');
export const CACHE = join(KEPT, 'cache');
export const NATS_SERVER = join(TOOLS, 'nats-server', 'nats-server');
export const KUBECTL = join(TOOLS, 'kubectl', 'kubectl');
/** The Node.js that the project brings. */
export const OWN_NODE = join(ROOT, 'node_modules/node/bin/node');
/** The apps that can be started: those with a main.ts. */
export const APPS = readdirSync(join(ROOT, 'apps')).filter((app) => existsSync(join(ROOT, 'apps', app, 'src/main.ts')));
