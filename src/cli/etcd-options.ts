import type { EtcdOptions } from '../kv/etcd/index.ts';
import type { FlagValues } from './flags.ts';
import { UsageError } from './parse-flags.ts';

type EtcdValues = Pick<
  FlagValues,
  'etcd-servers' | 'etcd-prefix' | 'etcd-cafile' | 'etcd-certfile' | 'etcd-keyfile'
>;

/** Where to store; undefined for the embedded store. Throws UsageError for what cannot be meant. */
export function etcdOptions(values: EtcdValues): EtcdOptions | undefined {
  const servers = values['etcd-servers'];
  const [caFile, certFile, keyFile] = [
    values['etcd-cafile'],
    values['etcd-certfile'],
    values['etcd-keyfile'],
  ];
  if (servers.length === 0) {
    if (caFile + certFile + keyFile === '') return undefined;
    throw new UsageError('--etcd-cafile, --etcd-certfile and --etcd-keyfile go with --etcd-servers');
  }
  if ((certFile === '') !== (keyFile === ''))
    throw new UsageError('--etcd-certfile and --etcd-keyfile go together');
  for (const server of servers) checkServer(server);
  return { servers, prefix: values['etcd-prefix'], caFile, certFile, keyFile };
}

function checkServer(server: string): void {
  const url = URL.parse(server);
  // Not repeated in the message: it holds a secret.
  if (server.includes('@'))
    throw new UsageError(
      '--etcd-servers: user names and passwords are not supported; --etcd-certfile and --etcd-keyfile tell etcd who asks',
    );
  const isOrigin = url !== null && url.host !== '' && url.pathname === '/' && url.search + url.hash === '';
  if (!isOrigin || !['http:', 'https:'].includes(url.protocol))
    throw new UsageError(
      `--etcd-servers: ${JSON.stringify(server)} is not of the form http://host:port or https://host:port`,
    );
}
