import { startImageWorker } from '@kubernats/containers/image-worker';

await startImageWorker();
