import { startYamlWorker } from '@kubernats/apiserver/yaml-worker';

startYamlWorker();
