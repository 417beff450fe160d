import { readFileSync } from 'node:fs';
import type { ConfigOf } from '@kubernats/runtime';
import type { KubeletSimConfig } from './config.ts';
import { kubeletSimConfig, type kubeletSimOptions } from './options.ts';

/** The configuration of the app, with what the files say that its options name. */
export async function readConfig(options: ConfigOf<typeof kubeletSimOptions>): Promise<KubeletSimConfig> {
  const config = await kubeletSimConfig(options, (file) => readFileSync(file, 'utf8'));
  if (options.imagePolicy === undefined) return config;
  const { readImagePolicy } = await import('./images/image-policy-file.adapter.ts');
  return { ...config, imagePolicy: [...config.imagePolicy, ...(await readImagePolicy(options.imagePolicy))] };
}
