import type { Etcd } from './start-etcd.ts';

/** Asks etcd itself over its HTTP gateway, as an operator does with etcdctl. `token` is that of a user. */
export async function askEtcd(
  { endpoint }: Pick<Etcd, 'endpoint'>,
  path: string,
  body: Readonly<Record<string, unknown>> = {},
  token?: string,
): Promise<Readonly<Record<string, unknown>>> {
  const answer = await fetch(`${endpoint}/v3/${path}`, {
    method: 'POST',
    headers: token === undefined ? {} : { authorization: token },
    body: JSON.stringify(body),
  });
  const said = (await answer.json()) as Record<string, unknown>;
  if (!answer.ok) throw new Error(`${path}: ${JSON.stringify(said)}`);
  return said;
}

/** From now on etcd wants to know who asks; gives what switches that off again. */
export async function enableAuth(etcd: Etcd, password: string): Promise<() => Promise<void>> {
  await askEtcd(etcd, 'auth/user/add', { name: 'root', password });
  await askEtcd(etcd, 'auth/role/add', { name: 'root' });
  await askEtcd(etcd, 'auth/user/grant', { user: 'root', role: 'root' });
  await askEtcd(etcd, 'auth/enable');
  return async () => {
    const { token } = await askEtcd(etcd, 'auth/authenticate', { name: 'root', password });
    await askEtcd(etcd, 'auth/disable', {}, String(token));
  };
}
