// The rules of DESIGN as lint rules: which package may import which, and what only an adapter may touch.
// `eslint.config.js` applies them; architecture.test.mjs shows each one catching a violation.

/** Packages from left to right: one imports what stands to its left. A row's members do not import each other. */
export const ORDER = [
  ['errors', 'clock'],
  ['apimachinery'],
  ['cel'],
  ['api'],
  ['bus'],
  ['store'],
  ['client'],
  ['controller'],
  ['net', 'files', 'pki'],
  ['dataplane', 'dns'],
  ['trace', 'volumes', 'explain'],
  ['containers'],
  ['image', 'storage-backend', 'scheduler-plugin'],
  ['runtime'],
  ['testing'],
];

export const APPS = ['apiserver', 'scheduler', 'controller-manager', 'kubelet-sim', 'service-proxy', 'volume-controller', 'load-balancer'];

const name = (folder) => `@kubernats/${folder}`;

/** What the sources of a package may not import, as patterns with the reason. */
export function forbiddenImports(folder) {
  const row = ORDER.findIndex((members) => members.includes(folder));
  const right = [
    ...ORDER.slice(row)
      .flat()
      .filter((other) => other !== folder),
    ...APPS,
    'testkit',
    'cli',
  ];
  return [{ group: right.map(name), message: `@kubernats/${folder} imports only what stands to its left in DESIGN's order of packages.` }];
}

/** An app imports packages, never another app. */
export function forbiddenImportsOfApp(folder) {
  const others = [...APPS.filter((other) => other !== folder), 'testkit', 'cli', 'testing'];
  return [{ group: others.map(name), message: 'Apps never import apps: what two of them need belongs into a package.' }];
}

const AMBIENT_MODULES = [
  'net',
  'http',
  'http2',
  'https',
  'tls',
  'dgram',
  'dns',
  'fs',
  'fs/promises',
  'child_process',
  'worker_threads',
  'cluster',
  'timers',
  'timers/promises',
  'os',
  'process',
  'perf_hooks',
];

const WHY = 'Only adapters, main.ts and the cli touch the machine: take it through a port (Clock, Random, Ids, Network, Files, Bus).';

/** Imports of Node's modules that reach the machine. Types may be imported. */
export const ambientImports = AMBIENT_MODULES.flatMap((module) => [module, `node:${module}`]).map((module) => ({
  name: module,
  message: WHY,
  allowTypeImports: true,
}));

export const ambientGlobals = ['setTimeout', 'setInterval', 'setImmediate', 'fetch', 'process', 'performance', 'WebSocket'].map(
  (global) => ({
    name: global,
    message: WHY,
  }),
);

export const ambientProperties = [
  ['Date', 'now'],
  ['Math', 'random'],
  ['crypto', 'randomUUID'],
  ['crypto', 'getRandomValues'],
  ['AbortSignal', 'timeout'],
].map(([object, property]) => ({ object, property, message: WHY }));

export const ambientSyntax = [
  { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: `new Date() reads the machine's clock. ${WHY}` },
  {
    selector: "ImportDeclaration[source.value='node:crypto'] ImportSpecifier[imported.name=/^random/]",
    message: `Randomness comes from Random and Ids. ${WHY}`,
  },
  {
    selector:
      'ImportExpression[source.value=/^(node:)?(net|http|http2|https|tls|dgram|dns|fs|fs\\u002Fpromises|child_process|worker_threads)$/]',
    message: WHY,
  },
];

/** No switch over kinds: what differs between kinds is in the table of kinds. */
export const noSwitchOnKind = {
  selector: "SwitchStatement[discriminant.property.name='kind'][discriminant.object.name=/^(object|obj|resource|target|row)$/]",
  message: 'What differs between kinds belongs into the table of kinds (packages/api).',
};

/** Where the machine may be touched. */
export const ADAPTERS = [
  '**/adapters/**',
  '**/*.adapter.ts',
  '**/main.ts',
  'apps/cli/**',
  'packages/clock/src/{real,real-random,stepped}.ts',
  'packages/pki/src/**',
];
