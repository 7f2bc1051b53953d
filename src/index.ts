export { createCluster, type Cluster, type ClusterOptions } from './testing/cluster.ts';
export { virtualClock, type Clock, type VirtualClock } from './apimachinery/clock.ts';
export { seededRandom, type Random } from './apimachinery/random.ts';
export { startServer, type RunningServer, type StartOptions } from './start-server.ts';
