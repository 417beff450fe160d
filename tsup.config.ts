import { defineConfig } from 'tsup';

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
  banner: {
    js: "import { createRequire as __kubernatsCreateRequire } from 'node:module'; const require = __kubernatsCreateRequire(import.meta.url);",
  },
});
