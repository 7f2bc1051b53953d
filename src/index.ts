export { type Clock, type VirtualClock, virtualClock } from './apimachinery/clock.ts';
export type {
  ContainerContext,
  ContainerFunction,
  ContainerImages,
  ExecCall,
  ExecHandler,
  FetchHandler,
  OutputWriter,
} from './apimachinery/container-image.ts';
export type { Log, LogFields } from './apimachinery/log.ts';
export { type Random, seededRandom } from './apimachinery/random.ts';
export { type RunningServer, type StartOptions, startServer } from './start-server.ts';
export { type Cluster, type ClusterOptions, createCluster } from './testing/cluster.ts';
export type { LocalListener } from './testing/listen.ts';
export type { Idleness } from './testing/time.ts';
