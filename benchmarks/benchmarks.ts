import { boot } from './boot.ts';
import { creates } from './creates.ts';
import { dns } from './dns.ts';
import { durable } from './durable.ts';
import { idle } from './idle.ts';
import { lists } from './lists.ts';
import { live } from './live.ts';
import type { Benchmark } from './measurement.ts';
import { pods } from './pods.ts';
import { scale } from './scale.ts';
import { streams } from './streams.ts';
import { watches } from './watches.ts';

export const BENCHMARKS: readonly Benchmark[] = [boot, idle, creates, durable, lists, watches, pods, streams, live, dns, scale];
