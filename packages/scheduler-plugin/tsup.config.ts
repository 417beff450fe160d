import { defineConfig } from 'tsup';

// What users install is one file with its types, and needs nothing else: the packages of the monorepo are inside.
export default defineConfig({
  entry: ['src/index.ts'],
  format: 'esm',
  platform: 'node',
  target: 'node22',
  outDir: 'dist',
  clean: true,
  noExternal: [/^@kubernats\//],
  dts: { compilerOptions: { baseUrl: '.', paths: { '@kubernats/*': ['../*/src/index.ts'] } } },
});
