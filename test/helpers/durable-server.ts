import { type RunningServer, startServer } from '../../src/start-server.ts';

export interface DurableOptions {
  readonly dataDir: string;
  /** 0, the default: any free port. */
  readonly port?: number;
}

/** The server as `npm start` starts it: SQLite and TLS, in this process. */
export function startDurableServer({ dataDir, port = 0 }: DurableOptions): Promise<RunningServer> {
  return startServer({ dataDir, securePort: port, shutdownGraceMs: 1_000 });
}
