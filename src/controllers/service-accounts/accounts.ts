import { isAlreadyExists } from '../../client/failure.ts';
import { namespaces, serviceAccounts } from '../../client/kinds.ts';
import { itself, runLoop, source } from '../loop.ts';
import type { Controller } from '../types.ts';

/** Who pods run as when they do not say. */
const defaultAccount = 'default';

/** Makes the account `default` of every namespace, and makes it again when it is deleted. */
export const accounts: Controller = {
  names: ['serviceaccount-controller', 'serviceaccount'],
  start(tools) {
    const client = tools.clientAs('service-account-controller').of(serviceAccounts);
    const places = tools.informers.of(namespaces);
    const known = tools.informers.of(serviceAccounts);
    const reconcile = async (name: string): Promise<void> => {
      const place = places.get('', name);
      if (!place || place.metadata.deletionTimestamp !== undefined) return;
      if (known.get(name, defaultAccount)) return;
      try {
        await client.create(name, { metadata: { name: defaultAccount } });
      } catch (error) {
        if (!isAlreadyExists(error)) throw error;
      }
    };
    const sources = [
      itself(places),
      source(known, (after, before) => (after ? [] : [before!.metadata.namespace])),
    ];
    return runLoop({ name: 'serviceaccount', sources, reconcile }, tools);
  },
};
