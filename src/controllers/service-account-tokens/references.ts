import { unlessNotFound } from '../../client/failure.ts';
import { type Secret, secrets, serviceAccounts } from '../../client/kinds.ts';
import { runLoop, source } from '../loop.ts';
import { managerUser } from '../manager.ts';
import type { ControllerTools, Running } from '../types.ts';
import { nameAnnotation, tokenType, uidAnnotation } from './token-secrets.ts';

/** Takes token Secrets that are gone from the list of Secrets that their account may use. */
export function runReferences(tools: ControllerTools): Running {
  const client = tools.clientOf(managerUser).of(serviceAccounts);
  const held = tools.informers.of(secrets);
  const accounts = tools.informers.of(serviceAccounts);
  const reconcile = async (key: string): Promise<void> => {
    const { namespace, account: name, uid, secret } = JSON.parse(key) as Gone;
    const account = accounts.get(namespace, name);
    if (!account?.secrets || (uid !== '' && account.metadata.uid !== uid)) return;
    if (held.get(namespace, secret)) return;
    const rest = account.secrets.filter((reference) => reference.name !== secret);
    if (rest.length < account.secrets.length)
      await unlessNotFound(client.update({ ...account, secrets: rest }));
  };
  const sources = [source(held, (after, before) => (after || !before ? [] : keysOf(before)))];
  return runLoop({ name: 'serviceaccount-token-references', sources, needs: [accounts], reconcile }, tools);
}

interface Gone {
  readonly namespace: string;
  readonly account: string;
  readonly uid: string;
  readonly secret: string;
}

function keysOf({ type, metadata }: Secret): readonly string[] {
  const { namespace, name, annotations = {} } = metadata;
  if (type !== tokenType) return [];
  const gone: Gone = {
    namespace,
    account: annotations[nameAnnotation] ?? '',
    uid: annotations[uidAnnotation] ?? '',
    secret: name,
  };
  return [JSON.stringify(gone)];
}
