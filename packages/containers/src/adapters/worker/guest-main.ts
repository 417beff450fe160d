// The thread's entry where the sources run as they are; an app's bundle has one of its own (src/image-worker-main.ts).
import { startImageWorker } from './start-image-worker.ts';

await startImageWorker();
