import { spawnSync } from 'node:child_process';
import { defineConfig, type Options } from 'tsup';

type Plugin = NonNullable<Options['esbuildPlugins']>[number];

const git = (...args: string[]): string | undefined => {
  const { status, stdout } = spawnSync('git', args, { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
};

/** What `/version` says of the build. */
const build = {
  commit: git('rev-parse', 'HEAD') ?? 'unknown',
  treeState: git('status', '--porcelain') === '' ? 'clean' : 'dirty',
  date: new Date().toISOString().replace(/\.\d+Z$/, 'Z'),
  platform: `${process.platform}/${process.arch === 'x64' ? 'amd64' : process.arch}`,
  node: `node${process.versions.node}`,
};

/**
 * `import … from 'node:http'` makes Node read all that the module exports, and one of them (`http.WebSocket`) loads the whole of undici:
 * 25 ms of each process's start. This takes the module as it is instead; what is used of it is read when it is used.
 */
const httpWithoutUndici: Plugin = {
  name: 'http-without-undici',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(node:)?http$/ }, () => ({ path: 'http', namespace: 'without-undici' }));
    onLoad({ filter: /.*/, namespace: 'without-undici' }, () => ({ contents: "module.exports = process.getBuiltinModule('node:http');" }));
  },
};

// Every app is one self-contained file: a process reads one module when it starts, which is what keeps the boot
// of a cluster short. The shell of simulated containers is large and loaded only when a container first needs it.
export default defineConfig({
  entry: ['src/main.ts', 'src/*-main.ts'],
  format: 'esm',
  platform: 'node',
  target: 'node22',
  outDir: 'dist',
  clean: true,
  noExternal: [/^(?!just-bash)/],
  external: ['just-bash'],
  removeNodeProtocol: false,
  esbuildPlugins: [httpWithoutUndici],
  define: { __KUBERNATS_BUILD__: JSON.stringify(build) },
  banner: {
    js: "import { createRequire as __kubernatsCreateRequire } from 'node:module'; const require = __kubernatsCreateRequire(import.meta.url);",
  },
});
