import { writeFileSync } from 'node:fs';
import { startCluster } from './src/index.ts';

const cluster = await startCluster({ https: true, nodes: 2, components: process.argv.slice(2) } as never);
writeFileSync('/tmp/pbw/kc', cluster.kubeconfig ?? '');
console.log('up');
setTimeout(() => process.exit(), 5_400_000);
