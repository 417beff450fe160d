import { startYamlWorker } from './yaml/adapters/start-yaml-worker.ts';

startYamlWorker();
