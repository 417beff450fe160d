import { runApp } from '@kubernats/runtime';
import { componentsOptions } from './single-process/options.ts';
import { runComponents } from './single-process/run-components.ts';

await runApp({
  name: 'components',
  description: 'all components of a cluster in one process',
  options: componentsOptions,
  start: runComponents,
});
