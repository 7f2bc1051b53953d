import { type RunningServer, startServer } from '../../src/start-server.ts';

export interface DurableOptions {
  readonly dataDir: string;
  /** 0, the default: any free port. */
  readonly port?: number;
  /** Which controllers run; all by default. */
  readonly controllers?: readonly string[];
  /** How many nodes are simulated; none by default. */
  readonly nodes?: number;
}

/** The server as `npm start` starts it: SQLite and TLS, in this process. */
export function startDurableServer({
  dataDir,
  port = 0,
  ...settings
}: DurableOptions): Promise<RunningServer> {
  return startServer({ dataDir, securePort: port, shutdownGraceMs: 1_000, ...settings });
}
