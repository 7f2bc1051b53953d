import { silentLog } from '../../src/apimachinery/log.ts';
import { type RunningServer, startServer } from '../../src/start-server.ts';

export interface DurableOptions {
  readonly dataDir: string;
  /** 0, the default: any free port. */
  readonly port?: number;
}

/** The server as `npm start` starts it: SQLite and TLS, in this process. */
export function startDurableServer({ dataDir, port = 0 }: DurableOptions): Promise<RunningServer> {
  return startServer({
    dataDir,
    bindAddress: '127.0.0.1',
    securePort: port,
    log: silentLog,
    layout: 'binnacle',
    runtimeConfig: {},
    anonymousAuth: true,
    serviceCidrs: ['10.0.0.0/24'],
    nodePortRange: { from: 30_000, to: 32_767 },
    eventTtlSeconds: 3_600,
    minRequestTimeoutSeconds: 1_800,
    historySeconds: 300,
    enableAdmissionPlugins: [],
    disableAdmissionPlugins: [],
    shutdownGraceMs: 1_000,
  });
}
